"""What a lesson costs on a thin line: ``python -m tests.bench.network [--rounds 3] [--class 40]``.

One learner in Chromium at 4 Mbit/s and 40 ms, the first time and again, in JupyterLab as released, in JupyterLab with its
documented compression, and in the platform's lesson; the same for a board. Then a class that opens the lesson at the same
time over one line of 5 Mbit/s (``tests.bench.school``), with and without a caching proxy in the school: it fetches what the
browser fetched before, for each learner under their own address. Rooms are open before any clock starts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright

from courses.loader import load_catalogue
from courses.release import build_release
from hub.operations.processes import belonging
from tests.bench import hubs, school, voilas
from tests.bench.line import Line, Opening, script
from tests.dashboards.watched import ARGS, CHROMIUM

MBIT, DELAY = 4.0, 40.0
CLASS_MBIT = 5.0
COMPRESSED = "--ServerApp.tornado_settings={'compress_response': True}"
BOARD = (".main-svg", ".widget-slider, .jupyter-widget-slider, .widget-inline-hbox")
Sides = dict[str, dict[str, Any]]


def lesson() -> tuple[str, Any]:
    """Name and content of the lesson that everybody opens: the catalogue's first, as it is released."""
    task = load_catalogue()["it2-data-literacy"].assignments[0]
    name = task.release_name(task.source)
    return name, json.loads(build_release(task)[name])


def has_lesson(hub: hubs.Hub, login: str, name: str, content: Any) -> None:
    """An open room in which the lesson lies."""
    hubs.opened(hub, login)
    body = {"type": "notebook", "format": "json", "content": content}
    hub.ask(login, f"api/contents/{name}", "PUT", json=body).raise_for_status()


def learns(browser: Browser, hub: hubs.Hub, login: str, name: str) -> tuple[Opening, Opening]:
    """A new browser's first and second opening of the lesson."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.goto(hub.page("/hub/login?next=%2Fhub%2Fhome"))
    page.fill("[name=username]", login)
    page.fill("[name=password]", "open")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/hub/home")
    page.close()
    found = []
    for _ in range(2):
        page = context.new_page()
        found.append(Line(page, MBIT, DELAY).opens(hub.lesson(login, name)))
        page.close()
    context.close()
    return found[0], found[1]


def told(first: list[Opening], again: list[Opening]) -> dict[str, Any]:
    """Medians over the rounds."""

    def middle(of: Callable[[Opening], float], all_: list[Opening], digits: int = 2) -> float:
        return round(statistics.median(of(one) for one in all_), digits)

    return {
        "first_s": middle(lambda one: one.ready, first),
        "first_seen_s": middle(lambda one: one.seen, first),
        "first_mb": middle(lambda one: one.moved / 1e6, first),
        "again_s": middle(lambda one: one.ready, again),
        "again_mb": middle(lambda one: one.moved / 1e6, again, 3),
    }


def lessons(
    browser: Browser, hub: hubs.Hub, side: str, rounds: int, size: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(one learner's figures, the class's) of one side."""
    name, content = lesson()
    has_lesson(hub, "warmup", name, content)
    fresh, _ = learns(browser, hub, "warmup", name)
    if isinstance(hub, hubs.Ours):
        pressed(hub)
    firsts, seconds = [], []
    for number in range(rounds):
        login = f"net{number:03d}"
        has_lesson(hub, login, name, content)
        first, again = learns(browser, hub, login, name)
        firsts.append(first)
        seconds.append(again)
        say(f"{side}: {first.ready:.1f} s, {first.moved / 1e6:.2f} MB; again {again.ready:.1f} s")
    one = told(firsts, seconds)
    if isinstance(hub, hubs.Ours):
        one["before_pressing_mb"] = round(fresh.moved / 1e6, 2)
    return one, a_class(hub, side, script(firsts[-1]), f"net{rounds - 1:03d}", name, content, size)


def pressed(hub: hubs.Ours) -> None:
    """Once in a platform's life its files are pressed small, in the background, after the first time they were asked for."""
    quiet = 0
    while quiet < 10:
        busy = any(map(_presses, belonging(hub.platform.settings.home)))
        quiet = 0 if busy else quiet + 1
        time.sleep(0.3)


def _presses(process: psutil.Process) -> bool:
    try:
        return "hub.assets.press" in " ".join(process.cmdline())
    except psutil.Error:  # it has ended meanwhile
        return False


def a_class(
    hub: hubs.Hub, side: str, rows: list[dict[str, Any]], pattern: str, name: str, content: Any, size: int
) -> dict[str, Any]:
    """What a class of ``size`` waits for its lesson over one line."""
    if not size:
        return {}
    if lacking := school.missing():
        return {"skipped": lacking}
    logins = [f"all{n:03d}" for n in range(size)]
    for login in logins:
        has_lesson(hub, login, name, content)
    each = [[row | {"url": row["url"].replace(pattern, login)} for row in rows] for login in logins]
    names = ["portal.localhost", "hub.localhost", *(f"{login}.hub.localhost" for login in logins)]
    found: dict[str, Any] = {"learners": size, "requests_each": len(rows)}
    token = hub.headers["Authorization"].partition(" ")[2]
    with school.school(CLASS_MBIT, hub.port, names) as place:
        found["plain"] = place.fetch(each, token, None)
        say(f"{side}: class of {size}: {found['plain']}")
        if not school.has_cache():
            found["cached"] = {"skipped": "needs squid"}
        else:
            with place.cache() as proxy:
                found["cached"] = place.fetch(each, token, proxy)
            say(f"{side}: class of {size} behind a cache: {found['cached']}")
    for login in logins:
        hub.api("DELETE", f"/users/{login}/server")
    return found


def boards(browser: Browser, voila: voilas.Voila, rounds: int) -> dict[str, Any]:
    """One viewer's figures of one side."""
    firsts, seconds = [], []
    for number in range(rounds + 1):
        context = voila.context(browser)
        for found in (firsts, seconds):
            page = context.new_page()
            opening = Line(page, MBIT, DELAY).opens(voila.url, *BOARD)
            if number:  # the very first one warms
                found.append(opening)
            page.close()
        context.close()
        voila.clear()
    return told(firsts, seconds)


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--class", type=int, default=40, dest="size")
    words.add_argument("--class-of-stock", type=int, default=-1, help="as many as ours unless told otherwise")
    given = words.parse_args()
    of_stock = given.size if given.class_of_stock < 0 else given.class_of_stock
    one: Sides = {}
    many: Sides = {}
    board: Sides = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        with hubs.ours("portal") as ours:
            one["ours"], many["ours"] = lessons(browser, ours, "ours", given.rounds, given.size)
        for side, more in (("stock", ()), ("stock_compressed", (COMPRESSED,))):
            with hubs.stock(*more) as stock:
                one[side], many[side] = lessons(browser, stock, side, given.rounds, of_stock)
        with voilas.stock() as voila:
            board["stock"] = boards(browser, voila, given.rounds)
        with voilas.ours() as ours_boards:
            board["ours"] = boards(browser, ours_boards, given.rounds)
        browser.close()
    a, b = one["stock"]["first_s"], one["ours"]["first_s"]
    line: dict[str, Any] = {"bench": "network", "stock": a, "ours": b, "ratio": round(a / b, 1)}
    line["unit"] = f"s until a lesson can be run, first time, {MBIT:g} Mbit/s and {DELAY:g} ms"
    line |= {"rounds": given.rounds, "lesson": one, "board": board, "class": many, "class_mbit": CLASS_MBIT}
    say(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
