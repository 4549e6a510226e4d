"""Leases on gradings in PostgreSQL, of submissions and of regraded items: taken, renewed, given back, and taken away from holders that fell silent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select, text, update

from hub.domain.lease import REGRADE, TASK, Lease
from hub.domain.submission import State
from hub.store import tables as t

_TABLES = {TASK: t.submissions, REGRADE: t.regrade_items}

# Waiting for nobody: no job of theirs is waiting or running, and no lease is alive. They are queued anew.
_JOBLESS = {
    task: text(f"""
SELECT s.id FROM {table.name} s
WHERE s.state IN ('queued', 'grading') AND s.queued_at < :silent
  AND (s.state = 'queued' OR s.beaten_at < :silent)
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.lock = s.id AND j.task_name = :task
                  AND j.status IN ('todo', 'doing'))
ORDER BY s.queued_at LIMIT 500 FOR UPDATE OF s SKIP LOCKED""")  # noqa: S608 - the names of two tables of ours
    for task, table in _TABLES.items()
}


@dataclass(frozen=True)
class LeaseStore:
    """See hub.journey.stores.LeaseStore. ``task`` says what is leased: submissions, or the items of regrades."""

    connection: Connection
    task: str

    @property
    def _table(self) -> Table:
        return _TABLES[self.task]

    def state(self, id: str) -> State | None:
        """Where it stands; None where there is no such thing."""
        found = self.connection.scalar(select(self._table.c.state).where(self._table.c.id == id))
        return State(found) if found else None

    def take(self, id: str, holder: str, now: datetime, silent: datetime) -> Lease | None:
        """Lease the grading of a submission that waits, or whose holder has not beaten since ``silent``; else None."""
        c = self._table.c
        row = self.connection.execute(
            update(self._table)
            .where(
                c.id == id,
                (c.state == State.QUEUED.value)
                | ((c.state == State.GRADING.value) & (c.beaten_at.is_(None) | (c.beaten_at < silent))),
            )
            .values(
                state=State.GRADING.value,
                held_by=holder,
                leased_at=now,
                beaten_at=now,
                message="",
                lease=c.lease + 1,
                tries=c.tries + 1,
            )
            .returning(c.lease, c.tries)
        ).first()
        return Lease(id, row.lease, row.tries, now, self.task) if row else None

    def beat(self, ids: Collection[str], holder: str, now: datetime, oldest: datetime) -> int:
        """Renew the leases of ``holder`` on ``ids`` that were taken after ``oldest``; how many."""
        c = self._table.c
        done = self.connection.execute(
            update(self._table)
            .where(
                c.id.in_(list(ids)),
                c.held_by == holder,
                c.state == State.GRADING.value,
                c.leased_at >= oldest,
            )
            .values(beaten_at=now)
        )
        return int(done.rowcount)

    def held(self, lease: Lease) -> bool:
        """Whether this very lease still stands; if so its row is locked until the work ends."""
        c = self._table.c
        row = self.connection.execute(
            select(c.id)
            .where(c.id == lease.id, c.lease == lease.number, c.state == State.GRADING.value)
            .with_for_update()
        ).first()
        return row is not None

    def silent(self, id: str, since: datetime) -> Lease | None:
        """The lease on ``id`` whose holder has not beaten since, its row locked; None where all is well."""
        c = self._table.c
        row = self.connection.execute(
            select(c.lease, c.tries, c.leased_at)
            .where(c.id == id, c.state == State.GRADING.value, c.beaten_at < since)
            .with_for_update(skip_locked=True)
        ).first()
        return Lease(id, row.lease, row.tries, row.leased_at, self.task) if row else None

    def give_back(self, lease: Lease, reason: str) -> None:
        """The submission waits again for a try; the failed ones stay counted."""
        c = self._table.c
        self.connection.execute(
            update(self._table)
            .where(c.id == lease.id, c.lease == lease.number)
            .values(state=State.QUEUED.value, held_by="", beaten_at=None, reason=reason)
        )

    def jobless(self, silent: datetime) -> tuple[str, ...]:
        """Submissions that wait although no job is there to grade them, their rows locked."""
        return tuple(
            row.id
            for row in self.connection.execute(_JOBLESS[self.task], {"task": self.task, "silent": silent})
        )

    def dead(self, id: str, at: datetime, reason: str, message: str) -> None:
        """The last try failed: the submission waits for an operator, with its tries and the reason."""
        c = self._table.c
        self.connection.execute(
            update(self._table)
            .where(c.id == id)
            .values(
                state=State.FAILED.value,
                graded_at=at,
                reason=reason,
                message=message,
                held_by="",
                beaten_at=None,
            )
        )

    def revive(self, id: str, at: datetime) -> bool:
        """Let a dead letter wait again, with all its tries before it; False where it is none (any more)."""
        c = self._table.c
        done = self.connection.execute(
            update(self._table)
            .where(c.id == id, c.state == State.FAILED.value)
            .values(
                state=State.QUEUED.value,
                queued_at=at,
                leased_at=None,
                graded_at=None,
                message="",
                reason="",
                tries=0,
            )
        )
        return bool(done.rowcount)
