"""The boards in a real Chromium: what is drawn, how it looks at 1280 and at 360 pixels."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.dashboards.conftest import Stage
from tests.dashboards.watched import Watched, own_hosts

pytestmark = pytest.mark.browser


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
