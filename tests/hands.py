"""What learners and instructors do with their hands: a solved notebook is handed in and graded in earnest, then marked."""

from __future__ import annotations

from courses.release import solved_notebook
from hub.journey import assess, read, results, study
from tests.people import Town


def hand_in(town: Town, run: str, key: str, who: str = "teacher") -> str:
    """Hand in the reference solution and grade it, as the worker does."""
    course = study.course_of(town.f, read.run_for_learner(town.f, town.actor(who), run).run)
    assignment = next(a for a in course.assignments if a.key == key)
    files = town.f.catalogue.release_files(course.slug, key)
    name = next(n for n in files if n.endswith(".ipynb"))
    made = study.submit(town.f, town.actor(who), run, key, {name: solved_notebook(assignment, files)})
    assert assess.autograde(town.f, made.id) == "graded"
    return made.id


def mark_full(town: Town, submission: str) -> None:
    """Give full marks on every open question."""
    instructor = town.actor("instructor")
    for question in results.desk(town.f, instructor, submission).result.open:
        assert question.cell is not None
        chosen = {c.key: c.levels[-1].points for c in question.cell.rubric}
        assess.mark(town.f, instructor, submission, question.item.grade_id, chosen, "写得具体。")
