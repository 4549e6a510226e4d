"""Imported by the templates of these tests: runs the task as Python, with `say` for an answer."""

from __future__ import annotations

import importlib
import json
import os
import threading
import time
from typing import Any


def prepare(argument: dict[str, Any]) -> None:
    """As the test wishes: imports, a second thread, an error, a long time."""
    for name in argument.get("modules", ()):
        importlib.import_module(name)
    if argument.get("thread"):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    if argument.get("error"):
        raise RuntimeError(argument["error"])


def serve(task: bytes, fds: tuple[int, ...]) -> None:
    """Run the task; `say` writes JSON to the first descriptor."""

    def say(value: object) -> None:
        os.write(fds[0], json.dumps(value).encode() + b"\n")

    exec(task.decode(), {"say": say, "fds": fds, "size": len(task)})  # noqa: S102 - that is its task
