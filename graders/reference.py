"""Watch the reference solution being graded: which deciding questions its objects are asked, test by test."""

from __future__ import annotations

import ast
import threading
from collections import OrderedDict
from collections.abc import Mapping

from graders.errors import BrokenAssignment, Refused
from graders.inside.remote.conclusions import BINARY, PREDICATES
from graders.restore import make_plan
from graders.rewriting import parse
from graders.runner import GradeLimits, Seeds, execute
from graders.source import SourceCell
from graders.verdict import digest

Granted = Mapping[str, tuple[str, ...]]
_KEPT = 256
_seen: OrderedDict[tuple[str, ...], Granted] = OrderedDict()
_lock = threading.Lock()


def granted_by(
    cells: tuple[SourceCell, ...], source: bytes, files: Mapping[str, bytes], limits: GradeLimits
) -> Granted:
    """By grade_id the questions ("op:__add__", "ask:equals") that a learner's objects may be asked in that test.

    Most assignments need no run for the answer: no class of theirs defines such a method.
    """
    if not _defined(cells) & (BINARY | PREDICATES):
        return {}
    key = (digest(source), *(f"{name} {digest(data)}" for name, data in sorted(files.items())))
    with _lock:
        if key in _seen:
            _seen.move_to_end(key)
            return _seen[key]
    found = watch_reference(cells, source, files, limits)
    wanted = {name: tuple(q for q in asked if q.startswith(("op:", "ask:"))) for name, asked in found.items()}
    with _lock:
        _seen[key] = wanted
        while len(_seen) > _KEPT:
            _seen.popitem(last=False)
    return wanted


def watch_reference(
    cells: tuple[SourceCell, ...], source: bytes, files: Mapping[str, bytes], limits: GradeLimits
) -> dict[str, tuple[str, ...]]:
    """Grade the source as its own submission; by grade_id everything its objects were asked for implicitly."""
    try:
        report = execute(make_plan(cells, source), files, {}, limits, Seeds(1, 1), granted=None)
    except (Refused, BrokenAssignment):
        return {}
    return {name: answer.touched for name, answer in report.tests.items()}


def _defined(cells: tuple[SourceCell, ...]) -> set[str]:
    """Names of methods that classes of the source define."""
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
    return found
