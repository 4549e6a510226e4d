"""The calendar of working days in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from hub.domain.workdays import Arrangement, Calendar, SpecialDay
from hub.store.award import tables as t

_HOLIDAY, _WORKDAY = "holiday", "workday"


@dataclass(frozen=True)
class WorkdayStore:
    """See hub.journey.award_stores.WorkdayStore."""

    connection: Connection

    def calendar(self) -> Calendar:
        """Everything that is known of working days."""
        d = t.calendar_days.c
        special = {row.day: row.kind == _WORKDAY for row in self.connection.execute(select(d.day, d.kind))}
        years = self.connection.scalars(select(t.calendar_years.c.year))
        return Calendar(special, frozenset(years))

    def arrangement(self, year: int) -> Arrangement | None:
        """What was published for one year, or None where nobody told."""
        row = self.connection.execute(select(t.calendar_years).where(t.calendar_years.c.year == year)).first()
        if row is None:
            return None
        d = t.calendar_days
        days = self.connection.execute(select(d).where(_of(year)).order_by(d.c.day))
        return Arrangement(
            year, row.doc_no, tuple(SpecialDay(x.day, x.kind == _WORKDAY, x.name) for x in days)
        )

    def put_year(self, arrangement: Arrangement, at: datetime) -> None:
        """Let this arrangement stand for its year."""
        year = arrangement.year
        self.connection.execute(delete(t.calendar_days).where(_of(year)))
        self.connection.execute(delete(t.calendar_years).where(t.calendar_years.c.year == year))
        self.connection.execute(
            insert(t.calendar_years).values(year=year, doc_no=arrangement.doc_no, loaded_at=at)
        )
        rows = [
            {"day": d.day, "kind": _WORKDAY if d.works else _HOLIDAY, "name": d.name, "source": arrangement.doc_no}
            for d in arrangement.days
        ]  # fmt: skip
        if rows:
            self.connection.execute(insert(t.calendar_days), rows)


def _of(year: int) -> ColumnElement[bool]:
    return t.calendar_days.c.day.between(date(year, 1, 1), date(year, 12, 31))
