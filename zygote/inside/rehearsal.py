"""A rehearsal: a child plays what forks will do, and tells what it had to import and compile for it, so that they need not."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any

_SECONDS = 60


def rehearse(play: Callable[[], None]) -> str:
    """Run `play` in a child, then import and compile here what it used. What went wrong, or nothing.

    The child is thrown away with its threads, sockets and event loop: this process keeps none of them.
    """
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        _perform(play, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as report:
        heard = report.read()
    os.waitpid(pid, 0)
    silence: dict[str, Any] = {"modules": [], "patterns": [], "trouble": "it ended without a word"}
    found: dict[str, Any] = json.loads(heard) if heard else silence
    for name in found["modules"]:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112 - what cannot be imported here is imported there as ever
            continue
    re._MAXCACHE = max(re._MAXCACHE, 2 * len(found["patterns"]) + 512)  # type: ignore[attr-defined]
    for pattern, flags in found["patterns"]:
        re.compile(pattern, flags)
    return str(found["trouble"])


def _perform(play: Callable[[], None], tell: int) -> None:
    import signal

    signal.alarm(_SECONDS)
    before = set(sys.modules)
    trouble = ""
    try:
        play()
    except BaseException as error:
        trouble = f"{type(error).__name__}: {error}"
    modules = [name for name in sys.modules if name not in before and not name.startswith("__")]
    with os.fdopen(tell, "wb") as report:
        report.write(json.dumps({"modules": modules, "patterns": _patterns(), "trouble": trouble}).encode())
    os._exit(0)


def _patterns() -> list[tuple[str, int]]:
    """The regular expressions in re's own cache, of text only."""
    cache: dict[Any, Any] = re._cache  # type: ignore[attr-defined]
    return [(pattern, flags) for kind, pattern, flags in cache if kind is str]
