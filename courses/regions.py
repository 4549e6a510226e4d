"""Splits a source cell at nbgrader's markers into what everybody sees, the solution and the hidden tests."""

from dataclasses import dataclass
from typing import Final, Literal

from courses.model import CourseError

Region = Literal["solution", "hidden"]

MARKERS: Final[dict[str, tuple[Region, bool]]] = {
    "BEGIN SOLUTION": ("solution", True),
    "END SOLUTION": ("solution", False),
    "BEGIN HIDDEN TESTS": ("hidden", True),
    "END HIDDEN TESTS": ("hidden", False),
}
FORBIDDEN: Final = ("BEGIN MARK SCHEME", "END MARK SCHEME", "AUTOTEST", "HASHED")


@dataclass(frozen=True, slots=True)
class Parts:
    """The lines of one cell by who may see them; `answered` is the cell with its solution, no markers."""

    visible: tuple[str, ...]
    solution: tuple[tuple[str, ...], ...]
    hidden: tuple[tuple[str, ...], ...]
    answered: str


def marker_of(line: str) -> tuple[Region, bool] | None:
    """The region a line opens (True) or closes (False); like nbgrader, wherever in the line the words are."""
    return next((meaning for words, meaning in MARKERS.items() if words in line), None)


def split(text: str, where: str) -> Parts:
    """Split a cell's text; CourseError when markers are nested, crossed, unclosed or of an unused kind."""
    visible: list[str] = []
    answered: list[str] = []
    found: dict[Region, list[tuple[str, ...]]] = {"solution": [], "hidden": []}
    open_region: Region | None = None
    block: list[str] = []
    for line in text.split("\n"):
        if any(words in line for words in FORBIDDEN):
            raise CourseError("marker-misplaced", f"{where}：本平台不使用标记 {line.strip()!r}。")
        marker = marker_of(line)
        if marker is None:
            (visible if open_region is None else block).append(line)
            if open_region != "hidden":
                answered.append(line)
            continue
        region, opens = marker
        if opens == (open_region is not None) or (not opens and region != open_region):
            raise CourseError("marker-unbalanced", f"{where}：标记不成对，见 {line.strip()!r}。")
        if not opens:
            found[region].append(tuple(block))
            block = []
        open_region = region if opens else None
    if open_region is not None:
        raise CourseError("marker-unbalanced", f"{where}：有 BEGIN 标记，没有对应的 END 标记。")
    return Parts(tuple(visible), tuple(found["solution"]), tuple(found["hidden"]), "\n".join(answered))
