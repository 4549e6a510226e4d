"""Families of errors, by true class alone: what a verdict can say of an error without quoting it."""

from __future__ import annotations

_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (SystemExit, "exit"),
    (KeyboardInterrupt, "exit"),
    (MemoryError, "memory"),
    (RecursionError, "recursion"),
    (NotImplementedError, "not_answered"),
    (AssertionError, "wrong"),
    (SyntaxError, "syntax"),
    (NameError, "missing_name"),
)
OTHER, YES = (
    "*",
    "yes",
)  # values of a test cell that are no number: True, and everything that is no truth value either
FAMILIES = frozenset({"", "input", "raised", *(name for _, name in _KINDS)})


def kind_of(error: BaseException | None) -> str:
    """The family of an error; nothing of the error itself is asked or told."""
    if error is None:
        return ""
    kind = type(error)
    if any(one.__name__ == "InputRefused" for one in kind.__mro__):
        return "input"
    if any(one.__name__ == "LearnerExit" for one in kind.__mro__):
        return "exit"
    for family, name in _KINDS:
        if issubclass(kind, family):
            return name
    return "raised"
