"""The hours ledger in PostgreSQL: entries are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Select, Text, any_, exists, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.hours import HoursEntry
from hub.domain.people import Person
from hub.store import tables as people_tables
from hub.store.award import tables as t
from hub.store.award.hours_list import HoursList
from hub.store.rows import build, build_all, values_of


@dataclass(frozen=True)
class HoursStore(HoursList):
    """See hub.journey.award_stores.HoursStore; lists over many people are in hub.store.award.hours_list."""

    connection: Connection

    def add_hours(self, entry: HoursEntry) -> bool:
        """Credit a training once; a second time changes nothing and the answer is no."""
        statement = upsert(t.hours).values(**_values(entry)).on_conflict_do_nothing()
        return self.connection.execute(statement.returning(t.hours.c.id)).first() is not None

    def add_all_hours(self, entries: Sequence[HoursEntry]) -> None:
        """Many at once; a training that is there already is the database's IntegrityError."""
        for start in range(0, len(entries), 5000):
            self.connection.execute(insert(t.hours), [_values(e) for e in entries[start : start + 5000]])

    def hours(self, uid: str) -> tuple[HoursEntry, ...]:
        """Everything of one person, what was taken back too, the latest first."""
        rows = self.connection.execute(
            _entries().where(t.hours.c.person == uid).order_by(t.hours.c.earned_on.desc(), t.hours.c.id)
        )
        return build_all(HoursEntry, rows)

    def hours_of(self, uids: Sequence[str]) -> dict[str, tuple[HoursEntry, ...]]:
        """Everything of several people in one query."""
        found: dict[str, list[HoursEntry]] = {}
        wanted = literal(list(uids), ARRAY(Text))
        for row in self.connection.execute(_entries().where(t.hours.c.person == any_(wanted))):
            found.setdefault(row.person, []).append(build(HoursEntry, row))
        return {uid: tuple(entries) for uid, entries in found.items()}

    def hours_entry(self, id: str) -> HoursEntry | None:
        row = self.connection.execute(_entries().where(t.hours.c.id == id)).first()
        return build(HoursEntry, row) if row else None

    def reversed_by(self, id: str) -> str | None:
        """The entry that takes this one back, if one does."""
        return self.connection.execute(select(t.hours.c.id).where(t.hours.c.reverses == id)).scalar()

    def note_hours_import(
        self, id: str, digest: str, org: str, by: str, at: datetime, report: Mapping[str, Any]
    ) -> None:
        values = {"id": id, "digest": digest, "org": org, "imported_by": by, "imported_at": at}
        self.connection.execute(insert(t.hour_imports).values(**values, report=dict(report)))

    def by_logins(self, logins: Sequence[str]) -> dict[str, Person]:
        """The people of these logins."""
        p = people_tables.people
        rows = self.connection.execute(select(p).where(p.c.login == any_(literal(list(logins), ARRAY(Text)))))
        return {row.login: build(Person, row) for row in rows}

    def relied_on_hours(self, uid: str, rules: Sequence[str], states: Sequence[str]) -> bool:
        """Whether an application of this person in one of ``states``, under one of ``rules``, stands."""
        a = t.applications
        held = exists().where(a.c.person == uid, a.c.rule.in_(rules), a.c.state.in_(states))
        return bool(self.connection.execute(select(held)).scalar())


def _entries() -> Select[Any]:
    """``import`` is no word for a field."""
    return select(t.hours, t.hours.c["import"].label("batch"))


def _values(entry: HoursEntry) -> dict[str, Any]:
    return values_of(entry, t.hours) | {"import": entry.batch}
