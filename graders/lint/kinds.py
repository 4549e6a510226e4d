"""Which expressions of a test are objects of a learner's class: a small inference, sure of what it says and silent otherwise."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Made:
    """An object of the learner's class of this name."""

    name: str


@dataclass(frozen=True)
class Many:
    """A list, tuple, set or stream of such objects; `hashed` when it is a set."""

    of: Made | Many
    hashed: bool = False


Kind = Made | Many | None
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor",
    ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert",
}  # fmt: skip
_KEEP = frozenset({"list", "tuple", "sorted", "reversed", "iter", "filter"})


class Facts(Protocol):
    """What inference asks of the source; see known.Known."""

    @property
    def functions(self) -> Mapping[str, Kind]:
        """What functions yield, by name."""

    def knows(self, name: str) -> bool:
        """Whether this is a learner's class."""

    def returned(self, name: str, method: str) -> Kind:
        """What a method of a class yields."""

    def attribute(self, name: str, attribute: str) -> Kind:
        """What an attribute of its objects holds."""


def infer(node: ast.AST | None, env: Mapping[str, Kind], known: Facts) -> Kind:
    """The kind of an expression where names mean `env`."""
    if isinstance(node, ast.Name):
        return env.get(node.id)
    if isinstance(node, ast.Call):
        return _called(node, env, known)
    if isinstance(node, ast.Attribute):
        owner = infer(node.value, env, known)
        return known.attribute(owner.name, node.attr) if isinstance(owner, Made) else None
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _many((infer(one, env, known) for one in node.elts), isinstance(node, ast.Set))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        inner = dict(env)
        for part in node.generators:
            bind(part.target, element(infer(part.iter, inner, known)), inner)
        return _many([infer(node.elt, inner, known)], isinstance(node, ast.SetComp))
    if isinstance(node, ast.Subscript):
        owner = infer(node.value, env, known)
        if isinstance(owner, Many):
            return owner if isinstance(node.slice, ast.Slice) else owner.of
        return known.returned(owner.name, "__getitem__") if isinstance(owner, Made) else None
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        return _operated(node, env, known)
    if isinstance(node, ast.IfExp):
        return infer(node.body, env, known) or infer(node.orelse, env, known)
    return infer(node.value, env, known) if isinstance(node, ast.NamedExpr | ast.Starred) else None


def element(kind: Kind) -> Kind:
    """What iterating over it yields."""
    return kind.of if isinstance(kind, Many) else None


def bind(target: ast.AST, kind: Kind, env: dict[str, Kind]) -> None:
    """Let the names of an assignment's target mean this."""
    if isinstance(target, ast.Name):
        env[target.id] = kind
    elif isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            bind(one, element(kind), env)
    elif isinstance(target, ast.Starred):
        bind(target.value, kind if isinstance(kind, Many) else None, env)


def _many(kinds: Any, hashed: bool) -> Kind:
    for kind in kinds:
        if kind is not None:
            return Many(kind, hashed)
    return None


def _called(node: ast.Call, env: Mapping[str, Kind], known: Facts) -> Kind:
    first = infer(node.args[0], env, known) if node.args else None
    if isinstance(node.func, ast.Name):
        name = node.func.id
        owner = env.get(name)
        if isinstance(owner, Made):  # `cls(...)`, or an object that is called
            return owner if name == "cls" else known.returned(owner.name, "__call__")
        if known.knows(name):
            return Made(name)
        if name in known.functions:
            return known.functions[name]
        if name in ("set", "frozenset") and isinstance(first, Many):
            return Many(first.of, True)
        if name in ("max", "min", "next"):
            return first.of if isinstance(first, Many) else first
        return Many(first.of) if name in _KEEP and isinstance(first, Many) else None
    if isinstance(node.func, ast.Attribute):
        value = node.func.value
        owner = Made(value.id) if isinstance(value, ast.Name) and known.knows(value.id) else None
        owner = owner or infer(value, env, known)
        if isinstance(owner, Made):
            return known.returned(owner.name, node.func.attr)
        if isinstance(owner, Many) and node.func.attr in ("pop", "copy"):
            return owner.of if node.func.attr == "pop" else owner
    return None


def _operated(node: ast.BinOp | ast.UnaryOp, env: Mapping[str, Kind], known: Facts) -> Kind:
    name = _OPERATORS.get(type(node.op), "")
    if isinstance(node, ast.UnaryOp):
        owner = infer(node.operand, env, known)
        return known.returned(owner.name, f"__{name}__") if isinstance(owner, Made) else None
    left, right = infer(node.left, env, known), infer(node.right, env, known)
    if isinstance(left, Made):
        return known.returned(left.name, f"__{name}__")
    if isinstance(right, Made):
        return known.returned(right.name, f"__r{name}__")
    return left or right
