"""Regrade: ask for an assignment of a run to be graded again, grade its items, and see what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from courses.model import Assignment
from hub.domain import regrade_record as record
from hub.domain.course import Release, Run
from hub.domain.errors import refuse
from hub.domain.lease import REGRADE, FilesLostError, Lease
from hub.domain.people import Actor
from hub.domain.regrade import Decision, Item, Outcome, Regrade, Row
from hub.domain.submission import State
from hub.faults import reached
from hub.journey import assess, proposal, sample, study
from hub.journey import lease as leases
from hub.journey.lease import Holder
from hub.journey.ports import Fittings, Work

_AGAIN = (State.GRADED, State.FAILED)  # what is graded again; a refused notebook would be refused again


def ask(f: Fittings, who: Actor, run_id: str, key: str, *, newest: bool) -> Regrade:
    """Queue every submission to an assignment that could stand, as bulk work; nothing that stands changes by it.

    Each is graded against the release that it answered, or all against the ``newest`` one.
    """
    now = f.clock.now()
    with f.work() as work:
        run = study.taught(work, who, run_id)
        work.study.lock_attempts(run.id, key, "")  # nobody releases or asks at the same time
        latest = work.study.release(run.id, key)
        if latest is None:
            raise refuse("release.missing")
        if any(decision is None for _, decision in work.regrade.of(run.id, key)):
            raise refuse("regrade.pending")
        made = Regrade(f.ids.new("rgd"), run.id, key, latest.id if newest else None, who.uid, now)
        items = _items(f, work, made)
        if not items:
            raise refuse("regrade.nothing")
        for release in sorted({item.release for item in items}):
            _files_are_there(f, work.study.release_by_id(release))
        work.regrade.add(made)
        work.regrade.add_items(items)
        work.queue.regrade([item.id for item in items])
        reached("regrade.row")
    reached("regrade.committed")
    return made


def _items(f: Fittings, work: Work, made: Regrade) -> list[Item]:
    run, key = made.run or "", made.assignment or ""
    standing = work.assess.verdicts_of(run, key)
    found = []
    for one in sorted(work.study.submissions(run, key), key=lambda s: s.received_at):
        if one.state in _AGAIN:
            round_, release, _ = standing.get(one.id, (0, one.release, None))
            found.append(
                Item(f.ids.new("itm"), made.id, one.id, made.release or release, round_, State.QUEUED, made.asked_at)
            )  # fmt: skip
    return found


def _files_are_there(f: Fittings, release: Release | None) -> None:
    if release is None:
        raise refuse("release.missing")
    try:
        for digest in (release.source_digest, *release.data_files.values()):
            f.files.get(digest)
    except FilesLostError as lost:
        raise refuse("regrade.files_lost", version=release.version) from lost


def grade(f: Fittings, item_id: str, holder: Holder | None = None) -> State:
    """Grade one item and keep the verdict beside what stands; called by the worker, once a job. The state it ended in.

    As with a submission a worker that comes back late is fenced, and GraderDownError announces another try.
    """
    return leases.grade(f, REGRADE, item_id, holder or Holder("worker"), lambda lease: _grade(f, lease))


def _grade(f: Fittings, lease: Lease) -> State:
    with f.work() as work:
        item = work.regrade.item(lease.id)
        regrade = work.regrade.get(item.regrade) if item else None
        submission = work.study.submission(item.submission) if item else None
        release = work.study.release_by_id(item.release) if item else None
        then = (
            work.sample.verdict(item.submission, item.round) if item and regrade and regrade.night else None
        )
    if item is None or submission is None or release is None:
        return State.FAILED
    verdict = assess.judged(f, release, submission, then.seed if then else None)
    with f.work() as work:
        if not work.leases(REGRADE).held(lease):
            return leases.state_of(work, REGRADE, lease.id)
        state = assess.FINAL[verdict.state]
        work.regrade.keep(item.id, state, verdict.to_json(), f.clock.now(), verdict.reason)
        if then:
            sample.compare(f, work, item, then, verdict)
        reached("item.row")
    reached("item.committed")
    return state


def again(f: Fittings, who: Actor, regrade_id: str) -> int:
    """Queue what failed of an undecided regrade once more; how many."""
    now = f.clock.now()
    with f.work() as work:
        regrade = proposal.taught(work, who, regrade_id, lock=True)
        if work.regrade.decision(regrade.id):
            raise refuse("regrade.decided")
        failed = [i.id for i in work.regrade.items(regrade.id) if i.state is State.FAILED]
        revived = [id for id in failed if work.leases(REGRADE).revive(id, now)]
        work.queue.regrade(revived)
    return len(revived)


@dataclass(frozen=True)
class History:
    """An assignment of a run with its regrades, the latest first, for those who teach the run."""

    run: Run
    assignment: Assignment
    release: Release | None
    regrades: tuple[tuple[Regrade, Decision | None], ...]
    eligible: int  # submissions that would be graded again

    @property
    def pending(self) -> Regrade | None:
        """The one that nothing is decided about yet."""
        return next((regrade for regrade, decision in self.regrades if decision is None), None)


def history(f: Fittings, who: Actor, run_id: str, key: str) -> History:
    """What there is to regrade, and what has been."""
    with f.work() as work:
        run = study.taught(work, who, run_id)
        assignment = study.assignment_of(f, run, key)
        eligible = sum(s.state in _AGAIN for s in work.study.submissions(run.id, key))
        return History(
            run, assignment, work.study.release(run.id, key), work.regrade.of(run.id, key), eligible
        )


@dataclass(frozen=True)
class View:
    """One regrade as those see it who teach the run: how far it is, and the list. The learners are numbers, not names."""

    regrade: Regrade
    run: Run
    assignment: Assignment
    release: Release | None
    ended: int
    of: int
    failed: int
    rows: tuple[tuple[str, Row], ...]  # label and row, in the order of the labels
    digest: str
    decision: Decision | None

    def of_outcome(self, *outcomes: str) -> list[tuple[str, Row]]:
        return [(label, row) for label, row in self.rows if row.outcome in outcomes]

    @property
    def running(self) -> bool:
        return self.ended < self.of and self.decision is None

    @property
    def unmoved(self) -> int:
        """Of how many nothing at all differs."""
        return sum(row.outcome is Outcome.SAME and not row.moved for _, row in self.rows)


def view(f: Fittings, who: Actor, regrade_id: str) -> View:
    """The list as it is now, or where something is decided as it was accepted."""
    with f.work() as work:
        regrade = proposal.taught(work, who, regrade_id)
        run = study.taught(work, who, regrade.run or "")
        assignment = study.assignment_of(f, run, regrade.assignment or "")
        release = work.study.release_by_id(regrade.release) if regrade.release else None
        progress, decision = work.regrade.progress(regrade.id), work.regrade.decision(regrade.id)
        rows = (
            tuple(record.from_plain(told) for told in decision.rows)
            if decision
            else proposal.rows(work, regrade, who.uid)
        )
        labels = assess.labels(work, run.id)
    named = tuple(sorted(((labels.get(row.person, "学员"), row) for row in rows), key=lambda pair: pair[0]))
    ended = sum(n for state, n in progress.items() if state not in proposal.OPEN)
    return View(
        regrade, run, assignment, release, ended, sum(progress.values()), progress.get(State.FAILED, 0), named,
        record.digest(regrade.id, rows), decision,
    )  # fmt: skip
