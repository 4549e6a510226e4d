"""Read the teacher's notebook: which cell is a solution, a test, a part for a person, and what each is worth."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from graders.errors import BrokenAssignment, Refused
from graders.reading import Cell, read_cells

MAX_SOURCE_BYTES = 200 * 1024 * 1024
_REMEMBERED = 1024 * 1024  # a class hands in against the same source, one after the other
_HIDDEN = re.compile(
    r"^[^\S\n]*###[ ]*BEGIN HIDDEN TESTS.*?^[^\S\n]*###[ ]*END HIDDEN TESTS[^\n]*\n?", re.M | re.S
)


@dataclass(frozen=True)
class SourceCell:
    """One cell of the assignment. `role` is plain, solution, test, manual or task; only the last three have points."""

    index: int
    role: str
    kind: str
    text: str
    grade_id: str
    cell_id: str
    points: Decimal
    title: str
    hint: str

    @property
    def released_text(self) -> str:
        """The text as learners got it, as far as it tells locked cells apart."""
        return _HIDDEN.sub("", self.text).strip()


def read_source(data: bytes) -> tuple[SourceCell, ...]:
    """The cells of the source notebook (schema 3 metadata), checked; raises BrokenAssignment."""
    return _remembered(data) if len(data) <= _REMEMBERED else _read(data)


@functools.lru_cache(maxsize=64)
def _remembered(data: bytes) -> tuple[SourceCell, ...]:
    return _read(data)


def _read(data: bytes) -> tuple[SourceCell, ...]:
    try:
        cells = read_cells(data, MAX_SOURCE_BYTES)
    except Refused as refused:
        raise BrokenAssignment("source.invalid", str(refused)) from refused
    found = tuple(_source_cell(index, cell) for index, cell in enumerate(cells))
    names = [cell.grade_id for cell in found if cell.role != "plain"]
    if len(names) != len(set(names)) or "" in names:
        raise BrokenAssignment("source.invalid", "a grade_id is doubled or missing")
    return found


def _source_cell(index: int, cell: Cell) -> SourceCell:
    role = _role(cell)
    graded = role in ("test", "manual", "task")
    return SourceCell(
        index=index,
        role=role,
        kind=cell.kind,
        text=cell.text,
        grade_id=cell.grade_id,
        cell_id=cell.cell_id,
        points=_points(cell.nbgrader) if graded else Decimal(0),
        title=_text(cell.luojiao.get("title")) or cell.grade_id,
        hint=_text(cell.luojiao.get("hint")),
    )


def _role(cell: Cell) -> str:
    mark = cell.nbgrader
    if mark.get("task") is True:
        return "task"
    if mark.get("grade") is True and mark.get("solution") is True:
        return "manual"
    if mark.get("grade") is True:
        if cell.kind != "code":
            raise BrokenAssignment("source.invalid", f"test {cell.grade_id!r} is not a code cell")
        return "test"
    return "solution" if mark.get("solution") is True and cell.kind == "code" else "plain"


def _points(mark: dict[str, Any]) -> Decimal:
    found = mark.get("points", 0)
    try:
        points = (
            Decimal(str(found)) if isinstance(found, int | float) and not isinstance(found, bool) else None
        )
    except InvalidOperation:
        points = None
    if points is None or not points.is_finite() or not 0 <= points <= 10_000:
        raise BrokenAssignment("source.invalid", f"points of {mark.get('grade_id')!r}: {found!r}")
    return points


def _text(found: object) -> str:
    return found.strip() if isinstance(found, str) else ""
