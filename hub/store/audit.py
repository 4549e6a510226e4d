"""The audit log in PostgreSQL: one event after the other, each in the transaction of what it tells of."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select, text

from hub.domain.audit import FIRST, Event, digest_of, hash_of
from hub.store import tables as t
from hub.store.rows import build

_LOCK = 0x6C756F6A  # the chain has one end: whoever adds to it holds this until they commit


@dataclass(frozen=True)
class AuditStore:
    """See hub.journey.stores.AuditStore."""

    connection: Connection

    def append(
        self, at: str, actor: str, role: str, scope: str, verb: str, subject: str, detail: dict[str, Any]
    ) -> Event:
        """Add one event with its details; others that add wait until this transaction ends, so add last."""
        self.connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        e = t.audit_events.c
        last = self.connection.execute(select(e.seq, e.hash).order_by(e.seq.desc()).limit(1)).first()
        salt = secrets.token_hex(16)
        event = Event(
            last.seq + 1 if last else 1, at, actor, role, scope, verb, subject, digest_of(salt, detail),
            last.hash if last else FIRST, "",
        )  # fmt: skip
        event = replace(event, hash=hash_of(event))
        self.connection.execute(insert(t.audit_events).values(**asdict(event)))
        self.connection.execute(insert(t.audit_details).values(seq=event.seq, salt=salt, detail=detail))
        return event

    def events(self, since: int = 1) -> Iterator[Event]:
        """Every event from ``since`` on, in order."""
        rows = self.connection.execution_options(yield_per=1000).execute(
            select(t.audit_events).where(t.audit_events.c.seq >= since).order_by(t.audit_events.c.seq)
        )
        for row in rows:
            yield build(Event, row)
