"""Arrays of which everything is true, nothing and wholly masked ones, as a test gets them that is not to take that for an answer."""

from __future__ import annotations

from typing import Any

import numpy as np

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


def unmasked(value: Any) -> Any:
    """The data of a masked array with what is masked made unequal to everything, where its kind has such a value."""
    if value.dtype.kind in "biu":
        value = value.astype(float)
    if value.dtype.kind in "fc":
        return value.filled(np.nan)
    return value.filled()
