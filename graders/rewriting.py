"""Prepare the teacher's own cells: plain Python, builtins that a learner's names cannot shadow, the value apart."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

# Not among them: names that look at the place they are called from (super, locals, eval) or that tests replace (input).
_LEFT_ALONE = {
    "super",
    "locals",
    "globals",
    "vars",
    "dir",
    "eval",
    "exec",
    "compile",
    "input",
    "print",
    "open",
    "help",
}
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) - _LEFT_ALONE


@dataclass(frozen=True)
class Prepared:
    """A cell ready to run: statements, then perhaps one expression whose value counts. Not `ok`: it does not parse."""

    ok: bool
    body: str = ""
    last: str = ""
    binds: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def plain_python(text: str) -> str:
    """The text with IPython's magics turned into calls."""
    make: Any = TransformerManager
    return str(make().transform_cell(text))


def parse(text: str) -> ast.Module | None:
    """The tree of a cell, or None if it is no Python even after its magics are translated."""
    for translate in (str, plain_python):
        try:
            return ast.parse(translate(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def bound_names(tree: ast.AST) -> set[str]:
    """Every name some statement of the cell assigns, defines, imports or takes as an argument."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
    return found


def prepare(text: str, theirs: Iterable[str], want_value: bool = False) -> Prepared:
    """Prepare a teacher's cell; `theirs` are the names that solution cells are meant to bind."""
    tree = parse(text)
    if tree is None or not _compiles(tree):
        return Prepared(False)
    excluded = bound_names(tree) | set(theirs)
    binds = tuple(sorted(_definitions(tree) - set(theirs)))
    modules = tuple(sorted(_imports(tree)))
    tree = ast.fix_missing_locations(_Guard(excluded).visit(tree))
    last = ""
    if want_value and tree.body and isinstance(tree.body[-1], ast.Expr) and not text.rstrip().endswith(";"):
        last = ast.unparse(tree.body.pop())
    return Prepared(True, ast.unparse(tree), last, binds, tuple(sorted(BUILTINS - excluded)), modules)


def _compiles(tree: ast.Module) -> bool:
    """Some trees are no program: a `return` or an `await` outside a function."""
    try:
        compile(tree, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def guarded(name: str) -> str:
    """What a builtin is called in a prepared cell."""
    return f"__luojiao_{name}__"


class _Guard(ast.NodeTransformer):
    def __init__(self, excluded: set[str]) -> None:
        self.excluded = excluded

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Reads of a builtin go to a name that a learner has no reason to bind."""
        if isinstance(node.ctx, ast.Load) and node.id in BUILTINS and node.id not in self.excluded:
            return ast.copy_location(ast.Name(guarded(node.id), ast.Load()), node)
        return node


def _definitions(tree: ast.Module) -> set[str]:
    """Helpers a teacher's cell defines at its top level: functions, classes, imports."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names if alias.name != "*"}
    return found


def _imports(tree: ast.Module) -> set[str]:
    """Modules a cell imports, by full name; loaded before any learner's code runs, so that none can be put under."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] not in ("__future__", "__main__", "antigravity")}
