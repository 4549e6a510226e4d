"""Read: one submission with its verdict and marks, for its learner and for whoever marks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from courses.model import Assignment, GradedCell
from graders.verdict import ManualItem, TestResult
from hub.domain.errors import refuse
from hub.domain.grade import Grade, Mark
from hub.domain.people import Actor
from hub.domain.regrade import Total
from hub.domain.regrade_record import from_plain
from hub.domain.submission import Submission
from hub.journey import assess, study
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Open:
    """An open question: what was answered, its rubric, and how it was marked, if it was."""

    item: ManualItem
    cell: GradedCell | None
    mark: Mark | None


@dataclass(frozen=True)
class Corrected:
    """By which decision a result was graded again: when, why, and this person's points before and after."""

    regrade: str
    decided_at: datetime
    reason: str
    before: Total | None
    after: Total | None


@dataclass(frozen=True)
class Result:
    """What came back for one submission. Holds titles, points and authors' hints; nothing of a hidden test."""

    submission: Submission
    tests: tuple[TestResult, ...]
    open: tuple[Open, ...]
    grade: Grade | None
    seconds: float
    corrected: Corrected | None = None


def own(f: Fittings, who: Actor, submission_id: str) -> Result:
    """The result of one's own submission."""
    with f.work() as work:
        submission = work.study.submission(submission_id)
        if submission is None or submission.person != who.uid:
            raise refuse("thing.missing", what="这份提交")
        return of_submission(f, work, submission)


@dataclass(frozen=True)
class Desk:
    """One submission on the marking desk, without the learner's name, and the next one that waits."""

    result: Result
    assignment: Assignment
    label: str
    position: int
    of: int
    next: str | None


def desk(f: Fittings, who: Actor, submission_id: str) -> Desk:
    """A submission to mark, for those who teach the run; the next is the oldest one with nothing marked yet."""
    with f.work() as work:
        submission = assess.taught_submission(work, who, submission_id)
        run = work.study.run(submission.run)
        if run is None:
            raise refuse("thing.missing", what="这个班次")
        result = of_submission(f, work, submission)
        label = assess.labels(work, run.id).get(submission.person, "学员")
        latest: dict[str, Submission] = {}
        for other in work.study.submissions(run.id, submission.assignment):
            latest.setdefault(other.person, other)
        waiting = [
            s.id
            for s in sorted(latest.values(), key=lambda s: s.received_at)
            if s.state == "graded" and s.id != submission.id and assess.unmarked(work, s)
        ]
    assignment = study.assignment_of(f, run, submission.assignment)
    return Desk(result, assignment, label, 1, len(waiting) + 1, waiting[0] if waiting else None)


def of_submission(f: Fittings, work: Work, submission: Submission) -> Result:
    """What came back for a submission; whether the asker may see it, the caller has found out."""
    verdict = work.assess.verdict(submission.id)
    grade = work.assess.grade(submission.run, submission.assignment, submission.person)
    if verdict is None:
        return Result(submission, (), (), grade, 0.0)
    run = work.study.run(submission.run)
    cells = {c.grade_id: c for c in study.assignment_of(f, run, submission.assignment).cells} if run else {}
    marks = {m.grade_id: m for m in work.assess.marks(submission.id)}
    questions = tuple(Open(i, cells.get(i.grade_id), marks.get(i.grade_id)) for i in verdict.manual)
    corrected = _corrected(work, submission, grade)
    return Result(submission, verdict.tests, questions, grade, verdict.seconds, corrected)


def _corrected(work: Work, submission: Submission, grade: Grade | None) -> Corrected | None:
    """The decision behind this verdict or this grade, with nobody else's row of it."""
    by = work.assess.judged_by(submission.id)[1] or (grade.regrade if grade else None)
    decision = work.regrade.decision(by) if by else None
    if decision is None:
        return None
    row = next((from_plain(r) for r in decision.rows if r["person"] == submission.person), None)
    open_ = row is None or row.open
    return Corrected(
        decision.regrade, decision.decided_at, decision.reason,
        None if row is None or open_ else row.before, None if row is None or open_ else row.after,
    )  # fmt: skip
