"""Claims about nothing but the teacher's own data: meant to see whether the answer changed it, they look at a copy it cannot reach."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from graders.lint.edits import Edits

Tell = Callable[[str, ast.AST], None]


def data_of(tree: ast.Module) -> set[str]:
    """Names that a teacher's cell binds to values, at its top."""
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign) and node.value]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}  # fmt: skip


class Given:
    """Finds them in one test cell: the answer works with the data, the test does not hand it over and claims something of it alone."""

    def __init__(
        self, given: Collection[str], learned: Callable[[ast.AST], bool], edits: Edits, tell: Tell
    ) -> None:
        self._given = given
        self._learned = learned
        self._edits = edits
        self._tell = tell

    def run(self, tree: ast.Module) -> None:
        """Tell of every one, with the learner's own data asked for in its place."""
        handed = {name for node in ast.walk(tree) if isinstance(node, ast.Call) and self._learned(node.func) for name in _names(node)}  # fmt: skip
        bound = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}  # fmt: skip
        for node in ast.walk(tree):
            claim = node.test if isinstance(node, ast.Assert) else None
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _asserts(node.value):
                claim = node.value
            if claim is None or self._learned(claim):
                continue
            meant = [one for one in ast.walk(claim) if isinstance(one, ast.Name) and one.id in self._given]
            if meant and not {one.id for one in meant} & (handed | bound):
                for one in meant:
                    self._edits.replace(one, _asked(one.id))
                self._tell("split.given", claim)


def _asked(name: str) -> Callable[[Callable[[ast.AST], str]], str]:
    return lambda shown: f'submission.value("{name}")'


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _asserts(call: ast.Call) -> bool:
    return getattr(call.func, "attr", getattr(call.func, "id", "")).startswith("assert")
