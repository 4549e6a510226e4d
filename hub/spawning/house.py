"""What all rooms of this Hub share: walls that have been tried, the template, the line before the rooms, the doors in their walls."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import ClassVar

from hub.spawning.line import Line, places
from zygote.selftest import require_walls
from zygote.warm import Warm

_TROUBLE = "rooms.trouble"


class House:
    """One for each Hub."""

    warm = Warm()
    line = Line(places("warm"))
    servers: ClassVar[dict[str, asyncio.Server]] = {}
    lock = asyncio.Lock()
    _trying = threading.Lock()
    _tried = False

    @classmethod
    def try_walls(cls) -> None:
        """Once in a Hub's life, before its first room; again as long as they hold nothing back. Raises WallsMissing. Half a second."""
        with cls._trying:
            if not cls._tried:
                require_walls()
                cls._tried = True


def note_trouble(run_dir: Path, what: str) -> None:
    """For the doctor: why the latest room did not start; empty when it did."""
    place = run_dir / _TROUBLE
    if what:
        place.write_text(what, encoding="utf-8")
    else:
        place.unlink(missing_ok=True)


def trouble(run_dir: Path) -> str:
    """Why the latest room of the running Hub did not start, or nothing."""
    place = run_dir / _TROUBLE
    return place.read_text(encoding="utf-8") if place.exists() else ""
