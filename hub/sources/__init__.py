"""Where people and places come from: rosters, regions, frameworks, the demo city."""
