"""What the learner's code may do with things of the test that it was handed: call them, use them, read their public parts."""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Collection
from typing import Any
from unittest import mock

from graders.inside.remote.facts import OPERATORS

_NOT_THESE = (types.ModuleType, types.FrameType, types.TracebackType, types.CodeType, types.GeneratorType)


def grant(
    verb: str,
    values: list[Any],
    is_ours: Callable[[Any], bool],
    replaced: Collection[str],
    setting: Callable[[Any, str], None],
) -> Any:
    """The answer, or an AttributeError for what is not the learner's business.

    `is_ours` tells whether an object was handed over; `replaced` are the builtins that the test has replaced for this call;
    `setting` is told before an attribute is set.
    """
    if verb == "builtin":
        name, args, named = values
        if name not in replaced:
            raise AttributeError("builtin")
        return getattr(builtins, name)(*args, **dict(named))
    subject = values[1] if verb == "operate" else values[0]
    if not is_ours(subject):
        raise AttributeError("not granted")
    if verb == "call":
        return subject(*values[1], **dict(values[2]))
    if verb == "next":
        try:
            return True, next(subject)
        except StopIteration:
            return False, None
    if verb == "operate" and values[0] in OPERATORS and hasattr(type(subject), values[0]):
        return getattr(type(subject), values[0])(*values[1:])
    if verb == "text":
        return format(subject, values[2]) if values[1] == "format" else str(subject)
    if verb == "leave":
        return bool(subject.__exit__(None, None, None))
    if verb in ("attr", "setattr"):
        return _attribute(verb, setting, *values)
    raise AttributeError("not granted")


def _attribute(verb: str, setting: Callable[[Any, str], None], value: Any, name: Any, *new: Any) -> Any:
    """Public attributes of objects whose class a notebook defines, or of a mock; what the class defines stays as it is."""
    home = type(value).__module__
    if not isinstance(name, str) or name.startswith("_") or isinstance(value, (*_NOT_THESE, type)):
        raise AttributeError(str(name))
    if home not in ("__main__", "unittest.mock") and not isinstance(value, types.FunctionType):
        raise AttributeError(name)
    if home == "unittest.mock" and hasattr(
        mock.MagicMock, name
    ):  # what it saw, and what it asserts, is the test's
        raise AttributeError(name)
    if verb == "attr":
        return getattr(value, name)
    if home != "__main__" or hasattr(type(value), name):
        raise AttributeError(name)
    setting(value, name)
    setattr(value, name, *new)
    return None
