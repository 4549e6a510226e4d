"""Questions whose answer would decide a test: a learner's object answers them only where the reference solution's does too.

`assert abs(f(x) - 3.14) < 1e-6` asks the object for a difference, `assert f(df).equals(expected)` for a yes. An object that
always says 0.0 or yes would be paid for nothing, so these are asked in a test only if grading the reference asked them there.
"""

from __future__ import annotations

import opcode
import types
from typing import Any

BINARY = frozenset(
    f"__{prefix}{name}__"
    for name in (
        "add",
        "sub",
        "mul",
        "matmul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "and",
        "or",
        "xor",
        "lshift",
        "rshift",
    )
    for prefix in ("", "r", "i")
) | {"__divmod__"}
# Methods that stand for an operator: what they yield is as good as a yes.
ARITHMETIC = frozenset({"sub", "rsub", "subtract", "compare", "div", "divide", "truediv", "rdiv", "rtruediv"})
_DATA = (str, bytes, bytearray, list, tuple, dict, set, frozenset, int, float, complex, range)
# Public methods of data: an object that has one of them stands where data is expected.
PREDICATES = ARITHMETIC | frozenset(name for kind in _DATA for name in vars(kind) if not name.startswith("_")) | {
    "all", "any", "between", "bool", "duplicated", "empty", "eq", "equal", "equals", "ge", "gt", "has_duplicates", "hasnans",
    "identical", "is_integer", "is_monotonic_decreasing", "is_monotonic_increasing", "is_unique", "isin", "isna", "isnull",
    "item", "le", "lt", "match", "matches", "ne", "notna", "notnull", "is_file", "is_dir", "exists", "samefile",
}  # fmt: skip


def is_yes_or_no(value: Any) -> bool:
    """Whether an answer is a truth value, of Python's or numpy's kind."""
    kind = type(value)
    return kind is bool or (kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_"))


def raised_on_purpose(trace: types.TracebackType | None, filename: str) -> bool:
    """Whether an exception comes from a `raise` statement of the test itself, not from what a learner's value led to."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    return code.co_filename == filename and code.co_code[trace.tb_lasti] == opcode.opmap["RAISE_VARARGS"]
