"""Every folder of the catalogue is a test: it teaches, its tests bite, and nbgrader agrees."""

import csv
import os
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from course_answers import RIGHT, WRONG
from course_play import Play
from nbclient import NotebookClient
from nbgrader.validator import Validator

from courses.loader import load_catalogue
from courses.model import Assignment, Course
from courses.notebook import read_cells
from courses.release import TEXT_STUB, solved_notebook
from graders.gate.accepted import FILE, read_accepted
from graders.gate.mutants import all_mutants
from graders.source import read_source

MICRO_2019 = {f"{letter}{n}" for letter, last in (("A", 13), ("B", 10), ("C", 7)) for n in range(1, last + 1)}


def test_the_catalogue_is_not_empty() -> None:
    assert load_catalogue()


def test_a_course_gives_half_of_its_hours_to_practice(course: Course) -> None:
    assert course.hours_practice / course.hours_total >= Decimal("0.5")


def test_every_competency_is_one_of_the_framework(course: Course) -> None:
    assert course.framework_id == "micro2019"
    for assignment in course.assignments:
        assert {
            assignment.competency,
            *(c for cell in assignment.cells for c in cell.competencies),
        } <= MICRO_2019
        assert any(assignment.competency in cell.competencies for cell in assignment.cells)


def test_an_assignment_has_tests_worth_2_to_5_points_and_one_open_question(assignment: Assignment) -> None:
    tests = [cell for cell in assignment.cells if cell.kind == "tests"]
    assert 4 <= len(tests) <= 7
    assert all(2 <= cell.points <= 5 for cell in tests)
    (question,) = (cell for cell in assignment.cells if cell.kind == "manual")
    assert 3 <= len(question.rubric) <= 4


def test_a_source_is_a_clean_notebook_without_outputs(assignment: Assignment) -> None:
    notebook = nbformat.reads(assignment.source.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 8


def test_every_test_cell_has_a_hidden_part_and_a_hint_that_keeps_it_hidden(assignment: Assignment) -> None:
    hints = {cell.grade_id: cell.hint for cell in assignment.cells}
    for cell in read_cells(assignment.source, assignment.key):
        if cell.is_graded and not cell.is_solution:
            assert cell.parts.hidden, cell.grade_id
            assert not any(
                line.strip() in hints[cell.grade_id] for block in cell.parts.hidden for line in block
            )


def test_data_is_utf_8_without_a_byte_order_mark_and_every_row_is_whole(assignment: Assignment) -> None:
    for file in assignment.data_files:
        text = file.read_bytes().decode("utf-8")
        assert not text.startswith("\ufeff") and "\r" not in text
        head, *rows = csv.reader(text.splitlines())
        assert rows and all(len(row) == len(head) for row in rows)


def test_the_source_passes_all_of_its_tests_in_a_real_kernel(assignment: Assignment) -> None:
    notebook = nbformat.read(assignment.source, as_version=4)
    resources = {"metadata": {"path": str(assignment.source.parent)}}
    NotebookClient(notebook, kernel_name="python3", resources=resources, timeout=120).execute()


def test_nbgrader_accepts_the_solved_release(assignment: Assignment, builds: dict, tmp_path: Path) -> None:
    release = builds[assignment.key][0]
    found = _validate(assignment, release, solved_notebook(assignment, release), tmp_path)
    assert found == {}


def test_nbgrader_fails_every_test_of_the_untouched_release(
    assignment: Assignment, builds: dict, tmp_path: Path
) -> None:
    release = builds[assignment.key][0]
    found = _validate(assignment, release, release[f"{assignment.key}.ipynb"], tmp_path)
    assert set(found) == {"failed"}
    assert len(found["failed"]) == len(assignment.cells)  # the open question too: it is still the stub


def test_a_perfect_learner_has_written_an_answer_to_the_open_question(assignment: Assignment) -> None:
    for cell in read_cells(assignment.source, assignment.key):
        if cell.is_solution and cell.cell_type == "markdown":
            assert len(cell.text) > 200 and TEXT_STUB not in cell.text


def test_every_spoilt_answer_fails_a_test_or_was_reviewed_by_the_author(assignment: Assignment) -> None:
    """Every mutant there is, in this process; the gates grade a sample of them for real."""
    play = Play(assignment)
    assert play.failures({}, stop=False) == {}
    mutants = all_mutants(read_source(assignment.source.read_bytes()))
    survived = {(one.grade_id, one.name) for one in mutants if not play.failures({one.grade_id: one.text})}
    listed = read_accepted((assignment.source.parent.parent / FILE).read_bytes(), assignment.key)
    assert len(mutants) >= 100
    assert survived == {(one.cell, one.mutant) for one in listed}


@pytest.mark.parametrize(
    ("key", "grade_id", "right", "wrong"),
    [pytest.param(key, *case, id=f"{case[0]}-{n}") for key in WRONG for n, case in enumerate(WRONG[key])],
)
def test_every_plausible_mistake_fails_a_test(key: str, grade_id: str, right: str, wrong: str) -> None:
    play = Play(_by_key(key))
    answer = play.answers[grade_id] + "\n"
    assert right in answer, "the mistake no longer fits the reference answer"
    assert play.failures({grade_id: answer.replace(right, wrong)})


@pytest.mark.parametrize(("key", "style"), [(key, style) for key in RIGHT for style in RIGHT[key]])
def test_another_style_of_a_right_answer_passes(key: str, style: str) -> None:
    assert Play(_by_key(key)).failures(RIGHT[key][style], stop=False) == {}


def _by_key(key: str) -> Assignment:
    return next(a for course in load_catalogue().values() for a in course.assignments if a.key == key)


def _validate(assignment: Assignment, release: dict[str, bytes], notebook: bytes, folder: Path) -> dict:
    for name, content in release.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    file = folder / f"{assignment.key}.ipynb"
    file.write_bytes(notebook)
    before = Path.cwd()
    try:
        return Validator().validate(str(file))
    finally:
        os.chdir(before)
