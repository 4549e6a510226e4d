"""Points of class C are practice: they make a grade, and never evidence for a certificate, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from graders.verdict import TestResult, Verdict
from hub.domain.competency import Evidence
from hub.journey import assess, results
from tests.assess.hand import OPEN, HandJudge
from tests.people import FIRST, Town

ONE, TWO = "q1-clean-number-test", "q2-valid-rate-test"


class ClassJudge(HandJudge):
    """A judge that passes two real cells of the assignment, each of the class that the test chooses."""

    classes = ("A", "A")
    in_kernel = False

    def __call__(self, source: bytes, submission: bytes, files: object) -> Verdict:
        tests = tuple(
            TestResult(name, name, "passed", Decimal(10), Decimal(10), klass=klass)
            for name, klass in zip((ONE, TWO), self.classes, strict=True)
        )
        return replace(super().__call__(source, submission, files), tests=tests, in_kernel=self.in_kernel)


def settled(town: Town, submission: str, judge: ClassJudge, level: int) -> list[Evidence]:
    """Grade, mark the open question with its best (-1) or worst (0) levels, and see what stands as evidence."""
    f = replace(town.f, judge=judge)
    assert assess.autograde(f, submission) == "graded"
    question = results.desk(f, town.actor("instructor"), submission).result.open[0]
    assert question.cell is not None
    marks = {c.key: c.levels[level].points for c in question.cell.rubric}
    grade = assess.mark(f, town.actor("instructor"), submission, OPEN, marks, "")
    assert grade is not None
    assert grade.passed, "practice counts for the grade"
    with f.work() as work:
        return [one for one in work.evidence.evidence(town.uids["teacher"]) if one.assignment == FIRST]


@pytest.mark.parametrize(
    ("classes", "points"), [(("A", "A"), 30), (("A", "B"), 30), (("A", "C"), 20), (("C", "C"), 10)]
)
def test_only_cells_that_are_not_practice_are_evidence(
    town: Town, submission: str, classes: tuple[str, str], points: int
) -> None:
    judge = ClassJudge(town.f)
    judge.classes = classes
    found = settled(town, submission, judge, -1)
    assert {(one.points, one.max_points) for one in found if one.code == "A1"} == {(points, points)}


def test_a_pass_that_takes_practice_is_no_evidence_at_all(town: Town, submission: str) -> None:
    judge = ClassJudge(town.f)
    judge.classes = ("C", "C")
    assert settled(town, submission, judge, 0) == []


def test_nothing_of_a_grading_in_one_process_is_evidence(town: Town, submission: str) -> None:
    judge = ClassJudge(town.f)
    judge.in_kernel = True
    assert settled(town, submission, judge, -1) == []
