"""Go through a test in the order in which it runs and mark each expression that is an object of a learner's class."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from graders.lint.kinds import Kind, bind, element, infer
from graders.lint.known import Known

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Marking:
    """The marks of one cell. `env` is what names mean; it is carried from cell to cell and changed on the way."""

    def __init__(self, known: Known, env: dict[str, Kind]) -> None:
        self._known = known
        self.env = env
        self.kinds: dict[ast.AST, Kind] = {}

    def of(self, node: ast.AST) -> Kind:
        """The kind of an expression, or None."""
        return self.kinds.get(node)

    def run(self, nodes: Iterable[ast.AST], env: dict[str, Kind] | None = None) -> None:
        """Mark everything below these, in order."""
        env = self.env if env is None else env
        for node in nodes:
            self._mark(node, env)

    def _mark(self, node: ast.AST, env: dict[str, Kind]) -> None:
        if isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, env)
        elif isinstance(node, ast.Lambda):
            self._mark(node.body, self._inside(node.args, env))
        elif isinstance(node, _FUNCTIONS):
            self.run([*node.decorator_list, *node.args.defaults], env)
            self.run(node.body, self._inside(node.args, env))
        elif isinstance(node, ast.ClassDef):
            self.run([*node.bases, *node.decorator_list], env)
            self.run(node.body, dict(env))
        elif isinstance(node, ast.Assign):
            self.run([node.value, *node.targets], env)
            for target in node.targets:
                self._bind(target, node.value, env)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            if node.value is not None:
                self._mark(node.value, env)
                self._bind(node.target, node.value, env)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._mark(node.iter, env)
            bind(node.target, element(infer(node.iter, env, self._known)), env)
            self.run([node.target, *node.body, *node.orelse], env)
        else:
            self.run(ast.iter_child_nodes(node), env)
        if isinstance(node, ast.expr):
            kind = infer(node, env, self._known)
            if kind is not None:
                self.kinds[node] = kind

    def _bind(self, target: ast.AST, value: ast.AST, env: dict[str, Kind]) -> None:
        pairwise = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        if pairwise and len(target.elts) == len(value.elts):  # type: ignore[attr-defined]
            for one, other in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
                self._bind(one, other, env)
        else:
            bind(target, infer(value, env, self._known), env)

    def _inside(self, arguments: ast.arguments, env: dict[str, Kind]) -> dict[str, Kind]:
        taken = {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}
        return {name: kind for name, kind in env.items() if name not in taken}

    def _comprehension(self, node: ast.AST, env: dict[str, Kind]) -> None:
        inner = dict(env)
        for part in node.generators:  # type: ignore[attr-defined]
            self._mark(part.iter, inner)
            bind(part.target, element(infer(part.iter, inner, self._known)), inner)
            self.run([part.target, *part.ifs], inner)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]  # type: ignore[attr-defined]
        self.run(parts, inner)
