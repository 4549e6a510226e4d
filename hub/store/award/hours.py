"""The hours ledger in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.hours import HoursEntry
from hub.store.award import tables as t
from hub.store.rows import build_all, values_of


@dataclass(frozen=True)
class HoursStore:
    """See hub.journey.award_stores.HoursStore."""

    connection: Connection

    def add_hours(self, entry: HoursEntry) -> None:
        """Credit a run once; a second time changes nothing."""
        self.connection.execute(upsert(t.hours).values(**values_of(entry, t.hours)).on_conflict_do_nothing())

    def hours(self, uid: str) -> tuple[HoursEntry, ...]:
        rows = self.connection.execute(
            select(t.hours).where(t.hours.c.person == uid).order_by(t.hours.c.earned_on.desc())
        )
        return build_all(HoursEntry, rows)
