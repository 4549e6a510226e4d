"""Assess: the machine's verdict, a person's marks, and the grade that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from courses.model import Assignment, GradedCell
from graders.verdict import Verdict
from hub.domain import grade as rules
from hub.domain.course import Release
from hub.domain.errors import refuse
from hub.domain.grade import Grade, Mark, Score
from hub.domain.lease import TASK, Lease, permanent
from hub.domain.people import Actor, may
from hub.domain.submission import State, Submission
from hub.faults import reached
from hub.journey import audit, study
from hub.journey import lease as leases
from hub.journey.audit import Told
from hub.journey.award import evidence
from hub.journey.lease import GraderDownError, Holder
from hub.journey.ports import Fittings, Work

FINAL = {"graded": State.GRADED, "rejected": State.REJECTED, "failed": State.FAILED}


def autograde(f: Fittings, submission_id: str, holder: Holder | None = None) -> State:
    """Grade one submission and keep the verdict; called by the worker, once a job. The state it ended in.

    A worker that was thought gone and comes back late finds another lease in the row, and its verdict is dropped.
    Raises GraderDownError where no verdict came about and there will be another try; after the last it is FAILED.
    """
    return leases.grade(f, TASK, submission_id, holder or Holder("worker"), lambda lease: _grade(f, lease))


def _grade(f: Fittings, lease: Lease) -> State:
    with f.work() as work:
        submission = work.study.submission(lease.id)
        if submission is None:
            return State.FAILED
        release = _release_of(work, submission)
    verdict = judged(f, release, submission)
    with f.work() as work:
        state = _keep(f, work, lease, release, verdict)
        reached("grade.row")
    reached("grade.committed")
    return state


def judged(f: Fittings, release: Release, submission: Submission, seed: int | None = None) -> Verdict:
    """The grader's verdict by a release, with ``seed`` where it must be that of another verdict.

    Raises GraderDownError where no verdict came about, FilesLostError where stored bytes are gone.
    """
    source, answer = f.files.get(release.source_digest), f.files.get(submission.digest)
    files = {name: f.files.get(digest) for name, digest in release.data_files.items()}
    verdict = f.judge(source, answer, files) if seed is None else f.judge(source, answer, files, seed=seed)
    reached("verdict.built")
    if verdict.state == "failed" and not permanent(verdict.reason):
        raise GraderDownError(verdict.reason)
    return verdict


def _keep(f: Fittings, work: Work, lease: Lease, release: Release, verdict: Verdict) -> State:
    """Write a verdict down and let the grade follow from it, if the lease still stands."""
    submission = work.study.submission(lease.id)
    if submission is None:
        return State.FAILED
    work.study.lock_attempts(submission.run, submission.assignment, submission.person)
    if not work.leases(TASK).held(lease):
        return leases.state_of(work, TASK, lease.id)
    state, now = FINAL[verdict.state], f.clock.now()
    work.assess.add_verdict(submission.id, verdict, now)
    work.study.move(submission.id, state, now, verdict.message, verdict.reason)
    reached("verdict.row")
    if state is State.GRADED:
        _settle_if_complete(f, work, submission, release, verdict, None)
    return state


def give_up(f: Fittings, submission_id: str, reason: str = "worker.fault") -> None:
    """Note that the platform, not the learner, failed; the submission waits for an operator."""
    with f.work() as work:
        work.leases(TASK).dead(submission_id, f.clock.now(), reason, leases.TOLD)


def again(f: Fittings, who: Actor, submission_id: str) -> None:
    """Queue a failed submission once more, for those who teach the run."""
    with f.work() as work:
        submission = taught_submission(work, who, submission_id)
        if submission.state is not State.FAILED:
            raise refuse("submission.not_gradable", why="只有评阅失败的提交可以重新评阅")
        work.study.move(submission.id, State.QUEUED, f.clock.now())
        work.queue.autograde(submission.id)


def mark(
    f: Fittings, who: Actor, submission_id: str, grade_id: str, chosen: Mapping[str, Decimal], comment: str
) -> Grade | None:
    """Mark one open question by its rubric; the grade, once nothing is left to mark."""
    with f.work() as work:
        submission = taught_submission(work, who, submission_id)
        work.study.lock_attempts(submission.run, submission.assignment, submission.person)
        if submission.person == who.uid:
            raise refuse("marks.own_work")
        verdict = work.assess.verdict(submission.id)
        if submission.state is not State.GRADED or verdict is None:
            raise refuse("submission.not_gradable", why="机器评阅还没有完成")
        if work.evidence.rests_on(submission.person, submission.run, submission.assignment):
            raise refuse("grade.certified")
        cell = _open_question(f, work, submission, grade_id)
        rubric = {c.key: frozenset(level.points for level in c.levels) for c in cell.rubric}
        problem = rules.mark_problem(rubric, chosen)
        if problem:
            raise refuse("marks.invalid", why=problem)
        points = sum(chosen.values(), Decimal(0))
        levels = {key: str(value) for key, value in chosen.items()}
        work.assess.add_mark(
            Mark(submission.id, grade_id, levels, points, cell.points, comment.strip()[:2000], who.uid, f.clock.now())
        )  # fmt: skip
        release = _release_of(work, submission, judged=True)
        return _settle_if_complete(f, work, submission, release, verdict, who)


def _settle_if_complete(
    f: Fittings, work: Work, submission: Submission, release: Release, verdict: Verdict, who: Actor | None
) -> Grade | None:
    """Let a grade stand once every open question of this submission is marked, and record what follows from it.

    The better of two submissions stands: handing in again never costs anybody what they had.
    """
    scores = scores_of(verdict, work.assess.marks(submission.id))
    if scores is None:
        return None
    if work.evidence.rests_on(submission.person, submission.run, submission.assignment):
        return None
    made = grade_of(f, submission, release, scores, who.uid if who else rules.RULE)
    standing = work.assess.lock_grade(submission.run, submission.assignment, submission.person)
    if standing and standing.submission != submission.id and rules.better(standing, made):
        return standing
    audit.note_all(f, work, who, [let_stand(f, work, made, verdict, scores, release.pass_ratio)])
    return made


def grade_of(
    f: Fittings,
    submission: Submission,
    release: Release,
    scores: tuple[Score, ...],
    settled_by: str,
    regrade: str | None = None,
) -> Grade:
    """The grade that these points make by that release; nothing is kept yet."""
    points, most, passed = rules.settle(scores, release.pass_ratio)
    return Grade(
        f.ids.new("grd"), submission.id, submission.run, submission.assignment, submission.person, points, most,
        passed, rules.RULE, settled_by, f.clock.now(), {s.grade_id: f"{s.points.normalize():f}/{s.max_points.normalize():f}" for s in scores},
        regrade=regrade,
    )  # fmt: skip


def let_stand(
    f: Fittings, work: Work, made: Grade, verdict: Verdict, scores: tuple[Score, ...], pass_ratio: Decimal
) -> Told:
    """Let a grade stand, its attempts locked and nothing resting on the old one; its event, to be noted last of all."""
    work.assess.set_grade(made)
    evidence.record_evidence(f, work, made, _evident(verdict, scores, pass_ratio))
    evidence.credit_hours(f, work, made)
    return settled(made)


def settled(made: Grade) -> Told:
    """The event of a grade: whatever it says can be held against the grade's row later."""
    detail = {
        "submission": made.submission, "run": made.run, "assignment": made.assignment, "person": made.person,
        "points": f"{made.points.normalize():f}", "max_points": f"{made.max_points.normalize():f}",
        "passed": made.passed, "rule": made.rule, "settled_by": made.settled_by, "regrade": made.regrade,
    }  # fmt: skip
    return Told("grade.settled", made.id, detail)


