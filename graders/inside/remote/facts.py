"""What the learner's process tells of an object that stays there: its kind, name, class, and which operators it has."""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from typing import Any

# Operators that a test may use on a learner's object: each is a question whose answer is data. Equality, order, truth and
# hash are not among them: those are conclusions, and a test draws its own.
OPERATORS = (
    "__call__", "__iter__", "__next__", "__len__", "__getitem__", "__setitem__", "__delitem__", "__reversed__",
    "__enter__", "__exit__", "__add__", "__radd__", "__iadd__", "__sub__", "__rsub__", "__isub__", "__mul__", "__rmul__",
    "__imul__", "__matmul__", "__rmatmul__", "__truediv__", "__rtruediv__", "__itruediv__", "__floordiv__", "__rfloordiv__", "__mod__", "__rmod__",
    "__divmod__", "__pow__", "__rpow__", "__and__", "__rand__", "__or__", "__ror__", "__xor__", "__rxor__", "__lshift__",
    "__rshift__", "__neg__", "__pos__", "__abs__", "__invert__", "__int__", "__float__", "__complex__", "__index__",
    "__round__", "__trunc__", "__floor__", "__ceil__", "__await__", "__array__", "__aenter__", "__aexit__",
)  # fmt: skip
CONCLUSIONS = (
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__bool__",
    "__contains__",
)
_ENUMS = (enum.IntFlag, enum.Flag, enum.StrEnum, enum.IntEnum, enum.Enum)
_MAX_TEXT = 20_000

Reference = Callable[[Any], Any]


def text(value: Any) -> str | None:
    """A short plain text, or None."""
    return str.__str__(value)[:_MAX_TEXT] if isinstance(value, str) else None


def class_facts(kind: type, reference: Reference) -> dict[str, Any]:
    """Facts of a class. `reference` gives the JSON of another class."""
    line = [one for one in type.mro(kind) if one is not object] if kind is not type else []
    found: dict[str, Any] = {
        "k": "class",
        "n": text(kind.__name__),
        "q": text(getattr(kind, "__qualname__", "")),
        "m": text(getattr(kind, "__module__", "")),
        "doc": text(kind.__doc__),
        "b": [reference(base) for base in kind.__bases__ if base is not object],
        "d": [name for name in OPERATORS if _has(line, name)],
        "c": [name for name in CONCLUSIONS if _has(line, name)],
        "own": [name for name in vars(kind) if name.startswith("__") and name.endswith("__")],
        "x": issubclass(kind, BaseException),
        "len": _has(line, "__len__") or _has(line, "__bool__"),
    }
    if issubclass(kind, enum.Enum) and kind not in _ENUMS:
        found["enum"] = next(one.__name__ for one in _ENUMS if issubclass(kind, one))
        found["mixed"] = next((one.__name__ for one in (str, int, float) if issubclass(kind, one)), None)
    if isinstance(vars(kind).get("__dataclass_fields__"), dict):
        found["fields"] = [text(name) for name in vars(kind)["__dataclass_fields__"]]
    fields = getattr(kind, "_fields", None)
    plain_new = "__new__" not in vars(kind) or kind.__bases__ == (tuple,)
    if issubclass(kind, tuple) and isinstance(fields, tuple) and plain_new:
        found["nt"] = [text(name) for name in fields]
    return found


def _has(line: list[type], name: str) -> bool:
    for one in line:
        if name in vars(one):
            return vars(one)[name] is not None
    return False


def function_facts(value: Any) -> dict[str, Any]:
    """Facts of a function or a bound method."""
    return {
        "k": "method" if isinstance(value, types.MethodType) else "function",
        "n": text(getattr(value, "__name__", "")),
        "q": text(getattr(value, "__qualname__", "")),
        "m": text(getattr(value, "__module__", "")),
        "doc": text(getattr(value, "__doc__", None)),
        "async": bool(getattr(getattr(value, "__code__", None), "co_flags", 0) & 0x80),
        "gen": bool(getattr(getattr(value, "__code__", None), "co_flags", 0) & 0x20),
    }


def facts_of(value: Any, reference: Reference) -> dict[str, Any]:
    """Facts of any object."""
    if isinstance(value, type):
        return class_facts(value, reference)
    if isinstance(value, types.FunctionType | types.MethodType):
        return function_facts(value)
    if isinstance(value, types.BuiltinFunctionType):
        return function_facts(value) | {"k": "builtin"}
    return {"k": "object", "of": reference(type(value))}
