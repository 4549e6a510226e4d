"""For `nbgrader autograde` by hand: an exporter that takes the submitted bytes and a preprocessor that grades them here.

Together they take the place of nbgrader's own reading and of Execute: nothing of a submission runs in its process.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat.v4
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from graders.errors import BrokenAssignment, Refused
from graders.folder import Given, read_assigned, read_submission
from graders.grade import grade
from graders.reading import Cell, read_cells
from graders.reasons import message
from graders.restore import make_plan
from graders.source import MAX_SOURCE_BYTES, SourceCell, read_source
from graders.verdict import TestResult

_v4: Any = nbformat.v4
_exporter: Any = NotebookExporter
_NEW = {"code": _v4.new_code_cell, "markdown": _v4.new_markdown_cell, "raw": _v4.new_raw_cell}
_MARKS = ("grade", "grade_id", "locked", "points", "schema_version", "solution", "task", "cell_type")
_OTHER_SOURCE = "成绩册里的作业与教师版笔记本不一致。请重新运行 nbgrader generate_assignment，再评分。"
_NOT_PAIRED = "nbgrader_config.py 里少了 c.Autograde.exporter_class 一行，没有评分。"


class NotGraded(NbGraderException):
    """No points for this submission; the text is for whoever runs nbgrader, its code in brackets."""

    def __init__(self, code: str, told: str = "", detail: str = "") -> None:
        self.code = code
        more = f"（{detail}）" if detail else ""
        super().__init__(f"没有评分：{told or message(code)}{more} [{code}]")


class SubmittedNotebook(_exporter):
    """The `Autograde.exporter_class`: reads a submission's bytes by descriptor, keeps them, and hands nbgrader a
    notebook in which every graded cell of the source stands once, with the source's metadata and the learner's text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[tuple[str, str, str], Given] = {}

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """Called by nbgrader twice a notebook: with the submitted one, then with the one made of it."""
        about = (resources or {}).get("nbgrader")
        path = Path(filename)
        if about is None or path.parent != self._submitted(about):
            return super().from_filename(filename, resources=resources, **kwargs)
        source = _read_source(self, about)
        try:
            given = read_submission(str(path.parent), path.name)
            restored = _restored(source, given.notebook)
        except Refused as refused:
            _forget_scores(about)
            raise _told(self, NotGraded(refused.code, refused.message, refused.detail)) from refused
        except BrokenAssignment as broken:
            raise _told(self, NotGraded(broken.code, broken.message, broken.detail)) from broken
        self.kept[_key(about)] = given
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(restored, resources=resources, **kwargs)

    def _submitted(self, about: dict[str, str]) -> Path:
        course = self.parent.coursedir
        return Path(course.format_path(course.submitted_directory, about["student"], about["assignment"]))


class GradeOutside(NbGraderPreprocessor):
    """The one in Execute's place: asks `graders.grade` and writes what it saw as outputs that nbgrader counts the same."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Called by nbgrader with the sanitised notebook; raises NotGraded where there are no points to record."""
        about = resources["nbgrader"]
        given = (
            self.parent.kept.pop(_key(about), None) if isinstance(self.parent, SubmittedNotebook) else None
        )
        if given is None:
            raise _told(self, NotGraded("grader.failed", _NOT_PAIRED))
        source, place = _read_source(self.parent, about), _source_folder(self.parent, about)
        try:
            files = read_assigned(str(place))
        except BrokenAssignment as broken:
            raise _told(self, NotGraded(broken.code, broken.message, broken.detail)) from broken
        verdict = grade(source, given.notebook, files, brought=given.brought)
        if verdict.state != "graded":
            _forget_scores(about)
            raise _told(self, NotGraded(verdict.reason, verdict.message))
        self._write(nb, {test.grade_id: test for test in verdict.tests})
        self.log.info("%s: %s / %s", verdict.message, verdict.points, verdict.max_points)
        return nb, resources

    def _write(self, nb: Any, tests: dict[str, TestResult]) -> None:
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            mark = cell.metadata.get("nbgrader", {})
            if not mark.get("grade") or mark.get("solution"):
                continue
            test = tests.pop(mark["grade_id"], None)
            if test is None or float(mark["points"]) != float(test.max_points):
                raise _told(self, NotGraded("source.invalid", _OTHER_SOURCE, mark["grade_id"]))
            cell.outputs = _outputs(test)
        if tests:
            raise _told(self, NotGraded("source.invalid", _OTHER_SOURCE, "、".join(tests)))


