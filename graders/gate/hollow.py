"""Hollow answers: everything has its right name and nothing is worked out; no test may be paid for one."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from graders.parsing import parse, tree_of
from graders.source import SourceCell

_KINDS = ("None", "0", "1", "-1", "''", "[]", "{}", "True", "False", "float('nan')")
_WITH = {"numpy": "__import__('numpy').array([])", "pandas": "__import__('pandas').DataFrame()"}
FIRST = "第一个参数"
RAISES = "raise Exception"


def kinds(libraries: Iterable[str]) -> tuple[str, ...]:
    """What hollow answers give back in a notebook that uses these libraries, as Python says it."""
    known = set(libraries)
    return (*_KINDS, *(text for name, text in _WITH.items() if name in known), FIRST, RAISES)


def hollow(cells: Iterable[SourceCell], kind: str) -> dict[str, str]:
    """The texts of all solution cells when every function and every name gives this."""
    texts = {}
    for cell in cells:
        tree = parse(cell.text) if cell.role == "solution" else None
        if tree is not None:
            texts[cell.grade_id] = _emptied(tree, kind)
    return texts


def _emptied(tree: ast.Module, kind: str) -> str:
    kept = [made for node in tree.body for made in _statement(node, kind)]
    return ast.unparse(ast.fix_missing_locations(ast.Module(kept or [ast.Pass()], [])))


def _statement(node: ast.stmt, kind: str) -> list[ast.stmt]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [node]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [_function(node, kind)]
    if isinstance(node, ast.ClassDef):
        methods = [
            _function(one, kind)
            for one in node.body
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        fields = [
            made
            for one in node.body
            if isinstance(one, ast.AnnAssign | ast.Assign)
            for made in _field(one, kind)
        ]
        made = ast.ClassDef(
            node.name, node.bases, node.keywords, [*fields, *methods] or [ast.Pass()], node.decorator_list
        )
        return [made]
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return [_assigned(name, kind) for name in sorted(names)]


def _field(node: ast.AnnAssign | ast.Assign, kind: str) -> list[ast.stmt]:
    """A field that is only declared stays so; a value becomes the hollow one."""
    if isinstance(node, ast.AnnAssign):
        return [node]
    return [_assigned(target.id, kind) for target in node.targets if isinstance(target, ast.Name)]


def _assigned(name: str, kind: str) -> ast.stmt:
    value = "None" if kind in (FIRST, RAISES) else kind
    return ast.Assign([ast.Name(name, ast.Store())], _expression(value), lineno=1)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, kind: str) -> ast.stmt:
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in ("self", "cls")]
    body: ast.stmt
    if node.name in ("__init__", "__post_init__"):
        body = ast.Pass()
    elif kind == RAISES:
        body = tree_of("raise Exception()").body[0]
    elif kind == FIRST:
        body = ast.Return(ast.Name(names[0], ast.Load()) if names else ast.Constant(None))
    else:
        body = ast.Return(_expression(kind))
    return type(node)(node.name, node.args, [body], node.decorator_list, None, lineno=1)


def _expression(text: str) -> ast.expr:
    (only,) = tree_of(text).body
    if not isinstance(only, ast.Expr):
        raise ValueError(text)
    return only.value
