"""Exceptions of the learner's code, as a test sees them: by class name and text, and none that steers Python itself."""

from __future__ import annotations

import sys
from typing import Any

from graders.inside.remote.proxies import NUMBER
from graders.inside.wire.plain import TYPES

# Exceptions that a test may be handed.
RAISED = {name: one for name, one in TYPES.items() if issubclass(one, Exception)}
RAISED_FROM = {"numpy", "pandas", "json", "decimal", "csv", "re", "struct", "statistics", "queue", "dataclasses", "zoneinfo", "sqlite3", "configparser", "binascii", "zlib", "shutil", "subprocess", "asyncio", "socket", "urllib", "xml", "matplotlib", "plotly"}  # fmt: skip


class StudentError(Exception):
    """A learner's exception that has no class of its own here."""


def make_raised(kind: Any, number: Any, args: Any, text: Any) -> Exception:
    """An exception instance of one of these classes or of a builtin one."""
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        kind = StudentError
    made: Exception = kind.__new__(kind, *(args if isinstance(args, tuple) else ()))
    made.args = args if isinstance(args, tuple) else ()
    if getattr(kind, "_luojiao_raised", False):
        vars(made)[NUMBER] = number
        vars(made)["_luojiao_text"] = text
    return made


def allowed_raised(facts: dict[str, Any]) -> Any:
    """A library's exception class that a test may know by name."""
    path = facts.get("lib")
    if not isinstance(path, str) or path.split(".")[0].partition(":")[0] not in RAISED_FROM:
        return None
    home, _, name = path.rpartition(":")
    found = getattr(sys.modules.get(home), name, None)
    if not isinstance(found, type) or not issubclass(found, Exception):
        return None
    return found if found.__module__.split(".")[0] in RAISED_FROM and not _steers(found) else None


def _steers(kind: type[Exception]) -> bool:
    """Whether a test framework takes an exception for something else than a failure."""
    return any(one.__module__.split(".")[0] in ("unittest", "pytest", "_pytest") for one in kind.__mro__)
