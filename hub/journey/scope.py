"""Scope: which organisations somebody reaches with a verb, asked by every journey that shows or changes people's things."""

from __future__ import annotations

from datetime import date

from hub.domain.errors import refuse
from hub.domain.organisation import Level, Organisation
from hub.domain.people import Actor, may, scope_of
from hub.journey.ports import Work


def top(who: Actor, verb: str) -> str:
    """The widest organisation in which ``who`` may do ``verb``. Refuses whoever may nowhere."""
    grants = scope_of(who, verb)
    if not grants or not may(who, verb):
        raise refuse("access.denied")
    return grants[0].org


def reach(work: Work, who: Actor, verb: str, today: date | None = None) -> tuple[Organisation, ...]:
    """Every organisation in which ``who`` may do ``verb``, of all times or of ``today``; none where they may nowhere."""
    if not may(who, verb):
        return ()
    found = work.access.below([grant.org for grant in scope_of(who, verb)])
    return tuple(org for org in found if today is None or org.valid_on(today))


def schools(work: Work, who: Actor, verb: str, today: date | None = None) -> tuple[Organisation, ...]:
    """The schools and teaching points among them."""
    return tuple(o for o in reach(work, who, verb, today) if o.level in (Level.SCHOOL, Level.POINT))


def require(work: Work, who: Actor, verb: str, org: str, what: str) -> Organisation:
    """The organisation ``org``, where ``who`` may do ``verb`` there; else there is no such thing as ``what`` for them."""
    found = work.people.organisation(org)
    if found is None or not may(who, verb, work.people.path(org)):
        raise refuse("thing.missing", what=what)
    return found


def trail(work: Work, who: Actor, verb: str, org: str) -> tuple[Organisation, ...]:
    """The way down to ``org`` from the top of what ``who`` reaches."""
    path = work.people.path(org)
    known = work.people.organisations(path)
    return tuple(known[code] for i, code in reversed(list(enumerate(path))) if may(who, verb, path[i:]))


def knows(work: Work, who: Actor, verb: str, uid: str, today: date) -> str | None:
    """Where ``who`` reaches somebody with ``verb``: the first of that person's organisations within, or None."""
    homes = work.people.memberships(uid, today)
    paths = work.people.paths(homes)
    return next((org for org in homes if may(who, verb, paths.get(org, ()))), None)
