"""The demo city: invented people and schools in the real units of Luoyang, with a past and a running course.

__main__ is its door; build puts the parts in order; schools and people invent, city and accounts write them down,
past and present give them a history. It stands on the journeys, like a door, and nothing stands on it.
"""
