"""The real portal over a real database, asked by the exchange as from a room; of the Hub only its word for a token is played."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps import NbGrader
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets.config import Config

from hub.journey import study
from hub.journey.ports import Fittings
from hub.portal.app import application
from hub.settings import Settings
from tests.people import FIRST, Town

ETC = Path(__file__).parents[2] / "hub" / "spawning" / "etc" / "common"


class StandInHub(ThreadingHTTPServer):
    """STAND-IN for JupyterHub: it knows whose token is whose, and nothing else. Never outside a test."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Vouch)
        self.logins: dict[str, str] = {}


class _Vouch(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, StandInHub)
        login = self.server.logins.get(self.headers["Authorization"].removeprefix("token "))
        known = self.path == "/hub/api/user" and login is not None
        body = json.dumps({"kind": "user", "name": login} if known else {"status": 403}).encode()
        self.send_response(200 if known else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    server = StandInHub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def serve(f: Fittings, settings: Settings, hub: StandInHub) -> Iterator[Callable[..., str]]:
    """Start the real portal in a thread with a loop of its own; other fittings may be given. Its address."""
    started: list[tuple[asyncio.AbstractEventLoop, threading.Thread]] = []

    def start(fittings: Fittings = f) -> str:
        sockets = bind_sockets(0, "127.0.0.1")
        loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def listen() -> None:
            HTTPServer(application(fittings, replace(settings, port=hub.server_port - 2))).add_sockets(
                sockets
            )
            ready.set()

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(listen())
            loop.run_forever()
            loop.close()

        thread = threading.Thread(target=run)
        thread.start()
        assert ready.wait(10)
        started.append((loop, thread))
        return f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    yield start
    for loop, thread in started:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@dataclass
class Room:
    """A room as its walls make it: a home, the two variables that lead to the portal, and our nbgrader_config.py."""

    home: Path
    environment: dict[str, str]
    patch: pytest.MonkeyPatch
    extra: Config = field(default_factory=Config)

    def enter(self) -> Room:
        """Be this room's process from here on."""
        for name, value in self.environment.items():
            self.patch.setenv(name, value)
        self.patch.chdir(self.home)
        return self

    def do(self, action: str, run: str = "*", key: str = "", **traits: Any) -> Any:
        """What nbgrader's commands do: make the class that the configuration names, and start it."""
        self.enter()
        app = NbGrader()
        app.load_config_file()
        config = app.config
        config.merge(self.extra)
        config.CourseDirectory.course_id = run
        config.CourseDirectory.assignment_id = key
        made = getattr(ExchangeFactory(config=config), action)(
            coursedir=CourseDirectory(config=config),
            authenticator=Authenticator(config=config),
            config=config,
            **traits,
        )
        return made.start()

    def folder(self, run: str, key: str = FIRST) -> Path:
        return self.home / run / key

    def notebook(self, run: str, key: str = FIRST) -> Path:
        return self.folder(run, key) / f"{key}.ipynb"


@pytest.fixture
def rooms(
    serve: Callable[..., str], hub: StandInHub, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Room]:
    """The room of somebody of the town."""
    address: list[str] = []

    def room(who: str, portal: str = "") -> Room:
        if not portal and not address:
            address.append(serve())
        home = tmp_path / "homes" / who
        home.mkdir(parents=True, exist_ok=True)
        token = f"token-of-{who}"
        hub.logins[token] = town.actor(who).login
        environment = {
            "LUOJIAO_PORTAL": portal or address[0],
            "JUPYTERHUB_API_TOKEN": token,
            "JUPYTERHUB_ROOT_DIR": str(home),
            "HOME": str(home),
            "JUPYTER_CONFIG_PATH": str(ETC),
        }
        return Room(home, environment, monkeypatch)

    return room


@pytest.fixture
def run(town: Town) -> str:
    """A run that the teacher has joined, with the first assignment released."""
    made = town.run()
    study.enrol(town.f, town.actor("teacher"), made)
    town.released(made)
    return made


@pytest.fixture
def room(rooms: Callable[..., Room], run: str) -> Room:
    """The teacher's room."""
    return rooms("teacher")
