"""What the learner's code may do with things of the test that it was handed: call them, use them, read their public parts."""

from __future__ import annotations

import builtins
import types
from typing import Any

from graders.inside.remote.facts import OPERATORS

_NOT_THESE = (types.ModuleType, types.FrameType, types.TracebackType, types.CodeType, types.GeneratorType)


def grant(verb: str, values: list[Any]) -> Any:
    """The answer, or TypeError and AttributeError for what is not the learner's business."""
    if verb == "call":
        function, args, named = values
        return function(*args, **dict(named))
    if verb == "builtin":
        name, args, named = values
        if not isinstance(name, str) or name.startswith("_"):
            raise AttributeError("builtin")
        return getattr(builtins, name)(*args, **dict(named))
    if verb == "next":
        try:
            return True, next(values[0])
        except StopIteration:
            return False, None
    if verb == "operate" and values[0] in OPERATORS and hasattr(type(values[1]), values[0]):
        return getattr(type(values[1]), values[0])(*values[1:])
    if verb == "text":
        return format(values[0], values[2]) if values[1] == "format" else str(values[0])
    if verb == "leave":
        return bool(values[0].__exit__(None, None, None))
    if verb in ("attr", "setattr"):
        return _attribute(verb, *values)
    raise AttributeError("not granted")


def _attribute(verb: str, value: Any, name: Any, *new: Any) -> Any:
    """Public attributes of objects whose class a notebook defines, or of a mock."""
    home = type(value).__module__
    if not isinstance(name, str) or name.startswith("_") or isinstance(value, (*_NOT_THESE, type)):
        raise AttributeError(str(name))
    if home not in ("__main__", "unittest.mock") and not isinstance(value, types.FunctionType):
        raise AttributeError(name)
    if verb == "setattr":
        setattr(value, name, *new)
        return None
    return getattr(value, name)
