"""Turns the cells of a source notebook that earn points into the model's: points, hint, rubric."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final

from courses.model import CellKind, CourseError, Criterion, GradedCell, Level
from courses.notebook import SourceCell

COMPETENCY: Final = re.compile(r"[A-Z]{1,3}[1-9][0-9]?")
CELL_FIELDS: Final = frozenset({"competencies", "title", "hint", "rubric"})


def graded_cells(cells: Sequence[SourceCell], where: str) -> tuple[GradedCell, ...]:
    """The cells that earn points, in order; CourseError if there is none or one is not complete."""
    graded = tuple(_graded(cell, f"{where} 的 {cell.grade_id}") for cell in cells if cell.is_graded)
    if not graded:
        raise CourseError("nothing-graded", f"{where}：没有任何计分的单元格。")
    return graded


def _graded(cell: SourceCell, where: str) -> GradedCell:
    kind: CellKind = "manual" if cell.is_solution else "tests"
    extra = sorted(set(cell.luojiao) - CELL_FIELDS)
    if extra:
        raise CourseError(
            "cell-field-invalid", f"{where}：metadata.luojiao 里有多余的项 {'、'.join(extra)}。"
        )
    points = _points(cell.nbgrader, where)
    title, hint = (_text(cell.luojiao, name, where) for name in ("title", "hint"))
    competencies = cell.luojiao.get("competencies")
    if not isinstance(competencies, list) or not competencies:
        raise CourseError("cell-field-missing", f"{where}：缺少 competencies（至少一个能力点）。")
    for code in competencies:
        check_competency(code, where)
    rubric = _rubric(cell.luojiao.get("rubric"), where)
    if kind == "manual" and not rubric:
        raise CourseError("rubric-missing", f"{where}：人工评阅的题要有评分量规 rubric。")
    if kind == "tests" and rubric:
        raise CourseError("rubric-invalid", f"{where}：自动测试格不用评分量规。")
    total = sum((criterion.points for criterion in rubric), Decimal(0))
    if rubric and total != points:
        raise CourseError("rubric-sum", f"{where}：量规合计 {total} 分，单元格是 {points} 分。")
    return GradedCell(cell.grade_id, kind, points, tuple(competencies), hint, title, rubric)


def check_competency(code: object, where: str) -> None:
    """CourseError unless `code` looks like a competency of a framework: A1, B10, C7."""
    if not isinstance(code, str) or not COMPETENCY.fullmatch(code):
        raise CourseError("competency-invalid", f"{where}：能力点 {code!r} 不像 A1、B10 这样的编号。")


def _points(fields: Mapping[str, Any], where: str) -> Decimal:
    value = fields.get("points")
    if value is None:
        raise CourseError("points-missing", f"{where}：没有写分值 points。")
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        points = Decimal(str(value))
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite() or points < 0:
        raise CourseError("points-invalid", f"{where}：分值 {value!r} 不是有限的非负数。")
    return points


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if value is None:
        raise CourseError("cell-field-missing", f"{where}：缺少 {name}。")
    if not isinstance(value, str) or not value.strip():
        raise CourseError("cell-field-invalid", f"{where}：{name} 要是一句话。")
    return value


def _rubric(value: object, where: str) -> tuple[Criterion, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise CourseError("rubric-invalid", f"{where}：rubric 要是一张列表。")
    rubric = tuple(_criterion(item, f"{where} 的量规第 {number} 条") for number, item in enumerate(value, 1))
    if len({criterion.key for criterion in rubric}) != len(rubric):
        raise CourseError("rubric-invalid", f"{where}：量规里的 key 重复。")
    return rubric


def _criterion(item: object, where: str) -> Criterion:
    shape = isinstance(item, dict) and set(item) == {"key", "title", "levels"}
    if not shape or not isinstance(item, dict) or not isinstance(item["levels"], list):
        raise CourseError("rubric-invalid", f"{where}：要有 key、title、levels 三项。")
    levels = []
    for level in item["levels"]:
        if not isinstance(level, dict) or set(level) != {"points", "text"}:
            raise CourseError("rubric-invalid", f"{where}：每一档要有 points 和 text。")
        levels.append(Level(_points(level, where), _text(level, "text", where)))
    points = [level.points for level in levels]
    rising = all(low < high for low, high in pairwise(points))
    if len(points) < 2 or points[0] != 0 or not rising:
        raise CourseError("rubric-invalid", f"{where}：档次要从 0 分起，逐档升高，至少两档。")
    return Criterion(_text(item, "key", where), _text(item, "title", where), tuple(levels))
