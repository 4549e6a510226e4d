"""How numpy's random generators travel: by their state, checked before it is believed, so that a shared one goes on where it was."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.inside.wire.codec import Decoder, Encoder, contents, exact, fillers, shells
from graders.inside.wire.frames import Malformed

_KINDS: dict[str, Any] = {
    name: getattr(np.random, name) for name in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
}
_MT_WORDS = 624


def _frozen(value: Any) -> Any:
    """The state of a bit generator without containers: dicts as pairs, arrays as their numbers."""
    if isinstance(value, dict):
        return tuple((name, _frozen(one)) for name, one in value.items())
    return ("words", *map(int, value)) if isinstance(value, np.ndarray) else value


def _thawed(value: Any, depth: int = 0) -> Any:
    if not isinstance(value, tuple) or depth > 3:
        return value
    if value[:1] == ("words",):
        return np.array(value[1:], dtype=np.uint64)
    return {name: _thawed(one, depth + 1) for name, one in value}


def _set(bits: Any, state: Any) -> None:
    """Give a bit generator a state; ValueError or TypeError for one that is none. numpy itself checks no positions."""
    if not isinstance(state, dict) or state.get("bit_generator") != type(bits).__name__:
        raise Malformed("generator")
    inner = state["state"]
    if "key" in inner and "pos" in inner:
        if not 0 <= inner["pos"] <= _MT_WORDS or len(inner["key"]) != _MT_WORDS:
            raise Malformed("generator")
        inner["key"] = inner["key"].astype(np.uint32)
    if not 0 <= state.get("buffer_pos", 0) <= 4:
        raise Malformed("generator")
    bits.state = state


def _write_generator(encoder: Encoder, value: np.random.Generator) -> list[Any]:
    state = value.bit_generator.state
    if state["bit_generator"] not in _KINDS:
        return encoder.references.write_object(encoder, value)
    return ["nrg", state["bit_generator"], encoder.value(_frozen(state))]


def _write_legacy(encoder: Encoder, value: np.random.RandomState) -> list[Any]:
    return ["nrs", encoder.value(_frozen(value.get_state(legacy=False)))]


def _fill_generator(decoder: Decoder, made: np.random.Generator, entry: list[Any]) -> None:
    _set(made.bit_generator, _thawed(decoder.value(entry[2])))


def _fill_legacy(decoder: Decoder, made: np.random.RandomState, entry: list[Any]) -> None:
    state = _thawed(decoder.value(entry[1]))
    _set(np.random.MT19937(0), {name: state[name] for name in ("bit_generator", "state")})
    made.set_state(state)


contents[np.random.Generator] = _write_generator
contents[np.random.RandomState] = _write_legacy
exact |= {np.random.Generator, np.random.RandomState}
shells["nrg"] = lambda decoder, entry: np.random.Generator(_KINDS[entry[1]](0))
shells["nrs"] = lambda decoder, entry: np.random.RandomState(0)
fillers["nrg"], fillers["nrs"] = _fill_generator, _fill_legacy