def _evident(verdict: Verdict, scores: tuple[Score, ...], pass_ratio: Decimal) -> tuple[Score, ...]:
    """What may stand as evidence: nothing of class C, and nothing at all where it takes class C to pass."""
    practice = {test.grade_id for test in verdict.tests if verdict.in_kernel or test.klass == "C"}
    left = tuple(score for score in scores if score.grade_id not in practice)
    if verdict.in_kernel or not rules.settle(left, pass_ratio)[2]:
        return ()
    return left


def _release_of(work: Work, submission: Submission, *, judged: bool = False) -> Release:
    """The release that was answered, or with ``judged`` the one that the present verdict was found by."""
    by = work.assess.judged_by(submission.id)[0] if judged else None
    release = work.study.release_by_id(by or submission.release)
    if release is None:
        raise refuse("release.missing")
    return release


def unmarked(work: Work, submission: Submission) -> bool:
    """Whether an open question of this submission still waits for a person."""
    verdict = work.assess.verdict(submission.id)
    return verdict is not None and scores_of(verdict, work.assess.marks(submission.id)) is None


def fitting(verdict: Verdict, marks: Iterable[Mark]) -> dict[str, Mark]:
    """The marks that answer the open questions of a verdict: worth what it asks for, or given in sight of it."""
    asked = {item.grade_id: item.max_points for item in verdict.manual}
    return {
        m.grade_id: m
        for m in marks
        if m.grade_id in asked and (m.max_points == asked[m.grade_id] or m.marked_at > verdict.ended_at)
    }


def scores_of(verdict: Verdict, marks: Iterable[Mark]) -> tuple[Score, ...] | None:
    """The points of every question, the machine's and people's; None while an open question waits for a mark."""
    fit = fitting(verdict, marks)
    if any(item.grade_id not in fit for item in verdict.manual):
        return None
    tests = tuple(Score(t.grade_id, t.points, t.max_points) for t in verdict.tests)
    by_hand = (fit[item.grade_id] for item in verdict.manual)
    return tests + tuple(Score(m.grade_id, m.points, m.max_points) for m in by_hand)


def labels(work: Work, run: str) -> dict[str, str]:
    """What the learners of a run are called where people mark blind: a number that stays."""
    learners = sorted(person.uid for person in work.study.learners(run))
    return {uid: f"学员 {number:03d}" for number, uid in enumerate(learners, 1)}


def taught_submission(work: Work, who: Actor, submission_id: str) -> Submission:
    """A submission of a run that ``who`` teaches; for everybody else there is none."""
    submission = work.study.submission(submission_id)
    if submission is None or not may(who, "run.teach") or who.uid not in work.study.staff(submission.run):
        raise refuse("thing.missing", what="这份提交")
    return submission


def _open_question(f: Fittings, work: Work, submission: Submission, grade_id: str) -> GradedCell:
    run = work.study.run(submission.run)
    assignment: Assignment | None = study.assignment_of(f, run, submission.assignment) if run else None
    cells = assignment.cells if assignment else ()
    cell = next((c for c in cells if c.grade_id == grade_id and c.kind == "manual"), None)
    if cell is None:
        raise refuse("thing.missing", what="这道题")
    return cell
