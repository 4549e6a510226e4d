"""Two Hubs side by side for the benchmarks: stock JupyterHub with its documented defaults, and the platform."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psutil
import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "operations"))

from running import ADMIN, Platform, free_ports, platform_in, until  # type: ignore[import-not-found]

from hub.operations.node import environment, proxy_argv

STOCK = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {port} + 1
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{two}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
# Servers for people without an account on the machine, as its documentation says; all else is as released.
c.JupyterHub.spawner_class = "simple"
c.Spawner.args = ["--allow-root", *{more!r}]
c.JupyterHub.services = [dict(name="bench", api_token="token-of-the-bench")]
c.JupyterHub.load_roles = [dict(name="bench", services=["bench"], scopes=["admin:users", "admin:servers", "access:servers"])]
c.JupyterHub.concurrent_spawn_limit = 100
"""


class Hub(Protocol):
    """A Hub that rooms can be asked of."""

    def know(self, login: str) -> None:
        """Somebody who has signed in before the clock starts."""

    def request(self, login: str) -> None:
        """Ask for a room and wait as a browser does: for the answer, then at the page that tells how it goes."""

    def ask(self, login: str, path: str, method: str = "GET", **more: Any) -> requests.Response:
        """Something of the room, through the proxy."""

    headers: dict[str, str]

    def page(self, path: str) -> str:
        """Address of a page of the Hub's for a browser, by its path."""

    def lesson(self, login: str, name: str) -> str:
        """Address of the page on which a learner opens a notebook."""

    def api(self, method: str, path: str, **more: Any) -> requests.Response:
        """Something of the Hub itself."""

    def socket(self, login: str, path: str) -> tuple[str, str]:
        """Address of a websocket of the room, and the host to name."""

    def family(self, login: str) -> list[psutil.Process]:
        """All processes of the room."""


def usable(hub: Hub, login: str) -> bool:
    """Whether the room answers behind the proxy."""
    try:
        answer = hub.ask(login, "api/status")
        return answer.status_code == 200 and "kernels" in answer.json()
    except (requests.RequestException, ValueError):
        return False


def opened(hub: Hub, login: str, patience: float = 120) -> float:
    """Seconds from the request to a room that answers behind the proxy, for somebody who has signed in."""
    hub.know(login)
    began = time.perf_counter()
    hub.request(login)
    while not usable(hub, login):
        if time.perf_counter() - began > patience:
            raise TimeoutError(login)
        time.sleep(0.01)
    return time.perf_counter() - began


class Stock:
    """JupyterHub as released."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers = {"Authorization": "token token-of-the-bench"}

    def api(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"http://127.0.0.1:{self.port + 1}/hub/api{path}"
        return requests.request(method, url, headers=self.headers, timeout=240, **more)

    def page(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def lesson(self, login: str, name: str) -> str:
        return self.page(f"/user/{login}/lab/tree/{name}")

    def know(self, login: str) -> None:
        self.api("POST", f"/users/{login}")

    def request(self, login: str) -> None:
        if self.api("POST", f"/users/{login}/server").status_code == 202:
            with self.api("GET", f"/users/{login}/server/progress", stream=True) as told:
                for row in told.iter_lines():
                    if b'"ready": true' in row or b'"failed": true' in row:
                        return

    def ask(self, login: str, path: str, method: str = "GET", **more: Any) -> requests.Response:
        url = f"http://127.0.0.1:{self.port}/user/{login}/{path}"
        return requests.request(method, url, headers=self.headers, timeout=60, allow_redirects=False, **more)

    def socket(self, login: str, path: str) -> tuple[str, str]:
        host = f"127.0.0.1:{self.port}"
        return f"ws://{host}/user/{login}/{path}", host

    def first(self, login: str) -> int:
        """Pid of the room's first process."""
        return int(self.api("GET", f"/users/{login}").json()["servers"][""]["state"]["pid"])

    def family(self, login: str) -> list[psutil.Process]:
        first = psutil.Process(self.first(login))
        return [first, *first.children(recursive=True)]


@contextmanager
def stock(*more: str) -> Iterator[Stock]:
    """A fresh one in a folder of its own; ``more`` are words for each of its servers."""
    with tempfile.TemporaryDirectory(prefix="lj-stock-") as name:
        folder = Path(name)
        port = free_ports(4)
        config = folder / "jupyterhub_config.py"
        config.write_text(STOCK.format(port=port, two=port + 2, proxy=proxy_argv(), more=more), "utf-8")
        env = {k: v for k, v in environment().items() if not k.startswith(("LUOJIAO", "JUPYTER"))}
        env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
        env["HOME"] = name
        with (folder / "log").open("wb") as log:
            argv = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
            process = subprocess.Popen(argv, cwd=folder, env=env, stdout=log, stderr=log)
        hub = Stock(port)
        try:
            until(lambda: _answers(f"http://127.0.0.1:{port}/hub/health"), 60)
            yield hub
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
            for one in family:
                if one.is_running():
                    one.kill()


class Ours(Stock):
    """The platform's Hub, with its database, its proxy and every wall."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.port = platform.port
        self.headers = dict(ADMIN)

    def api(self, method: str, path: str, **more: Any) -> requests.Response:
        answer: requests.Response = self.platform.api(method, path, timeout=240, **more)
        return answer

    def page(self, path: str) -> str:
        return f"{self.platform.settings.hub_url}{path}"

    def lesson(self, login: str, name: str) -> str:
        return f"http://{login}.hub.localhost:{self.platform.port}/user/{login}/notebooks/{name}"

    def know(self, login: str) -> None:
        self.platform.sign_in(login)

    def ask(self, login: str, path: str, method: str = "GET", **more: Any) -> requests.Response:
        answer: requests.Response = self.platform.room(login, path, method, **more)
        return answer

    def socket(self, login: str, path: str) -> tuple[str, str]:
        url = f"ws://127.0.0.1:{self.platform.port}/user/{login}/{path}"
        return url, f"{login}.hub.localhost:{self.platform.port}"

    def first(self, login: str) -> int:
        told = self.api("GET", f"/users/{login}").json()["servers"][""]["state"]
        return int(told["room"]["pid"])


@contextmanager
def ours(*real: str) -> Iterator[Ours]:
    """A fresh one whose template is warm; ``real`` are services that are no stand-ins."""
    with platform_in("lj-bench-") as platform:
        platform.env["STANDIN_NOT_FOR"] = ",".join(real)
        started = platform.run("up", "--detach")
        if started.returncode:
            raise SystemExit(started.stdout)
        hub = Ours(platform)
        opened(hub, "warmup")  # the template is prepared while the platform starts; this waits for it
        yield hub


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
