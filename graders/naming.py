"""Whose a name is: read from the source notebook alone, so that no submission can change it."""

from __future__ import annotations

import ast
import builtins
import functools
import re
from dataclasses import dataclass

from graders.parsing import parse
from graders.rewriting import aliases, bound_names, prepare_teacher
from graders.source import SourceCell

_MODULE_FILE = re.compile(r"""(?:^%%(?:writefile|file)[ ]+(?:-a[ ]+)?|["'])([^\W\d]\w*)[.]py\b""", re.M)


@dataclass(frozen=True)
class Naming:
    """`theirs`: the learner's names, also those a teacher's cell begins and a solution goes on with. `read`: names the
    reference solution reads from outside, or later, when its functions are called. `rebound`: those its functions declare
    `global`. `aliases`: what imports bind. `binds`: by grade_id of a solution cell. `written`: modules whose files solutions name.
    """

    theirs: frozenset[str]
    read: frozenset[str]
    rebound: frozenset[str]
    aliases: dict[str, str]
    binds: dict[str, tuple[str, ...]]
    written: frozenset[str]


@functools.lru_cache(maxsize=64)
def naming_of(source: tuple[SourceCell, ...]) -> Naming:
    """The naming of an assignment."""
    cells = [(cell, parse(cell.text)) for cell in source if cell.kind == "code"]
    solutions = [(cell, tree) for cell, tree in cells if tree and cell.role in ("solution", "manual")]
    teachers = [tree for cell, tree in cells if tree and cell.role == "plain"]
    imports = aliases([tree for _, tree in solutions] + teachers)
    binds = {cell.grade_id: tuple(sorted(top_level(tree) - set(imports))) for cell, tree in solutions}
    theirs = {name for names in binds.values() for name in names}
    data = set().union(*map(_data_names, teachers)) if teachers else set()
    theirs |= set().union(*(_changed(tree) for _, tree in solutions)) & data if solutions else set()
    for cell, tree in cells:
        if tree and cell.role == "plain":
            prepare_teacher(cell.text, theirs)
    loaded = {name for _, tree in solutions for name in _loaded(tree)}
    later = {name for _, tree in solutions for name in _loaded_later(tree)}
    read = (loaded - theirs | later) - set(dir(builtins)) - set(imports)
    solved = (cell.text for cell in source if cell.kind == "code" and cell.role in ("solution", "manual"))
    written = frozenset(name for text in solved for name in _MODULE_FILE.findall(text))
    rebound = frozenset(name for _, tree in solutions for name in _declared_global(tree))
    return Naming(frozenset(theirs), frozenset(read | {"input", "print"}), rebound, imports, binds, written)


def top_level(tree: ast.Module) -> set[str]:
    """Names a cell binds at its top, and by `global` inside: not what functions and classes bind for themselves."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        else:
            found |= bound_names(node)
    return found | _declared_global(tree)


def _declared_global(tree: ast.Module) -> set[str]:
    return {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}


def _data_names(tree: ast.Module) -> set[str]:
    """Names a teacher's cell binds to values: no imports, functions or classes."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    return {name for node in tree.body if not isinstance(node, kinds) for name in bound_names(node)}


def _loaded(tree: ast.Module) -> set[str]:
    return {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _loaded_later(tree: ast.Module) -> set[str]:
    """Names that functions read when they are called, and do not bind themselves."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside = {
                one.id
                for one in ast.walk(node)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
            }
            found |= inside - bound_names(node)
    return found


def _changed(tree: ast.Module) -> set[str]:
    """Names whose values a solution may change in place."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            found.add(_root(node))
        elif isinstance(node, ast.AugAssign):
            found.add(_root(node.target))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found |= {_root(one) for one in (node.value.func, *node.value.args)}
    return found - {""}


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
