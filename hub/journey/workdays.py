"""The calendar of working days: which years are known, and the loading of a year when the State Council publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.domain.errors import refuse
from hub.domain.workdays import Arrangement, checked
from hub.journey import audit
from hub.journey.ports import Fittings


def found(f: Fittings, arrangements: Sequence[Arrangement]) -> tuple[int, ...]:
    """At every start: put down the years that are not known yet; what somebody imported is left as it is."""
    with f.work() as work:
        known = work.workdays.calendar().years
        new = [a for a in arrangements if a.year not in known]
        for arrangement in new:
            work.workdays.put_year(arrangement, f.clock.now())
    return tuple(a.year for a in new)


def load(f: Fittings, arrangements: Sequence[Arrangement], *, replacing: bool = False) -> tuple[int, ...]:
    """Take years from a file, all or none; the years that changed. A known year changes only when told ``replacing``.

    Periods that run already keep the days they were announced with.
    """
    years = [a.year for a in arrangements]
    if not years or len(set(years)) < len(years):
        raise refuse("calendar.unreadable", why="没有年份，或同一年写了两次")
    now, changed = f.clock.now(), []
    with f.work() as work:
        for arrangement in map(checked, arrangements):
            standing = work.workdays.arrangement(arrangement.year)
            if standing is not None and _same(standing, arrangement):
                continue
            if standing is not None and not replacing:
                raise refuse("calendar.differs", year=arrangement.year, doc_no=standing.doc_no)
            work.workdays.put_year(arrangement, now)
            changed.append(arrangement)
        for one in changed:
            audit.note(
                f, work, None, "calendar.imported", f"calendar-{one.year}",
                {"doc_no": one.doc_no, "off": [str(d.day) for d in one.days if not d.works],
                 "worked": [str(d.day) for d in one.days if d.works]},
            )  # fmt: skip
    return tuple(a.year for a in changed)


def _same(one: Arrangement, other: Arrangement) -> bool:
    """Whether they say the same of every day; the names of festivals are only for people."""
    return replace(one, days=()) == replace(other, days=()) and {(d.day, d.works) for d in one.days} == {
        (d.day, d.works) for d in other.days
    }
