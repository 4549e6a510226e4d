"""A page in a real Chromium, with all that it asked for, moved and complained of."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.dashboards.conftest import Stage
from tests.people import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Watched:
    """A page, with all that it asked for and complained of."""

    def __init__(
        self, browser: Browser, stage: Stage, who: str, width: int, shots: Path | None = None
    ) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        self.page: Page = self.context.new_page()
        self.stage, self.shots, self.name = stage, shots, f"{who}-{width}"
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.sizes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("websocket", lambda s: self.asked.append(s.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._began)
        session.on("Network.loadingFinished", self._ended)
        with stage.town.f.work() as work:
            person = work.people.person(stage.town.uids[who])
        assert person is not None
        self.page.goto(f"{stage.settings.address}/login")
        self.page.fill("[name=login]", person.login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_load_state()
        self.forget()

    def _began(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _ended(self, event: dict[str, Any]) -> None:
        url, size = self._urls.get(event["requestId"], ""), int(event["encodedDataLength"])
        if size:  # what came from the browser's own cache moved nothing
            self.sizes[url] = self.sizes.get(url, 0) + size

    @property
    def bytes(self) -> int:
        """All that was moved, with headers, as packed as it travelled."""
        return sum(self.sizes.values())

    def forget(self) -> None:
        self.asked.clear()
        self.complaints.clear()
        self.sizes.clear()

    def open(self, board: str) -> Page:
        self.page.goto(f"{self.stage.settings.boards_url}/{board}")
        return self.page

    def shot(self, name: str) -> None:
        assert self.shots is not None
        self.page.screenshot(path=self.shots / f"{self.name}-{name}.png", full_page=True)

    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))}


def own_hosts(stage: Stage) -> set[str]:
    return {urlsplit(u).netloc for u in (stage.settings.address, stage.settings.boards_url)}
