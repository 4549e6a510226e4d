"""The loader reads a whole course, and refuses each kind of broken one by a stable code and a Chinese sentence."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from courses.loader import load_catalogue, load_course
from courses.model import ERROR_CODES, CourseError
from courses.release import build_release, solved_notebook

HOWTO = (Path(__file__).parents[2] / "docs/howto/add-a-course.md").read_text(encoding="utf-8")
MADE_ELSEWHERE = {"release-failed", "release-leaks"}  # in test_release.py
Notebook = dict[str, Any]


def example(kind: str) -> str:
    """The example of this kind that the how-to shows."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", HOWTO, re.DOTALL)
    return str(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "count-first"
    (home / "mean/data").mkdir(parents=True)
    (home / "course.toml").write_text(example("toml"), encoding="utf-8")
    (home / "mean/mean.ipynb").write_text(example("json"), encoding="utf-8")
    (home / "mean/data/scores.csv").write_text("学号,成绩\n学生01,60\n", encoding="utf-8")
    return home


def test_the_example_of_the_howto_is_a_course(folder: Path) -> None:
    course = load_catalogue(folder.parent)["count-first"]
    (assignment,) = course.assignments
    assert (course.slug, course.hours_practice, course.framework_id) == (
        "count-first",
        Decimal("1.5"),
        "micro2019",
    )
    assert (assignment.machine_points, assignment.manual_points) == (Decimal(3), Decimal(2))
    assert assignment.pass_ratio == Decimal("0.6")
    assert [assignment.release_name(file) for file in assignment.data_files] == ["data/scores.csv"]
    assert [(cell.grade_id, cell.kind) for cell in assignment.cells] == [
        ("mean-test", "tests"),
        ("essay", "manual"),
    ]
    assert assignment.cells[1].rubric[0].points == 2


def test_a_course_may_be_part_of_a_training_project(folder: Path) -> None:
    assert (load_course(folder).project_no, load_course(folder).doc_no) == ("", "")
    text = (folder / "course.toml").read_text("utf-8")
    (folder / "course.toml").write_text('project_no = "豫培-17"\n' + text, "utf-8")
    assert load_course(folder).project_no == "豫培-17"


@pytest.mark.parametrize(
    ("line", "has"), [("", False), ("terminal = false\n", False), ("terminal = true\n", True)]
)
def test_a_course_works_in_a_terminal_only_if_it_says_so(folder: Path, line: str, has: bool) -> None:
    told = (folder / "course.toml").read_text("utf-8")
    (folder / "course.toml").write_text(told.replace("[[", f"{line}[[", 1), "utf-8")
    assert load_course(folder).terminal is has


def test_the_example_of_the_howto_can_be_released(folder: Path) -> None:
    (assignment,) = load_course(folder).assignments
    release = build_release(assignment)
    assert set(release) == {"mean.ipynb", "data/scores.csv"}
    assert "在这里写你的代码" in release["mean.ipynb"].decode()
    assert "known" not in release["mean.ipynb"].decode()
    assert "known" in solved_notebook(assignment, release).decode()


def test_folders_that_begin_with_a_dot_or_an_underscore_are_no_courses(folder: Path) -> None:
    (folder.parent / ".ipynb_checkpoints").mkdir()
    (folder.parent / "__pycache__").mkdir()
    assert list(load_catalogue(folder.parent)) == ["count-first"]


def toml(old: str, new: str) -> Callable[[Path], None]:
    """A way to break a course: another text in course.toml."""

    def change(home: Path) -> None:
        text = (home / "course.toml").read_text(encoding="utf-8")
        assert old in text
        (home / "course.toml").write_text(text.replace(old, new), encoding="utf-8")

    return change


def cells(edit: Callable[[Notebook], object]) -> Callable[[Path], None]:
    """A way to break a course: another notebook. Cells: 0 prose, 1 solution, 2 tests, 3 open question."""

    def change(home: Path) -> None:
        file = home / "mean/mean.ipynb"
        notebook = json.loads(file.read_text(encoding="utf-8"))
        edit(notebook)
        file.write_text(json.dumps(notebook), encoding="utf-8")

    return change


def grader(place: int, **fields: object) -> Callable[[Path], None]:
    return cells(lambda nb: nb["cells"][place]["metadata"]["nbgrader"].update(fields))


def ours(place: int, **fields: object) -> Callable[[Path], None]:
    return cells(lambda nb: nb["cells"][place]["metadata"]["luojiao"].update(fields))


def without(place: int, group: str, field: str) -> Callable[[Path], None]:
    return cells(lambda nb: nb["cells"][place]["metadata"][group].pop(field))


def text(place: int, source: str) -> Callable[[Path], None]:
    return cells(lambda nb: nb["cells"][place].update(source=source))


def levels(*points: object) -> Callable[[Path], None]:
    steps = [{"points": value, "text": "……"} for value in points]
    return ours(3, rubric=[{"key": "reason", "title": "理由", "levels": steps}])


def linked_data(home: Path) -> None:
    (home.parent / "secret.csv").write_text("x")
    (home / "mean/data/scores.csv").unlink()
    (home / "mean/data/scores.csv").symlink_to(home.parent / "secret.csv")


BROKEN: list[tuple[str, Callable[[Path], object]]] = [
    ("course-file-missing", lambda home: (home / "course.toml").unlink()),
    ("course-file-invalid", toml("title", "title =")),
    ("course-file-invalid", lambda home: (home / "course.toml").write_bytes("title = '课'".encode("gbk"))),
    ("slug-invalid", lambda home: home.rename(home.with_name("Count First"))),
    ("field-unknown", toml("subtitle", "subtitel")),
    ("field-unknown", toml("pass_ratio", "weight = 1\npass_ratio")),
    ("field-missing", toml('audience = "没有写过程序的教师"', "")),
    ("field-missing", toml("pass_ratio = 0.6", "")),
    ("field-invalid", toml("hours_practice = 1.5", "hours_practice = 9")),
    ("field-invalid", toml("hours_total = 2", "hours_total = inf")),
    ("field-invalid", toml("pass_ratio = 0.6", "pass_ratio = 60")),
    ("field-invalid", toml('title = "平均数"', 'title = " "')),
    ("field-invalid", toml('key = "mean"', 'key = "../mean"')),
    ("field-invalid", toml('["data/scores.csv"]', '["data/scores.csv", "data/scores.csv"]')),
    ("field-invalid", toml("[[", 'terminal = "true"\n[[')),
    ("assignment-duplicate", toml("[[", example("toml")[example("toml").index("[[") :] + "[[")),
    ("notebook-missing", lambda home: (home / "mean/mean.ipynb").rename(home / "mean/other.ipynb")),
    ("notebook-invalid", lambda home: (home / "mean/mean.ipynb").write_text("{")),
    ("notebook-invalid", lambda home: (home / "mean/mean.ipynb").write_text("[" * 100_000)),
    ("notebook-invalid", cells(lambda nb: nb.update(nbformat_minor=4))),
    ("notebook-invalid", cells(lambda nb: nb["cells"][0].pop("id"))),
    ("data-missing", lambda home: (home / "mean/data/scores.csv").unlink()),
    ("data-escapes", toml("data/scores.csv", "../course.toml")),
    ("data-escapes", toml("data/scores.csv", "/etc/hostname")),
    ("data-escapes", toml("data/scores.csv", "mean.ipynb")),
    ("data-symlink", linked_data),
    ("schema-not-3", grader(2, schema_version=2)),
    ("cell-kind-unsupported", grader(3, task=True)),
    ("cell-kind-unsupported", grader(3, grade=False)),
    ("grade-id-missing", without(1, "nbgrader", "grade_id")),
    ("grade-id-invalid", grader(1, grade_id="题一")),
    ("grade-id-duplicate", grader(2, grade_id="mean")),
    ("points-missing", without(2, "nbgrader", "points")),
    ("points-invalid", grader(2, points=-1)),
    ("points-invalid", grader(2, points=float("nan"))),
    ("points-invalid", grader(2, points=float("inf"))),
    ("points-invalid", grader(2, points="三")),
    ("points-invalid", grader(2, points=True)),
    ("cell-field-missing", without(2, "luojiao", "hint")),
    ("cell-field-missing", without(2, "luojiao", "competencies")),
    ("cell-field-invalid", ours(2, title="")),
    ("cell-field-invalid", ours(2, weight=2)),
    ("competency-invalid", ours(2, competencies=["a1"])),
    ("competency-invalid", toml('competency = "A1"', 'competency = "学情"')),
    ("rubric-missing", without(3, "luojiao", "rubric")),
    ("rubric-invalid", ours(2, rubric=[{"key": "k", "title": "t", "levels": []}])),
    ("rubric-invalid", ours(3, rubric="理由")),
    ("rubric-invalid", levels(2, 0)),
    ("rubric-invalid", levels(1, 2)),
    ("rubric-sum", levels(0, 1)),
    ("marker-misplaced", text(0, "### BEGIN SOLUTION\n答案\n### END SOLUTION")),
    ("marker-misplaced", text(1, "### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS")),
    ("marker-misplaced", text(2, "### BEGIN MARK SCHEME\nx\n### END MARK SCHEME")),
    ("marker-unbalanced", text(1, "### BEGIN SOLUTION\nx = 1")),
    ("marker-unbalanced", text(2, "### BEGIN HIDDEN TESTS\nx\n### END SOLUTION")),
    ("nothing-graded", cells(lambda nb: nb.update(cells=nb["cells"][:2]))),
]


@pytest.mark.parametrize(
    ("code", "change"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)]
)
def test_a_broken_course_is_refused_by_its_code(
    code: str, change: Callable[[Path], object], folder: Path
) -> None:
    change(folder)
    (home,) = (entry for entry in folder.parent.iterdir() if entry.is_dir())
    with pytest.raises(CourseError) as refused:
        load_course(home)
    assert refused.value.code == code
    assert re.search("[\u4e00-\u9fff]", refused.value.message_zh)
    assert str(folder.parent) not in refused.value.message_zh


def test_every_code_has_a_case_and_a_line_in_the_howto() -> None:
    assert {code for code, _ in BROKEN} | MADE_ELSEWHERE == ERROR_CODES
    assert all(f"`{code}`" in HOWTO for code in ERROR_CODES)


def test_a_code_that_is_not_listed_cannot_be_raised() -> None:
    with pytest.raises(ValueError, match="not a code"):
        CourseError("something-else", "……")
