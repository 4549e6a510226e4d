"""What an object consists of: its attributes, or the plain value below its class."""

from __future__ import annotations

import collections
import sys
from collections.abc import Callable
from typing import Any

from graders.inside.remote.proxies import predicate
from graders.inside.wire.codec import Decoder, Encoder
from graders.inside.wire.frames import Malformed

FLAT = (str, int, float, complex, bytes, tuple, frozenset)
_WHOLE = slice(None)
# The type's own way to its content; its constructor would ask the methods of the subclass.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    int: int.__int__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, _WHOLE),
    bytearray: lambda value: bytearray.__getitem__(value, _WHOLE),
    tuple: lambda value: tuple.__getitem__(value, _WHOLE),
    list: lambda value: list.__getitem__(value, _WHOLE),
    dict: lambda value: dict(dict.items(value)),
    collections.OrderedDict: lambda value: collections.OrderedDict(collections.OrderedDict.items(value)),
    collections.Counter: lambda value: collections.Counter(dict(dict.items(value))),
    collections.defaultdict: lambda value: collections.defaultdict(value.default_factory, dict.items(value)),
    collections.deque: lambda value: collections.deque(collections.deque.__iter__(value), value.maxlen),
}


def flattened(value: Any, base: type) -> Any:
    """The content of an instance of a subclass, as the plain type below it, whatever methods the subclass has instead."""
    plain = _PLAIN.get(base)
    if plain is not None:
        return plain(value)
    if base.__module__.split(".")[0] in ("numpy", "pandas"):
        return value.view(base) if base.__module__.startswith("numpy") else base(value)
    return base(value)


def state_of(value: Any) -> dict[str, Any]:
    """The attributes of an object: its dict and its slots."""
    found = dict(vars(value)) if hasattr(value, "__dict__") else {}
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    return found


def pairs(encoder: Encoder, found: dict[str, Any]) -> list[Any]:
    """Attributes as they are written."""
    return [list(found), encoder.values(list(found.values()))]


def fill_instance(decoder: Decoder, made: Any, entry: list[Any]) -> None:
    """Give an object its attributes; raises Malformed."""
    kind = type(made)
    for name, value in zip(entry[2], decoder.values(entry[3]), strict=True):
        if not isinstance(name, str) or name.startswith("__"):
            raise Malformed("attribute")
        if callable(getattr(kind, name, None)):
            continue  # what a teacher's class can do is never replaced
        predicate(value, name)
        object.__setattr__(made, name, value)


def travels(value: Any) -> bool:
    """Whether an argument of an exception can go along with it."""
    return isinstance(value, str | int | float | bytes | tuple | list | dict | type(None))


def library_path(kind: type) -> str | None:
    """The "module:name" of a class that an installed library defines."""
    home, name = getattr(kind, "__module__", None), kind.__name__
    if not isinstance(home, str) or home == "__main__":
        return None
    if getattr(sys.modules.get(home), name, None) is kind:
        return f"{home}:{name}"
    return f"builtins.{name}" if home == "builtins" else None
