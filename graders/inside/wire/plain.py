"""How Python's own values travel: numbers, text, bytes, lists, tuples, dicts, sets, ranges, views, builtin types."""

from __future__ import annotations

import builtins
import functools
from types import EllipsisType, NotImplementedType
from typing import Any

from graders.inside.wire.codec import Decoder, Encoder, contents, fillers, immediate, readers, shells
from graders.inside.wire.frames import Malformed, text_of

_FORBIDDEN_TYPES = {"type", "super", "classmethod", "staticmethod", "property", "memoryview"}


def _steers(kind: type) -> bool:
    """Exceptions that steer Python itself: raised in a test they would end a loop, a generator or the process."""
    return issubclass(kind, BaseException) and (
        not issubclass(kind, Exception) or issubclass(kind, StopIteration | StopAsyncIteration)
    )


TYPES = {
    name: one
    for name, one in vars(builtins).items()
    if isinstance(one, type)
    and name not in _FORBIDDEN_TYPES
    and not name.startswith("_")
    and not _steers(one)
}
TYPES |= {"NoneType": type(None), "ellipsis": EllipsisType, "NotImplementedType": NotImplementedType}
_NAMES = {one: name for name, one in TYPES.items() if not issubclass(one, BaseException)}
_VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}


def empty(kind: Any, decoder: Decoder, entry: list[Any]) -> Any:
    """An empty container, to be filled."""
    return kind()


def _write_bytes(encoder: Encoder, value: bytes) -> list[Any]:
    return ["b", value.hex()] if len(value) < 2048 else ["B", encoder.buffer(value)]


def _heard(decoder: Decoder, value: bytes) -> bytes:
    decoder.references.hear(value)
    return value


def _read_slice(decoder: Decoder, body: list[Any]) -> slice:
    return slice(*decoder.values(body[1:4]))


def _write_view(encoder: Encoder, value: Any) -> list[Any]:
    kind = _VIEWS[type(value)]
    return ["view", kind, *encoder.values(list(value))]


def _read_view(decoder: Decoder, body: list[Any]) -> Any:
    items = decoder.values(body[2:])
    if body[1] == "keys":
        return dict.fromkeys(items).keys()
    if body[1] == "items":
        return dict(items).items()
    return dict(enumerate(items)).values()


def _read_int(decoder: Decoder, body: list[Any]) -> int:
    return int(body[1], 16)


def _read_range(decoder: Decoder, body: list[Any]) -> range:
    start, stop, step = decoder.values(body[1:4])
    return range(start, stop, step)


def _ordered(encoder: Encoder, value: Any) -> list[Any]:
    """Sets have no order of their own: the written one is by text, so that equal sets look equal."""
    return sorted(encoder.values(list(value)), key=text_of)


def _fill_dict(decoder: Decoder, made: dict[Any, Any], entry: list[Any]) -> None:
    keys, values = decoder.values(entry[1]), decoder.values(entry[2])
    if len(keys) != len(values):
        raise Malformed("dict")
    try:
        made.update(zip(keys, values, strict=True))
    except TypeError as error:  # a key that has no hash
        raise Malformed("key") from error


def _fill_set(decoder: Decoder, made: set[Any], entry: list[Any]) -> None:
    try:
        made.update(decoder.values(entry[1:]))
    except TypeError as error:
        raise Malformed("element") from error


def _write_type(encoder: Encoder, value: type) -> list[Any]:
    name = _NAMES.get(value)
    return ["ty", name] if name else encoder.references.write_object(encoder, value)


immediate[int] = lambda encoder, value: ["i", hex(value)]
immediate[complex] = lambda encoder, value: ["c", value.real, value.imag]
immediate[bytes] = _write_bytes
immediate[tuple] = lambda encoder, value: ["t", *encoder.values(value)]
immediate[frozenset] = lambda encoder, value: ["fs", *_ordered(encoder, value)]
immediate[range] = lambda encoder, value: ["r", *encoder.values((value.start, value.stop, value.step))]
immediate[slice] = lambda encoder, value: ["sl", *encoder.values((value.start, value.stop, value.step))]
immediate[EllipsisType] = lambda encoder, value: ["..."]
immediate[NotImplementedType] = lambda encoder, value: ["ni"]
immediate[type] = _write_type
for _view in _VIEWS:
    immediate[_view] = _write_view

contents[list] = lambda encoder, value: ["l", *encoder.values(value)]
contents[dict] = lambda encoder, value: [
    "d",
    encoder.values(list(value)),
    encoder.values(list(value.values())),
]
contents[set] = lambda encoder, value: ["s", *_ordered(encoder, value)]
contents[bytearray] = lambda encoder, value: ["ba", encoder.buffer(bytes(value))]

readers["i"] = _read_int
readers["c"] = lambda decoder, body: complex(body[1], body[2])
readers["b"] = lambda decoder, body: _heard(decoder, bytes.fromhex(body[1]))
readers["B"] = lambda decoder, body: _heard(decoder, bytes(decoder.buffer(body[1])))
readers["t"] = lambda decoder, body: tuple(decoder.values(body[1:]))
readers["fs"] = lambda decoder, body: frozenset(decoder.values(body[1:]))
readers["r"] = _read_range
readers["sl"] = _read_slice
readers["..."] = lambda decoder, body: ...
readers["ni"] = lambda decoder, body: NotImplemented
readers["ty"] = lambda decoder, body: TYPES[body[1]]
readers["view"] = _read_view

for _tag, _kind in {"l": list, "d": dict, "s": set, "ba": bytearray}.items():
    shells[_tag] = functools.partial(empty, _kind)
fillers["l"] = lambda decoder, made, entry: made.extend(decoder.values(entry[1:]))
fillers["d"] = _fill_dict
fillers["s"] = _fill_set
fillers["ba"] = lambda decoder, made, entry: made.extend(decoder.buffer(entry[1]))
