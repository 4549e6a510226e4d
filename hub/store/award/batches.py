"""Batches and their items in PostgreSQL: taken by whoever is free, each item by one at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy import text as sql

from hub.domain.batch import Batch, BatchItem, BatchKind, BatchState
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all

_CONFIRMED = sql("""
    SELECT a.id, a.school FROM applications a WHERE a.state = 'city_confirmed' AND a.id NOT IN (
        SELECT i.subject FROM batch_items i JOIN batches b ON b.id = i.batch
        WHERE b.kind = 'issue' AND b.state = 'open' AND i.state = 'waiting'
    )
    ORDER BY a.submitted_at, a.id
""")


@dataclass(frozen=True)
class BatchStore:
    """See hub.journey.award_stores.BatchStore."""

    connection: Connection

    def add(self, batch: Batch, subjects: Sequence[str]) -> None:
        """Keep a batch with its items, in their order."""
        add(self.connection, t.batches, batch)
        if subjects:
            self.connection.execute(
                insert(t.batch_items),
                [{"batch": batch.id, "position": n, "subject": s} for n, s in enumerate(subjects, 1)],
            )

    def get(self, id: str) -> Batch | None:
        row = self.connection.execute(select(t.batches).where(t.batches.c.id == id)).first()
        return build(Batch, row) if row else None

    def latest(self, kind: BatchKind, most: int) -> tuple[Batch, ...]:
        """The latest batches of a kind, the open ones first."""
        b = t.batches
        rows = self.connection.execute(
            select(b)
            .where(b.c.kind == kind.value)
            .order_by(b.c.state != BatchState.OPEN.value, b.c.asked_at.desc())
            .limit(most)
        )
        return build_all(Batch, rows)

    def open_ones(self, kinds: Collection[BatchKind]) -> tuple[str, ...]:
        """The open batches of these kinds, the oldest first."""
        b = t.batches
        wanted = [kind.value for kind in kinds]
        rows = self.connection.execute(
            select(b.c.id)
            .where(b.c.state == BatchState.OPEN.value, b.c.kind.in_(wanted))
            .order_by(b.c.asked_at)
        )
        return tuple(row.id for row in rows)

    def take(self, batch: str, most: int) -> tuple[BatchItem, ...]:
        """Waiting items, held until the work ends; what another worker holds is passed over."""
        i = t.batch_items
        rows = self.connection.execute(
            select(i)
            .where(i.c.batch == batch, i.c.state == "waiting")
            .order_by(i.c.position)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return build_all(BatchItem, rows)

    def ended(self, items: Sequence[BatchItem]) -> None:
        """Write down what became of items, and count them; held rows only."""
        i, b = t.batch_items, t.batches
        for item in items:
            self.connection.execute(
                update(i)
                .where(i.c.batch == item.batch, i.c.position == item.position)
                .values(state=item.state, outcome=item.outcome)
            )
        done = sum(item.state == "done" for item in items)
        self.connection.execute(
            update(b)
            .where(b.c.id == items[0].batch)
            .values(done=b.c.done + done, failed=b.c.failed + len(items) - done)
        )

    def close(self, batch: str, at: datetime) -> bool:
        """Close a batch whose every item has ended; whether this did it."""
        b = t.batches
        done = update(b).where(
            b.c.id == batch, b.c.state == BatchState.OPEN.value, b.c.done + b.c.failed >= b.c.total
        )
        return self.connection.execute(done.values(state=BatchState.DONE.value, ended_at=at)).rowcount == 1

    def failures(self, batch: str, most: int) -> tuple[BatchItem, ...]:
        i = t.batch_items
        rows = self.connection.execute(
            select(i).where(i.c.batch == batch, i.c.state == "failed").order_by(i.c.position).limit(most)
        )
        return build_all(BatchItem, rows)

    def confirmed(self) -> tuple[tuple[str, str], ...]:
        """Applications (with their schools) that the city has confirmed and that wait in no batch yet, the earliest first."""
        return tuple((row.id, row.school) for row in self.connection.execute(_CONFIRMED))
