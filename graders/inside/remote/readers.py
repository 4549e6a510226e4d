"""How the tags of objects are read: handles, classes, exceptions, members of enums, instances of a teacher's class."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import Any

from graders.inside.remote.proxies import predicate
from graders.inside.remote.raised import make_raised
from graders.inside.remote.state import fill_instance
from graders.inside.wire import codec, standard  # noqa: F401 - it registers what is replaced below
from graders.inside.wire.codec import Decoder
from graders.inside.wire.frames import Malformed


def _read_tuple(side: Any, decoder: Decoder, body: list[Any]) -> Any:
    kind, items = decoder.value(body[1]), decoder.values(body[2:])
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_make"):
        return kind._make(items)
    raise Malformed("tuple")


def _read_member(side: Any, decoder: Decoder, body: list[Any]) -> Any:
    kind = decoder.value(body[1])
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind[body[2]]
    raise Malformed("enum")


def _read_raised(side: Any, decoder: Decoder, body: list[Any]) -> Any:
    side.hear(body[4])
    made = make_raised(decoder.value(body[1]), body[2], decoder.value(body[3]), body[4])
    cause = decoder.value(body[7]) if len(body) > 7 else None
    made.__cause__ = cause if isinstance(cause, Exception) else None
    if type(made) in side._shared_names:
        fill_instance(decoder, made, ["", "", *body[5:7]])
    return made


def _read_library(side: Any, decoder: Decoder, body: list[Any]) -> Any:
    library = str(body[1]).partition(".")[0]
    codec._load(library)
    return sys.modules[codec._late[library]].TYPES[body[1]]


READERS: dict[str, Callable[[Any, Decoder, list[Any]], Any]] = {
    "h": lambda side, decoder, body: side._read_theirs(decoder, body),
    "H": lambda side, decoder, body: side.own(body[1]),
    "tc": lambda side, decoder, body: side.shared_class(body[1]),
    "tl": _read_library,
    "nt": _read_tuple,
    "en": _read_member,
    "x": _read_raised,
}


def _fill_namespace(decoder: Decoder, made: Any, entry: list[Any]) -> None:
    _fill_plainly(decoder, made, entry)
    for name, value in vars(made).items():
        predicate(value, name)


def _new_instance(decoder: Decoder, entry: list[Any]) -> Any:
    references: Any = decoder.references
    kind = references.shared_class(entry[1])
    return object.__new__(kind)


codec.shells["in"] = _new_instance
codec.fillers["in"] = fill_instance
_fill_plainly = codec.fillers["ns"]
codec.fillers["ns"] = _fill_namespace
