"""A small assignment (two cells of it named as a catalogue course names them), answers, and a run that holds it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hub.domain.course import Release
from hub.domain.people import Person
from hub.journey.ports import Fittings
from tests.people import FIRST, SCHOOL, Town, build_town

NAME = "small.ipynb"
_STUB = "def add(a, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
_SOLVED = "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION\n"


def _cell(text: str, grade_id: str, role: str, points: float = 0) -> dict[str, Any]:
    mark = {
        "grade": role == "test", "solution": role == "solution", "locked": role == "test", "task": False,
        "grade_id": grade_id, "schema_version": 3, **({"points": points} if role == "test" else {}),
    }  # fmt: skip
    return {
        "cell_type": "code", "id": f"c-{grade_id}", "metadata": {"nbgrader": mark}, "source": text, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def _notebook(answer: str) -> bytes:
    cells = [
        _cell(answer, "add", "solution"),
        _cell("assert add(1, 2) == 3\n", "q1-clean-number-test", "test", 2),
        _cell("assert add('a', 'b') == 'ab'\nassert add(-1, 1) == 0\n", "q2-valid-rate-test", "test", 3),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}).encode()


SOURCE = _notebook(_SOLVED)
UNTOUCHED = _notebook(_STUB)


def answer(number: int = 0, *, seconds: float = 0, asked: float = 0) -> bytes:
    """A right answer, unlike those of other numbers, that takes so long to define itself, and so long when a test asks it."""
    wait = f"import time\ntime.sleep({seconds})\n" if seconds or asked else ""
    inside = f"    time.sleep({asked})\n" if asked else ""
    return _notebook(f"# {number}\n{wait}def add(a, b):\n{inside}    return a + b\n")


def poison() -> bytes:
    """An answer that is wrong for one of its two tests."""
    return _notebook("def add(a, b):\n    return a + b if isinstance(a, int) else None\n")


def town_with_run(f: Fittings, more: int = 0, *, attempts: int = 100) -> tuple[Town, str, list[str]]:
    """A town, a run with the small assignment released, and ``more`` learners of it beside teacher and colleague."""
    town = build_town(f)
    run = town.run()
    now = f.clock.now()
    people = [town.uids["teacher"], town.uids["colleague"]]
    with f.work() as work:
        for n in range(more):
            uid = f.ids.new("per")
            login = work.people.next_login("t")
            work.people.add(
                Person(uid, login, f"学员{n:03d}", "staff", f"{n:03d}", "", True, now), cipher=None, tag=None
            )
            work.people.join(uid, SCHOOL, now.date(), staff_no="", subject="")
            work.people.grant(uid, next(iter(town.actor("teacher").grants)).role, SCHOOL, now.date(), "test")
            people.append(uid)
        for uid in people:
            work.study.enrol(run, uid, SCHOOL, now)
        work.study.add_release(
            Release(
                f.ids.new("rel"), run, FIRST, 1, f.files.put(SOURCE), {}, {NAME: f.files.put(UNTOUCHED)},
                now - timedelta(hours=1), now + timedelta(days=7), 10, attempts, Decimal("0.6"),
                town.uids["instructor"], now,
            )
        )  # fmt: skip
    return town, run, people
