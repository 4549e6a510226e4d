"""Files that browsers fetch once: scripts and styles under an address that changes with their content, packed beforehand."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
import threading
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

from tornado import web
from voila.utils import get_data_dir

from dashboards import bundles
from dashboards.environment import HERE

OWN = HERE / "template" / "static"
_PACKABLE = {".js", ".css", ".svg", ".json", ".html", ".txt", ".ttf", ".eot"}
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
    packed: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def plain(self, area: str, name: str) -> bytes | None:
        """A file as it is; None where there is none."""
        if area == "bundles":
            return self.bundles.get(name)
        for root in self.areas.get(area, ()):
            path = (root / name).resolve()
            if path.is_relative_to(root.resolve()) and path.is_file():
                return path.read_bytes()
        return None

    def gzipped(self, area: str, name: str) -> bytes | None:
        """The same, packed as small as gzip can; once for all who ask."""
        key = (area, name)
        if key not in self.packed:
            plain = self.plain(area, name)
            if plain is None:
                return None
            self.packed[key] = gzip.compress(plain, 9, mtime=0)
        return self.packed[key]

    def pack_ahead(self) -> None:
        """The bundles at once, beside the start: nobody waits a second for them."""
        work = threading.Thread(
            target=lambda: [self.gzipped("bundles", n) for n in self.bundles], daemon=True
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
            packable = Path(name).suffix in _PACKABLE
            small = packable and "gzip" in self.request.headers.get("Accept-Encoding", "")
            content = await asyncio.to_thread(self.shelf.gzipped if small else self.shelf.plain, area, name)
        if content is None:
            raise web.HTTPError(404)
        if small:
            self.set_header("Content-Encoding", "gzip")
        self.set_header("Content-Type", _type(name))
        self.set_header("Cache-Control", _YEAR)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")
        self.finish(content)  # Tornado adds Vary and an ETag, and answers 304 to whoever has it


def _type(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind
