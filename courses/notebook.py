"""Reads a source notebook into plain cells, and refuses one that nbgrader would trip over."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from courses.model import CourseError
from courses.regions import Parts, split

GRADE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
SCHEMA: Final = 3


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell as its author wrote it; `parts` are its lines by who may see them."""

    cell_type: str
    text: str
    nbgrader: Mapping[str, Any]
    luojiao: Mapping[str, Any]
    parts: Parts

    @property
    def grade_id(self) -> str:
        """The cell's name in nbgrader, empty for a cell that nbgrader does not know."""
        return str(self.nbgrader.get("grade_id") or "")

    @property
    def is_graded(self) -> bool:
        """Whether the cell earns points."""
        return bool(self.nbgrader.get("grade"))

    @property
    def is_solution(self) -> bool:
        """Whether the learner writes in this cell."""
        return bool(self.nbgrader.get("solution"))


def read_cells(path: Path, where: str) -> tuple[SourceCell, ...]:
    """All cells of an nbformat 4.5 notebook, in order; CourseError where nbgrader's rules are broken."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise CourseError("notebook-invalid", f"{where}：笔记本读不出来。") from error
    if not isinstance(document, dict) or (document.get("nbformat"), document.get("nbformat_minor")) != (4, 5):
        raise CourseError("notebook-invalid", f"{where}：需要 nbformat 4.5 的笔记本。")
    cells: list[SourceCell] = []
    seen: set[str] = set()
    for number, raw in enumerate(document.get("cells") or (), start=1):
        cell = _read_cell(raw, f"{where} 第 {number} 格")
        if cell.grade_id in seen and cell.nbgrader:
            raise CourseError("grade-id-duplicate", f"{where} 第 {number} 格：{cell.grade_id} 重复。")
        seen.add(cell.grade_id)
        cells.append(cell)
    return tuple(cells)


def _read_cell(raw: object, where: str) -> SourceCell:
    if not isinstance(raw, dict) or not isinstance(raw.get("metadata"), dict) or not raw.get("id"):
        raise CourseError("notebook-invalid", f"{where}：不是完整的单元格（要有 id 和 metadata）。")
    source = raw.get("source")
    text = "".join(source) if isinstance(source, list) else source
    if not isinstance(text, str):
        raise CourseError("notebook-invalid", f"{where}：source 不是文字。")
    nbgrader, ours = (raw["metadata"].get(name) or {} for name in ("nbgrader", "luojiao"))
    if not isinstance(nbgrader, dict) or not isinstance(ours, dict):
        raise CourseError("notebook-invalid", f"{where}：metadata.nbgrader 和 metadata.luojiao 要是对象。")
    cell = SourceCell(str(raw.get("cell_type")), text, nbgrader, ours, split(text, where))
    _check_nbgrader(cell, where)
    return cell


def _check_nbgrader(cell: SourceCell, where: str) -> None:
    if cell.nbgrader and cell.nbgrader.get("schema_version") != SCHEMA:
        raise CourseError("schema-not-3", f"{where}：nbgrader 元数据不是第 3 版（schema_version = 3）。")
    if cell.nbgrader and not cell.grade_id:
        raise CourseError("grade-id-missing", f"{where}：作答格、测试格和锁定格都要有 grade_id。")
    if cell.nbgrader and not GRADE_ID.fullmatch(cell.grade_id):
        raise CourseError("grade-id-invalid", f"{where}：grade_id 只能用字母、数字、- 和 _，不超过 64 个。")
    if cell.parts.solution and not cell.is_solution:
        raise CourseError("marker-misplaced", f"{where}：SOLUTION 标记只能写在作答格里。")
    if cell.parts.hidden and (cell.is_solution or not cell.is_graded):
        raise CourseError("marker-misplaced", f"{where}：HIDDEN TESTS 标记只能写在自动测试格里。")
    alone = cell.cell_type == "markdown" and cell.is_solution != cell.is_graded
    unknown = bool(cell.nbgrader) and cell.cell_type not in ("code", "markdown")
    if cell.nbgrader.get("task") or alone or unknown:
        raise CourseError("cell-kind-unsupported", f"{where}：文字题要既作答又计分；不支持 task 和 raw。")
