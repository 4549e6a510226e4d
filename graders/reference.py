"""Watch the reference solution being graded: what its objects are asked, what it does to things of the test, which tests yield points."""

from __future__ import annotations

import ast
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from graders.errors import BrokenAssignment, Refused
from graders.inside.kinds import OTHER, YES
from graders.inside.remote.conclusions import BINARY, PREDICATES
from graders.parsing import parse
from graders.restore import make_plan
from graders.rewriting import prepare
from graders.runner import Answer, GradeLimits, Report, Seeds, execute
from graders.source import SourceCell
from graders.verdict import digest

_KEPT = 256


@dataclass(frozen=True)
class Reference:
    """What the reference solution shows of the tests: by grade_id the questions ("op:__add__", "ask:equals") that a learner's
    objects may be asked there; for tests whose last value is no points but what a helper happens to return, that value; and what
    the solution does to things of the test there. A test that it does not pass tells nothing of that: None.
    """

    granted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valueless: Mapping[str, str] = field(default_factory=dict)
    admitted: Mapping[str, frozenset[str] | None] = field(default_factory=dict)


_seen: OrderedDict[tuple[str, ...], Reference] = OrderedDict()
_lock = threading.Lock()


def reference_of(
    cells: tuple[SourceCell, ...], source: bytes, files: Mapping[str, bytes], limits: GradeLimits
) -> Reference:
    """Found once for each source. Most need no run: no class of theirs defines such a method, no test ends in an expression."""
    ends = any(cell.role == "test" and prepare(cell.text, want_value=True).last for cell in cells)
    if not ends and not _defined(cells) & (BINARY | PREDICATES):
        return Reference()
    return watched(cells, source, files, limits)


def watched(
    cells: tuple[SourceCell, ...], source: bytes, files: Mapping[str, bytes], limits: GradeLimits
) -> Reference:
    """What a run of the reference solution shows, remembered for the next submission."""
    key = (digest(source), *(f"{name} {digest(data)}" for name, data in sorted(files.items())))
    with _lock:
        if key in _seen:
            _seen.move_to_end(key)
            return _seen[key]
    report = watch_reference(cells, source, files, limits)
    wanted = Reference(
        {name: tuple(q for q in answer.touched if ":" in q) for name, answer in report.tests.items()},
        {
            name: str(answer.value)
            for name, answer in report.tests.items()
            if not answer.error and answer.value in (OTHER, YES)
        },
        {
            cell.grade_id: _doubts(report, report.tests.get(cell.grade_id))
            for cell in cells
            if cell.role == "test"
        },
    )
    if report.ended == "time":
        return wanted  # it may get further another time
    with _lock:
        _seen[key] = wanted
        while len(_seen) > _KEPT:
            _seen.popitem(last=False)
    return wanted


def watch_reference(
    cells: tuple[SourceCell, ...], source: bytes, files: Mapping[str, bytes], limits: GradeLimits
) -> Report:
    """Grade the source as its own submission, with every question granted and noted."""
    try:
        return execute(make_plan(cells, source), files, {}, limits, Seeds(1, 1), granted=None)
    except (Refused, BrokenAssignment):
        return Report()


def _doubts(report: Report, answer: Answer | None) -> frozenset[str] | None:
    if answer is not None and not answer.error:
        return frozenset(word for one in answer.doubts for word in one.split(" "))
    return None if answer is not None or not report.ended else frozenset()


def _defined(cells: tuple[SourceCell, ...]) -> set[str]:
    """Names of methods that classes of the source define, and of attributes that functions may be put under."""
    found: set[str] = set()
    for cell in cells:
        tree = (
            parse(cell.text) if cell.kind == "code" and cell.role in ("solution", "manual", "plain") else None
        )
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.ClassDef):
                found |= {
                    one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
                }
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
            elif isinstance(node, ast.Call) and "Namespace" in ast.dump(node.func):
                found |= {one.arg for one in node.keywords if one.arg}
    return found
