"""The release button of an instructor: what it says before, while and after the gates, in a real browser."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from hub.journey import study
from hub.journey.ports import Fittings
from hub.wiring import FolderCatalogue, ReleaseGates
from tests.example_course import COURSE, KEY, WEAK, write_course
from tests.people import CITY, PASSWORD
from tests.portal.conftest import Site
from tests.walk.conftest import CHROMIUM, FLAGS, SHOTS


@pytest.fixture
def f(f: Fittings, tmp_path: Path) -> Fittings:
    """The house with one course, whose only test cell is weak."""
    return replace(f, catalogue=FolderCatalogue(write_course(tmp_path, WEAK)), gates=ReleaseGates())


@pytest.fixture
def run(site: Site) -> str:
    f, now = site.town.f, site.town.f.clock.now()
    ends = now + timedelta(days=30)
    return study.open_run(f, site.town.actor("instructor"), COURSE, "一班", CITY, now, ends).id


@pytest.fixture
def browser() -> Browser:  # type: ignore[misc]
    if not Path(CHROMIUM).exists():
        message = "no Chromium at /usr/bin/chromium: the browser tests are skipped"
        if os.environ.get("LUOJIAO_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_an_instructor_is_told_before_and_gets_the_reasons_when_a_release_is_refused(
    site: Site, run: str, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    base = f"http://{urlsplit(site.settings.address).netloc}"
    page.goto(f"{base}/login")
    page.fill("input[name=login]", site.town.actor("instructor").login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.goto(f"{base}/teach/{run}")
    card = page.locator(f"#{KEY}")
    expect(card).to_contain_text("检查等级 A")
    expect(card).to_contain_text("分数作为发证的依据")
    expect(card).to_contain_text("请不要关闭页面")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"release-before-{width}.png", full_page=True)
    card.locator("input[name=attempts]").fill("7")
    card.get_by_role("button", name="发布").click(timeout=120_000)
    expect(page.get_by_role("alert")).to_contain_text("给空洞的答案付了满分", timeout=120_000)
    expect(page.get_by_role("alert")).to_contain_text("release.gates")
    expect(card.locator("input[name=attempts]")).to_have_value("7")  # what was typed is kept
    expect(card).to_contain_text("未发布")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=SHOTS / f"release-refused-{width}.png", full_page=True)
    page.close()


def test_what_bears_on_no_certificate_says_so_and_is_released(site: Site, tmp_path: Path, run: str) -> None:
    write_course(tmp_path, "assert 'def' in In[-1]", framework="themes2014")
    vars(site.town.f.catalogue).pop("_courses", None)  # read anew
    visitor = site.visitor("instructor")
    page = visitor.get(f"/teach/{run}").text
    assert "检查等级 C" in page
    assert "仅供练习，不作为发证的依据" in page
    answer = visitor.post(
        f"/teach/{run}/{KEY}/release",
        {"opens": "2026-11-23T09:00", "due": "2026-11-30T09:00", "grace": "10", "attempts": "3"},
    )
    assert answer.status_code == 302
