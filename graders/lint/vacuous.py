"""Tests that pay for too little: what the text alone gives away. What only shows when it runs, `graders.gate` finds."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal

from graders.lint.kinds import Kind
from graders.lint.shapes import always, calls, fails, idle, is_check, names_in, notes, repeats, returns_from

Tell = Callable[[str, ast.AST], None]
_ANY = frozenset({"Exception", "BaseException", "RuntimeError"})
_CATCHES_ASSERT = frozenset({"Exception", "BaseException", "AssertionError"})
_REACHES = frozenset({"globals", "locals", "vars", "dir", "eval", "exec", "open", "__import__", "getattr", "input", "print"})  # fmt: skip


class Vacuous:
    """Looks at one test cell."""

    def __init__(self, tree: ast.Module, points: Decimal, theirs: Collection[str], bound: Collection[str],
                 of: Callable[[ast.AST], Kind], tell: Tell) -> None:  # fmt: skip
        self._tree = tree
        self._points = points
        self._theirs = theirs
        self._bound = bound
        self._of = of
        self._tell = tell
        self._tainted = self._follow()

    def run(self) -> None:
        """Tell of every one."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Try):
                self._tried(node)
            elif isinstance(node, ast.With):
                self._expected(node)
        self._dropped()
        weak = [(code, node) for node in self._claims() for code in [self._weakness(node)] if code]
        strong = [node for node in self._claims() if not self._weakness(node)]
        for code, node in weak:
            if code == "vacuous.constant" or not strong:
                self._tell(code, node)
        self._nothing(bool(weak or strong))

    # what is claimed

    def _claims(self) -> Iterator[ast.AST]:
        """Assertions, and conditions that end in a raise."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Assert) or (isinstance(node, ast.If) and fails(node.body)):
                yield node

    def _weakness(self, node: ast.AST) -> str:
        """The code of a claim that holds where it should not, or nothing."""
        test = node.test  # type: ignore[attr-defined]
        positive = isinstance(node, ast.Assert)
        if positive and always(test):
            return "vacuous.constant"
        if self._not_less(test, positive):
            return "vacuous.nan"
        if positive and repeats(test) and not calls(test):
            return "vacuous.constant"
        if positive and (self._loops(test) or self._in_loop(node)):
            return "vacuous.empty"
        return ""

    def _not_less(self, test: ast.expr, positive: bool) -> bool:
        """`assert not a > b`, `if a > b: raise`."""
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        compared = test.operand if isinstance(test, ast.UnaryOp) and negated else test
        if negated is not positive or not isinstance(compared, ast.Compare):
            return False
        sides = [compared.left, *compared.comparators]
        ordered = all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in compared.ops)
        counted = any(isinstance(side, ast.Call) and getattr(side.func, "id", "") == "len" for side in sides)
        return ordered and not counted and any(map(self.learned, sides)) and not any(map(self._of, sides))

    def _loops(self, test: ast.expr) -> bool:
        """`all(... for x in result)`."""
        if not (isinstance(test, ast.Call) and getattr(test.func, "id", "") == "all" and test.args):
            return False
        inner = test.args[0]
        if isinstance(inner, ast.GeneratorExp | ast.ListComp):
            return self._may_be_empty(inner.generators[0].iter)
        return self._may_be_empty(inner)

    def _in_loop(self, node: ast.AST) -> bool:
        return any(
            isinstance(loop, ast.For) and any(inner is node for inner in ast.walk(loop)) and self._may_be_empty(loop.iter)
            for loop in ast.walk(self._tree)
        )  # fmt: skip

    def _may_be_empty(self, node: ast.expr) -> bool:
        """Something of the learner's to go through: their value, not merely what is given to their function."""
        while isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("enumerate", "zip", "sorted", "list", "reversed", "range", "len", "set", "map"):  # fmt: skip
            if not node.args:
                return False
            learned = [one for one in node.args if self.learned(one)]
            node = learned[0] if learned else node.args[0]
        return self.learned(node) and not isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set)

    def learned(self, node: ast.AST) -> bool:
        """Whether something of the learner's is in it."""
        return any(isinstance(one, ast.Name) and one.id in self._tainted for one in ast.walk(node))

    def _follow(self) -> set[str]:
        """Names whose values came from the learner."""
        found = set(self._theirs)
        for _ in range(2):
            for node in ast.walk(self._tree):
                value = getattr(node, "value", None) if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) else None  # fmt: skip
                if value is not None and any(
                    isinstance(n, ast.Name) and n.id in found for n in ast.walk(value)
                ):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]
                    found |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}  # fmt: skip
        return found

    # exceptions

    def _tried(self, node: ast.Try) -> None:
        asserts = any(isinstance(one, ast.Assert) for part in node.body for one in ast.walk(part))
        can_fail = fails(node.body) or asserts
        settled = fails(node.orelse) or returns_from(node, self._tree) or notes(node.body)
        for handler in node.handlers:
            if not all(idle(one) for one in handler.body):
                continue
            names = names_in(handler.type)
            if can_fail and (handler.type is None or names & _CATCHES_ASSERT):
                self._tell("vacuous.swallowed", handler)
            elif not can_fail and not settled:
                self._tell("vacuous.no_raise", node)
            elif (handler.type is None or names & _ANY) and any(map(self.learned, node.body)):
                self._tell("vacuous.any_exception", handler)

    def _expected(self, node: ast.With) -> None:
        for item in node.items:
            call = item.context_expr
            name = (
                getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
            )
            expects = isinstance(call, ast.Call) and name in ("raises", "assertRaises")
            if expects and isinstance(call, ast.Call) and call.args and names_in(call.args[0]) & _ANY and item.optional_vars is None:  # fmt: skip
                self._tell("vacuous.any_exception", node)

    # nothing at all

    def _dropped(self) -> None:
        for at, node in enumerate(self._tree.body):
            last = at == len(self._tree.body) - 1
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare) and not last:
                self._tell("vacuous.not_asserted", node)

    def _nothing(self, claims: bool) -> None:
        if not self._points:
            return
        last = self._tree.body[-1] if self._tree.body else None
        valued = isinstance(last, ast.Expr) and not (isinstance(last.value, ast.Call) and self._plain_call(last.value))  # fmt: skip
        if not claims and not valued and not any(is_check(node) for node in ast.walk(self._tree)):
            self._tell("vacuous.nothing", self._tree)
        loaded = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)}
        plain = (set(dir(builtins)) - _REACHES) | set(self._bound)
        imports = any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(self._tree))
        if loaded <= plain - set(self._theirs) and not imports:
            self._tell("vacuous.unrelated", self._tree)

    def _plain_call(self, node: ast.Call) -> bool:
        """A last line that only uses the learner's function or shows something: its value is no number of points."""
        name = getattr(node.func, "id", "")
        return name in ("print", "display") or name in self._theirs
