"""Leases on gradings in PostgreSQL: taken, renewed, given back, and taken away from holders that fell silent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from hub.domain.lease import TASK, Lease
from hub.domain.submission import State, Submission
from hub.store import tables as t
from hub.store.rows import build

_s = t.submissions.c

# Waiting for nobody: no job of theirs is waiting or running, and no lease is alive. They are queued anew.
_JOBLESS = text("""
SELECT s.id FROM submissions s
WHERE s.state IN ('queued', 'grading') AND s.queued_at < :silent
  AND (s.state = 'queued' OR s.beaten_at < :silent)
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.lock = s.id AND j.task_name = :task
                  AND j.status IN ('todo', 'doing'))
ORDER BY s.queued_at LIMIT 500 FOR UPDATE OF s SKIP LOCKED""")


@dataclass(frozen=True)
class LeaseStore:
    """See hub.journey.stores.LeaseStore."""

    connection: Connection

    def take(self, id: str, holder: str, now: datetime, silent: datetime) -> Lease | None:
        """Lease the grading of a submission that waits, or whose holder has not beaten since ``silent``; else None."""
        row = self.connection.execute(
            update(t.submissions)
            .where(
                _s.id == id,
                (_s.state == State.QUEUED.value)
                | ((_s.state == State.GRADING.value) & (_s.beaten_at.is_(None) | (_s.beaten_at < silent))),
            )
            .values(
                state=State.GRADING.value,
                held_by=holder,
                leased_at=now,
                beaten_at=now,
                message="",
                lease=_s.lease + 1,
                tries=_s.tries + 1,
            )
            .returning(_s.lease, _s.tries)
        ).first()
        return Lease(id, row.lease, row.tries, now) if row else None

    def beat(self, ids: Collection[str], holder: str, now: datetime, oldest: datetime) -> int:
        """Renew the leases of ``holder`` on ``ids`` that were taken after ``oldest``; how many."""
        done = self.connection.execute(
            update(t.submissions)
            .where(
                _s.id.in_(list(ids)),
                _s.held_by == holder,
                _s.state == State.GRADING.value,
                _s.leased_at >= oldest,
            )
            .values(beaten_at=now)
        )
        return int(done.rowcount)

    def held(self, lease: Lease) -> Submission | None:
        """The submission, locked until the work ends, if this very lease still stands; else None."""
        row = self.connection.execute(
            select(t.submissions)
            .where(_s.id == lease.submission, _s.lease == lease.number, _s.state == State.GRADING.value)
            .with_for_update()
        ).first()
        return build(Submission, row) if row else None

    def silent(self, id: str, since: datetime) -> Lease | None:
        """The lease on ``id`` whose holder has not beaten since, its row locked; None where all is well."""
        row = self.connection.execute(
            select(_s.lease, _s.tries, _s.leased_at)
            .where(_s.id == id, _s.state == State.GRADING.value, _s.beaten_at < since)
            .with_for_update(skip_locked=True)
        ).first()
        return Lease(id, row.lease, row.tries, row.leased_at) if row else None

    def give_back(self, lease: Lease, reason: str) -> None:
        """The submission waits again for a try; the failed ones stay counted."""
        self.connection.execute(
            update(t.submissions)
            .where(_s.id == lease.submission, _s.lease == lease.number)
            .values(state=State.QUEUED.value, held_by="", beaten_at=None, reason=reason)
        )

    def jobless(self, silent: datetime) -> tuple[str, ...]:
        """Submissions that wait although no job is there to grade them, their rows locked."""
        return tuple(row.id for row in self.connection.execute(_JOBLESS, {"task": TASK, "silent": silent}))

    def dead(self, id: str, at: datetime, reason: str, message: str) -> None:
        """The last try failed: the submission waits for an operator, with its tries and the reason."""
        self.connection.execute(
            update(t.submissions)
            .where(_s.id == id)
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
        done = self.connection.execute(
            update(t.submissions)
            .where(_s.id == id, _s.state == State.FAILED.value)
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
