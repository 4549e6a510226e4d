"""Work for later as rows of the same database (Procrastinate), taken in the caller's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import procrastinate
from sqlalchemy import Connection, text

from hub.domain.lease import REGRADE, TASK

QUEUE = "grading"
BULK = -1_000_000_000  # behind every fresh submission
_app = procrastinate.App(
    connector=procrastinate.SyncPsycopgConnector()
)  # never opened: it only words the SQL

# Fair between people (start-time fair queueing, one job a round): behind one's own last turn, and not before the turn
# that is being served. Bulk work has no turn (0) and moves nobody's.
_TURN = text("""
UPDATE submissions s SET turn = greatest(
    1,
    (SELECT 1 + max(o.turn) FROM submissions o
     WHERE o.person = s.person AND o.state IN ('queued', 'grading') AND o.id <> s.id),
    coalesce(
        (SELECT min(o.turn) FROM submissions o
         WHERE o.state = 'queued' AND o.tries = 0 AND o.turn > 0 AND o.id <> s.id),
        (SELECT max(o.turn) FROM submissions o WHERE o.state IN ('queued', 'grading') AND o.id <> s.id))
) WHERE s.id = :id RETURNING s.turn""")

# Begun longer ago than the bound by the database's clock; whether somebody still works on one, its lease says.
_OVERDUE = text("""
SELECT j.id, j.task_name AS task, coalesce(j.args ->> 'submission', j.args ->> 'item', '') AS about,
       j.worker_id IS NULL OR NOT EXISTS (
           SELECT 1 FROM procrastinate_workers w WHERE w.id = j.worker_id
           AND w.last_heartbeat > now() - make_interval(secs => :seconds)) AS deserted
FROM procrastinate_jobs j
WHERE j.queue_name = :queue AND j.status = 'doing'
  AND coalesce((SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started'),
               '-infinity') < now() - make_interval(secs => :seconds)
ORDER BY j.id LIMIT 500 FOR UPDATE OF j SKIP LOCKED""")


@dataclass(frozen=True)
class Overdue:
    """A job that was begun too long ago, and about what. ``deserted``: its worker no longer shows that it lives."""

    id: int
    task: str
    about: str
    deserted: bool


@dataclass(frozen=True)
class Queue:
    """See hub.journey.stores.Queue."""

    connection: Connection

    def autograde(self, submission: str, *, bulk: bool = False) -> None:
        """Queue the grading of ``submission``; two jobs of one submission never run at once.

        People take turns: somebody's second waits behind everybody's first. ``bulk`` work waits behind all of that.
        """
        if bulk:
            self.connection.execute(
                text("UPDATE submissions SET turn = 0 WHERE id = :id"), {"id": submission}
            )
            priority = BULK
        else:
            priority = -(self.connection.execute(_TURN, {"id": submission}).scalar() or 1)
        self._defer(TASK, priority, submission=submission)

    def regrade(self, items: Sequence[str]) -> None:
        """Queue the grading of items of a regrade or of a night's sample, behind whatever people hand in."""
        for item in items:
            self._defer(REGRADE, BULK, item=item)

    def again(self, task: str, id: str) -> None:
        """Queue once more what lost its job or was given up."""
        if task == TASK:
            self.autograde(id)
        else:
            self.regrade([id])

    def _defer(self, task: str, priority: int, **about: str) -> None:
        """The one thing that a job is about is its lock as well."""
        _app.configure_task(
            task,
            queue=QUEUE,
            lock=next(iter(about.values())),
            priority=priority,
            connection=self.connection.connection.driver_connection,
        ).defer(**about)

    def overdue(self, seconds: float) -> tuple[Overdue, ...]:
        """Jobs begun more than ``seconds`` ago and not ended, their rows locked."""
        rows = self.connection.execute(_OVERDUE, {"queue": QUEUE, "seconds": seconds})
        return tuple(Overdue(r.id, r.task, r.about, r.deserted) for r in rows)

    def put_back(self, job: int, seconds: float) -> None:
        """Let a job that was begun wait again, for ``seconds`` at least."""
        self.connection.execute(
            text(
                "SELECT procrastinate_retry_job_v2(:job, now() + make_interval(secs => :seconds), NULL, NULL, NULL)"
            ),
            {"job": job, "seconds": seconds},
        )

    def drop(self, job: int) -> None:
        """Take out a job that has nothing left to do."""
        self.connection.execute(
            text("SELECT procrastinate_finish_job_v1(:job, 'succeeded', true)"), {"job": job}
        )
