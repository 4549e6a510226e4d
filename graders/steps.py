"""What the tests' process is told to do, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.restore import Plan, Step


def runs(step: Step) -> bool:
    """Whether a step is run at all: what does not parse is not."""
    return step.kind == "learner" or (step.prepared is not None and step.prepared.ok)


def steps_of(
    plan: Plan,
    granted: Mapping[str, tuple[str, ...]] | None,
    admitted: Mapping[str, frozenset[str] | None],
) -> list[dict[str, Any]]:
    """What is to be done, in order. Between two tests the later one says what is admitted."""
    found: list[dict[str, Any]] = []
    allowed: list[str] | None = None
    for step in reversed([step for step in plan.steps if runs(step)]):
        if step.kind == "test" and step.cell is not None:
            names = admitted.get(step.cell.grade_id)
            allowed = None if names is None else sorted(names)
        found.append({**_told(step, granted), "admitted": allowed})
    return found[::-1]


def _told(step: Step, granted: Mapping[str, tuple[str, ...]] | None) -> dict[str, Any]:
    if step.kind == "learner":
        return {"do": "learner", "text": step.text, "binds": list(step.binds)}
    prepared = step.prepared
    if prepared is None:
        raise ValueError("a step without a program")
    if step.kind == "teacher":
        return {"do": "teacher", "text": step.text, "body": prepared.body, "classes": list(prepared.classes)}
    may = None if granted is None else list(granted.get(step.cell.grade_id if step.cell else "", ()))
    return {"do": "test", "body": prepared.body, "last": prepared.last, "granted": may}
