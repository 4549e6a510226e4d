"""The learner's texts, to look functions up in: what `inspect` shows is what was handed in, and of that what counts."""

from __future__ import annotations

import ast
import types
from typing import Any

from graders.inside.remote.proxies import name_of
from graders.inside.tests.guards import LOOKED_AT

_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_ALIASES = 10


class Texts:
    """All cells of the learner, in the order they ran."""

    known: Texts  # those of the job in hand

    def __init__(self, texts: list[str]) -> None:
        self._cells = [(text, tree) for text in texts if (tree := _parsed(text)) is not None]

    def segment(self, name: str) -> str:
        """The text of what the name was last bound to; OSError if it has none."""
        text, node = self._found(name)
        decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else []
        first = min([node.lineno, *(one.lineno for one in decorators)])
        return "\n".join(text.splitlines()[first - 1 : node.end_lineno]) + "\n"

    def code_of(self, proxy: Any) -> types.CodeType:
        """The code object of a learner's function, compiled here from its text, to be looked at."""
        try:
            _, node = self._found(name_of(proxy))
        except OSError:
            raise AttributeError("__code__") from None
        tree = ast.Module([node], [])  # a tree is no text: nobody refuses it
        name = node.name if isinstance(node, _DEFINITIONS) else "<lambda>"
        found = _code(compile(tree, LOOKED_AT, "exec", dont_inherit=True), name)
        if found is None:
            raise AttributeError("__code__")
        return found

    def _found(self, name: str) -> tuple[str, ast.stmt]:
        """The statement that binds a name: the last at the top of a cell, and only without one the last deeper down."""
        for _ in range(_ALIASES):
            bound = [(text, one) for text, tree in self._cells for one in tree.body if _binds(one, name)]
            for text, one in reversed(bound):
                value = getattr(one, "value", None)
                if isinstance(one, _DEFINITIONS) or isinstance(value, ast.Lambda):
                    return text, one
                if isinstance(value, ast.Name):
                    name = value.id
                    break
                if not any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(value or one)):
                    raise OSError(
                        "could not get source code"
                    )  # bound to what some call made: no text of its own
            else:
                return self._deeper(name)
        raise OSError("could not get source code")

    def _deeper(self, name: str) -> tuple[str, ast.stmt]:
        for text, tree in reversed(self._cells):
            for node in reversed(list(ast.walk(tree))):
                if isinstance(node, _DEFINITIONS) and node.name == name:
                    return text, node
        raise OSError("could not get source code")


def _binds(node: ast.stmt, name: str) -> bool:
    if isinstance(node, _DEFINITIONS):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return isinstance(node, ast.Assign | ast.AnnAssign) and any(
        isinstance(one, ast.Name) and one.id == name for one in targets
    )


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _code(code: types.CodeType, name: str) -> types.CodeType | None:
    for one in reversed(code.co_consts):
        if isinstance(one, types.CodeType):
            if one.co_name == name:
                return one
            deeper = _code(one, name)
            if deeper is not None:
                return deeper
    return None
