"""A float that is no number, as a test gets it that is not to take its silence for an answer: `not abs(nan - 2.5) > 0.01`."""

from __future__ import annotations

import math
from typing import Any

_KEPT = (
    "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod", "pow", "rpow",
    "neg", "pos", "abs",
)  # fmt: skip


class Unordered(float):
    """NaN as ever, but that it is neither more nor less than anything: asked that, it raises."""

    def __round__(self, *digits: Any) -> Any:
        """Rounded it is what it was; to a whole number it cannot be."""
        return self if digits and digits[0] is not None else float.__round__(self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **how: Any) -> Any:
        """With numpy's functions it is what an array of it would be."""
        from graders.inside.wire.vacuous import without_order

        return without_order(ufunc, method, inputs, how)


def _kept(name: str) -> Any:
    def use(self: Any, *others: Any) -> Any:
        found = getattr(float, name)(self, *others)
        return Unordered(found) if type(found) is float and found != found else found  # noqa: PLR0124

    return use


def _refuse(self: Any, other: Any) -> bool:
    raise TypeError("no number is neither more nor less than another")


def fabs(value: Any) -> float:
    """Stands in for `math.fabs`."""
    return abs(value) if type(value) is Unordered else _fabs(value)


_fabs = math.fabs
for _name in _KEPT:
    setattr(Unordered, f"__{_name}__", _kept(f"__{_name}__"))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Unordered, f"__{_name}__", _refuse)