def _outputs(test: TestResult) -> list[Any]:
    """What nbgrader's `determine_grade` reads as exactly these points, with our sentence to be seen."""
    if test.status == "passed":
        return []
    told = message(test.reason) + (f"提示：{test.hint}" if test.hint else "")
    if test.status == "partial":
        number = {"text/plain": str(float(test.points))}
        return [
            _v4.new_output("stream", name="stdout", text=told + "\n"),
            _v4.new_output("execute_result", data=number, execution_count=None),
        ]
    return [_v4.new_output("error", ename=test.reason, evalue=told, traceback=[told])]


def _restored(source: bytes, submission: bytes) -> Any:
    """The submission's cells in its order, each graded cell of the source in it once; raises Refused."""
    cells = read_source(source)
    marks = {one.grade_id: one.nbgrader for one in read_cells(source, MAX_SOURCE_BYTES) if one.grade_id}
    plan = make_plan(cells, submission)
    known = {cell.grade_id: cell for cell in cells if cell.grade_id}
    made: list[Any] = []
    stands: dict[str, Any] = {}
    for one in read_cells(submission):
        cell = known.get(one.grade_id)
        if cell is None or cell.grade_id in stands:
            made.append(_NEW[one.kind](one.text))
            continue
        stands[cell.grade_id] = _cell(cell, marks[cell.grade_id], _text(cell, one, plan.manual))
        made.append(stands[cell.grade_id])
    before: Any = None
    for cell in cells:
        if cell.role != "plain" and cell.grade_id not in stands:
            lost = _cell(cell, marks[cell.grade_id], _text(cell, None, plan.manual))
            at = next((n + 1 for n, one in enumerate(made) if one is before), 0)
            made.insert(at, lost)
            stands[cell.grade_id] = lost
        before = stands.get(cell.grade_id, before)
    return _v4.new_notebook(cells=made)


def _text(cell: SourceCell, given: Cell | None, manual: dict[str, str]) -> str:
    """What stands in a cell for people to read; a test's text is the source's, a part for a person is whole."""
    if cell.role == "test" or (cell.role == "plain" and given is None):
        return cell.text
    if cell.role == "manual":
        return manual.get(cell.grade_id, "")
    return given.text if given else ("" if cell.role == "solution" else cell.text)


def _cell(cell: SourceCell, mark: dict[str, Any], text: str) -> Any:
    kept = {name: mark[name] for name in _MARKS if name in mark}
    return _NEW[cell.kind](text, metadata={"nbgrader": kept})


def _key(about: dict[str, str]) -> tuple[str, str, str]:
    return about["student"], about["assignment"], about["notebook"]


def _source_folder(exporter: Any, about: dict[str, str]) -> Path:
    course = exporter.parent.coursedir
    return Path(course.format_path(course.source_directory, ".", about["assignment"]))


def _read_source(exporter: Any, about: dict[str, str]) -> bytes:
    try:
        return (_source_folder(exporter, about) / f"{about['notebook']}.ipynb").read_bytes()
    except OSError as error:
        told = f"没有找到教师版笔记本 {about['notebook']}.ipynb。"
        raise _told(exporter, NotGraded("source.invalid", told)) from error


def _forget_scores(about: dict[str, str]) -> None:
    """Points that an earlier submission of the same person got are not this one's."""
    with Gradebook(about["db_url"]) as book:
        try:
            found = book.find_submission_notebook(about["notebook"], about["assignment"], about["student"])
        except MissingEntry:
            return
        for one in found.grades:
            one.auto_score, one.needs_manual_grade = None, True
        book.db.commit()


def _told(speaker: Any, trouble: NotGraded) -> NotGraded:
    """The sentence on a line of its own in nbgrader's log, and then the error."""
    speaker.log.error("%s", trouble)
    return trouble
