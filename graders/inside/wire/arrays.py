"""How numpy's arrays, scalars, dtypes and polynomials travel: plain numbers as raw bytes, anything else item by item."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graders.inside.wire import generators  # noqa: F401 - they register what can travel
from graders.inside.wire.codec import Decoder, Encoder, contents, immediate, readers
from graders.inside.wire.frames import MAX_BUFFER, Malformed
from graders.inside.wire.vacuous import Empty, WithoutOrder, has_nan, ordered, unmasked

_RAW = "biufcSUMm"
_ITEMS = 200_000
_POLYNOMIALS = {
    name: getattr(np.polynomial, name)
    for name in ("Polynomial", "Chebyshev", "Legendre", "Laguerre", "Hermite", "HermiteE")
}


def write_dtype(value: np.dtype[Any]) -> Any:
    """A dtype as text, or as its fields; raises ValueError for what cannot travel."""
    if value.fields is not None:
        names = value.names or ()
        return [[name, write_dtype(value.fields[name][0])] for name in names]
    if value.kind not in _RAW + "OV" or value.metadata:
        raise ValueError(f"dtype {value}")
    if value.subdtype is not None:
        raise ValueError("a dtype of arrays")
    return value.str


def read_dtype(found: Any, depth: int = 0) -> np.dtype[Any]:
    """The dtype of its text or fields, of known kinds only."""
    if isinstance(found, str) and len(found) < 64:
        made = np.dtype(found)
        if made.fields is None and made.subdtype is None and made.kind in _RAW + "OV":
            return made
    if isinstance(found, list) and depth < 4 and len(found) <= 256:
        return np.dtype([(str(name), read_dtype(one, depth + 1)) for name, one in found])
    raise Malformed("dtype")


def _is_raw(kind: np.dtype[Any]) -> bool:
    return not kind.hasobject


def _write_array(encoder: Encoder, value: np.ndarray[Any, Any]) -> list[Any]:
    try:
        kind = write_dtype(value.dtype)
    except ValueError:
        return ["n[]", "O", list(value.shape), encoder.values(value.astype(object).ravel().tolist())]
    if _is_raw(value.dtype):
        return ["n#", kind, list(value.shape), encoder.buffer(np.ascontiguousarray(value).tobytes())]
    return ["n[]", "O", list(value.shape), encoder.values(value.ravel().tolist())]


def _shape(found: Any) -> tuple[int, ...]:
    if not isinstance(found, list) or len(found) > 16:
        raise Malformed("shape")
    if any(type(size) is not int or not 0 <= size <= 2**40 for size in found):
        raise Malformed("shape")
    return tuple(found)


def _read_raw(decoder: Decoder, body: list[Any]) -> np.ndarray[Any, Any]:
    kind, shape, data = read_dtype(body[1]), _shape(body[2]), decoder.buffer(body[3])
    if kind.hasobject or kind.itemsize * math.prod(shape) != len(data) or len(data) > MAX_BUFFER:
        raise Malformed("array")
    made = np.ndarray(shape, kind, bytes(data)).copy()
    if kind.kind in "US":
        for one in made.ravel().tolist()[:_ITEMS]:
            decoder.references.hear(one)
    return _offered(decoder, made)


def _read_items(decoder: Decoder, body: list[Any]) -> np.ndarray[Any, Any]:
    shape, items = _shape(body[2]), body[3]
    if not isinstance(items, list) or math.prod(shape) != len(items):
        raise Malformed("array")
    made = np.empty(len(items), dtype=object)
    for at, one in enumerate(decoder.values(items)):
        made[at] = one
    return _offered(decoder, made.reshape(shape))


def _offered(decoder: Decoder, made: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if made.size == 0 and decoder.references.vacuous("empty"):
        return made.view(Empty)
    return ordered(made) if has_nan(made) and decoder.references.vacuous("nan") else made


def _write_scalar(encoder: Encoder, value: np.generic) -> list[Any]:
    if value.dtype.hasobject:
        return encoder.references.write_object(encoder, value)
    return ["n1", write_dtype(value.dtype), value.tobytes().hex()]


def _read_scalar(decoder: Decoder, body: list[Any]) -> Any:
    kind, data = read_dtype(body[1]), bytes.fromhex(body[2])
    if kind.hasobject or kind.itemsize != len(data):
        raise Malformed("scalar")
    made = np.ndarray((), kind, data)[()]
    decoder.references.hear(made.tolist() if kind.kind in "US" else None)
    return ordered(made) if has_nan(made) and decoder.references.vacuous("nan") else made


def _write_masked(encoder: Encoder, value: Any) -> list[Any]:
    return ["nma", encoder.value(np.asarray(value.data)), encoder.value(np.ma.getmaskarray(value)), encoder.value(value.fill_value)]  # fmt: skip


def _read_masked(decoder: Decoder, body: list[Any]) -> Any:
    data, mask, fill = decoder.values(body[1:4])
    made = np.ma.MaskedArray(data, mask=mask, fill_value=fill)
    return unmasked(made) if made.mask.any() and decoder.references.vacuous("masked") else made


def _write_polynomial(encoder: Encoder, value: Any) -> list[Any]:
    return ["npoly", type(value).__name__, *encoder.values((value.coef, value.domain, value.window))]


def _read_polynomial(decoder: Decoder, body: list[Any]) -> Any:
    coefficients, domain, window = decoder.values(body[2:5])
    return _POLYNOMIALS[body[1]](coefficients, domain=domain, window=window)


def _read_poly1d(decoder: Decoder, body: list[Any]) -> Any:
    return np.poly1d(decoder.value(body[1]), variable=str(body[2])[:20])


_SCALARS = {one for one in vars(np).values() if isinstance(one, type) and issubclass(one, np.generic)}
for _scalar in _SCALARS:
    immediate[_scalar] = _write_scalar
for _dtype in {type(np.dtype(code)) for code in "?bhilqBHILQefdgFDGSUMmO"} | {np.dtype}:
    immediate[_dtype] = lambda encoder, value: ["ndt", write_dtype(value)]
for _class in _POLYNOMIALS.values():
    immediate[_class] = _write_polynomial
immediate[np.poly1d] = lambda encoder, value: ["np1", encoder.value(value.coeffs), value.variable]
contents[np.ndarray] = contents[Empty] = contents[WithoutOrder] = _write_array
contents[np.ma.MaskedArray] = _write_masked

readers["n#"], readers["n[]"], readers["n1"] = _read_raw, _read_items, _read_scalar
readers["nma"], readers["npoly"], readers["np1"] = _read_masked, _read_polynomial, _read_poly1d
readers["ndt"] = lambda decoder, body: read_dtype(body[1])
TYPES = {
    f"numpy.{one.__name__}": one
    for one in (*_SCALARS, np.ndarray, np.dtype, np.poly1d, np.random.Generator, np.random.RandomState)
}
