"""Files that browsers fetch once: scripts and styles under an address that changes with their content, packed beforehand."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import brotli
from tornado import web
from voila.utils import get_data_dir

from dashboards import bundles
from dashboards.environment import HERE

OWN = HERE / "template" / "static"
_PACKABLE = {".js", ".css", ".svg", ".json", ".html", ".txt", ".ttf", ".eot"}
# Ways of packing, the smallest first. Browsers ask for brotli over HTTPS alone.
_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda plain: brotli.compress(plain, quality=9),
    "gzip": lambda plain: gzip.compress(plain, 9, mtime=0),
}
_YEAR = "public, max-age=31536000, immutable"


def areas() -> dict[str, list[Path]]:
    """First part of an address -> the folders it stands for; all is published software, none of it anybody's data."""
    data = Path(get_data_dir())
    return {
        "own": [OWN],
        "voila": [data / "templates" / "base" / "static"],
        "labextensions": [data / "labextensions", data.parent / "labextensions"],
    }


@dataclass
class Shelf:
    """All that is served without login: its edition, folders by area, bundles by name, and what is packed already."""

    edition: str
    areas: dict[str, list[Path]]
    bundles: dict[str, bytes]
    kept: dict[tuple[str, str, str], bytes] = field(default_factory=dict)  # by way of packing, area and name

    def plain(self, area: str, name: str) -> bytes | None:
        """A file as it is; None where there is none."""
        if area == "bundles":
            return self.bundles.get(name)
        for root in self.areas.get(area, ()):
            path = (root / name).resolve()
            if path.is_relative_to(root.resolve()) and path.is_file():
                return path.read_bytes()
        return None

    def packed(self, way: str, area: str, name: str) -> bytes | None:
        """The same, packed; once for all who ask. ``way`` is "br", "gzip", or "" for a file as it is."""
        if not way:
            return self.plain(area, name)
        key = (way, area, name)
        if key not in self.kept:
            plain = self.plain(area, name)
            if plain is None:
                return None
            self.kept[key] = _WAYS[way](plain)
        return self.kept[key]

    def pack_ahead(self) -> None:
        """The bundles at once, beside the start: nobody waits a second for them."""
        ahead = [(way, name) for way in _WAYS for name in self.bundles]
        work = threading.Thread(
            target=lambda: [self.packed(way, "bundles", n) for way, n in ahead], daemon=True
        )
        work.start()


@cache
def shelf() -> Shelf:
    """What is installed now. Its edition is a name for all of it: other versions or other content, another name."""
    found = areas()
    made = bundles.made(found)
    digest = hashlib.sha256()
    for package in ("voila", "ipywidgets"):
        digest.update(f"{package} {version(package)}\n".encode())
    for path in sorted(OWN.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    for name, content in made.items():
        digest.update(name.encode() + content)
    return Shelf(digest.hexdigest()[:12], found, made)


class Asset(web.RequestHandler):
    """/static/EDITION/AREA/PATH, without login: kept by browsers and by a school's cache for a year."""

    def initialize(self, shelf: Shelf) -> None:
        self.shelf = shelf

    async def get(self, edition: str, area: str, name: str) -> None:
        content = None
        if edition == self.shelf.edition:
            way = (
                _way(self.request.headers.get("Accept-Encoding", ""))
                if Path(name).suffix in _PACKABLE
                else ""
            )
            content = await asyncio.to_thread(self.shelf.packed, way, area, name)
        if content is None:
            raise web.HTTPError(404)
        if way:
            self.set_header("Content-Encoding", way)
        self.set_header("Content-Type", _type(name))
        self.set_header("Cache-Control", _YEAR)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")
        self.finish(content)  # Tornado adds Vary and an ETag, and answers 304 to whoever has it


def _way(accepted: str) -> str:
    """The smallest way of packing that an ``Accept-Encoding`` names as browsers do; one that is named with a weight is not used."""
    named = {part.strip().lower() for part in accepted.split(",")}
    return next((way for way in _WAYS if way in named), "")


def _type(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind
