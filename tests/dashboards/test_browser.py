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


def own_hosts(stage: Stage) -> set[str]:
    return {urlsplit(u).netloc for u in (stage.settings.address, stage.settings.boards_url)}


@pytest.mark.parametrize("width", [1280, 360])
def test_an_official_goes_down_to_a_school_and_up_again(
    browser: Browser, stage: Stage, shots: Path, width: int
) -> None:
    seen = Watched(browser, stage, "city", width, shots)
    page = seen.open("city-overview")
    page.wait_for_selector(".live .plot .main-svg", timeout=30000)
    assert page.locator(".until-live").count() == 0 and page.locator("#asleep").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    seen.shot("1-city")
    first = seen.bytes
    page.click(".controls button:has-text('已报名')")
    page.wait_for_selector("text=已报名人数占在册教师，差距大的在前")
    page.select_option(".controls select", label="洛龙区")
    page.wait_for_selector(".live table >> text=洛龙区第一实验学校")
    page.wait_for_selector(".live .plot .main-svg")
    seen.shot("2-unit")
    page.select_option(".controls select", label="洛龙区第一实验学校")
    page.wait_for_selector(".live .caption:has-text('洛龙区第一实验学校')")
    assert page.locator(".controls select").is_hidden(), "there is nothing below a school"
    seen.shot("3-school")
    page.click(".trail button:has-text('洛阳市')")
    page.wait_for_selector(".live table >> text=偃师区")
    assert seen.hosts() <= own_hosts(stage), seen.hosts() - own_hosts(stage)
    assert not seen.complaints
    assert first < 3_000_000
    seen.forget()
    page.reload()
    page.wait_for_selector(".live .plot .main-svg", timeout=30000)
    assert seen.bytes < 20_000, "what was fetched once is not fetched again"
    seen.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_teachers_map_needs_no_script_of_voila_and_no_socket(
    browser: Browser, stage: Stage, shots: Path, width: int
) -> None:
    seen = Watched(browser, stage, "teacher", width, shots)
    page = seen.open("my-competencies")
    page.wait_for_selector(".tile.certified")
    assert page.locator("#loading").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    seen.shot("1-map")
    assert not any("voila" in url or url.startswith("ws") for url in seen.asked)
    assert seen.hosts() <= own_hosts(stage) and not seen.complaints
    assert seen.bytes < 30_000
    seen.context.close()


def test_a_page_whose_kernel_has_gone_says_that_it_sleeps(
    browser: Browser, stage: Stage, shots: Path
) -> None:
    seen = Watched(browser, stage, "county", 1280, shots)
    page = seen.open("city-overview")
    page.wait_for_selector(".live .table", timeout=30000)
    other = seen.context.new_page()
    other.goto(f"{stage.settings.address}/password")
    other.click("text=退出")
    page.wait_for_selector("#asleep:visible", timeout=16000)
    seen.shot("4-asleep")
    assert "涧西区" in page.inner_text("main"), "the numbers stay readable"
    page.click("#asleep >> text=重新打开")
    page.wait_for_selector("[name=password]")
    seen.context.close()
