"""Every assignment of every course through our own grader: untouched it earns nothing, solved it earns everything."""

from __future__ import annotations

from decimal import Decimal

import pytest

from courses.loader import load_catalogue
from courses.model import Assignment
from courses.release import build_release, solved_notebook
from graders.gate.accepted import FILE
from graders.grade import grade
from tests.conftest import CATALOGUE, GATES

ASSIGNMENTS = [
    pytest.param(assignment, id=f"{slug}/{assignment.key}")
    for slug, course in load_catalogue().items()
    for assignment in course.assignments
]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_untouched_release_scores_nothing_and_the_reference_solution_full_marks(
    assignment: Assignment,
) -> None:
    release = build_release(assignment)
    source = assignment.source.read_bytes()
    notebook = next(data for name, data in release.items() if name.endswith(".ipynb"))
    data = {name: content for name, content in release.items() if not name.endswith(".ipynb")}

    untouched = grade(source, notebook, data)
    assert untouched.state == "graded"
    assert untouched.points == 0
    assert {t.reason for t in untouched.tests} == {"test.not_answered"}

    solved = grade(source, solved_notebook(assignment, release), data)
    assert [t.grade_id for t in solved.tests if t.status != "passed"] == []
    assert solved.points == assignment.machine_points
    assert sum((m.max_points for m in solved.manual), Decimal(0)) == assignment.manual_points
    assert all(m.answer.strip() for m in solved.manual)


@pytest.mark.parametrize(
    ("slug", "assignment"), [(slug, a) for slug, c in load_catalogue().items() for a in c.assignments],
    ids=lambda given: getattr(given, "key", given),
)  # fmt: skip
def test_every_assignment_passes_the_release_gates_and_every_survivor_was_reviewed(
    slug: str, assignment: Assignment
) -> None:
    """By the gates that all tests of this run share: whoever releases the same finds it checked."""
    built = dict(CATALOGUE.release_files(slug, assignment.key))
    release = built.pop(assignment.release_name(assignment.source))
    accepted = (assignment.source.parent.parent / FILE).read_bytes()
    report = GATES.check(assignment.source.read_bytes(), built, release, accepted, assignment.key)
    assert report is not None
    assert report.findings == ()
    assert set(report.classes.values()) == {"A"}
    assert [one for one in report.survivors if not one.accepted] == []
    assert report.tried >= 60
