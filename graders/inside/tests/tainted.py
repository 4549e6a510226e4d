"""Which text came from the learner, in whatever dress, and which of it may be evaluated in the tests' process all the same."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from typing import Any

_SHORT, _SKELETON = 4, 8  # characters; less is in a test by chance
_MOST_TEXTS, _MOST_CHARACTERS = 100_000, 16_000_000
_FUNCTIONS = frozenset(
    "abs all any bool dict divmod enumerate float int len list max min pow range repr reversed round set sorted str sum tuple zip".split()  # noqa: SIM905
)
_NODES = (
    ast.Module, ast.Expression, ast.Interactive, ast.Expr, ast.Assert, ast.Constant, ast.Name, ast.Load, ast.Store, ast.BinOp, ast.UnaryOp,
    ast.BoolOp, ast.Compare, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.IfExp, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Subscript,
    ast.Slice, ast.Call, ast.keyword, ast.Starred,
)  # fmt: skip


class Tainted:
    """What the learner's process said as text. `cells` ran there; `ours` are the texts of the teacher's cells and tests."""

    def __init__(self, cells: Iterable[str], ours: Iterable[str], theirs: Collection[str]) -> None:
        self.heard: set[str] = {text.strip() for text in cells}
        self._theirs = frozenset(theirs)
        self._characters, self._flooded = 0, False  # so many that nobody can tell any more
        self._ours = {
            line.removeprefix(">>>").removeprefix("...").strip() for one in ours for line in _lines(one)
        }

    def hear(self, value: Any) -> None:
        """A text, or bytes, came from the other side."""
        text = value.decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else value
        if isinstance(text, str) and not self._flooded:
            self._characters += len(text)
            self.heard.add(text.strip())
            self._flooded = self._characters > _MOST_CHARACTERS or len(self.heard) > _MOST_TEXTS

    def refuses(self, given: str) -> bool:
        """Whether a text that is about to be compiled is the learner's, and more than arithmetic on names of the learner's."""
        text = given.strip()
        if text not in self.heard and all(line.strip() in self._ours for line in text.splitlines()):
            return False
        return self.holds(text) and not self._is_harmless(text)

    def holds(self, text: str) -> bool:
        """Whether a text came from there, is a part of what came, or has some of it inside."""
        if text in self.heard:
            return True
        if self._flooded:
            return True
        bones = _skeleton(text)
        for one in self.heard:
            if len(one) >= _SHORT and not one.isidentifier() and one in text:
                return True
            theirs = _skeleton(one) if len(bones) >= _SKELETON and len(one) >= _SKELETON else ""
            if len(theirs) >= _SKELETON and (bones in theirs or (theirs in bones and not one.isidentifier())):
                return True
        return False

    def _is_harmless(self, text: str) -> bool:
        try:
            return _only(ast.parse(text), _FUNCTIONS | self._theirs)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False


def _only(node: ast.AST, known: frozenset[str]) -> bool:
    """Whether a tree is arithmetic on these names and on those that its comprehensions bind for themselves."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id in known
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        inside = known
        for one in node.generators:
            if not _only(one.iter, inside):
                return False
            inside |= {name.id for name in ast.walk(one.target) if isinstance(name, ast.Name)}
            if not all(_only(test, inside) for test in one.ifs):
                return False
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return all(_only(part, inside) for part in parts)
    return isinstance(node, _NODES) and all(_only(one, known) for one in ast.iter_child_nodes(node))


def _skeleton(text: str) -> str:
    """A text without blanks, signs and case: what is left when a test has tidied it up."""
    return "".join(char for char in text if char.isalnum() or char == "_").casefold()


def _lines(text: str) -> list[str]:
    """The lines of the texts that a cell quotes."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    quoted = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [line for one in quoted if isinstance(one, str) for line in one.splitlines()]
