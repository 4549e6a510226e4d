"""How small a file goes over the line: gzip at once, then, pressed harder beside the work and kept on disk, zopfli and brotli."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import sys
from pathlib import Path

from tornado.log import app_log

_PACKABLE = {".js", ".css", ".svg", ".json", ".html", ".txt", ".ttf", ".eot", ".map"}
_SMALL = 500  # bytes that no packing makes smaller
_REFUSED = {"q=0", "q=0.0", "q=0.00", "q=0.000"}
ENDINGS = {"br": ".br", "gzip": ".gz"}


def accepted(header: str) -> list[str]:
    """The ways of packing that an ``Accept-Encoding`` allows, the smallest first."""
    told = [[word.strip() for word in part.lower().split(";")] for part in header.split(",")]
    wanted = {name for name, *how in told if not any(word.replace(" ", "") in _REFUSED for word in how)}
    return [way for way in ENDINGS if way in wanted]


class Packing:
    """Packed bytes of files that do not change, kept in ``folder`` and in memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._kept: dict[tuple[Path, str], bytes] = {}
        self._asked: asyncio.Queue[Path] = asyncio.Queue()
        self._taken: dict[Path, asyncio.Task[None]] = {}
        self._press: asyncio.Task[None] | None = None

    async def packed(self, path: Path, header: str) -> tuple[str, bytes]:
        """Content encoding ("" for none) and bytes of ``path`` for a browser that has said what it accepts."""
        ways = accepted(header) if path.suffix in _PACKABLE else []
        if path not in self._taken:
            self._taken[path] = asyncio.create_task(self._take_up(path))
        await asyncio.shield(self._taken[path])
        for way in ways:
            if (path, way) in self._kept:
                return way, self._kept[path, way]
        return "", await asyncio.to_thread(path.read_bytes)

    async def _take_up(self, path: Path) -> None:
        await asyncio.to_thread(self._pack, path)
        if (path, "gzip") in self._kept and (path, "br") not in self._kept:
            self._asked.put_nowait(path)
            self._press = self._press or asyncio.create_task(self._press_on())

    def _pack(self, path: Path) -> None:
        data = path.read_bytes()
        if path.suffix not in _PACKABLE or len(data) < _SMALL:
            return
        place = self._place(path, data)
        for way, ending in ENDINGS.items():
            if place.with_suffix(ending).exists():
                self._kept[path, way] = place.with_suffix(ending).read_bytes()
        if (path, "gzip") not in self._kept:
            self._kept[path, "gzip"] = gzip.compress(data, 9, mtime=0)

    def _place(self, path: Path, data: bytes) -> Path:
        return self.folder / hashlib.sha256(path.name.encode() + data).hexdigest()[:32]

    async def _press_on(self) -> None:
        """One file after the other, at the lowest priority."""
        while True:
            path = await self._asked.get()
            place = self._place(path, await asyncio.to_thread(path.read_bytes))
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "hub.assets.press", str(path), str(place)
            )
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                process.kill()
                raise
            if code:
                app_log.warning("%s goes as plain gzip: the press ended with %d", path.name, code)
                continue
            for way, ending in ENDINGS.items():
                self._kept[path, way] = place.with_suffix(ending).read_bytes()
