"""Read, for those who look after people and the machine: who is where, and what waits."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.errors import refuse
from hub.domain.organisation import Organisation
from hub.domain.people import Actor, Person, may
from hub.journey import scope
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings

MOST = 200


@dataclass(frozen=True)
class Listing:
    """The people of one organisation, and the organisations below it to go on to."""

    organisation: Organisation
    trail: tuple[Organisation, ...]
    below: tuple[Organisation, ...]
    people: tuple[Person, ...]
    more: bool


def listing(f: Fittings, who: Actor, code: str, find: str) -> Listing:
    """Who belongs to ``code`` (or to the top of one's own scope); ``find`` looks in names and logins."""
    code = code or scope.top(who, "people.list")
    today = beijing_day(f.clock.now())
    with f.work() as work:
        organisation = scope.require(work, who, "people.list", code, "这个单位")
        trail = scope.trail(work, who, "people.list", code)
        below = tuple(o for o in work.people.under(code) if o.valid_on(today))
        found = (
            work.people.search(code, find.strip(), today, MOST + 1)
            if find.strip()
            else work.people.members(code, today)
        )
    return Listing(organisation, trail, below, found[:MOST], len(found) > MOST)


@dataclass(frozen=True)
class System:
    """What the operator sees of the platform's inside: numbers only."""

    people: int
    states: dict[str, int]
    oldest_waiting_seconds: int


def system(f: Fittings, who: Actor) -> System:
    """Counts of people and of submissions by state."""
    if not may(who, "system.read"):
        raise refuse("access.denied")
    now = f.clock.now()
    with f.work() as work:
        states, oldest = work.read.submission_states()
        waiting = int((now - oldest).total_seconds()) if oldest else 0
        return System(work.people.count(), states, max(0, waiting))
