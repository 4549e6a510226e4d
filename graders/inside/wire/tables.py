"""How pandas' tables, series, indexes and times travel: column by column, as arrays and values, never as a pickle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from graders.inside.wire.codec import Decoder, Encoder, contents, immediate, readers
from graders.inside.wire.frames import Malformed
from graders.inside.wire.vacuous import Empty

_EXTENSIONS = (
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "boolean", "string", "str",
)  # fmt: skip


def _objects(encoder: Encoder, values: Any) -> Any:
    made = np.empty(len(values), dtype=object)
    made[:] = list(values)
    return encoder.value(made)


def _write_column(encoder: Encoder, value: Any) -> list[Any]:
    """The values of a Series or an Index: (kind, ...)."""
    kind = value.dtype
    if isinstance(kind, pd.CategoricalDtype):
        column = value.array
        return [
            "cat",
            encoder.value(np.asarray(column.codes)),
            encoder.value(column.categories),
            bool(kind.ordered),
        ]
    if isinstance(kind, pd.DatetimeTZDtype):
        plain = value.array.tz_convert("UTC").tz_localize(None)
        return ["tz", encoder.value(np.asarray(plain)), str(kind.tz), kind.unit]
    if isinstance(kind, pd.PeriodDtype):
        return ["per", encoder.value(np.asarray(value.array.asi8)), str(kind)[len("period[") : -1]]
    if isinstance(kind, np.dtype) and kind.kind != "O":
        return ["np", encoder.value(np.asarray(value))]
    name = str(kind)
    return ["ext" if name in _EXTENSIONS else "obj", _objects(encoder, value.array), name]


def _read_column(decoder: Decoder, found: Any) -> Any:
    """An array to make a Series or an Index of."""
    if not isinstance(found, list) or not found:
        raise Malformed("column")
    kind = found[0]
    values = decoder.value(found[1])
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        raise Malformed("column")
    if kind == "cat":
        return pd.Categorical.from_codes(values, decoder.value(found[2]), ordered=bool(found[3]))
    if kind == "tz":
        return pd.DatetimeIndex(values).tz_localize("UTC").tz_convert(str(found[2])).array
    if kind == "per":
        index: Any = pd.PeriodIndex
        return index.from_ordinals(values, freq=str(found[2])).array
    if kind == "ext" and found[2] in _EXTENSIONS:
        return pd.array(values, dtype=found[2])
    if kind in ("np", "obj"):
        return values
    raise Malformed("column")


def _write_index(encoder: Encoder, value: Any) -> list[Any]:
    if type(value) is pd.RangeIndex:
        return ["pr", value.start, value.stop, value.step, encoder.value(value.name)]
    if isinstance(value, pd.MultiIndex):
        levels = [_write_index(encoder, value.get_level_values(at)) for at in range(value.nlevels)]
        return ["pm", levels, encoder.values(list(value.names))]
    if isinstance(value, pd.IntervalIndex):
        ends = [_write_index(encoder, one) for one in (value.left, value.right)]
        return ["pvi", ends, value.closed, encoder.value(value.name)]
    freq = getattr(value, "freqstr", None)
    return ["pi", _write_column(encoder, value), encoder.value(value.name), freq]


def _read_index(decoder: Decoder, body: list[Any]) -> Any:
    if body[0] == "pr":
        return pd.RangeIndex(body[1], body[2], body[3], name=decoder.value(body[4]))
    if body[0] == "pm":
        levels = [_read_index(decoder, one) for one in body[1]]
        return pd.MultiIndex.from_arrays(levels, names=decoder.values(body[2]))
    if body[0] == "pvi":
        left, right = (_read_index(decoder, one) for one in body[1])
        return pd.IntervalIndex.from_arrays(left, right, closed=body[2], name=decoder.value(body[3]))
    values = _read_column(decoder, body[1])
    made: Any = pd.Index(values, name=decoder.value(body[2]), dtype=object if body[1][0] == "obj" else None)
    if body[3] is not None and isinstance(made, pd.DatetimeIndex | pd.TimedeltaIndex):
        stamps: Any = made
        stamps.freq = body[3]
    return made


def _write_series(encoder: Encoder, value: Any) -> list[Any]:
    return [
        "ps",
        _write_column(encoder, value),
        _write_index(encoder, value.index),
        encoder.value(value.name),
    ]


def _read_series(decoder: Decoder, body: list[Any]) -> Any:
    values = _read_column(decoder, body[1])
    dtype = object if body[1][0] == "obj" else None
    index, name = _read_index(decoder, body[2]), decoder.value(body[3])
    return _offered(decoder, pd.Series(values, index=index, name=name, dtype=dtype))


def _offered(decoder: Decoder, made: Any) -> Any:
    if len(made) == 0 and decoder.references.vacuous("empty"):
        refuse_empty_tables()
    return made


def refuse_empty_tables() -> None:
    """Until `empty_tables_again`: of a table without rows nothing is true, and as an array it is different from all that have some."""
    if _genuine:
        return
    for kind in (pd.Series, pd.DataFrame):
        for name in ("all", "__array__"):
            _genuine[kind, name] = getattr(kind, name)
    for (owner, name), genuine in _genuine.items():
        setattr(owner, name, _refusing(name, genuine))


def empty_tables_again() -> None:
    """Tables are as ever."""
    for (owner, name), genuine in _genuine.items():
        setattr(owner, name, genuine)
    _genuine.clear()


_genuine: dict[tuple[type, str], Any] = {}


def _refusing(name: str, genuine: Any) -> Any:
    def use(self: Any, *args: Any, **how: Any) -> Any:
        found = genuine(self, *args, **how)
        if len(self):
            return found
        if name == "__array__":
            return found.view(Empty)
        return found & False if isinstance(found, pd.Series) else np.False_

    return use


def _write_frame(encoder: Encoder, value: Any) -> list[Any]:
    columns = [_write_column(encoder, value.iloc[:, at]) for at in range(value.shape[1])]
    return ["pf", columns, _write_index(encoder, value.index), _write_index(encoder, value.columns)]


def _read_frame(decoder: Decoder, body: list[Any]) -> Any:
    index = _read_index(decoder, body[2])
    series = {
        at: pd.Series(_read_column(decoder, one), index=index, dtype=object if one[0] == "obj" else None)
        for at, one in enumerate(body[1])
    }
    made = pd.DataFrame(series, index=index)
    made.columns = _read_index(decoder, body[3])
    return _offered(decoder, made)


def _write_stamp(encoder: Encoder, value: Any) -> list[Any]:
    return ["pt", int(value.value if value.unit == "ns" else value.as_unit("ns").value), str(value.tz) if value.tz else None, value.unit]  # fmt: skip


def _read_stamp(decoder: Decoder, body: list[Any]) -> Any:
    made = pd.Timestamp(body[1], unit="ns", tz="UTC" if body[2] else None)
    made = made.tz_convert(body[2]) if body[2] else made
    return made.as_unit(body[3])


def _write_interval(encoder: Encoder, value: Any) -> list[Any]:
    return ["pv", *encoder.values((value.left, value.right)), value.closed]


for _index in (pd.Index, pd.RangeIndex, pd.MultiIndex, pd.DatetimeIndex, pd.TimedeltaIndex, pd.CategoricalIndex, pd.PeriodIndex, pd.IntervalIndex):  # fmt: skip
    immediate[_index] = _write_index
immediate[pd.Timestamp] = _write_stamp
immediate[pd.Timedelta] = lambda encoder, value: ["pd", int(value.as_unit("ns").value), value.unit]
immediate[type(pd.NaT)] = lambda encoder, value: ["pnat"]
immediate[type(pd.NA)] = lambda encoder, value: ["pna"]
immediate[pd.Interval] = _write_interval
immediate[pd.Period] = lambda encoder, value: ["pp", value.ordinal, value.freqstr]
contents[pd.DataFrame], contents[pd.Series] = _write_frame, _write_series

readers["pr"] = readers["pm"] = readers["pi"] = readers["pvi"] = _read_index
readers["ps"], readers["pf"], readers["pt"] = _read_series, _read_frame, _read_stamp
readers["pd"] = lambda decoder, body: pd.Timedelta(body[1], unit="ns").as_unit(body[2])
readers["pnat"] = lambda decoder, body: pd.NaT
readers["pna"] = lambda decoder, body: pd.NA
readers["pv"] = lambda decoder, body: pd.Interval(
    decoder.value(body[1]), decoder.value(body[2]), closed=body[3]
)
readers["pp"] = lambda decoder, body: pd.Period(ordinal=body[1], freq=body[2])
TYPES = {
    f"pandas.{one.__name__}": one for one in (pd.DataFrame, pd.Series, pd.Index, pd.Timestamp, pd.Timedelta)
}
