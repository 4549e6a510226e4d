"""The working folder that both processes see: regular files written on one side appear on the other."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Any

from graders.inside.wire.frames import Malformed

MAX_FILE, MAX_SUM, MAX_COUNT, MAX_DEPTH = 8 * 1024 * 1024, 24 * 1024 * 1024, 500, 4
_SKIPPED = ("__pycache__", ".ipython", ".cache", ".config", ".matplotlib")

Mark = tuple[int, int, int]


class Folder:
    """The present folder, and what the other side knows of it."""

    def __init__(self, kept: frozenset[str] = frozenset()) -> None:
        self._kept = kept  # names that the other side may not replace
        self._known = self._marks()
        self._ours: set[str] = set()  # what was last written on this side
        self.may_replace: Callable[[str], bool] = lambda name: True  # asked before a file of ours is replaced
        self.hear: Callable[[bytes], None] = lambda data: None  # told what the other side wrote

    def changes(self) -> list[list[Any]]:
        """[name, hex content or None for gone] of what changed here since the other side last heard."""
        now = self._marks()
        if now == self._known:
            return []
        found: list[list[Any]] = []
        total = 0
        for name in sorted(now):
            if now[name] != self._known.get(name):
                data = _read(name)
                if data is not None and total + len(data) <= MAX_SUM:
                    total += len(data)
                    found.append([name, data.hex()])
        self._ours |= {name for name, _ in found}
        found += [[name, None] for name in self._known if name not in now]
        self._known = now
        return found

    def apply(self, changes: Any) -> None:
        """Make the changes of the other side here."""
        if not isinstance(changes, list) or len(changes) > 2 * MAX_COUNT:
            raise Malformed("files")
        for change in changes:
            name, data = change if isinstance(change, list) and len(change) == 2 else ("", None)
            if not _is_plain(name) or not isinstance(data, str | None):
                raise Malformed("file")
            if name in self._kept or (name in self._ours and not self.may_replace(name)):
                continue
            self._ours.discard(name)
            _write(name, data, self.hear)
        self._known = self._marks()

    def _marks(self) -> dict[str, Mark]:
        found: dict[str, Mark] = {}
        _walk(".", "", found, 0)
        return found


def _walk(place: str, prefix: str, found: dict[str, Mark], depth: int) -> None:
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if len(found) >= MAX_COUNT or entry.name in _SKIPPED:
                    continue
                try:
                    seen = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                name = prefix + entry.name
                if stat.S_ISREG(seen.st_mode) and seen.st_size <= MAX_FILE and _is_plain(name):
                    found[name] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
                elif stat.S_ISDIR(seen.st_mode) and depth < MAX_DEPTH:
                    _walk(entry.path, name + "/", found, depth + 1)
    except OSError:
        return


def _is_plain(name: Any) -> bool:
    if not isinstance(name, str) or not 0 < len(name) <= 400 or "\x00" in name or "\\" in name:
        return False
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    parts = name.split("/")
    return len(parts) <= MAX_DEPTH + 1 and all(part not in ("", ".", "..") for part in parts)


def _read(name: str) -> bytes | None:
    try:
        number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(number, "rb") as source:
        return source.read(MAX_FILE)


def _write(name: str, data: str | None, hear: Callable[[bytes], None]) -> None:
    try:
        if data is None:
            os.unlink(name)  # noqa: PTH108 - as few imports as can be
            return
        if "/" in name:
            os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, 0o644), "wb") as out:
            content = bytes.fromhex(data)
            hear(content)
            out.write(content)
    except (OSError, ValueError):
        return  # a place that cannot be written stays as it is
