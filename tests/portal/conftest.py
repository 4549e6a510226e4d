"""The real portal in a thread, and browsers without a screen that talk to it."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from hub.journey.ports import Fittings
from hub.portal.app import application
from hub.settings import Settings
from tests.people import PASSWORD, Town


@dataclass
class Visitor:
    """A browser as far as HTTP goes: cookies, forms with their token, redirects on demand."""

    base: str
    host: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.headers["Host"] = self.host

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.session.get(
            self.base + path, allow_redirects=more.pop("follow", False), timeout=20, **more
        )

    def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> requests.Response:
        """Post a form with the token that the portal gave this browser."""
        if "_xsrf" not in self.session.cookies:
            self.get("/login")
        page = self.get("/verify", follow=True).text
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert token is not None
        sent = {"_xsrf": token.group(1)} | (data or {})
        return self.session.post(self.base + path, data=sent, allow_redirects=False, timeout=20, **more)


@dataclass
class Site:
    """The running portal and its town."""

    base: str
    town: Town
    settings: Settings

    def visitor(self, who: str | None = None) -> Visitor:
        """Somebody with a fresh browser, signed in as ``who``."""
        made = Visitor(self.base, urlsplit(self.settings.address).netloc)
        if who:
            answer = made.post("/login", {"login": self.town.actor(who).login, "password": PASSWORD})
            assert answer.status_code == 302, answer.text
        return made


@pytest.fixture
def site(f: Fittings, town: Town, settings: Settings) -> Iterator[Site]:
    socket, port = bind_unused_port()
    here = replace(settings, address=f"http://portal.localhost:{port}", port=port - 3)
    app = application(replace(f, issuer=here.address), here)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    servers: list[HTTPServer] = []

    async def start() -> None:
        server = HTTPServer(app, max_body_size=here.max_upload_bytes * 4)
        server.add_socket(socket)
        servers.append(server)
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield Site(f"http://127.0.0.1:{port}", town, here)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    socket.close()
