"""Lease: the right to grade one submission or item; renewed while it is used, fenced by its number, given back when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

from hub.domain import lease as rules
from hub.domain.lease import FilesLostError, Lease
from hub.domain.submission import State
from hub.faults import reached
from hub.journey.ports import Fittings, Work

_log = logging.getLogger("luojiao.lease")
TOLD = "评阅服务出了故障，作业已妥善保存，管理员处理后会重新评阅。"


class GraderDownError(Exception):
    """The grader could not work, or no longer may; the submission is safe and is graded later."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        self.reason = reason
        self.pause = pause  # seconds before the next try
        super().__init__(reason)


class Holder:
    """One worker process as leases know it: its name, the seconds of its silence that count as gone, what it has in hand."""

    def __init__(self, name: str, silent_seconds: float = rules.SILENT_SECONDS) -> None:
        self.name = name
        self.silent = timedelta(seconds=silent_seconds)
        self._in_hand: set[str] = set()
        self._lock = Lock()

    @contextmanager
    def hand(self, id: str) -> Iterator[None]:
        """While the block lasts, the lease on it is renewed by ``beat``."""
        with self._lock:
            self._in_hand.add(id)
        try:
            yield
        finally:
            with self._lock:
                self._in_hand.discard(id)

    @property
    def in_hand(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._in_hand)


def grade(f: Fittings, task: str, id: str, holder: Holder, deed: Callable[[Lease], State]) -> State:
    """One try at one submission or item: leased, done by ``deed``, and given back where that fails. The state after it.

    Raises GraderDownError where no verdict came about and there will be another try; after the last it is FAILED.
    """
    lease = take(f, holder, id, task)
    if lease is None:
        with f.work() as work:
            return state_of(work, task, id)
    try:
        with holder.hand(id):
            return deed(lease)
    except Exception as error:
        reason = reason_of(error)
        state = let_go(f, lease, reason)
        if state is State.QUEUED:
            raise GraderDownError(reason, rules.pause(lease.tries) or 0) from error
        _log.warning("%s of %s ended as %s after try %s", task, id, state, lease.tries, exc_info=error)
        return state


def state_of(work: Work, task: str, id: str) -> State:
    """Where it stands now; FAILED where there is no such thing."""
    return work.leases(task).state(id) or State.FAILED


def take(f: Fittings, holder: Holder, id: str, task: str = rules.TASK) -> Lease | None:
    """Lease one submission or item; None where it is not to be graded, or a living worker grades it."""
    now = f.clock.now()
    with f.work() as work:
        taken = work.leases(task).take(id, holder.name, now, now - holder.silent)
        reached("lease.row")
    if taken:
        reached("lease.taken")
    return taken


def beat(f: Fittings, holder: Holder) -> int:
    """Renew the leases of what is in hand, except of what has been in hand for impossibly long; how many."""
    hands = holder.in_hand
    if not hands:
        return 0
    now = f.clock.now()
    oldest = now - timedelta(seconds=rules.LONGEST_SECONDS)
    with f.work() as work:
        return sum(work.leases(task).beat(hands, holder.name, now, oldest) for task in rules.TASKS)


def let_go(f: Fittings, lease: Lease, reason: str) -> State:
    """Give a lease back after a failed try: what it was on waits for the next one, or after the last for an operator.

    Where the lease is somebody else's by now nothing changes; the state is the present one.
    """
    with f.work() as work:
        if not work.leases(lease.task).held(lease):
            return state_of(work, lease.task, lease.id)
        return lose(f, work, lease, reason)


def lose(f: Fittings, work: Work, lease: Lease, reason: str) -> State:
    """What follows from a try that came to nothing, whoever notices."""
    if lease.tries < rules.MAX_TRIES:
        work.leases(lease.task).give_back(lease, reason)
        return State.QUEUED
    work.leases(lease.task).dead(lease.id, f.clock.now(), reason, TOLD)
    return State.FAILED


def reason_of(error: Exception) -> str:
    """The stable code by which an operator finds out what went wrong; the rest is in the worker's log."""
    if isinstance(error, GraderDownError):
        return error.reason
    return "files.lost" if isinstance(error, FilesLostError) else "worker.fault"
