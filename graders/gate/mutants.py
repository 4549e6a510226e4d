"""Mutants of the reference solution: which there are, which of them are tried, and what each is called for good."""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graders.gate.operators import changes
from graders.parsing import parse
from graders.source import SourceCell

MOST = 60  # of one notebook; see docs/decisions/0012-release-gates.md


@dataclass(frozen=True)
class Mutant:
    """One spoilt solution cell. `name` follows from both texts, so that a review of it ends when either changes."""

    grade_id: str
    operator: str
    line: int
    text: str
    right: str
    name: str

    @property
    def change(self) -> str:
        """The lines that differ, as `- old` and `+ new`."""
        lines = list(difflib.unified_diff(self.right.splitlines(), self.text.splitlines(), n=0, lineterm=""))
        return "\n".join(f"{line[0]} {line[1:]}" for line in lines[2:] if line[0] in "-+")


def plain_solutions(cells: Iterable[SourceCell]) -> dict[str, str]:
    """The solution cells as Python prints them, without comments: what mutants are compared with."""
    found = {}
    for cell in _solutions(cells):
        tree = parse(cell.text)
        if tree is not None and tree.body:
            found[cell.grade_id] = ast.unparse(tree)
    return found


def all_mutants(cells: Iterable[SourceCell]) -> tuple[Mutant, ...]:
    """Every mutant of every solution cell, each text once, in the order of the notebook."""
    made: list[Mutant] = []
    for cell in _solutions(cells):
        tree = parse(cell.text)
        if tree is None:
            continue
        right = ast.unparse(tree)
        seen = {right}
        for operator, line, text in changes(tree):
            if text not in seen and _compiles(text):
                seen.add(text)
                name = hashlib.sha256(f"{cell.grade_id}\0{right}\0{text}".encode()).hexdigest()[:12]
                made.append(Mutant(cell.grade_id, operator, line, text, right, name))
    return tuple(made)


def chosen(mutants: Iterable[Mutant], most: int = MOST) -> tuple[Mutant, ...]:
    """At most so many: in turn from every solution cell, there in turn from every operator, spread over its lines."""
    cells: dict[str, dict[str, list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    for one in mutants:
        cells[one.grade_id][one.operator].append(one)
    queues = [_in_turn([_spread(group) for group in operators.values()]) for operators in cells.values()]
    return tuple(_in_turn(queues)[:most])


def _in_turn(queues: list[list[Mutant]]) -> list[Mutant]:
    longest = max(map(len, queues), default=0)
    return [queue[at] for at in range(longest) for queue in queues if at < len(queue)]


def _spread(group: list[Mutant]) -> list[Mutant]:
    """First, last, middle, and so on, rather than the top of the cell only."""
    order: list[int] = []
    waiting = [(0, len(group) - 1)]
    while waiting:
        low, high = waiting.pop(0)
        for at in (low, high):
            if at not in order:
                order.append(at)
        middle = (low + high) // 2
        if high - low > 1:
            waiting += [(low, middle), (middle, high)]
    return [group[at] for at in order]


def _solutions(cells: Iterable[SourceCell]) -> list[SourceCell]:
    return [cell for cell in cells if cell.role == "solution"]


def _compiles(text: str) -> bool:
    try:
        compile(text, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
