"""The boards in a real Chromium: what is fetched, what is drawn, how it looks at 1280 and at 360 pixels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.dashboards.conftest import Stage
from tests.people import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("LUOJIAO_REQUIRE_BROWSER") == "1":
            pytest.fail("LUOJIAO_REQUIRE_BROWSER=1, and there is no /usr/bin/chromium")
        pytest.skip("BROWSER TESTS OF THE BOARDS SKIPPED: there is no /usr/bin/chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield chromium
        chromium.close()


class Watched:
    """A page, with all that it asked for and complained of."""

    def __init__(self, browser: Browser, stage: Stage, who: str, width: int, shots: Path) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        self.page: Page = self.context.new_page()
        self.stage, self.shots, self.name = stage, shots, f"{who}-{width}"
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.bytes = 0
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("websocket", lambda s: self.asked.append(s.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._count)
        with stage.town.f.work() as work:
            person = work.people.person(stage.town.uids[who])
        assert person is not None
        self.page.goto(f"{stage.settings.address}/login")
        self.page.fill("[name=login]", person.login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_load_state()
        self.forget()

    def _count(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def forget(self) -> None:
        self.asked.clear()
        self.complaints.clear()
        self.bytes = 0

    def open(self, board: str) -> Page:
        self.page.goto(f"{self.stage.settings.boards_url}/{board}")
        return self.page

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.shots / f"{self.name}-{name}.png", full_page=True)

    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))}


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: a folder of this run, or the one that BOARDS_SHOTS names."""
    folder = Path(os.environ.get("BOARDS_SHOTS", "") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("width", [1280, 360])
def test_the_overview_is_drawn_and_one_can_go_down_and_up(
    browser: Browser, stage: Stage, shots: Path, width: int
) -> None:
    seen = Watched(browser, stage, "city", width, shots)
    page = seen.open("city-overview")
    page.wait_for_selector(".live .plot .main-svg", timeout=30000)
    page.wait_for_timeout(600)
    seen.shot("city")
    print("first open", seen.bytes)
    for url in seen.asked:
        print(url)
    print("complaints", seen.complaints)
    assert page.locator(".until-live").count() == 0
    page.select_option(".controls select", label="洛龙区")
    page.wait_for_selector("text=洛龙区第一实验学校")
    page.wait_for_timeout(600)
    seen.shot("unit")
    assert not seen.complaints


@pytest.mark.parametrize("width", [1280, 360])
def test_a_teachers_map_needs_no_script_of_voila(
    browser: Browser, stage: Stage, shots: Path, width: int
) -> None:
    seen = Watched(browser, stage, "teacher", width, shots)
    page = seen.open("my-competencies")
    page.wait_for_selector(".tile")
    page.wait_for_timeout(300)
    seen.shot("competencies")
    print("teacher", seen.bytes, seen.asked, seen.complaints)
    assert not any("voila" in url for url in seen.asked)
