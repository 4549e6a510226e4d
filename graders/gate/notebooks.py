"""Submissions made from a source notebook: solved, untouched, or with other texts in its solution cells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
_BEGIN, _END = "BEGIN SOLUTION", "END SOLUTION"
_HIDDEN = re.compile(
    r"^[^\S\n]*###[ ]*BEGIN HIDDEN TESTS.*?^[^\S\n]*###[ ]*END HIDDEN TESTS[^\n]*\n?", re.M | re.S
)


def submission(source: bytes, texts: Mapping[str, str]) -> bytes:
    """The source as somebody's submission, with these texts by grade_id and everything else as it stands."""
    whole = json.loads(source.decode("utf-8-sig"))
    for cell in _cells(whole):
        name = _mark(cell).get("grade_id")
        if isinstance(name, str) and name in texts:
            cell["source"] = texts[name]
    return json.dumps(whole, ensure_ascii=False).encode()


def untouched(source: bytes) -> bytes:
    """What learners get, as nbgrader makes it: solutions are stubs, hidden tests are gone."""
    whole = json.loads(source.decode("utf-8-sig"))
    for cell in _cells(whole):
        mark = _mark(cell)
        text = cell.get("source", "")
        text = "".join(text) if isinstance(text, list) else str(text)
        if mark.get("solution") is True and cell.get("cell_type") == "code":
            cell["source"] = stub(text)
        elif mark.get("solution") is True:
            cell["source"] = ""
        elif mark.get("grade") is True:
            cell["source"] = _HIDDEN.sub("", text)
    return json.dumps(whole, ensure_ascii=False).encode()


def stub(text: str) -> str:
    """A solution cell without its solution; the whole cell goes where nothing is marked."""
    if _BEGIN not in text:
        return "\n".join(STUB)
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if _BEGIN in line:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + one for one in STUB]
        elif _END in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _cells(whole: Any) -> list[dict[str, Any]]:
    return [cell for cell in whole["cells"] if isinstance(cell, dict)]


def _mark(cell: dict[str, Any]) -> dict[str, Any]:
    found = (cell.get("metadata") or {}).get("nbgrader") or {}
    return found if isinstance(found, dict) else {}
