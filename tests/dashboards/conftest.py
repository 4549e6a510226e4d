"""One stage for the room: portal (in a thread), the service (a process), and the proxy in front of both."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine
from tornado.httpserver import HTTPServer

from hub.identity.passwords import Argon2Passwords
from hub.identity.secrets import secret
from hub.operations import node
from hub.operations.database import Embedded
from hub.portal.app import application
from hub.settings import CHECKOUT, Settings, load
from hub.wiring import fittings
from tests.dashboards.planting import plant
from tests.dashboards.visitor import Visitor
from tests.operations.running import free_ports
from tests.people import Town, build_town

SMALL = {"BOARDS_MAX_KERNELS": "4", "BOARDS_IDLE_SECONDS": "24"}  # limits that a test can wait for
PROXY_TOKEN = "proxy-token-of-the-tests"


@dataclass
class Stage:
    """The running house: where it is, who lives in it, and the service's process."""

    settings: Settings
    town: Town
    folder: Path
    service: subprocess.Popen[bytes]
    env: dict[str, str]
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, who: str | None = None) -> Visitor:
        """A fresh browser session; signed in at the portal where ``who`` is given."""
        visitor = Visitor(self.settings)
        if who:
            with self.town.f.work() as work:
                person = work.people.person(self.town.uids[who])
            assert person is not None
            visitor.sign_in(person.login)
        return visitor

    def log(self) -> str:
        return (self.folder / "boards.log").read_text("utf-8", "replace")


def boards_env(settings: Settings, **more: str) -> dict[str, str]:
    """What the supervisor tells the service."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "BOARDS_PORT": settings.boards_internal.rpartition(":")[2],
        "BOARDS_BASE": settings.boards_base,
        "BOARDS_PUBLIC_URL": settings.boards_url,
        "BOARDS_PORTAL_INTERNAL": settings.portal_internal,
        "BOARDS_PORTAL_PUBLIC": settings.address,
        "BOARDS_HUB_LOGOUT_URL": f"{settings.hub_url}/hub/logout",
        "BOARDS_CLIENT_SECRET": secret("oidc_boards", settings.secrets_dir),
        "BOARDS_COOKIE_SECRET": secret("boards_cookie", settings.secrets_dir),
    } | more


@contextmanager
def running_service(
    settings: Settings, folder: Path, module: str = "dashboards.service", **more: str
) -> Iterator[tuple[Any, dict[str, str]]]:
    """The service as a process, answering."""
    env = boards_env(settings, **more)
    with (folder / "boards.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=CHECKOUT, env=env, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{env['BOARDS_PORT']}{env['BOARDS_BASE']}healthz"
        _wait(lambda: requests.get(address, timeout=1).ok, process, folder / "boards.log")
        yield process, env
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="session")
def stage(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The house with a planted town; one for all tests of the room."""
    with house(server, "template_luojiao", tmp_path_factory.mktemp("boards"), **SMALL) as made:
        yield made


@contextmanager
def house(
    server: Embedded, template: str, folder: Path, module: str = "dashboards.service", **more: str
) -> Iterator[Stage]:
    """Portal, service and proxy over a copy of ``template``, a migrated database; ``more`` is told to the service."""
    with server._connect("postgres") as connection:
        connection.execute(f'CREATE DATABASE "boards" TEMPLATE {template} OWNER luojiao_owner')
    port = free_ports(6)
    settings = load(
        {
            "LUOJIAO_HOME": str(folder / "var"),
            "LUOJIAO_ADDRESS": f"http://portal.localhost:{port}",
            "LUOJIAO_DATABASE_URL": server.url("boards"),
            "LUOJIAO_DEMO": "xs",
        }
    )
    engine = create_engine(server.url("boards"))
    f = replace(fittings(settings, engine), passwords=Argon2Passwords(time_cost=1, memory_kib=64))
    town = build_town(f)
    plant(town)
    with (
        _portal(f, settings),
        running_service(settings, folder, module, **more) as (process, env),
        _proxy(settings),
    ):
        yield Stage(settings, town, folder, process, env)
    engine.dispose()


@pytest.fixture(scope="module")  # playwright keeps an event loop running in this thread as long as it lives
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.dashboards.watched import ARGS, CHROMIUM

    if not CHROMIUM.exists():
        if os.environ.get("LUOJIAO_REQUIRE_BROWSER") == "1":
            pytest.fail("LUOJIAO_REQUIRE_BROWSER=1, and there is no /usr/bin/chromium")
        pytest.skip("BROWSER TESTS OF THE BOARDS SKIPPED: there is no /usr/bin/chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: a folder of this run, or the one that BOARDS_SHOTS names."""
    folder = Path(os.environ.get("BOARDS_SHOTS", "") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _portal(f: Any, settings: Settings) -> Iterator[None]:
    started, loops = threading.Event(), []

    async def serve() -> None:
        http = HTTPServer(application(f, settings), xheaders=True)
        http.listen(settings.port + 3, "127.0.0.1")
        loops.append((asyncio.get_running_loop(), stop := asyncio.Event()))
        started.set()
        await stop.wait()
        http.stop()
        await http.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield
    finally:
        loop, stop = loops[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


@contextmanager
def _proxy(settings: Settings) -> Iterator[None]:
    argv = node.proxy_argv(
        "--ip=127.0.0.1", f"--port={settings.port}", "--api-ip=127.0.0.1", f"--api-port={settings.port + 1}",
        f"--default-target={settings.portal_internal}", "--host-routing", "--log-level=error",
    )  # fmt: skip
    process = subprocess.Popen(argv, env=node.environment() | {"CONFIGPROXY_AUTH_TOKEN": PROXY_TOKEN})
    host = {"Authorization": f"token {PROXY_TOKEN}"}
    api = f"http://127.0.0.1:{settings.port + 1}/api/routes"
    try:
        _wait(lambda: requests.get(api, headers=host, timeout=1).ok, process, None)
        target = {"target": settings.boards_internal}
        requests.post(f"{api}/boards.localhost", json=target, headers=host, timeout=5).raise_for_status()
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(answers: Any, process: subprocess.Popen[bytes], log: Path | None) -> None:
    for _ in range(150):
        assert process.poll() is None, log.read_text("utf-8", "replace") if log else "it has ended"
        try:
            if answers():
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace") if log else "no answer")
