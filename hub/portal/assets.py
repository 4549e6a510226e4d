"""/assets/EDITION/AREA/PATH: files that a browser, and a school's cache, keep for a year."""

from __future__ import annotations

from typing import Any

from tornado import web

from hub.assets import shelf
from hub.assets.packing import Packing

_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class Asset(web.RequestHandler):
    """Answers anybody: published software. Rooms have other origins, so their fonts need to be told that this one allows it."""

    def initialize(self, packing: Packing) -> None:
        self.packing = packing

    async def get(self, edition: str, area: str, name: str) -> None:
        path = shelf.find(area, name)
        if path is None:
            raise web.HTTPError(404)
        way, body = await self.packing.packed(path, self.request.headers.get("Accept-Encoding", ""))
        if way:
            self.set_header("Content-Encoding", way)
        self.set_header("Content-Type", shelf.kind(path))
        # A room that outlived an upgrade names the edition it was born with; what is left of that is no one's for a year.
        self.set_header("Cache-Control", _YEAR if edition == shelf.edition() else _ASK_AGAIN)
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")
        self.finish(body)

    def compute_etag(self) -> None:
        """The address itself names the content."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here."""


def routes(packing: Packing) -> list[Any]:
    """For the portal's application."""
    return [("/assets/([0-9a-f]{12})/([a-z]+)/(.*)", Asset, {"packing": packing})]
