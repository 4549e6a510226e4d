"""A release is the same every time, holds what learners may see, and is refused when it holds more."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from course_play import ASSIGNMENTS, Builds

from courses.model import Assignment, CourseError
from courses.notebook import read_cells
from courses.release import CODE_STUB, TEXT_STUB, build_release, check_release, solved_notebook

SAMPLE = ASSIGNMENTS[0]


def cells_of(notebook: bytes) -> list[dict[str, Any]]:
    """The cells, with each source as one text."""
    return [{**cell, "source": "".join(cell["source"])} for cell in json.loads(notebook)["cells"]]


def test_two_builds_are_the_same_to_the_byte(assignment: Assignment, builds: Builds) -> None:
    first, second = builds[assignment.key]
    assert first == second


def test_a_release_is_the_notebook_and_the_listed_data(assignment: Assignment, builds: Builds) -> None:
    release = builds[assignment.key][0]
    data = {assignment.release_name(file): file.read_bytes() for file in assignment.data_files}
    assert set(release) == {f"{assignment.key}.ipynb", *data}
    assert data.items() <= release.items()
    assert not any("\\" in name or name.startswith("/") for name in release)


def test_a_release_holds_no_markers_no_solutions_and_no_hidden_tests(
    assignment: Assignment, builds: Builds
) -> None:
    raw = builds[assignment.key][0][f"{assignment.key}.ipynb"]
    assert b"SOLUTION" not in raw and b"HIDDEN" not in raw
    released = "\n".join(cell["source"] for cell in cells_of(raw))
    for cell in read_cells(assignment.source, assignment.key):
        for block in (*cell.parts.hidden, *cell.parts.solution):
            assert "\n".join(block) not in released


def test_a_release_asks_in_chinese_and_locks_the_tests(assignment: Assignment, builds: Builds) -> None:
    by_id = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in cells_of(builds[assignment.key][0][f"{assignment.key}.ipynb"])
        if "nbgrader" in cell["metadata"]
    }
    for source in read_cells(assignment.source, assignment.key):
        if source.is_solution and source.cell_type == "markdown":
            assert by_id[source.grade_id]["source"] == TEXT_STUB
        elif source.is_solution:
            assert all(line in by_id[source.grade_id]["source"] for line in CODE_STUB.split("\n"))
        elif source.is_graded:
            assert by_id[source.grade_id]["metadata"]["editable"] is False
            assert by_id[source.grade_id]["metadata"]["nbgrader"]["checksum"]
            assert by_id[source.grade_id]["metadata"]["luojiao"]["hint"]


def test_a_solved_notebook_differs_from_the_release_in_the_answers_only(
    assignment: Assignment, builds: Builds
) -> None:
    release = builds[assignment.key][0]
    before, after = (
        cells_of(release[f"{assignment.key}.ipynb"]),
        cells_of(solved_notebook(assignment, release)),
    )
    for mine, theirs in zip(before, after, strict=True):
        answers = mine["metadata"].get("nbgrader", {}).get("solution", False)
        assert mine["metadata"] == theirs["metadata"]
        assert (mine["source"] != theirs["source"]) == answers


def leak_hidden(cell: dict[str, Any]) -> None:
    cell["source"] += "\nassert clean_number('100.5', 0, 100) is None"


def leak_marker(cell: dict[str, Any]) -> None:
    cell["metadata"]["note"] = "### BEGIN HIDDEN TESTS"


def leak_in_the_hint(cell: dict[str, Any]) -> None:
    block = next(c.parts.hidden[0] for c in read_cells(SAMPLE.source, "x") if c.parts.hidden)
    cell["metadata"]["luojiao"]["hint"] += "\n".join(block)


def leak_output(cell: dict[str, Any]) -> None:
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "42"}]


@pytest.mark.parametrize("leak", [leak_hidden, leak_marker, leak_in_the_hint, leak_output])
def test_a_release_that_leaks_is_refused(leak: Callable[[dict[str, Any]], None], builds: Builds) -> None:
    document = json.loads(builds[SAMPLE.key][0][f"{SAMPLE.key}.ipynb"])
    (cell,) = (c for c in document["cells"] if c["id"] == "q1-clean-number-test")
    cell["source"] = "".join(cell["source"])
    leak(cell)
    with pytest.raises(CourseError) as refused:
        check_release(read_cells(SAMPLE.source, "x"), json.dumps(document).encode(), "x")
    assert refused.value.code == "release-leaks"


def test_a_solution_that_was_not_cleared_is_refused() -> None:
    with pytest.raises(CourseError) as refused:
        check_release(read_cells(SAMPLE.source, "x"), SAMPLE.source.read_bytes(), "x")
    assert refused.value.code == "release-leaks"


def test_a_source_that_nbgrader_refuses_is_refused_with_its_reason_as_a_note(tmp_path: Path) -> None:
    document = json.loads(SAMPLE.source.read_text(encoding="utf-8"))
    document["metadata"]["kernelspec"]["language"] = "klingon"
    source = tmp_path / f"{SAMPLE.key}.ipynb"
    source.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CourseError) as refused:
        build_release(replace(SAMPLE, source=source, data_files=()))
    assert refused.value.code == "release-failed"
    assert "klingon" in "".join(refused.value.__notes__)
    assert str(tmp_path) not in refused.value.message_zh
