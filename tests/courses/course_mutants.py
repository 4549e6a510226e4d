"""Spoils a correct answer in the ways learners do: off by one, a swapped operator, a constant returned."""

import ast
import copy
from collections.abc import Iterator

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
CONSTANTS = ("None", "0", "1", "[]", "{}", "''")


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """(what was changed, the spoilt source), one change at a time."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for name, changed in _changes(node):
            spoilt = copy.deepcopy(tree)
            target = list(ast.walk(spoilt))[number]
            target.__dict__.update(changed)
            yield f"line {getattr(node, 'lineno', '?')}: {name}", ast.unparse(spoilt)


def _changes(node: ast.AST) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in SWAPS:
                ops = [*node.ops]
                ops[place] = SWAPS[type(operator)]()
                yield f"{type(operator).__name__} -> {type(ops[place]).__name__}", {"ops": ops}
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
        swapped = SWAPS[type(node.op)]
        yield f"{type(node.op).__name__} -> {swapped.__name__}", {"op": swapped()}
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", {"value": not node.value}
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        for other in (node.value + 1, node.value - 1):
            yield f"{node.value} -> {other}", {"value": other}
    elif isinstance(node, ast.FunctionDef):
        for constant in (*CONSTANTS, node.args.args[0].arg):
            body = ast.parse(f"def f():\n    return {constant}").body[0]
            yield f"{node.name} returns {constant}", {"body": body.body}
