"""A class that a test derives from a learner's class lives with its base: its text goes there, what it answers comes back as data."""

from __future__ import annotations

import ast

from graders.parsing import helper


def derived_there(tree: ast.Module) -> ast.Module:
    """Put a choice before each `class C(Base)` at the top of a test: whether Base is ours is only known when it runs.

    A class with assertions stays here, and with a learner's base it is refused: only a test's own process asserts.
    """
    tree.body = [_choice(node) if may_live_there(node) else node for node in tree.body]
    return tree


def may_live_there(node: ast.stmt) -> bool:
    """Whether a class statement can be run in another process than the test around it."""
    if not isinstance(node, ast.ClassDef) or node.keywords or node.decorator_list:
        return False
    asserts = any(
        isinstance(one, ast.Assert) or (isinstance(one, ast.Name) and one.id == "AssertionError")
        for one in ast.walk(node)
    )
    return not asserts and any(isinstance(base, ast.Name) for base in node.bases)


def _choice(node: ast.stmt) -> ast.stmt:
    if not isinstance(node, ast.ClassDef):
        return node
    bases = [base for base in node.bases if isinstance(base, ast.Name)]
    read = {
        one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    } - {base.id for base in bases}
    names: list[ast.expr] = [ast.Constant(name) for name in sorted(read)]
    text = ast.Constant(ast.unparse(node))
    made = _call("derive", [ast.Constant(node.name), text, ast.List(names, ast.Load())])
    there = ast.Assign([ast.Name(node.name, ast.Store())], made)
    return ast.If(_call("theirs", [ast.Name(base.id, ast.Load()) for base in bases]), [there], [node])


def _call(name: str, args: list[ast.expr]) -> ast.expr:
    return ast.Call(helper(name), args, [])
