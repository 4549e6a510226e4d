"""How values of the standard library travel: dates, exact numbers, collections, paths, patterns, text buffers."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import functools
import io
import keyword
import pathlib
import random
import re
import types
import uuid
from array import array
from typing import Any

from graders.inside.wire.codec import Decoder, Encoder, contents, exact, fillers, immediate, readers, shells
from graders.inside.wire.frames import Malformed
from graders.inside.wire.plain import empty

_FLAGS = re.RegexFlag(0)
for _flag in (re.A, re.I, re.M, re.S, re.X, re.U):
    _FLAGS |= _flag


def _zone(encoder: Encoder, value: dt.tzinfo | None) -> Any:
    if value is None:
        return None
    if isinstance(getattr(value, "key", None), str):
        return ["zone", value.key]  # type: ignore[attr-defined]
    return encoder.value(value)


def _read_zone(decoder: Decoder, body: list[Any]) -> dt.tzinfo:
    import zoneinfo

    return zoneinfo.ZoneInfo(body[1])


def _write_time(encoder: Encoder, value: dt.datetime | dt.time) -> list[Any]:
    zone = _zone(encoder, value.tzinfo)
    return [type(value).__name__, value.replace(tzinfo=None).isoformat(), zone, value.fold]


def _read_time(kind: Any) -> Any:
    def read(decoder: Decoder, body: list[Any]) -> Any:
        return kind.fromisoformat(body[1]).replace(tzinfo=decoder.value(body[2]), fold=body[3])

    return read


def _write_zone(encoder: Encoder, value: dt.timezone) -> list[Any]:
    return ["timezone", encoder.value(value.utcoffset(None)), value.tzname(None)]


def _read_timezone(decoder: Decoder, body: list[Any]) -> dt.timezone:
    made = dt.timezone(decoder.value(body[1]))
    return made if made.tzname(None) == body[2] else dt.timezone(decoder.value(body[1]), body[2])


def _read_pattern(decoder: Decoder, body: list[Any]) -> re.Pattern[Any]:
    return re.compile(decoder.value(body[1]), re.RegexFlag(body[2]) & _FLAGS)


def check_names(names: Any) -> list[str]:
    """Names of fields that may be given to a class of ours; raises Malformed."""
    if not isinstance(names, list):
        raise Malformed("names")
    for name in names:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            raise Malformed("a name")
    return names


_PLAIN_FACTORIES = {
    one.__name__: one for one in (int, float, str, list, dict, set, tuple, bool, collections.Counter)
}


def _write_defaultdict(encoder: Encoder, value: collections.defaultdict[Any, Any]) -> list[Any]:
    factory = value.default_factory
    name = factory.__name__ if isinstance(factory, type) and factory.__name__ in _PLAIN_FACTORIES else None
    return ["dd", name, encoder.values(list(value)), encoder.values(list(value.values()))]


def _fill_defaultdict(decoder: Decoder, made: Any, entry: list[Any]) -> None:
    made.default_factory = _PLAIN_FACTORIES.get(entry[1]) if entry[1] else None
    _fill_pairs(decoder, made, ["", *entry[2:]])


def _fill_pairs(decoder: Decoder, made: Any, entry: list[Any]) -> None:
    try:
        for key, value in zip(decoder.values(entry[1]), decoder.values(entry[2]), strict=True):
            made[key] = value
    except (TypeError, ValueError) as error:
        raise Malformed("pairs") from error


def _fill_deque(decoder: Decoder, made: Any, entry: list[Any]) -> None:
    if entry[1] is not None:
        bounded: Any = collections.deque(maxlen=entry[1])
        made.__init__((), bounded.maxlen)
    made.extend(decoder.values(entry[2:]))


def _pairs(tag: str) -> Any:
    return lambda encoder, value: [tag, encoder.values(list(value)), encoder.values(list(value.values()))]


def _fill_text(decoder: Decoder, made: io.StringIO, entry: list[Any]) -> None:
    made.write(decoder.value(entry[1]))
    made.seek(entry[2])


def _fill_bytes(decoder: Decoder, made: io.BytesIO, entry: list[Any]) -> None:
    made.write(decoder.value(entry[1]))
    made.seek(entry[2])


def _write_random(encoder: Encoder, value: random.Random) -> list[Any]:
    version, internal, gauss = value.getstate()
    return ["rnd", version, list(internal), gauss]


def _fill_random(decoder: Decoder, made: random.Random, entry: list[Any]) -> None:
    made.setstate((entry[1], tuple(entry[2]), entry[3]))


immediate[dt.date] = lambda encoder, value: ["date", value.isoformat()]
immediate[dt.datetime] = immediate[dt.time] = _write_time
immediate[dt.timedelta] = lambda encoder, value: ["span", value.days, value.seconds, value.microseconds]
immediate[dt.timezone] = _write_zone
immediate[decimal.Decimal] = lambda encoder, value: ["D", str(value)]
immediate[fractions.Fraction] = lambda encoder, value: [
    "F",
    *encoder.values((value.numerator, value.denominator)),
]
immediate[uuid.UUID] = lambda encoder, value: ["U", value.hex]
immediate[re.Pattern] = lambda encoder, value: [
    "re",
    encoder.value(value.pattern),
    int(value.flags) & int(_FLAGS),
]
for _kind in (pathlib.PosixPath, pathlib.PurePosixPath):
    immediate[_kind] = lambda encoder, value: ["P", type(value).__name__, str(value)]

contents[collections.OrderedDict] = _pairs("od")
contents[collections.Counter] = _pairs("ct")
contents[collections.defaultdict] = _write_defaultdict
contents[collections.deque] = lambda encoder, value: ["dq", value.maxlen, *encoder.values(list(value))]
contents[types.SimpleNamespace] = lambda encoder, value: _pairs("ns")(encoder, vars(value))
contents[io.StringIO] = lambda encoder, value: ["sio", *encoder.values((value.getvalue(), value.tell()))]
contents[io.BytesIO] = lambda encoder, value: ["bio", *encoder.values((value.getvalue(), value.tell()))]
contents[random.Random] = _write_random
exact.add(random.Random)
contents[array] = lambda encoder, value: ["ar", value.typecode, encoder.buffer(value.tobytes())]

readers["date"] = lambda decoder, body: dt.date.fromisoformat(body[1])
readers["datetime"], readers["time"] = _read_time(dt.datetime), _read_time(dt.time)
readers["span"] = lambda decoder, body: dt.timedelta(*body[1:4])
readers["timezone"] = _read_timezone
readers["zone"] = _read_zone
readers["D"] = lambda decoder, body: decimal.Decimal(body[1])
readers["F"] = lambda decoder, body: fractions.Fraction(*decoder.values(body[1:3]))
readers["U"] = lambda decoder, body: uuid.UUID(hex=body[1])
readers["re"] = _read_pattern
readers["P"] = lambda decoder, body: (pathlib.Path if body[1] == "PosixPath" else pathlib.PurePosixPath)(
    body[2]
)
readers["ar"] = lambda decoder, body: array(body[1], bytes(decoder.buffer(body[2])))

_EMPTY = {
    "od": collections.OrderedDict,
    "ct": collections.Counter,
    "dd": collections.defaultdict,
    "dq": collections.deque,
    "ns": types.SimpleNamespace,
    "sio": io.StringIO,
    "bio": io.BytesIO,
    "rnd": random.Random,
}
for _tag, _empty in _EMPTY.items():
    shells[_tag] = functools.partial(empty, _empty)
fillers["od"] = fillers["ct"] = _fill_pairs
fillers["dd"] = _fill_defaultdict
fillers["dq"] = _fill_deque
fillers["ns"] = lambda decoder, made, entry: _fill_pairs(decoder, vars(made), entry)
fillers["sio"], fillers["bio"] = _fill_text, _fill_bytes
fillers["rnd"] = _fill_random
