"""Attempts on the grader, a file each: what is handed in, to which assignment, and what may come of it.

Headers of a Python file, as comments: `story`; `into` the solution cell of the small assignment, or `asks`, `asks2`, ... the tests of an
assignment of its own (2 points each, lines of one name belong together), with `reference` its solution and `file` a data file "name text";
`max` points at most or `pays` points exactly; `test` "grade_id reason"; `ends` the reason of the whole; `patience` seconds a cell.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import papers

from graders.runner import GradeLimits

HERE = Path(__file__).parent
FOLDERS = (HERE / "hostile", HERE / "hostile_wire")
# Before every case of hostile_wire: the line to the tests' process, and how to speak on it.
WIRE = (HERE / "wire_prelude.py").read_text("utf-8")


@dataclass(frozen=True)
class Attempt:
    """One grading and what is expected of it."""

    data: bytes
    source: bytes
    most: float
    exactly: float | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    ends: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    limits: GradeLimits = papers.TIGHT


def names() -> list[str]:
    """Every file, as "folder/name"."""
    found = [path for folder in FOLDERS for path in folder.iterdir() if path.suffix in (".py", ".json")]
    return sorted(f"{path.parent.name}/{path.name}" for path in found)


def attempt_of(name: str) -> Attempt:
    """Read a case."""
    path = HERE / name
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        plan = json.loads(text)
        return Attempt(rebuilt(plan), papers.source(), plan.get("max", 0), plan.get("pays"))
    head: dict[str, list[str]] = defaultdict(list)
    for key, value in re.findall(r"^# ([a-z]+\d*): (.*)$", text, re.M):
        head[key].append(value)
    if path.parent.name == "hostile_wire":
        text = WIRE + text
        head.setdefault("asks", ["assert f(1) == 3"])
    data, source = _own_assignment(head, text) if "asks" in head else _small_assignment(head, text)
    seconds = float(head["patience"][0]) if "patience" in head else papers.TIGHT.cell_seconds
    return Attempt(
        data,
        source,
        float(head["max"][0]) if "max" in head else 0,
        float(head["pays"][0]) if "pays" in head else None,
        dict(line.split(" ", 1) for line in head["test"]),
        head["ends"][0] if "ends" in head else "",
        {word.split(" ", 1)[0]: word.split(" ", 1)[1].replace(",", "\n").encode() for word in head["file"]},
        replace(papers.TIGHT, cell_seconds=seconds),
    )


def _small_assignment(head: dict[str, list[str]], text: str) -> tuple[bytes, bytes]:
    base = papers.good_cells if "pays" in head else papers.answer_cells
    return papers.notebook(base(**{head["into"][0]: text})), papers.source()


def _own_assignment(head: dict[str, list[str]], text: str) -> tuple[bytes, bytes]:
    reference = "\n".join(head["reference"]) or "def f(*values):\n    return None"
    cells = [papers.cell(f"### BEGIN SOLUTION\n{reference}\n### END SOLUTION\n", "answer", "solution")]
    for key in sorted((one for one in head if re.fullmatch(r"asks\d*", one)), key=lambda k: int(k[4:] or 1)):
        hidden = f'### BEGIN HIDDEN TESTS\nassert True, "{papers.CANARY}"\n### END HIDDEN TESTS\n'
        cells.append(
            papers.cell(hidden + "\n".join(head[key]) + "\n", key.replace("asks", "asked"), "test", 2)
        )
    given = [papers.cell(text, "answer", "solution")]
    return papers.notebook(given), papers.notebook(cells)


def rebuilt(plan: dict[str, Any]) -> bytes:
    """An unsolved notebook (or a `solved` one) with the changes that a JSON case lists."""
    cells = []
    for one in papers.good_cells() if plan.get("solved") else papers.answer_cells():
        mark = one["metadata"].get("nbgrader", {})
        name = mark.get("grade_id", "")
        if "*" in plan.get("remove", ()) or name in plan.get("remove", ()):
            continue
        one["source"] = plan.get("edit", {}).get(name, one["source"])
        mark.update({"points": plan["points"][name]} if name in plan.get("points", {}) else {})
        mark.update({"solution": True, "grade": False} if name in plan.get("role", {}) else {})
        mark.update({"grade_id": plan["rename"][name]} if name in plan.get("rename", {}) else {})
        mark.update(plan.get("mark", {}))
        one["metadata"]["tags"] = plan.get("tags", [])
        one.update(plan.get("cell", {}))
        cells += [one] * plan.get("times", 1)
    cells += [
        papers.cell(extra["text"], extra["grade_id"], extra["role"], extra.get("points", 1))
        for extra in plan.get("append", ())
    ]
    if plan.get("backwards"):
        cells.reverse()
    found = json.loads(papers.notebook(cells))
    found["metadata"] = plan.get("metadata", {})
    return json.dumps(found | plan.get("notebook", {})).encode()
