"""Batches: long work over many records; opened by somebody, worked in chunks by whichever worker is free, to be watched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hub.domain.batch import Batch, BatchItem, BatchKind, BatchState
from hub.domain.errors import Refusal, refuse
from hub.domain.people import Actor, may
from hub.faults import reached
from hub.journey import audit
from hub.journey.award import certificates
from hub.journey.enter import actor
from hub.journey.ports import Fittings, Work

_log = logging.getLogger("luojiao.batches")
CHUNK = 20  # items in one transaction: so many are done again by another where a worker is killed
# (fittings, work, who asked for the batch, the item's subject) -> what came of it. What it wrote is undone where it raises.
Deed = Callable[[Fittings, Work, Actor | None, str], str]


def open_issue(f: Fittings, who: Actor, applications: Sequence[str] | None = None) -> Batch:
    """Ask for the certificates of confirmed applications; of all that are waiting where none are named."""
    if not may(who, "certificate.issue"):
        raise refuse("access.denied")
    with f.work() as work:
        work.study.lock_attempts("batch", BatchKind.ISSUE.value, "")
        ready = _ready(work, who)
        named = ready if applications is None else frozenset(applications)
        wanted = tuple(id for id in ready if id in named)
        if not wanted:
            raise refuse("batch.nothing")
        return opened(f, work, who, BatchKind.ISSUE, "", wanted)


def _ready(work: Work, who: Actor) -> dict[str, str]:
    """Applications that ``who`` may have issued now, with their schools."""
    found = work.batches.confirmed()
    paths = work.people.paths(sorted({school for _, school in found}))
    return {id: school for id, school in found if may(who, certificates.VERB, paths.get(school, ()))}


def opened(
    f: Fittings, work: Work, who: Actor, kind: BatchKind, about: str, subjects: Sequence[str]
) -> Batch:
    """Open a batch over ``subjects`` in the caller's unit of work."""
    made = Batch(f.ids.new("bat"), kind, about, who.uid, f.clock.now(), BatchState.OPEN, len(subjects))
    work.batches.add(made, subjects)
    audit.note(
        f, work, who, "batch.opened", made.id, {"kind": kind.value, "about": about, "total": made.total}
    )
    return made


def issue(f: Fittings, work: Work, who: Actor | None, application_id: str) -> str:
    """The deed of an issuing batch: one application. One that somebody else has issued meanwhile is done, too."""
    if who is None:
        raise refuse("access.denied")
    there = work.review.application(application_id, lock=True) and work.certificates.number_of(application_id)
    return there or certificates.issue_in(f, work, who, application_id).number


def work_on(f: Fittings, deeds: Mapping[BatchKind, Deed], chunk: int = CHUNK) -> int:
    """One chunk of the oldest open batch that has something to do; how many items ended. Called by the worker, again and again."""
    with f.work() as work:
        waiting = work.batches.open_ones(deeds)
    for id in waiting:
        ended = _chunk(f, deeds, id, chunk)
        if ended:
            return ended
    return 0


def work_all(
    f: Fittings, deeds: Mapping[BatchKind, Deed], stopping: Callable[[], bool] = lambda: False
) -> None:
    """Chunk after chunk of what is open, until there is nothing more or somebody asks to stop."""
    while not stopping() and work_on(f, deeds):
        pass


def _chunk(f: Fittings, deeds: Mapping[BatchKind, Deed], id: str, chunk: int) -> int:
    with f.work() as work:
        batch = work.batches.get(id)
        if batch is None:
            return 0
        items = work.batches.take(id, chunk)
        who = actor(work, batch.asked_by, f.clock.now())
        ended = [_one(f, work, deeds[batch.kind], who, item) for item in items]
        if ended:
            work.batches.ended(ended)
        work.batches.close(id, f.clock.now())
    if ended:
        reached("batch.committed")
    return len(ended)


def _one(f: Fittings, work: Work, deed: Deed, who: Actor | None, item: BatchItem) -> BatchItem:
    """Do one item apart from the others: whatever is wrong with it, they go on and nothing of it is left behind."""
    try:
        with work.apart():
            return replace(item, state="done", outcome=deed(f, work, who, item.subject))
    except Refusal as refusal:
        return replace(item, state="failed", outcome=refusal.message)
    except Exception:  # a fault in one record must not hold up a city's certificates for ever
        ref = f.ids.secret()[:8]
        _log.exception("fault %s in batch %s, item %s", ref, item.batch, item.subject)
        return replace(item, state="failed", outcome=refuse("server.fault", ref=ref).message)


@dataclass(frozen=True)
class Watched:
    """A batch as its page shows it."""

    batch: Batch
    failures: tuple[BatchItem, ...]


def watch(f: Fittings, who: Actor, id: str) -> Watched:
    """How far a batch of one's own kind of work is."""
    with f.work() as work:
        batch = work.batches.get(id)
        if batch is None or not may(who, _VERBS[batch.kind]):
            raise refuse("thing.missing", what="这个批次")
        return Watched(batch, work.batches.failures(id, 50))


@dataclass(frozen=True)
class Desk:
    """What waits to be issued, and the latest batches."""

    waiting: int
    batches: tuple[Batch, ...]


def desk(f: Fittings, who: Actor) -> Desk:
    """The page from which certificates are issued."""
    if not may(who, "certificate.issue"):
        raise refuse("access.denied")
    with f.work() as work:
        return Desk(len(_ready(work, who)), work.batches.latest(BatchKind.ISSUE, 20))


_VERBS = {BatchKind.ISSUE: "certificate.issue", BatchKind.EXPORT: "package.prepare"}
