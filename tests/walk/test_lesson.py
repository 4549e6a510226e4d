"""A lesson in a real browser: how little it moves, what it can show, and how a room goes to rest without losing anything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from courses.loader import load_catalogue
from tests.walk.conftest import House, Someone, kernel_is_idle, save_notebook

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
RUN = "run-demo-now"
TASK = load_catalogue()["it2-data-literacy"].assignments[0]
# Bytes over the line. On a fresh platform: files are pressed harder after they were first asked for (bench-network).
FIRST, AGAIN = 2_100_000, 160_000


@pytest.fixture
def teacher(house: House, someone: Callable[..., Someone]) -> Someone:
    """Somebody in front of the first lesson's page."""
    person = someone("learner")
    person.sign_in(house.account("教师"))
    person.go("/courses")
    if person.page.get_by_role("button", name="报名").count():
        person.press("报名")
    person.go(f"/learn/{RUN}/{TASK.key}")
    return person


def open_lesson(person: Someone) -> Page:
    person.press("打开作业")
    person.page.wait_for_url(re.compile("/notebooks/"), timeout=60_000)
    expect(person.page.locator(".jp-Notebook .jp-Cell:visible").first).to_be_visible(timeout=60_000)
    kernel_is_idle(person.page)
    return person.page


def new_cell(page: Page, code: str) -> None:
    """A new cell at the end of the lesson, run."""
    page.locator(".jp-Notebook .jp-Cell:visible").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


@contextmanager
def slow_save(page: Page) -> Iterator[None]:
    """A save on a bad line: what is done inside happens before the answer has come back."""
    held: list[Route] = []
    page.route("**/api/contents/**", lambda r: held.append(r) if r.request.method == "PUT" else r.continue_())
    page.keyboard.press("Control+s")
    while not held:
        page.wait_for_timeout(50)
    yield
    for one in held:
        one.continue_()
    page.unroute("**/api/contents/**")


def test_a_lesson_moves_little_once_and_next_to_nothing_again(teacher: Someone) -> None:
    line = teacher.page.context.new_cdp_session(teacher.page)
    line.send("Network.enable")
    moved: dict[str, float] = {}
    names: dict[str, str] = {}
    line.on(
        "Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]})
    )
    line.on(
        "Network.loadingFinished", lambda told: moved.update({told["requestId"]: told["encodedDataLength"]})
    )

    def largest() -> list[Any]:
        return sorted(((round(size), names[key]) for key, size in moved.items()), reverse=True)[:12]

    page = open_lesson(teacher)
    page.wait_for_load_state("networkidle")
    assert sum(moved.values()) < FIRST, largest()
    moved.clear()
    page.reload()
    expect(page.locator(".jp-Notebook .jp-Cell:visible").first).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert sum(moved.values()) < AGAIN, largest()


def test_figures_and_controls_work_in_a_lesson(teacher: Someone) -> None:
    page = open_lesson(teacher)
    new_cell(page, "import plotly.express as px\npx.bar(x=['一', '二'], y=[1, 2], title='图')")
    expect(page.locator(".luojiao-plot .main-svg").first).to_be_visible(timeout=60_000)
    new_cell(page, "import ipywidgets\nipywidgets.interact(lambda 速度: print('速度是', 速度), 速度=(0, 9));")
    slider = page.locator(".widget-interact .noUi-base").first
    expect(page.locator(".widget-interact .jp-OutputArea-output").first).to_have_text(re.compile("速度是 4"))
    slider.click(position={"x": 2, "y": 2})
    expect(page.locator(".widget-interact .jp-OutputArea-output").first).to_have_text(re.compile("速度是 0"))
    new_cell(page, "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.title('洛阳'); plt.show()")
    expect(page.locator(".jp-OutputArea img[src^='data:image/png']").last).to_be_visible(timeout=60_000)


def test_a_page_that_nobody_touches_keeps_the_work_says_so_and_goes_to_rest(
    house: House, teacher: Someone
) -> None:
    page = open_lesson(teacher)
    save_notebook(page)
    page.locator(".jp-Notebook .jp-Cell:visible").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    with slow_save(page):
        page.keyboard.insert_text("没有保存的一行 = 1")
        expect(page.get_by_text("没有保存的一行").first).to_be_visible()
    told = json.loads(page.locator("#jupyter-config-data").inner_text())
    key = f"luojiao-touched:{told['baseUrl']}"
    set_back = "([key, seconds]) => localStorage.setItem(key, String(Date.now() - seconds * 1000))"
    page.evaluate(set_back, [key, told["roomIdleSeconds"] - 120])
    notice = page.locator("#luojiao-rest")
    expect(notice).to_contain_text("2 分钟后学习环境将休息。打开的文件已经保存。", timeout=45_000)
    teacher.picture("17-room-will-rest", whole=False)
    login = house.account("教师")["login"]
    kept = next(house.settings.homes_dir.joinpath(login).rglob(TASK.release_name(TASK.source)))
    assert "没有保存的一行" in kept.read_text("utf-8")
    page.mouse.move(300, 300)
    page.mouse.move(320, 320)
    expect(notice).to_be_hidden()
    page.evaluate(set_back, [key, told["roomIdleSeconds"] + 1])
    page.wait_for_url(re.compile(r"/resting\?to="), timeout=45_000)
    teacher.picture("18-room-rests")
    teacher.press("继续学习")
    page.wait_for_url(re.compile("/notebooks/"), timeout=60_000)
    expect(page.locator(".jp-Notebook .jp-Cell:visible").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("没有保存的一行").first).to_be_visible()
