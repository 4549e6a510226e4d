"""From what a run reported to points: a test is paid only by its own positive answer, everything else is 0 with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from graders.restore import Plan
from graders.runner import Report
from graders.source import SourceCell
from graders.verdict import ManualItem, TestResult

_STEP = Decimal("0.0001")
_SELF_TELLING = (
    "input",
    "exit",
    "memory",
    "recursion",
)  # a test that ends so says more than the cell before it
_CODES = {"exit": "test.exited"}


def judge(
    source: Iterable[SourceCell], plan: Plan, report: Report, valueless: Mapping[str, str] | None = None
) -> tuple[TestResult, ...]:
    """One result for every test of the source, in its order. `valueless`: what stands for "passed" where the last value is no points."""
    valueless = valueless or {}
    about = {step.cell.grade_id: step.answers for step in plan.steps if step.kind == "test" and step.cell}
    broken = {
        step.cell.grade_id for step in plan.steps if step.cell and step.prepared and not step.prepared.ok
    }
    return tuple(
        _result(cell, about[cell.grade_id], plan, report, broken, valueless.get(cell.grade_id))
        for cell in source
        if cell.role == "test"
    )


def none_run(source: Iterable[SourceCell], reason: str) -> tuple[TestResult, ...]:
    """The results of a submission of which nothing was run."""
    return tuple(_lost(cell, "not_run", reason) for cell in source if cell.role == "test")


def manual_items(source: Iterable[SourceCell], answers: dict[str, str]) -> tuple[ManualItem, ...]:
    """The parts a person marks, with the learner's own text."""
    return tuple(
        ManualItem(cell.grade_id, cell.title, cell.points, answers.get(cell.grade_id, ""))
        for cell in source
        if cell.role in ("manual", "task")
    )


def _lost(cell: SourceCell, status: str, reason: str) -> TestResult:
    return TestResult(cell.grade_id, cell.title, status, Decimal(0), cell.points, reason, cell.hint)


def _result(
    cell: SourceCell,
    about: tuple[str, ...],
    plan: Plan,
    report: Report,
    broken: set[str],
    without_points: str | None,
) -> TestResult:
    if cell.grade_id in broken:
        return _lost(cell, "error", "test.broken")
    answer = report.tests.get(cell.grade_id)
    if answer is None:
        return _lost(cell, "not_run", f"run.{report.ended or 'protocol'}")
    if answer.error:
        reason = _reason(answer.error, about, plan, report)
        asserted = reason in ("test.wrong", "test.not_answered")
        return _lost(cell, "failed" if asserted else "error", reason)
    if answer.value is None or (answer.value == without_points):
        return TestResult(cell.grade_id, cell.title, "passed", cell.points, cell.points)
    return _partial(cell, answer.value)


def _partial(cell: SourceCell, digits: str) -> TestResult:
    """Partial credit: finite, from 0 to the test's points."""
    try:
        points = Decimal(digits)
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite() or not 0 <= points <= cell.points:
        return _lost(cell, "error", "test.bad_partial")
    points = points.quantize(_STEP, ROUND_HALF_EVEN).normalize() + 0
    if points >= cell.points:
        return TestResult(cell.grade_id, cell.title, "passed", cell.points, cell.points)
    if points == 0:
        return _lost(cell, "failed", "test.wrong")
    return TestResult(cell.grade_id, cell.title, "partial", points, cell.points, "test.partial", cell.hint)


def _reason(error: str, about: tuple[str, ...], plan: Plan, report: Report) -> str:
    """Why a test did not pass, as far as the learner can use it: the cause in the answer before the symptom in the test."""
    if error in _SELF_TELLING:
        return _CODES.get(error, f"test.{error}")
    if error == "not_answered" or (about and set(about) <= plan.unanswered):
        return "test.not_answered"
    earlier = {report.troubles.get(name, "") for name in (*about, "")}
    for kind in (*_SELF_TELLING, "syntax"):
        if kind in earlier:
            return _CODES.get(kind, f"test.{kind}")
    return f"test.{error}"
