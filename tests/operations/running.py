"""A whole platform for tests: real database, proxy, Hub and rooms; stand-ins for portal, boards and worker."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import requests

from hub.operations.processes import belonging
from hub.settings import CHECKOUT, Settings, load

STANDINS = Path(__file__).with_name("standins.py")
ADMIN = {"Authorization": "token token-of-the-tests"}


def free_ports(count: int = 6) -> int:
    """The first of ``count`` ports in a row that nobody listens on; each process of a run draws from its own thousand."""
    own = 20000 + 1000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 10)
    while True:
        first = random.randrange(own, own + 1000 - count)  # noqa: S311 - a port, not a secret
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first


def until(question: Callable[[], Any], seconds: float = 30) -> Any:
    """Ask until the answer is true, and give it back."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
    return answer


class Platform:
    def __init__(self, home: Path, address: str = "") -> None:
        self.port = free_ports()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("LUOJIAO_", "JUPYTER"))}
        self.env["LUOJIAO_HOME"] = str(home)
        self.env["LUOJIAO_ADDRESS"] = (address or "http://portal.localhost") + f":{self.port}"

    @property
    def settings(self) -> Settings:
        return load(self.env)

    def run(self, *words: str, timeout: float = 120, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(STANDINS), *words],
            cwd=CHECKOUT,
            env=self.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )

    def pid(self, name: str) -> int:
        return int((self.settings.run_dir / f"{name}.pid").read_text())

    def states(self) -> dict[str, str]:
        try:
            content = json.loads((self.settings.run_dir / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        return {s["name"]: s["state"] for s in content["services"]}

    def well(self) -> bool:
        states = self.states()
        return len(states) == 7 and set(states.values()) == {"up"}

    def processes(self) -> list[psutil.Process]:
        return belonging(self.settings.home)

    def api(self, method: str, path: str, *, timeout: float = 10, **more: Any) -> requests.Response:
        url = f"{self.settings.hub_internal}{self.settings.hub_base}hub/api{path}"
        return requests.request(method, url, headers=ADMIN, timeout=timeout, **more)

    def browse(self, host: str, path: str, method: str = "GET", **more: Any) -> requests.Response:
        """Through the proxy, by the name that a browser would use."""
        headers = {"Host": f"{host}:{self.port}"} | more.pop("headers", {})
        return requests.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            headers=headers,
            timeout=10,
            allow_redirects=False,
            **more,
        )

    def sign_in(self, login: str) -> requests.Response:
        """As a browser: the login page, its token against forgery, the password of the tests."""
        first = self.browse("hub.localhost", "/hub/login")
        jar = {c.name: c.value for c in first.cookies}
        form = {"username": login, "password": "open", "_xsrf": jar["_xsrf"]}
        cookie = "; ".join(f"{k}={v}" for k, v in jar.items())
        return self.browse("hub.localhost", "/hub/login", "POST", data=form, headers={"Cookie": cookie})

    def open_room(self, login: str) -> dict[str, Any]:
        assert self.sign_in(login).status_code == 302
        assert self.api("POST", f"/users/{login}/server").status_code in (201, 202)
        room: dict[str, Any] = until(lambda: self.ready_room(login), 60)
        # A template that breaks is no refusal, so it has to be looked for.
        assert room["state"]["cold"] == (self.env.get("LUOJIAO_ROOMS", "warm") != "warm"), room
        return room

    def ready_room(self, login: str) -> dict[str, Any] | None:
        room = self.api("GET", f"/users/{login}").json().get("servers", {}).get("")
        return room if room and room["ready"] else None

    def room(self, login: str, path: str, method: str = "GET", **more: Any) -> requests.Response:
        host = f"{login}.hub.localhost"
        return self.browse(host, f"/user/{login}/{path}", method, headers=ADMIN, **more)


@contextmanager
def platform_in(prefix: str) -> Iterator[Platform]:
    """A platform whose home can be entered by others (pytest's folders under root cannot); ended whatever happens."""
    home = Path(tempfile.mkdtemp(prefix=prefix))
    home.chmod(0o711)
    platform = Platform(home)
    try:
        yield platform
    finally:
        platform.run("down")
        left = platform.processes()
        for process in left:
            process.kill()
        shutil.rmtree(home, ignore_errors=True)
        assert not left, f"left behind: {left}"
