"""Grading, marking and settling: what stands, who stands behind it, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from graders.verdict import Verdict
from hub.domain.errors import Refusal
from hub.journey import assess, read, results, study
from tests.assess.hand import NOTEBOOK, OPEN, HandJudge, hand_in
from tests.conftest import rows
from tests.people import FIRST, Town


def marks(town: Town, submission: str, *, full: bool = True) -> dict[str, Decimal]:
    question = results.desk(town.f, town.actor("instructor"), submission).result.open[0]
    assert question.cell is not None
    return {c.key: c.levels[-1 if full else 0].points for c in question.cell.rubric}


def test_a_grade_stands_only_when_machine_and_person_are_done_and_names_both(
    town: Town, submission: str, engine
) -> None:  # type: ignore[no-untyped-def]
    assert assess.autograde(town.f, submission) == "graded"
    assert rows(engine, "SELECT count(*) FROM grades") == [(0,)]
    grade = assess.mark(town.f, town.actor("instructor"), submission, OPEN, marks(town, submission), "好")
    assert grade is not None
    assert (grade.points, grade.max_points, grade.passed) == (Decimal(30), Decimal(30), True)
    assert grade.settled_by == town.uids["instructor"]
    assert grade.by_cell == {"q1": "20/20", OPEN: "10/10"}


def test_grading_a_submission_twice_keeps_one_standing_result(town: Town, submission: str, engine) -> None:  # type: ignore[no-untyped-def]
    assert assess.autograde(town.f, submission) == "graded"
    assert assess.autograde(town.f, submission) == "graded"
    assert rows(engine, "SELECT count(*) FROM verdicts") == [(1,)]


def test_a_worker_that_comes_back_from_the_dead_changes_nothing(
    town: Town, submission: str, judge: HandJudge, clock, engine
) -> None:  # type: ignore[no-untyped-def]
    """While the first is stopped in the middle, a second takes the job over; then the first wakes up."""
    quick = town.f

    class SlowJudge(HandJudge):
        def __call__(self, *given: object) -> Verdict:
            clock.pass_(minutes=5)
            assert assess.autograde(quick, submission) == "graded"  # the second worker
            self.points = Decimal(0)
            return super().__call__(b"", b"", {})

    assert assess.autograde(replace(town.f, judge=SlowJudge(town.f)), submission) == "graded"
    assert rows(engine, "SELECT round, points FROM verdicts") == [(1, Decimal(20))]


@pytest.mark.parametrize("reason", ["walls.setup", "grader.failed"])
def test_a_grader_that_is_down_leaves_the_submission_waiting(
    town: Town, submission: str, judge: HandJudge, reason: str, engine
) -> None:  # type: ignore[no-untyped-def]
    class NoWalls(HandJudge):
        def __call__(self, *given: object) -> Verdict:
            self.state = "failed"
            return replace(super().__call__(b"", b"", {}), reason=reason)

    with pytest.raises(assess.GraderDownError):
        assess.autograde(replace(town.f, judge=NoWalls(town.f)), submission)
    assert rows(engine, "SELECT state, reason FROM submissions") == [("queued", reason)]
    assert rows(engine, "SELECT count(*) FROM verdicts") == [(0,)]
    assert assess.autograde(town.f, submission) == "graded"


def test_a_rejected_submission_says_why_and_earns_nothing(
    town: Town, submission: str, judge: HandJudge
) -> None:
    judge.state = "rejected"
    assert assess.autograde(town.f, submission) == "rejected"
    result = results.own(town.f, town.actor("teacher"), submission)
    assert "格式" in result.submission.message
    assert result.grade is None
    with pytest.raises(Refusal, match=r"submission\.not_gradable"):
        assess.mark(town.f, town.actor("instructor"), submission, OPEN, {}, "")


def test_a_fault_of_ours_leaves_the_submission_safe_and_an_instructor_can_try_again(
    town: Town,
    submission: str,
    judge: HandJudge,
    engine,  # type: ignore[no-untyped-def]
) -> None:
    judge.fault = RuntimeError("the sandbox is on fire")
    with pytest.raises(assess.GraderDownError):
        assess.autograde(town.f, submission)
    assess.give_up(town.f, submission)
    seen = results.own(town.f, town.actor("teacher"), submission).submission
    assert seen.state == "failed"
    assert "fire" not in seen.message
    assert town.f.files.get(seen.digest) == NOTEBOOK
    judge.fault = None
    with pytest.raises(Refusal, match=r"thing\.missing"):
        assess.again(town.f, town.actor("other_instructor"), submission)
    assess.again(town.f, town.actor("instructor"), submission)
    assert assess.autograde(town.f, submission) == "graded"
    assert rows(engine, "SELECT count(*) FROM procrastinate_jobs") == [(2,)]


def test_marks_outside_the_rubric_are_refused(town: Town, submission: str) -> None:
    assess.autograde(town.f, submission)
    good = marks(town, submission)
    first = next(iter(good))
    instructor = town.actor("instructor")
    for wrong in (
        {},
        {first: good[first]},
        good | {first: Decimal("1.37")},
        good | {first: Decimal(100)},
        good | {"made-up": Decimal(1)},
    ):
        with pytest.raises(Refusal, match=r"marks\.invalid"):
            assess.mark(town.f, instructor, submission, OPEN, wrong, "")
    with pytest.raises(Refusal, match=r"thing\.missing"):
        assess.mark(town.f, instructor, submission, "q1", good, "")


def test_nobody_but_the_instructors_of_the_run_marks_and_nobody_marks_their_own(
    town: Town, submission: str
) -> None:
    assess.autograde(town.f, submission)
    good = marks(town, submission)
    for who in ("teacher", "colleague", "other_instructor", "school_admin", "city", "sys_admin"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            assess.mark(town.f, town.actor(who), submission, OPEN, good, "")
    with town.f.work() as work:
        run = work.study.submission(submission).run  # type: ignore[union-attr]
    study.enrol(town.f, town.actor("instructor"), run)
    name = next(
        n for n in study.files_for(town.f, town.actor("instructor"), run, FIRST) if n.endswith(".ipynb")
    )
    own = study.submit(town.f, town.actor("instructor"), run, FIRST, {name: NOTEBOOK}).id
    assess.autograde(town.f, own)
    with pytest.raises(Refusal, match=r"marks\.own_work"):
        assess.mark(town.f, town.actor("instructor"), own, OPEN, good, "")


def test_handing_in_again_never_costs_what_one_had(
    town: Town, submission: str, judge: HandJudge, engine
) -> None:  # type: ignore[no-untyped-def]
    assess.autograde(town.f, submission)
    assess.mark(town.f, town.actor("instructor"), submission, OPEN, marks(town, submission), "")
    with town.f.work() as work:
        run = work.study.submission(submission).run  # type: ignore[union-attr]
    judge.points = Decimal(3)
    worse = hand_in(town, run)
    assess.autograde(town.f, worse)
    assess.mark(town.f, town.actor("instructor"), worse, OPEN, marks(town, worse, full=False), "")
    assert rows(engine, "SELECT points, submission FROM grades WHERE NOT superseded") == [
        (Decimal(30), submission)
    ]


def test_a_better_second_try_supersedes_the_first_and_its_evidence(
    town: Town, submission: str, judge: HandJudge, engine
) -> None:  # type: ignore[no-untyped-def]
    judge.points = Decimal(3)
    assess.autograde(town.f, submission)
    assess.mark(town.f, town.actor("instructor"), submission, OPEN, marks(town, submission), "")
    assert read.competencies(town.f, town.actor("teacher")).evidence == ()  # 13 of 30 is no pass
    with town.f.work() as work:
        run = work.study.submission(submission).run  # type: ignore[union-attr]
    judge.points = Decimal(20)
    better = hand_in(town, run)
    assess.autograde(town.f, better)
    assess.mark(town.f, town.actor("instructor"), better, OPEN, marks(town, better), "")
    assert rows(engine, "SELECT points, superseded FROM grades ORDER BY points") == [
        (Decimal(13), True),
        (Decimal(30), False),
    ]
    assert read.competencies(town.f, town.actor("teacher")).evidence


def test_a_learner_sees_only_their_own_result(town: Town, submission: str) -> None:
    for who in ("colleague", "stranger", "school_admin", "city", "instructor"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            results.own(town.f, town.actor(who), submission)
