"""Voilàs side by side for the benchmark: as released, as released with warm pages, and the boards' service; one notebook."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import nbformat
import psutil
import requests
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import create_engine

from hub.operations.database import embedded
from hub.operations.database_roles import OWNER, ROLE
from hub.store.migrate import migrate
from tests.bench.hubs import free_ports, until
from tests.dashboards.conftest import Stage, house
from tests.dashboards.visitor import Visitor
from tests.people import PASSWORD

CONTROLS = """
import ipywidgets as w
import plotly.graph_objects as go

share = w.IntSlider(value=60, description="达标线")
kind = w.Dropdown(options=["全部", "初中", "小学"], description="学段")
w.VBox([share, kind])
"""
FIGURE = """
schools = [f"第{n}中学" for n in range(1, 13)]
go.Figure(go.Bar(x=schools, y=[50 + 3 * n for n in range(12)]), layout={"title": "各校结业人数", "height": 380})
"""
COMPLETE = "</html>"


class Voila(Protocol):
    """A service that shows the notebook."""

    url: str  # of the page, for a browser

    def ask(self) -> str:
        """One more viewer's page, whole."""

    def context(self, browser: Browser) -> BrowserContext:
        """One more viewer's browser, signed in where that is needed."""

    def family(self) -> list[psutil.Process]:
        """The service's process and everything below it."""

    def clear(self) -> None:
        """End the kernels of pages that were asked for."""


def notebook(folder: Path) -> Path:
    """Controls and one figure."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip()) for source in (CONTROLS, FIGURE)],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "title": "一块看板",
        },
    )
    path = folder / "bench.ipynb"
    nbformat.write(made, path)
    return path


class Stock:
    """Voilà as released, on one notebook."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], waiting: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.process = process
        self.waiting = waiting  # kernels whose pages nobody has asked for yet

    def ask(self) -> str:
        return requests.get(self.url, timeout=120).text

    def context(self, browser: Browser) -> BrowserContext:
        return browser.new_context(viewport={"width": 1280, "height": 800})

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def clear(self) -> None:
        """Its own page asks for this as it closes, and is refused; so by force, but for the page that waits warm."""
        for kernel in self._kernels()[: -self.waiting or None]:
            kernel.kill()

    def _kernels(self) -> list[psutil.Process]:
        """The oldest first."""
        return sorted(psutil.Process(self.process.pid).children(), key=lambda one: one.create_time())


@contextmanager
def stock(*options: str) -> Iterator[Stock]:
    """A fresh one in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lj-voila-") as name:
        path, port = notebook(Path(name)), free_ports(1)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("LUOJIAO", "JUPYTER", "BOARDS"))}
        argv = [
            str(Path(sys.executable).parent / "voila"),
            str(path),
            "--no-browser",
            f"--port={port}",
            "--KernelManager.autorestart=False",
            *options,
        ]
        with (Path(name) / "log").open("wb") as log:
            process = subprocess.Popen(argv, cwd=name, env=env | {"HOME": name}, stdout=log, stderr=log)
        made = Stock(port, process, int("--preheat_kernel=True" in options))
        try:
            until(lambda: _answers(f"{made.url}voila/static/voila.js"), 60)
            yield made
        finally:
            family = made.family()
            process.terminate()
            process.wait(30)
            for one in family:
                if one.is_running():
                    one.kill()


class Ours:
    """The boards' service behind the portal's login and the proxy."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.url = f"{stage.settings.boards_url}/bench"
        self._visitors: list[Visitor] = []
        self._idle = [self._visitor() for _ in range(12)]

    def _visitor(self) -> Visitor:
        visitor = self.stage.visitor("city")
        visitor.get(
            f"{self.stage.settings.boards_url}/login"
        )  # back by the portal's word: signed in here too
        return visitor

    def ask(self) -> str:
        visitor = self._idle.pop() if self._idle else self._visitor()
        self._visitors.append(visitor)
        return visitor.get(self.url).text

    def context(self, browser: Browser) -> BrowserContext:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        with self.stage.town.f.work() as work:
            person = work.people.person(self.stage.town.uids["city"])
        assert person is not None
        page = context.new_page()
        page.goto(f"{self.stage.settings.address}/login")
        page.fill("[name=login]", person.login)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_load_state()
        page.close()
        return context

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.stage.service.pid)
        return [own, *own.children(recursive=True)]

    def clear(self) -> None:
        for visitor in self._visitors:
            visitor.get(f"{self.stage.settings.boards_url}/logout", follow=False)
        self._visitors.clear()
        self._idle = [self._visitor() for _ in range(12)]


@contextmanager
def ours() -> Iterator[Ours]:
    """A fresh one over a database of its own."""
    with tempfile.TemporaryDirectory(prefix="lj-boards-") as name:
        folder = Path(name)
        (folder / "boards").mkdir()
        notebook(folder / "boards")
        with embedded(folder / "pg") as server:
            server.ensure_databases(("template_bench",))
            engine = create_engine(server.url("template_bench", OWNER))
            migrate(engine, ROLE)
            engine.dispose()
            place = str(folder / "boards")
            with house(
                server, "template_bench", folder, "tests.bench.board_service", BENCH_NOTEBOOKS=place
            ) as stage:
                yield Ours(stage)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
