"""The small mistakes that are put into a reference solution, one at a time: names of operators, and how each changes a node."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

_COMPARE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
_AGGREGATES = {"sum": "max", "max": "min", "min": "max", "any": "all", "all": "any", "sorted": "list"}
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
# Looks, not answers: no test is asked to tell one colour from another.
_LOOKS = frozenset({"color", "c", "edgecolor", "facecolor", "alpha", "fontsize", "figsize", "linewidth", "lw", "linestyle", "ls", "cmap", "dpi", "width", "rotation", "ha", "va", "hatch", "marker", "markersize"})  # fmt: skip

Change = tuple[str, ast.AST]


def changes(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """(operator, line, text of the whole cell) for every single change of a cell, in the order of the text."""
    spared = _spared(tree)
    for node in sorted((one for one in ast.walk(tree) if one not in spared), key=_place):
        for operator, made in _of(node):
            spoilt = ast.fix_missing_locations(_rebuilt(tree, node, made))
            yield operator, getattr(node, "lineno", 1), ast.unparse(spoilt)


def _rebuilt(node: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """The same tree with one node in the place of another; what is on the way to it is made anew."""
    if node is old:
        return new
    made = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            setattr(made, name, _rebuilt(value, old, new))
        elif isinstance(value, list):
            setattr(
                made, name, [_rebuilt(one, old, new) if isinstance(one, ast.AST) else one for one in value]
            )
    return made


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _spared(tree: ast.Module) -> set[ast.AST]:
    """Docstrings, messages of errors, annotations, and what only concerns looks."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found |= {node, node.value}
        elif isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr):
            found |= set(ast.walk(node)) - ({node} if isinstance(node, ast.Raise) else set())
        elif isinstance(node, ast.keyword) and node.arg in _LOOKS:
            found |= set(ast.walk(node))
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            found |= set(ast.walk(node.annotation))
        elif isinstance(node, ast.FunctionDef) and node.returns:
            found |= set(ast.walk(node.returns))
        elif (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Compare)
            and getattr(node.test.left, "id", "") == "__name__"
        ):
            found |= set(ast.walk(node))
    return found


def _of(node: ast.AST) -> Iterator[Change]:
    for make in (
        _comparisons,
        _calculations,
        _constants,
        _conditions,
        _calls,
        _parts,
        _statements,
        _functions,
    ):
        yield from make(node)


def _with(node: ast.AST, **changed: object) -> ast.AST:
    made = copy.copy(node)
    made.__dict__.update(changed)
    return made


def _comparisons(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            if type(op) in _COMPARE:
                yield "compare", _with(node, ops=[*node.ops[:at], _COMPARE[type(op)](), *node.ops[at + 1 :]])


def _calculations(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield "arithmetic", _with(node, op=_ARITHMETIC[type(node.op)]())
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, _ORDERED)
        and not isinstance(node.left, ast.Constant | ast.JoinedStr)
    ):
        yield "swap", _with(node, left=node.right, right=node.left)
    if isinstance(node, ast.BoolOp):
        yield "and-or", _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield "sign", node.operand


def _constants(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "off-by-one", ast.Constant(value + 1)
        yield "off-by-one", ast.Constant(value - 1)
    elif isinstance(value, str):
        yield "text", ast.Constant("" if value else "x")


def _conditions(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node.test, ast.Constant):
        yield "negate", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "negate", _with(node, ifs=[])


def _calls(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _AGGREGATES and not (name == "sorted" and node.keywords):
        yield "aggregate", _with(node, func=ast.Name(_AGGREGATES[name], ast.Load()))
    if name == "range" and node.args:
        at = 0 if len(node.args) == 1 else 1
        for op in (ast.Add(), ast.Sub()):
            bound = ast.BinOp(node.args[at], op, ast.Constant(1))
            yield "off-by-one", _with(node, args=[*node.args[:at], bound, *node.args[at + 1 :]])
    elif len(node.args) == 2 and name not in ("isinstance", "issubclass", "max", "min", "zip"):
        yield "swap", _with(node, args=[node.args[1], node.args[0]])


def _parts(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Slice):
        if node.lower is not None:
            yield "slice", _with(node, lower=None)
        if node.upper is not None:
            yield "slice", _with(node, upper=None)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name | ast.BinOp):
        yield "off-by-one", _with(node, slice=ast.BinOp(node.slice, ast.Sub(), ast.Constant(1)))


def _statements(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise) or (
        isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)
    ):
        yield "delete", ast.Pass()
    elif isinstance(node, ast.For | ast.While):
        yield "loop", _with(node, body=[ast.Pass()])
        yield "loop", _with(node, body=[*node.body, ast.Break()])
    elif isinstance(node, ast.If) and not node.orelse:
        yield "delete", ast.Pass()


def _functions(node: ast.AST) -> Iterator[Change]:
    """A function that always gives back the same; see hollow.py for all of them together."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__":
        for value in (None, 0):
            yield "return", _with(node, body=[ast.Return(ast.Constant(value))])
