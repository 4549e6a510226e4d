"""Lease: the right to grade one submission; renewed while it is used, fenced by its number, given back when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

from hub.domain import lease as rules
from hub.domain.lease import FilesLostError, Lease
from hub.domain.submission import State
from hub.faults import reached
from hub.journey.ports import Fittings, Work

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
    def hand(self, submission: str) -> Iterator[None]:
        """While the block lasts, this submission's lease is renewed by ``beat``."""
        with self._lock:
            self._in_hand.add(submission)
        try:
            yield
        finally:
            with self._lock:
                self._in_hand.discard(submission)

    @property
    def in_hand(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._in_hand)


def take(f: Fittings, holder: Holder, submission_id: str) -> Lease | None:
    """Lease one submission; None where it is not to be graded, or a living worker grades it."""
    now = f.clock.now()
    with f.work() as work:
        taken = work.lease.take(submission_id, holder.name, now, now - holder.silent)
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
    with f.work() as work:
        return work.lease.beat(hands, holder.name, now, now - timedelta(seconds=rules.LONGEST_SECONDS))


def let_go(f: Fittings, lease: Lease, reason: str) -> State:
    """Give a lease back after a failed try: the submission waits for the next one, or after the last for an operator.

    Where the lease is somebody else's by now nothing changes; the state is the present one.
    """
    with f.work() as work:
        if work.lease.held(lease) is None:
            current = work.study.submission(lease.submission)
            return current.state if current else State.FAILED
        return lose(f, work, lease, reason)


def lose(f: Fittings, work: Work, lease: Lease, reason: str) -> State:
    """What follows from a try that came to nothing, whoever notices."""
    if lease.tries < rules.MAX_TRIES:
        work.lease.give_back(lease, reason)
        return State.QUEUED
    work.lease.dead(lease.submission, f.clock.now(), reason, TOLD)
    return State.FAILED


def reason_of(error: Exception) -> str:
    """The stable code by which an operator finds out what went wrong; the rest is in the worker's log."""
    if isinstance(error, GraderDownError):
        return error.reason
    return "files.lost" if isinstance(error, FilesLostError) else "worker.fault"
