"""The audit log in PostgreSQL: one event after the other, each in the transaction of what it tells of."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, func, select, text

from hub.domain.audit import FIRST, Entry, Event, Kept, follow
from hub.domain.audit_view import Coverage, Wanted
from hub.store import tables as t
from hub.store.audit_coverage import counts, coverage

_LOCK = 0x6C756F6A  # the chain has one end: whoever adds to it holds this until they commit
_AT_ONCE = 2000


@dataclass(frozen=True)
class AuditStore:
    """See hub.journey.audit_stores.AuditStore."""

    connection: Connection

    def append(self, entries: Sequence[Entry]) -> int:
        """Add events with their details; others that add wait until this transaction ends, so add last.

        The number of the last one.
        """
        if not entries:
            return self.size()
        end = self.connection.execute(_END, {"lock": _LOCK}).first()
        seq, hash = (end.seq, end.hash) if end else (0, FIRST)
        rows = []
        for entry in entries:
            salt = secrets.token_hex(16)
            event = follow(seq, hash, entry, salt)
            seq, hash = event.seq, event.hash
            rows.append(vars(event) | {"salt": salt, "detail": Jsonb(entry.detail)})
        self.connection.execute(_ADD, rows)
        return seq

    def size(self) -> int:
        """The number of the last event, which is also how many there are."""
        return int(self.connection.scalar(select(func.coalesce(func.max(t.audit_events.c.seq), 0))) or 0)

    def events(self, since: int = 1) -> Iterator[Event]:
        """Every event from ``since`` on, in order."""
        e = t.audit_events
        for row in self._rows(select(e).where(e.c.seq >= since).order_by(e.c.seq)):
            yield Event(*row)

    def kept(self, since: int = 1) -> Iterator[Kept]:
        """The same with details."""
        for row in self._rows(
            _WITH_DETAILS.where(t.audit_events.c.seq >= since).order_by(t.audit_events.c.seq)
        ):
            yield _kept(row)

    def _rows(self, query: Any) -> Iterator[Any]:
        yield from self.connection.execute(query.execution_options(yield_per=_AT_ONCE))

    def page(self, wanted: Wanted, before: int | None, most: int) -> tuple[Kept, ...]:
        """The newest events that are wanted, before that number where one is given."""
        e = t.audit_events.c
        query = _WITH_DETAILS
        if wanted.subject:
            query = query.where(e.subject == wanted.subject)
        if wanted.actor:
            query = query.where(e.actor == wanted.actor)
        if wanted.verbs:
            query = query.where(e.verb.in_(wanted.verbs))
        if wanted.since:
            query = query.where(e.at >= wanted.since)
        if wanted.until:
            query = query.where(e.at < wanted.until)
        if before is not None:
            query = query.where(e.seq < before)
        rows = self.connection.execute(query.order_by(e.seq.desc()).limit(most))
        return tuple(map(_kept, rows))

    def details(self, verb: str, subject: str) -> Mapping[str, Any] | None:
        """The details of the first such event."""
        e, d = t.audit_events.c, t.audit_details.c
        found: Mapping[str, Any] | None = self.connection.scalar(
            select(d.detail).join(t.audit_events, e.seq == d.seq)
            .where(e.verb == verb, e.subject == subject).order_by(e.seq).limit(1)
        )  # fmt: skip
        return found

    def coverage(self) -> tuple[Coverage, ...]:
        """Every kind of record that must have an event, against the events there are."""
        return coverage(self.connection)

    def counts(self) -> dict[str, int]:
        """How many records of each such kind there are."""
        return counts(self.connection)


_END = text("SELECT seq, hash FROM audit_end(:lock)")
_ADD = text("""
WITH e AS (INSERT INTO audit_events (seq, at, actor, role, scope, verb, subject, digest, previous, hash)
           VALUES (:seq, :at, :actor, :role, :scope, :verb, :subject, :digest, :previous, :hash))
INSERT INTO audit_details (seq, salt, detail) VALUES (:seq, :salt, :detail)""")
_WITH_DETAILS = select(t.audit_events, t.audit_details.c.salt, t.audit_details.c.detail).outerjoin(
    t.audit_details, t.audit_details.c.seq == t.audit_events.c.seq
)


def _kept(row: Any) -> Kept:
    """An event whose details are gone gets some that do not fit."""
    return Kept(Event(*row[:10]), row.salt or "", {} if row.detail is None else row.detail)
