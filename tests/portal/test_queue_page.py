"""The operator's page of the grading queue and the learner's phase times, over HTTP and in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hub.domain.submission import State
from hub.journey import assess, lease, study
from hub.journey.lease import Holder
from hub.portal.forms import span
from tests.assess.hand import NOTEBOOK, HandJudge
from tests.conftest import HandClock
from tests.people import FIRST, PASSWORD, SECOND
from tests.portal.conftest import Site
from tests.walk.conftest import CHROMIUM, FLAGS, SHOTS


def hand_in(site: Site, run: str, who: str = "teacher", key: str = FIRST) -> str:
    town = site.town
    names = study.files_for(town.f, town.actor(who), run, key)
    name = next(n for n in names if n.endswith(".ipynb"))
    return study.submit(town.f, town.actor(who), run, key, {name: NOTEBOOK}).id


@pytest.fixture
def run(site: Site) -> str:
    made = site.town.run()
    for who in ("teacher", "colleague"):
        study.enrol(site.town.f, site.town.actor(who), made)
    for key in (FIRST, SECOND):
        site.town.released(made, key)
    return made


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of the first form that leads to ``action``."""
    form = re.search(rf'<form method="post" action="{action}">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', form.group(1)))


def test_the_operator_sees_numbers_and_reasons_and_nobodys_name(
    site: Site, run: str, clock: HandClock
) -> None:
    visitor = site.visitor("sys_admin")
    assert "都评成了" in visitor.get("/queue").text
    made = hand_in(site, run)
    clock.pass_(seconds=400)
    page = visitor.get("/queue").text
    assert "最早的一份已经等了 6 分 40 秒" in page
    assess.give_up(site.town.f, made, "walls.setup")
    page = visitor.get("/queue").text
    assert "walls.setup" in page and "luojiao doctor" in page and "秋季第1期" in page
    learner = site.town.actor("teacher")
    for secret in (learner.name, learner.login, learner.uid):
        assert secret not in page


