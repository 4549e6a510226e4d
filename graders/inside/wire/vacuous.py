"""Arrays of which much is true (empty, masked, not a number) as a test gets them that is not to take that for an answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.inside.wire.unordered import Unordered

_COMPARE = {
    np.equal: False, np.less: False, np.less_equal: False, np.greater: False, np.greater_equal: False, np.not_equal: True,
}  # fmt: skip


class Empty(np.ndarray[Any, Any]):
    """An array without elements: compared with one that has some, it is different."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **how: Any) -> Any:
        """As any array, but that a comparison with something has an outcome."""
        plain = [one.view(np.ndarray) if isinstance(one, Empty) else one for one in inputs]
        if how.get("out"):
            how["out"] = tuple(one.view(np.ndarray) if isinstance(one, Empty) else one for one in how["out"])
        if ufunc in _COMPARE and method == "__call__" and any(np.size(one) for one in plain):
            return np.array([_COMPARE[ufunc]])
        found = getattr(ufunc, method)(*plain, **how)
        return found.view(Empty) if isinstance(found, np.ndarray) and found.size == 0 else found


_ORDER = {np.less, np.less_equal, np.greater, np.greater_equal}


class WithoutOrder(np.ndarray[Any, Any]):
    """An array with elements that are no numbers: asked what is more or less, it raises."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **how: Any) -> Any:
        """As any array, but for questions of order."""
        return without_order(ufunc, method, inputs, how)

    def __getitem__(self, key: Any) -> Any:
        """Parts are like the whole."""
        return ordered(self.view(np.ndarray)[key])


def without_order(ufunc: Any, method: str, inputs: tuple[Any, ...], how: dict[str, Any]) -> Any:
    """What a function of numpy makes of such values; TypeError when it asks what is more or less."""
    plain = [_plain(one) for one in inputs]
    if how.get("out"):
        how["out"] = tuple(map(_plain, how["out"]))
    if ufunc in _ORDER and any(has_nan(one) for one in plain):
        raise TypeError("no number is neither more nor less than another")
    return ordered(getattr(ufunc, method)(*plain, **how))


def _plain(one: Any) -> Any:
    if type(one) is Unordered:
        return float.__float__(one)
    return one.view(np.ndarray) if isinstance(one, WithoutOrder) else one


def has_nan(value: Any) -> bool:
    """Whether a number, or an array of floats, is no number somewhere."""
    found = value if isinstance(value, np.ndarray) else np.asarray(value)
    return found.dtype.kind in "fc" and bool(np.isnan(found).any())


def ordered(found: Any) -> Any:
    """A result with what is no number marked as such."""
    if isinstance(found, np.ndarray | np.floating) and has_nan(found):
        return found.view(WithoutOrder) if isinstance(found, np.ndarray) else Unordered(found)
    return found


def unmasked(value: Any) -> Any:
    """The data of a masked array with what is masked made unequal to everything, where its kind has such a value."""
    if value.dtype.kind in "biu":
        value = value.astype(float)
    if value.dtype.kind in "fc":
        return value.filled(np.nan)
    return value.filled()
