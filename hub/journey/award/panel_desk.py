"""What those who tend panels see: how many dossiers are where, which lack an assessor, which seats run out; no names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from hub.domain import panel as rules
from hub.domain.dossier import Appeal, Dossier, DossierState, SeatState
from hub.domain.errors import refuse
from hub.domain.people import Actor, may, scope_of
from hub.journey.award import panel
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

MOST = 50
_SOON = timedelta(days=3)


@dataclass(frozen=True)
class Unit:
    """One county: its dossiers by state."""

    name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Want:
    """One dossier that wants looking after: places without an assessor, people left to draw from, the nearest due day.

    It holds a label and a school, and neither teacher nor assessor: who assessed is shown on approval only.
    """

    dossier: Dossier
    school: str
    unit: str
    vacant: int
    free: int
    due_on: date | None
    overdue: bool
    appeal: Appeal | None


@dataclass(frozen=True)
class Desk:
    """The desk of one's own scope. ``calendar`` is False where no due day can be set, so that nobody is drawn."""

    units: tuple[Unit, ...]
    wants: tuple[Want, ...]
    more: bool
    calendar: bool

    def total(self, state: str) -> int:
        """How many dossiers of all units are in a state."""
        return sum(unit.counts.get(state, 0) for unit in self.units)


def desk(f: Fittings, who: Actor) -> Desk:
    """Everything within one's own scope that concerns panels."""
    if not may(who, "panel.tend"):
        raise refuse("access.denied")
    orgs = sorted({grant.org for grant in scope_of(who, "panel.tend")})
    today = beijing_day(f.clock.now())
    with f.work() as work:
        ids = work.panels.in_want(orgs, today + _SOON, MOST + 1)
        wants = tuple(w for id in ids[:MOST] if (w := _want(f, work, id, today)) is not None)
        calendar = panel.due_day(work, today, rules.DUE_DAYS) is not None
        return Desk(_units(work, orgs), wants, len(ids) > MOST, calendar)


def _units(work: Work, orgs: list[str]) -> tuple[Unit, ...]:
    """Counts by county, by their names' codes."""
    rows = work.panels.counts(orgs)
    paths = work.people.paths([row["school"] for row in rows])
    found: dict[str, Counter[str]] = {}
    for row in rows:
        path = paths.get(row["school"], ())
        unit = path[-2] if len(path) > 1 else row["school"]
        found.setdefault(unit, Counter())[row["state"]] += row["n"]
    names = work.people.organisations(sorted(found))
    return tuple(Unit(names[c].name if c in names else c, dict(found[c])) for c in sorted(found))


def _want(f: Fittings, work: Work, id: str, today: date) -> Want | None:
    dossier = work.dossiers.dossier(id)
    if dossier is None or dossier.state not in (DossierState.SUBMITTED, DossierState.ASSESSING):
        return None
    path = work.people.path(dossier.school)
    names = work.people.organisations(path)
    seats = rules.standing(work.panels.seats(id), dossier.round)
    due = min((s.due_on for s in seats if s.state is SeatState.OPEN), default=None)
    vacant = len(rules.vacant(seats, dossier.round))
    free = len(panel.eligible(f, work, dossier)) if vacant else 0
    unit = path[-2] if len(path) > 1 else dossier.school
    return Want(
        dossier, names[dossier.school].name, names[unit].name, vacant, free, due, due is not None and due < today,
        work.dossiers.appeal(id),
    )  # fmt: skip
