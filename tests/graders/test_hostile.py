"""Each file in `hostile/` is a learner's attempt; what it may at most be paid stands in it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import papers
import pytest

from graders import warm
from graders.feedback import build_feedback
from graders.reasons import MESSAGES
from graders.verdict import Verdict

FOLDER = Path(__file__).parent / "hostile"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".py", ".json"))


def submission_of(path: Path) -> tuple[bytes, int, dict[str, str]]:
    """(bytes, points it may be paid at most, expected reason by grade_id)."""
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        plan = json.loads(text)
        return rebuilt(plan), int(plan.get("max", 0)), {}
    head = dict(re.findall(r"^# (into|max): (.*)$", text, re.M))
    expected = dict(line.split(" ", 1) for line in re.findall(r"^# test: (.*)$", text, re.M))
    return papers.notebook(papers.answer_cells(**{head["into"]: text})), int(head["max"]), expected


def rebuilt(plan: dict[str, Any]) -> bytes:
    """An unsolved notebook with the changes that a JSON case lists."""
    cells = []
    for one in papers.answer_cells():
        mark = one["metadata"].get("nbgrader", {})
        name = mark.get("grade_id", "")
        if "*" in plan.get("remove", ()) or name in plan.get("remove", ()):
            continue
        one["source"] = plan.get("edit", {}).get(name, one["source"])
        mark.update({"points": plan["points"][name]} if name in plan.get("points", {}) else {})
        mark.update({"solution": True, "grade": False} if name in plan.get("role", {}) else {})
        mark.update({"grade_id": plan["rename"][name]} if name in plan.get("rename", {}) else {})
        one["metadata"]["tags"] = plan.get("tags", [])
        cells.append(one)
    cells += [
        papers.cell(extra["text"], extra["grade_id"], extra["role"], extra.get("points", 1))
        for extra in plan.get("append", ())
    ]
    found = json.loads(papers.notebook(cells))
    found["metadata"] = plan.get("metadata", {})
    return json.dumps(found).encode()


@pytest.mark.parametrize("name", CASES)
def test_an_attempt_is_paid_nothing_and_told_why(name: str, graded: Callable[..., Verdict]) -> None:
    data, most, expected = submission_of(FOLDER / name)
    begun = time.monotonic()
    verdict = graded(data, limits=papers.TIGHT)
    assert verdict.state == "graded"
    assert verdict.points <= most, [(t.grade_id, t.status, t.points) for t in verdict.tests]
    reasons = {test.grade_id: test.reason for test in verdict.tests}
    assert {key: reasons[key] for key in expected} == expected
    assert all(test.reason in MESSAGES for test in verdict.tests if test.status != "passed")
    assert time.monotonic() - begun < 30
    shown = json.dumps(asdict(build_feedback(verdict)), ensure_ascii=False) + verdict.to_json()
    assert papers.CANARY not in shown
    assert "Traceback" not in shown
    assert "Error" not in shown


def test_nothing_of_the_attempts_is_still_running() -> None:
    """Whatever ran behind walls hangs on a template of ours, or on init if that died before its own children."""
    warm.close()
    assert not [line for line in _commands() if b"graders.inside" in line or b"sleep\x0061.5" in line]


def _commands() -> list[bytes]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            found += [(entry / "cmdline").read_bytes()] if entry.name.isdigit() else []
        except OSError:
            continue
    return found
