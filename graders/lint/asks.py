"""Class B: a test that lets Python ask a learner's object in passing; each is shown in words that the split grader takes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from graders.lint.edits import Edits, Render
from graders.lint.kinds import Kind, Made, Many
from graders.lint.known import ORDERINGS, Known
from graders.lint.marking import Marking

Tell = Callable[[str, ast.AST], None]
_METHOD = {ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__"}
_MIRRORED = {"__lt__": "__gt__", "__le__": "__ge__", "__gt__": "__lt__", "__ge__": "__le__"}
_BARE = ast.Assert | ast.BoolOp | ast.If | ast.While | ast.Expr
_EQUAL_METHODS = {"assertEqual": "same({}, {})", "assertNotEqual": "not same({}, {})", "assertListEqual": "same({}, {})"}  # fmt: skip
_ORDER_METHODS = {"assertLess": "__lt__", "assertLessEqual": "__le__", "assertGreater": "__gt__", "assertGreaterEqual": "__ge__"}  # fmt: skip
_COMPARED = (
    'key=__import__("functools").cmp_to_key(lambda a, b: (b.__lt__(a) == True) - (a.__lt__(b) == True))'
)
_DISTINCT = (
    "(lambda xs: sum(not any(x.__hash__() == y.__hash__() and same(x, y) for y in xs[:i])"
    " for i, x in enumerate(xs)))(list({}))"
)


class Asks(ast.NodeVisitor):
    """Finds them in one marked cell and notes the edits."""

    def __init__(self, known: Known, marking: Marking, edits: Edits, tell: Tell) -> None:
        self._known = known
        self._of = marking.of
        self._edits = edits
        self._tell = tell
        self._parents: dict[ast.AST, ast.AST] = {}

    def run(self, tree: ast.AST) -> None:
        """Look at the whole cell."""
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
        self.visit(tree)

    # comparisons

    def visit_Compare(self, node: ast.Compare) -> None:
        """`==`, `<` and `in`."""
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        found = [self._asked(op, sides[at], sides[at + 1]) for at, op in enumerate(node.ops)]
        code = next((one[0] for one in found if one), "")
        if not code:
            return
        if any(one and one[1] is None for one in found):
            self._tell("split.by_hand", node)
            return
        if len(node.ops) > 1 and not all(isinstance(side, ast.Name | ast.Constant) for side in sides[1:-1]):
            self._tell("split.by_hand", node)  # the middle would be worked out twice
            return
        self._offer(code, node, lambda shown: self._chain(node, found, shown))

    def _chain(self, node: ast.Compare, found: list[tuple[str, Callable[[Render], str] | None] | None], shown: Render) -> str:  # fmt: skip
        sides = [node.left, *node.comparators]
        parts = []
        for at, one in enumerate(found):
            if one and one[1]:
                parts.append(one[1](shown))
            else:
                pair = ast.Compare(ast.Constant(0), [node.ops[at]], [ast.Constant(0)])
                sign = ast.unparse(pair)[1:-1].strip()
                parts.append(f"{shown(sides[at])} {sign} {shown(sides[at + 1])}")
        text = " and ".join(parts)
        above = self._parents.get(node)
        bare = isinstance(above, _BARE) or (isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Not))
        whole = (bare and len(parts) == 1) or text.startswith("same(")
        return text if whole else f"({text})"

    def _asked(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> tuple[str, Callable[[Render], str] | None] | None:  # fmt: skip
        one, other = self._of(left), self._of(right)
        if isinstance(op, ast.Eq | ast.NotEq):
            if not (self._equal(one) or self._equal(other)):
                return None
            told = "" if isinstance(op, ast.Eq) else "not "
            return "split.equality", lambda shown: f"{told}same({shown(left)}, {shown(right)})"
        if type(op) in _METHOD:
            return self._ordered(_METHOD[type(op)], left, right)
        if not isinstance(op, ast.In | ast.NotIn):
            return None
        told = "" if isinstance(op, ast.In) else "not "
        if self._known.has(other, "__contains__") and not self._known.has(other, "__iter__", "__getitem__"):
            return (
                "split.contains",
                lambda shown: f"{told}{_receiver(right, shown)}.__contains__({shown(left)})",
            )
        if self._equal(one) and not isinstance(other, Made):
            if isinstance(left, ast.Name) and isinstance(other, Many) is False:
                return None  # an object is found in what holds it; nothing says that it must be another one
            name = "one" if not _mentions(left, "one") and not _mentions(right, "one") else "each_one"
            return (
                "split.contains",
                lambda shown: f"{told}any(same({name}, {shown(left)}) for {name} in {shown(right)})",
            )
        return None

    def _ordered(self, method: str, left: ast.expr, right: ast.expr) -> tuple[str, Callable[[Render], str] | None] | None:  # fmt: skip
        one, other = self._of(left), self._of(right)
        if self._known.has(one, method):
            return "split.order", lambda shown: f"{_receiver(left, shown)}.{method}({shown(right)}) == True"
        mirrored = _MIRRORED[method]
        if self._known.has(other, mirrored):
            return "split.order", lambda shown: f"{_receiver(right, shown)}.{mirrored}({shown(left)}) == True"
        many = [kind.of for kind in (one, other) if isinstance(kind, Many)]
        return ("split.order", None) if any(self._known.has(kind, *ORDERINGS) for kind in many) else None

    def _equal(self, kind: Kind) -> bool:
        while isinstance(kind, Many):
            kind = kind.of
        return self._known.has(kind, "__eq__")

    # calls

    def visit_Call(self, node: ast.Call) -> None:
        """Builtins and methods of lists and of unittest that compare."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name):
            self._builtin(node, node.func.id)
        elif isinstance(node.func, ast.Attribute):
            self._method(node, node.func)

    def _builtin(self, node: ast.Call, name: str) -> None:
        kinds = [self._of(one) for one in node.args]
        first = kinds[0] if kinds else None
        if name in ("sorted", "max", "min") and not any(one.arg == "key" for one in node.keywords):
            each = [kind.of if isinstance(kind, Many) else kind for kind in kinds]
            if any(self._known.has(kind, *ORDERINGS) for kind in each):
                self._offer("split.sort", node, lambda shown: self._with_key(node, shown))
        elif name == "hash" and self._known.has(first, "__hash__"):
            self._offer("split.hash", node, lambda shown: f"{_receiver(node.args[0], shown)}.__hash__()")
        elif name == "bool" and node.args:
            self._truth(node.args[0], node)
        elif name == "len" and isinstance(first, Many) and first.hashed and self._equal(first):
            self._offer("split.hash", node, lambda shown: _DISTINCT.format(self._listed(node.args[0], shown)))
        elif name in ("dict", "Counter") and isinstance(first, Many) and self._equal(first):
            self._tell("split.by_hand", node)

    def _with_key(self, node: ast.Call, shown: Render) -> str:
        given = [*map(shown, node.args), *(f"{one.arg}={shown(one.value)}" for one in node.keywords)]
        return f"{shown(node.func)}({', '.join([*given, _COMPARED])})"

    def _listed(self, node: ast.expr, shown: Render) -> str:
        """What a set is made of, before it is one."""
        if isinstance(node, ast.Set):
            return f"[{', '.join(map(shown, node.elts))}]"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            return shown(node.args[0])
        return f"[{self._edits.written(node)[1:-1]}]" if isinstance(node, ast.SetComp) else shown(node)

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        owner = self._of(func.value)
        kinds = [self._of(one) for one in node.args]
        if func.attr == "sort" and isinstance(owner, Many) and not node.keywords:
            if self._known.has(owner.of, *ORDERINGS):
                self._offer("split.sort", node, lambda shown: f"{shown(func)}({_COMPARED})")
        elif func.attr in ("index", "remove", "count") and not isinstance(owner, Made) and any(map(self._equal, kinds)):  # fmt: skip
            if func.attr != "count":
                self._tell("split.by_hand", node)
            else:
                self._offer(
                    "split.contains", node,
                    lambda shown: f"sum(same(one, {shown(node.args[0])}) for one in {shown(func.value)})",
                )  # fmt: skip
        elif func.attr in _EQUAL_METHODS and len(node.args) >= 2 and any(map(self._equal, kinds[:2])):
            asked = _EQUAL_METHODS[func.attr]
            self._offer("split.equality", node, lambda shown: self._asserted(node, func, asked, shown))
        elif func.attr in _ORDER_METHODS and len(node.args) >= 2:
            found = self._ordered(_ORDER_METHODS[func.attr], node.args[0], node.args[1])
            build = found[1] if found else None
            if build:
                self._offer("split.order", node, lambda shown: self._claimed(node, func, build(shown), shown))
        elif func.attr in ("assertTrue", "assertFalse") and node.args:
            self._truth(node.args[0], node.args[0])

    def _asserted(self, node: ast.Call, func: ast.Attribute, asked: str, shown: Render) -> str:
        return self._claimed(node, func, asked.format(shown(node.args[0]), shown(node.args[1])), shown)

    def _claimed(self, node: ast.Call, func: ast.Attribute, claim: str, shown: Render) -> str:
        more = [*map(shown, node.args[2:]), *(f"{one.arg}={shown(one.value)}" for one in node.keywords)]
        return f"{shown(func.value)}.assertTrue({', '.join([claim, *more])})"

    def visit_Dict(self, node: ast.Dict) -> None:
        """Objects as keys."""
        self.generic_visit(node)
        if any(self._equal(self._of(key)) for key in node.keys if key is not None and not isinstance(key, ast.Name)):  # fmt: skip
            self._tell("split.by_hand", node)

    # truth

    def visit_Assert(self, node: ast.Assert) -> None:
        """Where a truth value is wanted."""
        self._truth(node.test, node.test)
        self.generic_visit(node)

    def visit_If(self, node: ast.If | ast.While | ast.IfExp) -> None:
        """Where a truth value is wanted."""
        self._truth(node.test, node.test)
        self.generic_visit(node)

    visit_While = visit_IfExp = visit_If  # noqa: N815

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Where a truth value is wanted."""
        if isinstance(node.op, ast.Not):
            self._truth(node.operand, node.operand)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """All but the last are asked."""
        for one in node.values:
            self._truth(one, one)
        self.generic_visit(node)

    def _truth(self, node: ast.expr, replaced: ast.AST) -> None:
        kind = self._of(node)
        if self._known.has(kind, "__bool__"):
            self._offer(
                "split.truth", replaced, lambda shown: f"{_receiver(node, self._edits.written)}.__bool__()"
            )
        elif self._known.has(kind, "__len__"):
            self._offer("split.truth", replaced, lambda shown: f"(len({self._edits.written(node)}) > 0)")

    def _offer(self, code: str, node: ast.AST, build: Callable[[Render], str]) -> None:
        """A finding with its rewrite; inside an f-string there is no place for one."""
        at: ast.AST | None = node
        while at is not None:
            if isinstance(at, ast.JoinedStr):
                self._tell("split.by_hand", at)
                return
            at = self._parents.get(at)
        self._edits.replace(node, build)
        self._tell(code, node)


def _receiver(node: ast.expr, shown: Render) -> str:
    atomic = isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
    return shown(node) if atomic else f"({shown(node)})"


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))
