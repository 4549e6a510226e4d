"""Small notebooks for tests: one assignment, and submissions made from it in many ways."""

from __future__ import annotations

import copy
import json
from typing import Any

from graders.runner import GradeLimits
from zygote.spec import MB, Limits

TIGHT = GradeLimits(
    walls=Limits(wall_seconds=40.0, cpu_seconds=40, memory_bytes=300 * MB, address_bytes=2048 * MB),
    cell_seconds=4.0,
)

CANARY = "CANARY_7f3a9c"

SETUP = "import math\nimport numpy as np\n\ndef close(a, b):\n    return math.isclose(a, b, rel_tol=1e-9)\n"
ADD_STUB = "def add(a, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
ADD = "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION\n"
MEAN_STUB = "def mean(xs):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
MEAN = "def mean(xs):\n    ### BEGIN SOLUTION\n    return sum(xs) / len(xs)\n    ### END SOLUTION\n"
ADD_TEST = "assert add(1, 2) == 3\nassert isinstance(add(1, 2), int)\n"
HIDDEN_PART = f'### BEGIN HIDDEN TESTS\nassert add(40, 2) == 42, "{CANARY}"\n### END HIDDEN TESTS\n'
ADD_HIDDEN = "assert add(0, 0) == 0\n" + HIDDEN_PART
MEAN_TEST = "assert close(mean([1, 2, 4]), 7 / 3)\nassert len([mean([5])]) == 1\n"
MEAN_PARTIAL = "sum([mean([2]) == 2, mean([2, 4]) == 3, mean(list(range(5))) == 2])\n"


def mark(grade_id: str, role: str, points: float = 0) -> dict[str, Any]:
    """nbgrader's metadata, schema 3."""
    return {
        "grade": role in ("test", "manual"),
        "solution": role in ("solution", "manual"),
        "locked": role in ("test", "locked", "task"),
        "task": role == "task",
        "grade_id": grade_id,
        "schema_version": 3,
        **({"points": points} if role in ("test", "manual", "task") else {}),
    }


def cell(
    text: str, grade_id: str = "", role: str = "", points: float = 0, kind: str = "code", hint: str = ""
) -> dict[str, Any]:
    """One cell of format 4.5."""
    metadata: dict[str, Any] = {"nbgrader": mark(grade_id, role, points)} if role else {}
    if hint:
        metadata["luojiao"] = {"title": f"题 {grade_id}", "hint": hint, "competencies": []}
    made = {
        "cell_type": kind,
        "id": f"c-{grade_id or abs(hash(text)) % 10**8}",
        "metadata": metadata,
        "source": text,
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(cells: list[dict[str, Any]]) -> bytes:
    """The bytes of a notebook."""
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, ensure_ascii=False
    ).encode()


def source_cells() -> list[dict[str, Any]]:
    """The teacher's assignment: 2 + 3 + 2 + 3 points by machine, 5 by a person."""
    return [
        cell("# 练习", kind="markdown"),
        cell(SETUP, "setup", "locked"),
        cell(ADD, "add", "solution"),
        cell(ADD_TEST, "add-test", "test", 2, hint="想一想加法"),
        cell(ADD_HIDDEN, "add-hidden", "test", 3),
        cell(MEAN, "mean", "solution"),
        cell(MEAN_TEST, "mean-test", "test", 2),
        cell(MEAN_PARTIAL, "mean-partial", "test", 3),
        cell("请写出你的体会。", "essay", "manual", 5, kind="markdown"),
    ]


def source() -> bytes:
    """The bytes of the assignment."""
    return notebook(source_cells())


def answer_cells(**answers: str) -> list[dict[str, Any]]:
    """What a learner hands in: the release with these texts by grade_id (add, mean, essay, ...)."""
    given = {"add": ADD_STUB, "mean": MEAN_STUB, "add-hidden": "assert add(0, 0) == 0\n", **answers}
    cells = copy.deepcopy(source_cells())
    for one in cells:
        name = one["metadata"].get("nbgrader", {}).get("grade_id")
        one["source"] = given.get(name, one["source"])
    return cells


GOOD = {"add": "def add(a, b):\n    return a + b\n", "mean": "def mean(xs):\n    return sum(xs) / len(xs)\n"}


def good_cells(**answers: str) -> list[dict[str, Any]]:
    """A correct submission."""
    return answer_cells(**{**GOOD, "essay": "我学会了求平均数。", **answers})
