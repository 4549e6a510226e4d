"""How type hints travel: `list[int]`, `int | None`, `Optional[str]`, by what they consist of; never as a text to be evaluated."""

from __future__ import annotations

import functools
import operator
import types
import typing
from typing import Any

from graders.inside.wire.codec import Decoder, Encoder, immediate, readers
from graders.inside.wire.frames import Malformed

_typing: Any = typing
_NAMED = frozenset(
    name for name in typing.__all__ if isinstance(getattr(typing, name), _typing._SpecialGenericAlias)
)
_WHOLE: dict[Any, str] = {getattr(typing, name): name for name in _NAMED}


def _arguments(decoder: Decoder, found: list[Any]) -> tuple[Any, ...]:
    """The parts of a hint; a text among them would become a reference that somebody evaluates."""
    made = tuple(decoder.values(found))
    if not made or any(isinstance(one, str | bytes) for one in made):
        raise Malformed("a hint")
    return made


def _write_generic(encoder: Encoder, value: types.GenericAlias) -> list[Any]:
    return ["hg", *encoder.values((value.__origin__, *value.__args__))]


def _write_union(tag: str) -> Any:
    return lambda encoder, value: [tag, *encoder.values(value.__args__)]


def _write_named(encoder: Encoder, value: Any) -> list[Any]:
    name = getattr(value, "_name", None)
    if name not in _NAMED or any(isinstance(one, typing.ForwardRef) for one in value.__args__):
        return encoder.references.write_object(encoder, value)
    return ["hn", name, *encoder.values(value.__args__)]


def _write_whole(encoder: Encoder, value: Any) -> list[Any]:
    name = _WHOLE.get(value)
    return ["hw", name] if name else encoder.references.write_object(encoder, value)


def _write_any(encoder: Encoder, value: Any) -> list[Any]:
    return ["ha"] if value is typing.Any else encoder.references.write_object(encoder, value)


def _read_generic(decoder: Decoder, body: list[Any]) -> types.GenericAlias:
    origin, *args = _arguments(decoder, body[1:])
    if not isinstance(origin, type):
        raise Malformed("a hint")
    return types.GenericAlias(origin, tuple(args))


def _read_named(decoder: Decoder, body: list[Any]) -> Any:
    if body[1] not in _NAMED:
        raise Malformed("a hint")
    args = _arguments(decoder, body[2:])
    if body[1] == "Callable":
        return _typing.Callable[list(args[:-1]), args[-1]]
    return getattr(typing, body[1])[args]


def _read_whole(decoder: Decoder, body: list[Any]) -> Any:
    if body[1] not in _NAMED:
        raise Malformed("a hint")
    return getattr(typing, body[1])


immediate[types.GenericAlias] = _write_generic
immediate[types.UnionType] = _write_union("hu")
immediate[_typing._UnionGenericAlias] = _write_union("ht")
immediate[_typing._GenericAlias] = immediate[_typing._CallableGenericAlias] = _write_named
immediate[type(typing.Any)] = _write_any
for _kind in {type(one) for one in _WHOLE}:
    immediate[_kind] = _write_whole
readers["hg"] = _read_generic
readers["hu"] = lambda decoder, body: functools.reduce(operator.or_, _arguments(decoder, body[1:]))
readers["ht"] = lambda decoder, body: _typing.Union[_arguments(decoder, body[1:])]
readers["ha"] = lambda decoder, body: typing.Any
readers["hn"], readers["hw"] = _read_named, _read_whole
