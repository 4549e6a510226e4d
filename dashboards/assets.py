"""Files that browsers fetch once: scripts and styles under an address that changes with their content, packed beforehand."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
from importlib.metadata import version
from pathlib import Path

import plotly
from tornado import web
from voila.utils import get_data_dir

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
        "plotly": [Path(plotly.__file__).parent / "package_data"],
    }


def edition() -> str:
    """A name for all these files together: other versions or other content, another name."""
    made = hashlib.sha256()
    for package in ("voila", "ipywidgets", "plotly"):
        made.update(f"{package} {version(package)}\n".encode())
    for path in sorted(OWN.iterdir()):
        made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:12]


class Asset(web.RequestHandler):
    """/static/EDITION/AREA/PATH, without login: kept by browsers and by a school's cache for a year."""

    packed: dict[Path, bytes]

    def initialize(self, edition: str, areas: dict[str, list[Path]], packed: dict[Path, bytes]) -> None:
        self.edition, self.areas, self.packed = edition, areas, packed

    async def get(self, edition: str, area: str, name: str) -> None:
        path = self._find(area, name) if edition == self.edition else None
        if path is None:
            raise web.HTTPError(404)
        self.set_header("Content-Type", _type(path))
        self.set_header("Cache-Control", _YEAR)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Vary", "Accept-Encoding")
        self.clear_header("Server")
        if path.suffix in _PACKABLE and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            if path not in self.packed:
                self.packed[path] = await asyncio.to_thread(_pack, path)
            self.set_header("Content-Encoding", "gzip")
            self.finish(self.packed[path])
        else:
            self.finish(await asyncio.to_thread(path.read_bytes))

    def _find(self, area: str, name: str) -> Path | None:
        for root in self.areas.get(area, ()):
            path = (root / name).resolve()
            if path.is_relative_to(root.resolve()) and path.is_file():
                return path
        return None


def _pack(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind
