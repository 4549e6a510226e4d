"""Shapes of statements that decide whether a test can fail at all."""

from __future__ import annotations

import ast

_CHECKING = (
    "assert",
    "check",
    "test",
    "raises",
    "verif",
    "expect",
    "run",
    "fail",
    "main",
    "validate",
    "grade",
    "score",
)


def always(test: ast.expr) -> bool:
    """Whether an assertion of this holds whatever the learner did."""
    if isinstance(test, ast.Tuple):
        return bool(test.elts)
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(map(always, test.values))
    return isinstance(test, ast.Lambda | ast.GeneratorExp | ast.JoinedStr)


def repeats(test: ast.expr) -> bool:
    """`x == x`."""
    if (
        not isinstance(test, ast.Compare)
        or len(test.ops) != 1
        or not isinstance(test.ops[0], ast.Eq | ast.LtE | ast.GtE | ast.Is)
    ):
        return False
    return ast.dump(test.left) == ast.dump(test.comparators[0])


def calls(node: ast.AST) -> bool:
    """Whether something is called in it."""
    return any(isinstance(one, ast.Call) for one in ast.walk(node))


def fails(body: list[ast.stmt]) -> bool:
    """Whether these statements end in a failure of the test."""
    for node in body:
        call = node.value if isinstance(node, ast.Expr) else None
        failing = (
            isinstance(call, ast.Call)
            and "fail" in getattr(call.func, "attr", getattr(call.func, "id", "")).lower()
        )
        if isinstance(node, ast.Raise) or failing or (isinstance(node, ast.Assert) and not always(node.test)):
            return True
    return False


def idle(node: ast.stmt) -> bool:
    """A statement of a handler that changes nothing."""
    value = node.value if isinstance(node, ast.Expr) else None
    printed = isinstance(value, ast.Call) and getattr(value.func, "id", "") == "print"
    return isinstance(node, ast.Pass | ast.Continue) or isinstance(value, ast.Constant) or printed


def names_in(node: ast.AST | None) -> set[str]:
    """The names that are read in it."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} if node else set()


def notes(body: list[ast.stmt]) -> bool:
    """Whether something is noted that can be looked at afterwards."""
    return any(
        isinstance(one, ast.Assign | ast.AugAssign | ast.Return) for node in body for one in ast.walk(node)
    )


def returns_from(node: ast.Try, tree: ast.AST) -> bool:
    """Whether the `try` is inside a function, which may return from it."""
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    returns = any(isinstance(one, ast.Return) for part in node.handlers for one in ast.walk(part))
    return returns and any(inner is node for function in functions for inner in ast.walk(function))


def is_check(node: ast.AST) -> bool:
    """Whether this looks like something that can fail a test."""
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", "")).lower()
    return any(word in name for word in _CHECKING)
