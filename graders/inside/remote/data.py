"""Objects of a learner's class that is made on top of a plain type: methods are asked for there, what it equals is decided here.

What the class leaves to the type below it is worked out here from the content, which is data like any other answer.
"""

from __future__ import annotations

import collections
import operator
from collections.abc import Callable
from typing import Any

from graders.inside.remote.asking import Asking
from graders.inside.remote.conclusions import BINARY
from graders.inside.remote.facts import CONCLUSIONS, OPERATORS
from graders.inside.wire.frames import Malformed
from graders.inside.wire.unordered import Unordered

FIXED: tuple[type, ...] = (
    str,
    bytes,
    int,
    float,
    complex,
    tuple,
    frozenset,
)  # content that never changes comes along
_CHANGING: tuple[type, ...] = (
    list, dict, set, bytearray, collections.deque, collections.OrderedDict, collections.Counter, collections.defaultdict,
)  # fmt: skip
_BASES = {base.__name__: base for base in (*FIXED, *_CHANGING)}
_DECIDED = frozenset(CONCLUSIONS) | {name for name in BINARY if not name.startswith("__i")}
_COMPARED = {f"__{name}__": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}


def data_facts(kind: type, base: type) -> list[Any]:
    """What a class on top of a plain type tells: the type, and the special methods that it leaves to it."""
    left = [
        name
        for name in (*CONCLUSIONS, *OPERATORS)
        if getattr(kind, name, None) is getattr(base, name, None)
        and (name != "__bool__" or getattr(kind, "__len__", None) is getattr(base, "__len__", None))
    ]
    return [base.__name__, left]


def data_body(told: Any) -> tuple[type | None, dict[str, Any]]:
    """For such a class here: the type to stand on, if its content is fixed, and the methods that look at the content."""
    if not isinstance(told, list) or len(told) != 2 or told[0] not in _BASES:
        return None, {}
    base = _BASES[told[0]]
    left = [name for name in told[1] if name in (_DECIDED if base in _CHANGING else (*_DECIDED, *OPERATORS))]
    if base in FIXED:
        return base, {name: getattr(base, name, _any_of) for name in left if hasattr(base, name) or name == "__bool__"}  # fmt: skip
    body = {name: _method(name, base) for name in left if hasattr(base, name) or name == "__bool__"}
    if "__radd__" in left and hasattr(base, "__add__"):
        body["__radd__"] = lambda self, other: other + _content(self, base)
    return None, body | {"__class__": property(lambda self: base), "_luojiao_data": base}


def _any_of(value: Any) -> bool:
    """The truth of a text or a tuple."""
    return bool(len(value))


def fixed_value(kind: type, content: Any) -> Any:
    """An object that holds a fixed content, or None if its class stands on none; raises Malformed."""
    base = next((one for one in kind.__mro__ if one in FIXED), None)
    if base is None:
        return None
    if type(content) is Unordered:
        return content  # NaN that is not to be taken for an answer is a number without methods
    if type(content) is not base:
        raise Malformed("content")
    return base.__new__(kind, content)


def _content(value: Any, base: type) -> Any:
    found = Asking.ask("content", value)
    if not isinstance(found, base):
        raise TypeError(f"the content of a {base.__name__} is none")
    return found


def _plain(value: Any) -> Any:
    base = type.__getattribute__(type(value), "__dict__").get("_luojiao_data")
    return value if base is None else _content(value, base)


def _method(name: str, base: type) -> Callable[..., Any]:
    special: dict[str, Callable[..., Any]] = {"__bool__": bool, **_COMPARED}

    def use(self: Any, *args: Any) -> Any:
        how = special.get(name) or getattr(base, name)
        return how(_content(self, base), *map(_plain, args))

    return use
