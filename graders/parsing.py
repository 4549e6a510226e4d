"""A cell's text as a tree: IPython's magics translated, and one tree made at a time."""

from __future__ import annotations

import ast
import threading
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

_HELPER = "__luojiao__"  # what the tests' process lends a prepared cell
_TRIES = 5
_parsing = threading.Lock()


def plain_python(text: str) -> str:
    """The text with IPython's magics turned into calls."""
    make: Any = TransformerManager
    return str(make().transform_cell(text))


def tree_of(text: str) -> ast.Module:
    """`ast.parse` for threads: Python 3.11 counts the depth of all trees being made in one place, and stumbles over two."""
    with _parsing:
        for _ in range(_TRIES):
            try:
                return ast.parse(text)
            except SystemError:  # somebody else's tree, made without this lock
                continue
        return ast.parse(text)


def parse(text: str) -> ast.Module | None:
    """The tree of a cell, or None if it is no Python even after its magics are translated."""
    for translate in (str, plain_python):
        try:
            return _without_cell_magic(tree_of(translate(text)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_cell_magic(tree: ast.Module) -> ast.Module:
    """The cell below `%%time`; that below `%%capture out` with its output captured. Others stay what they are."""
    call = tree.body[0].value if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr) else None
    if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") != "run_cell_magic":
        return tree
    magic, options, text = (getattr(one, "value", "") for one in call.args)
    below = parse(text) if magic in ("time", "capture") else None
    if below is None or not below.body:
        return tree
    if magic == "capture":
        names = [ast.Name(word, ast.Store()) for word in options.split() if word.isidentifier()]
        item = ast.withitem(ast.Call(helper("capturing"), [], []), names[0] if names else None)
        below.body = [ast.With([item], below.body)]
    return ast.fix_missing_locations(below)


def helper(name: str) -> ast.expr:
    """What stands in a prepared cell for one of the helpers of the tests' process."""
    return ast.Attribute(ast.Name(_HELPER, ast.Load()), name, ast.Load())
