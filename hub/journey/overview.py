"""Read, for officials: one level of the city in numbers, small cells suppressed, each within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.disclosure import MIN_TEACHERS, suppress
from hub.domain.organisation import Organisation
from hub.domain.people import Actor
from hub.journey import scope
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
    code = code or scope.top(who, "overview.read")
    with f.work() as work:
        organisation = scope.require(work, who, "overview.read", code, "这个单位")
        found = work.read.counts(code, beijing_day(now))
        trail = scope.trail(work, who, "overview.read", code)
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
