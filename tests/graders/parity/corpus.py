"""The parity corpus: test idioms as text files, and the nbgrader notebooks and submissions that are built from them.

A file has a header of `key: value` lines, then cells, each opened by a line that begins with `%% `:

    %% text | plain | locked ID | solution ID | test ID POINTS
    %% file NAME                      a data file shipped with the assignment
    %% rewrite TEST_ID                class B: the test after the teacher accepted the shown rewrite
    %% variant NAME what was done     a submission; the cells that follow belong to it
    %% answer SOLUTION_ID             what this submission has in a solution cell (else the reference)
    %% extra                          a cell of the learner's own after the answer before it

Header keys: title (Chinese), class (A, B or C), why (needed for B and C).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
IDIOMS = FOLDER / "idioms"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
HANDED_IN = ("full", "untouched")
_HEADER = frozenset({"title", "class", "why"})
_HIDDEN = re.compile(
    r"^[^\S\n]*### BEGIN HIDDEN TESTS.*?^[^\S\n]*### END HIDDEN TESTS[^\n]*(?:\n|\Z)", re.M | re.S
)


@dataclass(frozen=True)
class Cell:
    """One cell of the teacher's notebook; `points` counts for tests alone."""

    kind: str
    name: str
    text: str
    points: float = 0.0


@dataclass
class Variant:
    """One submission: texts of answers by solution id, and cells of the learner's own by the answer they follow."""

    name: str
    told: str
    answers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Idiom:
    """One way of testing, with a notebook, its data files and several submissions."""

    name: str
    header: Mapping[str, str]
    cells: tuple[Cell, ...]
    files: Mapping[str, bytes]
    rewrites: Mapping[str, str]
    variants: Mapping[str, Variant]
    text: str = ""

    @property
    def klass(self) -> str:
        """A, B or C: `docs/explanation/parity.md` says what they mean."""
        return self.header["class"]

    @property
    def points(self) -> dict[str, float]:
        """What each test is worth."""
        return {cell.name: cell.points for cell in self.cells if cell.kind == "test"}

    @cached_property
    def source(self) -> bytes:
        """The teacher's notebook."""
        return notebook([_made(cell, cell.text) for cell in self.cells])

    @cached_property
    def accepted_source(self) -> bytes:
        """The teacher's notebook after the shown rewrites were accepted; the same as `source` for class A."""
        return notebook([_made(cell, self.rewrites.get(cell.name, cell.text)) for cell in self.cells])

    def submission(self, variant: str) -> bytes:
        """The notebook a learner hands in."""
        chosen = self.variants[variant]
        made: list[dict[str, Any]] = []
        for cell in self.cells:
            released = _released(cell)
            if cell.kind == "solution" and variant != "untouched":
                released = chosen.answers.get(cell.name, _without_marks(cell.text))
            made.append(_made(cell, released))
            made += [_made(Cell("plain", "", text), text) for text in chosen.extra.get(cell.name, ())]
        return notebook(made)

    def digest(self) -> str:
        """Changes with anything that may change what is paid."""
        whole = hashlib.sha256(self.source)
        for name in self.variants:
            whole.update(name.encode() + self.submission(name))
        for name, data in sorted(self.files.items()):
            whole.update(name.encode() + data)
        return whole.hexdigest()[:16]


def idioms() -> dict[str, Idiom]:
    """Every file of the corpus, by name."""
    return {path.stem: read(path) for path in sorted(IDIOMS.glob("*.txt"))}


def read(path: Path) -> Idiom:
    """One file of the corpus; ValueError says what is wrong with it."""
    head, _, rest = path.read_text("utf-8").partition("\n%% ")
    header = dict(line.split(": ", 1) for line in head.strip().splitlines())
    whole = f"{head}\n%% {rest}"
    if not set(header) <= _HEADER or not {"title", "class"} <= set(header) or header["class"] not in "ABC":
        raise ValueError(f"{path.name}: header {header}")
    cells: list[Cell] = []
    files: dict[str, bytes] = {}
    rewrites: dict[str, str] = {}
    variants = {name: Variant(name, "") for name in HANDED_IN}
    now, at = variants["full"], ""
    for part in f"\n%% {rest}".split("\n%% ")[1:]:
        line, _, body = part.partition("\n")
        kind, *words = line.split()
        text = body.strip("\n")
        if kind in ("text", "plain", "locked", "solution", "test"):
            points = float(words[1]) if kind == "test" else 0.0
            cells.append(Cell(kind, words[0] if words else "", text, points))
        elif kind == "file":
            files[words[0]] = f"{text}\n".encode()
        elif kind == "rewrite":
            rewrites[words[0]] = text
        elif kind == "variant":
            now = variants[words[0]] = Variant(words[0], " ".join(words[1:]))
        elif kind == "answer":
            at = words[0]
            now.answers[at] = text
        elif kind == "extra":
            now.extra.setdefault(at, []).append(text)
        else:
            raise ValueError(f"{path.name}: {line}")
    return _checked(Idiom(path.stem, header, tuple(cells), files, rewrites, variants, whole))


def _checked(made: Idiom) -> Idiom:
    solutions = [cell.name for cell in made.cells if cell.kind == "solution"]
    unknown = {name for one in made.variants.values() for name in one.answers} - set(solutions)
    if unknown or set(made.rewrites) - set(made.points):
        raise ValueError(f"{made.name}: no such cell {unknown or set(made.rewrites)}")
    if not made.points or not solutions or len(made.variants) < 3:
        raise ValueError(f"{made.name}: an idiom needs a solution, a test and a variant")
    if made.klass != "A" and not made.header.get("why"):
        raise ValueError(f"{made.name}: class {made.klass} needs a reason")
    return made


def _without_marks(text: str) -> str:
    return "\n".join(
        line
        for line in text.split("\n")
        if "### BEGIN SOLUTION" not in line and "### END SOLUTION" not in line
    )


def _released(cell: Cell) -> str:
    """The cell as learners get it: solutions become the stub, hidden tests are gone."""
    if cell.kind == "test":
        return _HIDDEN.sub("", cell.text).rstrip("\n")
    if cell.kind != "solution":
        return cell.text
    lines: list[str] = []
    inside = False
    for line in cell.text.split("\n"):
        if "### BEGIN SOLUTION" in line:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + stub for stub in STUB]
        elif "### END SOLUTION" in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _made(cell: Cell, text: str) -> dict[str, Any]:
    kind = "markdown" if cell.kind == "text" else "code"
    metadata: dict[str, Any] = {}
    if cell.kind in ("locked", "solution", "test"):
        metadata["nbgrader"] = {
            "grade": cell.kind == "test",
            "solution": cell.kind == "solution",
            "locked": cell.kind in ("locked", "test"),
            "task": False,
            "grade_id": cell.name,
            "schema_version": 3,
        }
        if cell.kind == "test":
            metadata["nbgrader"]["points"] = cell.points
    made = {"cell_type": kind, "metadata": metadata, "source": text}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(cells: list[dict[str, Any]]) -> bytes:
    """The bytes of a Python notebook; cell ids follow from position and text."""
    for number, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{number} {cell['source']}".encode()).hexdigest()[:12]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
