"""Tend: what keeps the grading queue going by itself, and what its operator sees and sets going again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.domain import lease as rules
from hub.domain.errors import refuse
from hub.domain.people import Actor, may
from hub.domain.sampling import Night
from hub.domain.submission import State
from hub.journey import lease as leases
from hub.journey.ports import Fittings, Work
from hub.journey.stores import Overdue

MOST = 200
INCIDENT_DAYS = 30  # incidents are shown for so long
_NIGHTS = 7
_INCIDENTS = 50
_FINAL = (State.GRADED, State.REJECTED, State.FAILED)
_AT_ONCE = 100  # dead letters revived in one transaction


def take_over(f: Fittings, silent_seconds: float) -> int:
    """Free what silent workers hold, and queue again what waits without a job; how many were helped.

    Every living worker does this now and then; none needs to know of the others.
    """
    silent = f.clock.now() - timedelta(seconds=silent_seconds)
    with f.work() as work:
        helped = sum(_helped(f, work, job, silent) for job in work.queue.overdue(silent_seconds))
        for task in rules.TASKS:
            for one in work.leases(task).jobless(silent):
                held = work.leases(task).silent(one, silent)
                if held is None or leases.lose(f, work, held, "worker.lost") is State.QUEUED:
                    work.queue.again(task, one)
                helped += 1
    return helped


def _helped(f: Fittings, work: Work, job: Overdue, silent: datetime) -> bool:
    if job.task not in rules.TASKS:
        if job.deserted:
            work.queue.put_back(job.id, 0)
        return job.deserted
    state = leases.state_of(work, job.task, job.about)
    if state in _FINAL:
        work.queue.drop(job.id)
        return True
    if state is State.QUEUED:
        work.queue.put_back(job.id, 0)
        return True
    held = work.leases(job.task).silent(job.about, silent)
    if held is None:
        return False
    if leases.lose(f, work, held, "worker.lost") is State.QUEUED:
        work.queue.put_back(job.id, rules.pause(held.tries) or 0)
    else:
        work.queue.drop(job.id)
    return True


@dataclass(frozen=True)
class DeadLetter:
    """A submission whose grading failed for good; nothing in it says whose it is."""

    id: str
    course: str
    run: str
    assignment: str
    received_at: datetime
    failed_at: datetime
    tries: int
    leases: int
    reason: str


@dataclass(frozen=True)
class QueueView:
    """What an operator sees: the queue in numbers, seconds of the last hour's gradings, and the dead letters."""

    waiting: int
    running: int
    retrying: int
    oldest_seconds: float
    graded: int
    p50: float | None
    p95: float | None
    failed: int
    letters: tuple[DeadLetter, ...]


def queue(f: Fittings, who: Actor) -> QueueView:
    """The state of the grading queue."""
    _allowed(who)
    now = f.clock.now()
    with f.work() as work:
        n, rows = work.read.queue_figures(now), work.read.dead_letters(MOST)
    waited = max(0.0, (now - n["oldest"]).total_seconds()) if n["oldest"] else 0.0
    seconds = [None if n[p] is None else float(n[p]) for p in ("p50", "p95")]
    return QueueView(
        n["waiting"], n["running"], n["retrying"], waited, n["graded"], seconds[0], seconds[1], n["failed"],
        tuple(_letter(f, row) for row in rows),
    )  # fmt: skip


def _letter(f: Fittings, row: Mapping[str, Any]) -> DeadLetter:
    course, assignment = _titles(f, row["course"], row["assignment"])
    return DeadLetter(
        row["id"], course, row["run_title"], assignment, row["received_at"], row["failed_at"], row["tries"],
        row["lease"], row["reason"],
    )  # fmt: skip


def _titles(f: Fittings, slug: str, key: str) -> tuple[str, str]:
    course = f.catalogue.get(slug)
    named = {a.key: a.title for a in course.assignments} if course else {}
    return course.title if course else slug, named.get(key, key)


@dataclass(frozen=True)
class IncidentView:
    """An incident as an operator sees it; nothing in it says whose it is."""

    id: str
    course: str
    run: str
    assignment: str
    submission: str
    found_at: datetime
    points_differ: bool
    differences: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Samples:
    """The last nights in numbers, and what came out otherwise."""

    nights: tuple[Night, ...]
    incidents: tuple[IncidentView, ...]


def samples(f: Fittings, who: Actor) -> Samples:
    """What the nightly samples found, for whoever tends the grading queue."""
    _allowed(who)
    since = f.clock.now() - timedelta(days=INCIDENT_DAYS)
    with f.work() as work:
        nights, rows = work.sample.nights(_NIGHTS), work.sample.incidents(since, _INCIDENTS)
    return Samples(nights, tuple(_incident(f, row) for row in rows))


def _incident(f: Fittings, row: Mapping[str, Any]) -> IncidentView:
    course, title = _titles(f, row["course"], row["assignment"])
    return IncidentView(
        row["id"], course, row["run_title"], title, row["submission"], row["found_at"], row["points_differ"],
        tuple(row["differences"]),
    )  # fmt: skip


def retry(f: Fittings, who: Actor, submission_id: str) -> None:
    """Queue one dead letter again."""
    _allowed(who)
    if not _revive(f, [submission_id]):
        raise refuse("submission.not_gradable", why="它已经不在失败之列，请刷新页面")


def retry_all(f: Fittings, who: Actor) -> int:
    """Queue every dead letter again, those handed in first coming first; how many."""
    _allowed(who)
    with f.work() as work:
        ids = work.read.dead_letter_ids()
    return sum(_revive(f, ids[n : n + _AT_ONCE]) for n in range(0, len(ids), _AT_ONCE))


def _revive(f: Fittings, ids: Sequence[str]) -> int:
    with f.work() as work:
        revived = [one for one in ids if work.leases(rules.TASK).revive(one, f.clock.now())]
        for one in revived:
            work.queue.autograde(one)
    return len(revived)


def _allowed(who: Actor) -> None:
    if not may(who, "grading.tend"):
        raise refuse("access.denied")
