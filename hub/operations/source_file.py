"""The source notebook that a command was given the path of."""

from __future__ import annotations

import os
import stat


def source_at(path: str) -> bytes | None:
    """The bytes of the source notebook, a link to it included; None when there is none."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(fd).st_mode) else None
    except (OSError, ValueError):
        return None