def test_one_dead_letter_or_all_of_them_go_back_to_the_queue(site: Site, run: str) -> None:
    visitor = site.visitor("sys_admin")
    made = [hand_in(site, run), hand_in(site, run, "colleague"), hand_in(site, run, key=SECOND)]
    for one in made:
        assess.give_up(site.town.f, one, "worker.lost")
    fields = form_of(visitor.get("/queue").text, "/queue/retry")
    assert fields["submission"] in made
    answer = visitor.post("/queue/retry", fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/queue?done=1")
    assert "已让 1 份重新排队" in visitor.get("/queue?done=1").text
    again = visitor.post("/queue/retry", fields)
    assert again.status_code == 409 and "刷新" in again.text and "没有评成的提交" in again.text
    answer = visitor.post("/queue/retry-all")
    assert answer.headers["Location"] == "/queue?done=2"
    page = visitor.get("/queue").text
    assert "都评成了" in page and 'http-equiv="refresh"' in page
    with site.town.f.work() as work:
        assert {work.study.submission(one).state for one in made} == {State.QUEUED}  # type: ignore[union-attr]


def test_a_forged_or_foreign_form_sets_nothing_going(site: Site, run: str) -> None:
    assess.give_up(site.town.f, hand_in(site, run), "worker.lost")
    admin = site.visitor("sys_admin")
    answer = admin.session.post(site.base + "/queue/retry-all", data={}, allow_redirects=False, timeout=10)
    assert answer.status_code == 403
    for who in ("teacher", "instructor", "city", "registrar"):
        assert site.visitor(who).post("/queue/retry-all").status_code == 403
    assert "已让" not in admin.get("/queue?done=<script>").text


def test_a_learner_reads_how_long_each_phase_took(site: Site, run: str, clock: HandClock) -> None:
    f, visitor = site.town.f, site.visitor("teacher")
    made = hand_in(site, run)
    clock.pass_(seconds=2)
    page = visitor.get(f"/learn/{run}/{FIRST}").text
    assert "已排队 2.0 秒" in page and 'http-equiv="refresh"' in page

    class Slow(HandJudge):
        def __call__(self, *given: object):  # type: ignore[no-untyped-def]
            clock.pass_(seconds=1.25)
            seen.append(visitor.get(f"/learn/{run}/{FIRST}").text)
            return super().__call__(b"", b"", {})

    seen: list[str] = []
    assess.autograde(replace(f, judge=Slow(f)), made)
    assert "排队 2.0 秒 · 已评阅 1.2 秒" in seen[0]
    page = visitor.get(f"/learn/{run}/{FIRST}").text
    assert "排队 2.0 秒 · 评阅 1.2 秒" in page and "完成" in page
    assert 'http-equiv="refresh"' not in page


def test_a_learner_whose_grading_is_tried_again_is_told_that_the_work_is_safe(
    site: Site, run: str, clock: HandClock
) -> None:
    f, visitor = site.town.f, site.visitor("teacher")
    made = hand_in(site, run)
    held = lease.take(f, Holder("one"), made)
    assert held is not None
    lease.let_go(f, held, "grader.failed")
    clock.pass_(seconds=75)
    page = visitor.get(f"/learn/{run}/{FIRST}").text
    assert "正在自动重试（已试 1 次）" in page and "已排队 1 分 15 秒" in page
    assert "grader.failed" not in page


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 秒"),
        (9.94, "9.9 秒"),
        (10, "10 秒"),
        (59.4, "59 秒"),
        (60, "1 分 0 秒"),
        (3725, "1 小时 2 分"),
    ],
)
def test_a_span_is_read_at_a_glance(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("LUOJIAO_REQUIRE_BROWSER"):
            pytest.fail("no Chromium")
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def opened(browser: Browser, site: Site, who: str, width: int, path: str) -> Page:
    """A page as somebody sees it who has just signed in."""
    page = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()
    page.goto(site.settings.address + "/login")
    page.get_by_label("账号").fill(site.town.actor(who).login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    page.goto(site.settings.address + path)
    assert urlsplit(page.url).path == path
    return page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_fits_its_screen_and_its_buttons_work(
    site: Site, run: str, clock: HandClock, browser: Browser, width: int
) -> None:
    f = site.town.f
    SHOTS.mkdir(parents=True, exist_ok=True)
    made = [hand_in(site, run), hand_in(site, run, "colleague"), hand_in(site, run, key=SECOND)]
    page = opened(browser, site, "sys_admin", width, "/queue")
    page.screenshot(path=SHOTS / f"queue-waiting-{width}.png", full_page=True)
    clock.pass_(seconds=3)
    graded = hand_in(site, run)
    clock.pass_(seconds=2.4)
    assess.autograde(replace(f, judge=HandJudge(f)), graded)
    clock.pass_(seconds=340)
    for one, reason in zip(made, ("worker.lost", "source.invalid", "walls.setup"), strict=True):
        lease.take(f, Holder("one"), one)
        assess.give_up(f, one, reason)
    hand_in(site, run, "colleague", SECOND)
    clock.pass_(seconds=320)
    page.reload()
    page.screenshot(path=SHOTS / f"queue-{width}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, wide
    page.get_by_role("button", name="重新评阅：").first.click()
    expect(page.locator("body")).to_contain_text("已让 1 份重新排队")
    page.get_by_role("button", name="全部重新评阅").click()
    expect(page.locator("body")).to_contain_text("已让 2 份重新排队")
    page.screenshot(path=SHOTS / f"queue-done-{width}.png", full_page=True)
    learner = opened(browser, site, "teacher", width, f"/learn/{run}/{FIRST}")
    learner.screenshot(path=SHOTS / f"phases-{width}.png", full_page=True)
    page.context.close()
    learner.context.close()
