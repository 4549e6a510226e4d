"""Change parts of a cell and leave every other character, comments too, as its author wrote it."""

from __future__ import annotations

import ast
from collections.abc import Callable

Render = Callable[[ast.AST], str]


class Edits:
    """New texts for some expressions of one cell; a new text may contain old parts, which are changed in turn."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._data = text.encode()
        self._tree = tree
        self._starts = [0]
        for line in self._data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._made: dict[ast.AST, Callable[[Render], str]] = {}

    def __bool__(self) -> bool:
        return bool(self._made)

    def replace(self, node: ast.AST, build: Callable[[Render], str]) -> None:
        """Let this expression read otherwise; of two for one node the first stands."""
        self._made.setdefault(node, build)

    def shown(self, node: ast.AST) -> str:
        """How one part reads afterwards."""
        made = self._made.get(node)
        return made(self.shown) if made else self._woven(node, *self._span(node))

    def written(self, node: ast.AST) -> str:
        """How one part reads now."""
        start, end = self._span(node)
        return self._data[start:end].decode()

    def text(self) -> str:
        """The whole cell afterwards."""
        return self._woven(self._tree, 0, len(self._data))

    def _span(self, node: ast.AST) -> tuple[int, int]:
        at = [getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")]
        return self._starts[at[0] - 1] + at[1], self._starts[at[2] - 1] + at[3]

    def _woven(self, node: ast.AST, start: int, end: int) -> str:
        pieces: list[str] = []
        for inner in sorted(self._below(node), key=self._span):
            first, last = self._span(inner)
            pieces += [self._data[start:first].decode(), self._made[inner](self.shown)]
            start = last
        return "".join([*pieces, self._data[start:end].decode()])

    def _below(self, node: ast.AST) -> list[ast.AST]:
        """The outermost changed parts inside a node."""
        found: list[ast.AST] = []
        for child in ast.iter_child_nodes(node):
            found += [child] if child in self._made else self._below(child)
        return found
