"""Prepare the teacher's own cells for the tests' process: plain Python, the value apart, questions asked in so many words."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graders.deriving import derived_there
from graders.parsing import helper, parse

_ASKED = {
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__bool__",
    "__contains__",
    "__repr__",
}
INERT_MAGICS = {"matplotlib", "config", "autoreload", "load_ext", "reload_ext", "precision", "pylab"}


@dataclass(frozen=True)
class Prepared:
    """A cell ready to run: statements, then perhaps one expression whose value counts. Not `ok`: it does not parse."""

    ok: bool
    body: str = ""
    last: str = ""
    modules: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def bound_names(tree: ast.AST) -> set[str]:
    """Every name some statement of the cell assigns, defines, imports or takes as an argument."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
    return found


@functools.lru_cache(maxsize=2000)
def prepare(text: str, want_value: bool = False) -> Prepared:
    """Prepare a test cell."""
    tree = parse(text)
    if tree is None or not _compiles(tree):
        return Prepared(False)
    modules = tuple(sorted(imported(tree)))
    tree.body = [node for node in tree.body if not is_inert(node)]
    tree = ast.fix_missing_locations(_Explicit().visit(derived_there(tree)))
    last = ""
    if want_value and tree.body and isinstance(tree.body[-1], ast.Expr) and not text.rstrip().endswith(";"):
        last = ast.unparse(tree.body.pop())
    return Prepared(True, ast.unparse(tree), last, modules)


def prepare_teacher(text: str, theirs: set[str]) -> Prepared:
    """Prepare a teacher's cell: what does not depend on the learner. Names that do are added to `theirs`."""
    tree = parse(text)
    if tree is None or not _compiles(tree):
        return Prepared(False)
    kept: list[ast.stmt] = []
    for node in tree.body:
        if is_inert(node) or _uses_shell(node):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            kept.append(node)
        elif _read_now(node) & theirs or _bound_here(node) & theirs:
            theirs |= _bound_here(node)
        else:
            kept.append(node)
    classes = tuple(node.name for node in kept if isinstance(node, ast.ClassDef))
    tree.body = kept
    modules = tuple(sorted(imported(tree)))
    tree = ast.fix_missing_locations(_Explicit().visit(tree))
    return Prepared(True, ast.unparse(tree), "", modules, classes)


def is_inert(node: ast.stmt) -> bool:
    """A magic that only concerns the screen."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not _uses_shell(node):
        return False
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and first.value in INERT_MAGICS


def _uses_shell(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "get_ipython" for one in ast.walk(node))


def _compiles(tree: ast.Module) -> bool:
    """Some trees are no program: a `return` outside a function."""
    try:
        compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _read_now(node: ast.stmt) -> set[str]:
    """Names a statement reads when it runs: not those inside the functions it defines, but its defaults and decorators."""
    found: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
            found.add(one.id)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*one.decorator_list, *one.args.defaults, *(d for d in one.args.kw_defaults if d)]
        elif isinstance(one, ast.Lambda):
            waiting += one.args.defaults
        else:
            waiting += ast.iter_child_nodes(one)
    return found


def _bound_here(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    return bound_names(node)


class _Explicit(ast.NodeTransformer):
    """`x.__eq__`, `globals()`: a test that says it in so many words is taken at its word."""

    def __init__(self) -> None:
        self._inside = 0

    def _deeper(self, node: Any) -> ast.AST:
        self._inside += 1
        self.generic_visit(node)
        self._inside -= 1
        return node  # type: ignore[no-any-return]

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = _deeper  # noqa: N815

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Builtins that look at the place they are called from."""
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not node.args and (name == "globals" or (name in ("locals", "vars", "dir") and not self._inside)):
            node.func = helper("dir" if name == "dir" else "names")
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`x.__eq__` is a question to x."""
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and node.attr in _ASKED and not _is_super(node.value):
            return ast.Call(helper("ask"), [node.value, ast.Constant(node.attr)], [])
        return node


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def imported(tree: ast.AST) -> set[str]:
    """Modules a cell imports, by full name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] not in ("__future__", "__main__", "antigravity")}


def aliases(trees: Iterable[ast.AST]) -> dict[str, str]:
    """Names that imports bind: name -> "module" or "module:part"."""
    found: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    found[one.asname or one.name.split(".")[0]] = (
                        one.name if one.asname else one.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found |= {
                    one.asname or one.name: f"{node.module}:{one.name}"
                    for one in node.names
                    if one.name != "*"
                }
    return found
