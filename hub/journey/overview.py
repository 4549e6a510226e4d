"""Read, for officials: one level of the city in numbers, small cells suppressed, each within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.disclosure import MIN_TEACHERS, suppress
from hub.domain.errors import refuse
from hub.domain.organisation import Organisation
from hub.domain.people import Actor, may, scope_of
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings

COLUMNS = ("staff", "enrolled", "completed", "certified")


@dataclass(frozen=True)
class Row:
    """One organisation below the one that is shown; None is a suppressed count."""

    code: str
    name: str
    level: str
    kind: str
    counts: dict[str, int | None]
    has_children: bool


@dataclass(frozen=True)
class Overview:
    """An organisation, the way up to it within the reader's scope, and the level below it."""

    organisation: Organisation
    trail: tuple[Organisation, ...]
    rows: tuple[Row, ...]
    total: dict[str, int | None]
    read_at: datetime


def overview(f: Fittings, who: Actor, code: str | None) -> Overview:
    """The level below ``code``, or below the top of the reader's own scope."""
    now = f.clock.now()
    grants = scope_of(who, "overview.read")
    if not grants or not may(who, "overview.read"):
        raise refuse("access.denied")
    code = code or grants[0].org
    with f.work() as work:
        path = work.people.path(code)
        organisation = work.people.organisation(code)
        if organisation is None or not may(who, "overview.read", path):
            raise refuse("thing.missing", what="这个单位")
        found = work.read.counts(code, beijing_day(now))
        known = [work.people.organisation(c) for c in reversed(path)]
        trail = tuple(o for o in known if o and may(who, "overview.read", work.people.path(o.code)))
    exact = [{column: int(row[column]) for column in COLUMNS} for row in found]
    shown = suppress(exact, "staff", MIN_TEACHERS)
    rows = tuple(
        Row(row["code"], row["name"], row["level"], row["kind"], counts, row["level"] in ("unit", "school"))
        for row, counts in zip(found, shown, strict=True)
    )
    sums = {column: sum(row[column] for row in exact) for column in COLUMNS}
    hidden = sums["staff"] < MIN_TEACHERS
    total = {column: None if hidden else value for column, value in sums.items()}
    return Overview(organisation, trail, rows, total, now)
