"""The line before the rooms: as many at once as the machine bears, then first come, first served, for whoever stays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import psutil

MB = 1024 * 1024
_PLATFORM = 2048 * MB  # for the system, the database and the services
# For each room: its server, a kernel and a lesson's data. Only forks share most of it.
_ROOM = {"warm": 160 * MB, "cold": 330 * MB, "open": 330 * MB}
_SPARE = 384 * MB  # below this nobody is let in, however few there are
_LOOK_SECONDS = 0.5
_GONE_SECONDS = 60.0  # so long a page may be silent: a browser that reconnects, a line that breaks


class LeftError(Exception):
    """Nobody waits any more at the page of the one whose turn it would be."""


def places(way: str) -> int:
    """How many rooms that start this way the machine bears by its memory; one at least."""
    return max(1, (psutil.virtual_memory().total - _PLATFORM) // _ROOM[way])


def room_to_spare() -> bool:
    """Whether there is memory for one more room right now."""
    return psutil.virtual_memory().available > _SPARE


class Line:
    """Not for several threads. ``most``: rooms at once."""

    def __init__(self, most: int, spare: Callable[[], bool] = room_to_spare) -> None:
        self.most = most
        self._spare = spare
        self._inside: set[str] = set()
        self._waiting: dict[str, float] = {}  # in order of arrival: when its page was last heard of

    async def enter(self, login: str) -> None:
        """Return when this person may have a room, and count it; LeftError if the page was closed meanwhile."""
        if login in self._inside:
            return
        self._waiting[login] = time.monotonic()
        try:
            while not self._turn_of(login):
                if time.monotonic() - self._waiting[login] > _GONE_SECONDS:
                    raise LeftError(login)
                await asyncio.sleep(_LOOK_SECONDS)
            self._inside.add(login)
        finally:
            del self._waiting[login]

    def count(self, login: str) -> None:
        """This person has a room already: the Hub has found it again."""
        self._inside.add(login)

    def leave(self, login: str) -> None:
        """The room has ended."""
        self._inside.discard(login)

    def ahead(self, login: str) -> int | None:
        """How many come before; the page of this person is still there. None for who does not wait."""
        if login not in self._waiting:
            return None
        self._waiting[login] = time.monotonic()
        return list(self._waiting).index(login)

    def _turn_of(self, login: str) -> bool:
        """The first in line, when there is a place; the memory is asked only where somebody has a room already."""
        if next(iter(self._waiting)) != login or len(self._inside) >= self.most:
            return False
        return not self._inside or self._spare()
