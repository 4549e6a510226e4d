"""nbgrader's own quickstart course, as it lies in the installed package, and submissions to it."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

from tests.graders.parity.corpus import STUB, _without_marks

if TYPE_CHECKING:
    from tests.graders.parity.stock import StockCourse

NOTEBOOKS = ("problem1", "problem2")
_ROOT = "docs/source/user_guide"
_WRITTEN = "YOUR ANSWER HERE"

HALF = {
    "squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]\n",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(i * i for i in range(1, n + 1))\n",
}
WRONG = {
    "squares": "def squares(n):\n    for i in range(1, n + 1):\n        print(i ** 2)\n",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))\n",
}


@cache
def source() -> dict[str, bytes]:
    """The teacher's notebooks by name."""
    return {name: _bytes(f"source/ps1/{name}.ipynb") for name in NOTEBOOKS}


@cache
def extra_files() -> dict[str, bytes]:
    """What is shipped with them."""
    return {"jupyter.png": _bytes("source/ps1/jupyter.png")}


@cache
def submissions() -> dict[str, dict[str, bytes]]:
    """Submissions by name, each its notebooks by name. Two of them are the course's own students."""
    made = {
        "full": {name: _handed_in(data, None) for name, data in source().items()},
        "untouched": {name: _handed_in(data, {}) for name, data in source().items()},
        "half": {name: _handed_in(data, HALF) for name, data in source().items()},
        "wrong": {name: _handed_in(data, WRONG) for name, data in source().items()},
    }
    for student in ("bitdiddle", "hacker"):
        made[student] = {name: _bytes(f"submitted/{student}/ps1/{name}.ipynb") for name in NOTEBOOKS}
    return made


@cache
def tests() -> frozenset[str]:
    """The cells that a machine marks; one that is an answer as well waits for a person."""
    cells = [cell for data in source().values() for cell in json.loads(data)["cells"]]
    marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    return frozenset(mark["grade_id"] for mark in marks if mark.get("grade") and not mark.get("solution"))


def digest() -> str:
    """Changes with the course or the submissions."""
    whole = hashlib.sha256()
    for group in (source(), extra_files(), *submissions().values()):
        for name, data in group.items():
            whole.update(name.encode() + data)
    return whole.hexdigest()[:16]


def by_stock(course: StockCourse) -> dict[str, dict[str, float]]:
    """What stock pays, by submission and test."""
    course.release("ps1", source(), extra_files())
    for student, notebooks in submissions().items():
        course.submit(student, "ps1", notebooks, extra_files())
        course.autograde("ps1", student)
    paid = {student: course.paid("ps1", student) for student in submissions()}
    return {
        student: {name: one for name, one in found.items() if name in tests()}
        for student, found in paid.items()
    }


def _bytes(name: str) -> bytes:
    return package_files("nbgrader").joinpath(_ROOT, name).read_bytes()


def _handed_in(data: bytes, answers: dict[str, str] | None) -> bytes:
    """The notebook with these answers, stubs elsewhere; None for the reference solution."""
    whole: dict[str, Any] = json.loads(data)
    for cell in whole["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if not mark.get("solution"):
            continue
        text = "".join(cell["source"])
        if answers is None:
            cell["source"] = _without_marks(text)
        elif mark["grade_id"] in answers:
            cell["source"] = answers[mark["grade_id"]]
        else:
            cell["source"] = _stubbed(text) if cell["cell_type"] == "code" else _WRITTEN
    return json.dumps(whole, ensure_ascii=False).encode()


def _stubbed(text: str) -> str:
    region = re.compile(r"^([^\S\n]*)### BEGIN SOLUTION.*?### END SOLUTION", re.M | re.S)
    stub = region.sub(lambda found: "\n".join(found[1] + line for line in STUB), text)
    return stub if stub != text else "\n".join(STUB)
