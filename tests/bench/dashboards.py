"""How fast a board opens, what one more viewer costs, what it moves: ``python -m tests.bench.dashboards [--rounds 5] [--viewers 4]``.

The same notebook (controls and one plotly figure) by Voilà as released, by Voilà as released with warm pages
(``preheat_kernel``, whose pages are rendered before anybody asks and so can be nobody's own), and by the boards' service,
with its login and its proxy; in turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.bench import voilas
from tests.bench.voilas import COMPLETE, Voila
from tests.dashboards.watched import ARGS, CHROMIUM

_PATIENCE = 40_000  # milliseconds
_REFILL = 8.0  # seconds that a warm page needs to be made again, with a margin


def rendered(voila: Voila) -> float:
    """Seconds from the request to the whole page."""
    began = time.perf_counter()
    page = voila.ask()
    spent = time.perf_counter() - began
    if COMPLETE not in page or "plotly" not in page or "widget-view" not in page:
        raise RuntimeError(page[-2000:])
    return spent


def at_once(voila: Voila, viewers: int) -> float:
    """Seconds until the last of so many viewers, who ask at the same time, has the whole page."""
    began = time.perf_counter()
    with ThreadPoolExecutor(viewers) as pool:
        list(pool.map(lambda _: rendered(voila), range(viewers)))
    return time.perf_counter() - began


def seen(context: BrowserContext, url: str) -> tuple[float, int]:
    """(seconds until the figure is to be seen, bytes that were moved until the page is quiet) in a browser."""
    page = context.new_page()
    moved: list[int] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: moved.append(int(event["encodedDataLength"])))
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(".main-svg", timeout=_PATIENCE)
    spent = time.perf_counter() - began
    page.wait_for_selector(".widget-slider, .jupyter-widget-slider, .widget-inline-hbox", timeout=_PATIENCE)
    page.wait_for_load_state("networkidle")
    page.close()
    return spent, sum(moved)


def memory(voila: Voila) -> tuple[int, list[int]]:
    """(bytes of the whole family, shared ones weighed once; what each of the family has for itself alone)."""
    found = []
    for process in voila.family():
        try:
            found.append(process.memory_full_info())
        except psutil.NoSuchProcess:
            continue
    return sum(one.pss for one in found), sorted(one.uss for one in found)


def a_viewers_memory(voila: Voila, browser: Browser, viewers: int) -> tuple[float, float]:
    """(MB by which the family grows with one more open page, MB that its kernel has for itself)."""
    contexts = [voila.context(browser) for _ in range(viewers)]
    before, _ = memory(voila)
    known = {process.pid for process in voila.family()}
    for context in contexts:
        page = context.new_page()
        page.goto(voila.url, wait_until="commit")
        page.wait_for_selector(".main-svg", timeout=_PATIENCE)
        page.wait_for_selector(
            ".widget-slider, .jupyter-widget-slider, .widget-inline-hbox", timeout=_PATIENCE
        )
    time.sleep(1)
    after, _ = memory(voila)
    own = [p.memory_full_info().uss for p in voila.family() if p.pid not in known]
    for context in contexts:
        context.close()
    return (after - before) / viewers / 1e6, statistics.median(own) / 1e6


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--viewers", type=int, default=4)
    given = words.parse_args()
    with (
        voilas.stock() as stock,
        voilas.stock("--preheat_kernel=True") as preheated,
        voilas.ours() as ours,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        sides: dict[str, Voila] = {"stock": stock, "stock_preheated": preheated, "ours": ours}
        time.sleep(_REFILL)
        told = measured(sides, browser, given.rounds, given.viewers)
        browser.close()
    a, b = told["seconds"]["stock"], told["seconds"]["ours"]
    line: dict[str, object] = {"bench": "dashboards", "stock": a, "ours": b, "ratio": round(a / b, 1)}
    line["unit"] = "s from the request to the whole page"
    sys.stdout.write(json.dumps(line | {"rounds": given.rounds, "viewers": given.viewers} | told) + "\n")


def measured(
    sides: dict[str, Voila], browser: Browser, rounds: int, viewers: int
) -> dict[str, dict[str, float]]:
    """Every figure, by side."""

    def say(name: str, figure: str) -> None:
        sys.stdout.write(f"{name}: {figure}\n")
        sys.stdout.flush()

    def each(deed: Callable[[Voila], None]) -> None:
        for voila in sides.values():
            deed(voila)
            voila.clear()
        time.sleep(_REFILL)

    each(lambda voila: say("warm-up", f"{rendered(voila):.2f} s"))
    page: dict[str, list[float]] = {name: [] for name in sides}
    first: dict[str, list[float]] = {name: [] for name in sides}
    again: dict[str, list[float]] = {name: [] for name in sides}
    moved: dict[str, list[float]] = {name: [] for name in sides}
    moved_again: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, voila in sides.items():
            page[name].append(rendered(voila))
            voila.clear()
        say("whole page, s", ", ".join(f"{name} {times[-1]:.2f}" for name, times in page.items()))
        time.sleep(_REFILL)
    for _ in range(max(1, rounds // 2)):
        for name, voila in sides.items():
            context = voila.context(browser)
            for times, sizes in ((first, moved), (again, moved_again)):
                spent, size = seen(context, voila.url)
                times[name].append(spent)
                sizes[name].append(size / 1e6)
                time.sleep(_REFILL if name == "stock_preheated" else 1)
            context.close()
            voila.clear()
        say("figure seen, s", ", ".join(f"{n} {first[n][-1]:.2f} then {again[n][-1]:.2f}" for n in sides))
        say("moved, MB", ", ".join(f"{n} {moved[n][-1]:.2f} then {moved_again[n][-1]:.3f}" for n in sides))
    together = {}
    for name, voila in sides.items():
        together[name] = at_once(voila, viewers)
        say(f"{viewers} at once", f"{name} {together[name]:.2f} s")
        voila.clear()
        time.sleep(_REFILL)
    grown, own = {}, {}
    for name, voila in sides.items():
        if name != "stock_preheated":  # a kernel as stock's, and one more that waits
            grown[name], own[name] = a_viewers_memory(voila, browser, viewers)
            say("a viewer, MB", f"{name} {grown[name]:.1f}, of them its kernel alone {own[name]:.1f}")

    def middle(found: dict[str, list[float]], digits: int) -> dict[str, float]:
        return {name: round(statistics.median(all_), digits) for name, all_ in found.items()}

    return {
        "seconds": middle(page, 3),
        "seen": middle(first, 2),
        "seen_again": middle(again, 2),
        "moved_mb": middle(moved, 3),
        "moved_again_mb": middle(moved_again, 3),
        "at_once": {name: round(spent, 2) for name, spent in together.items()},
        "viewer_mb": {name: round(size, 1) for name, size in grown.items()},
        "kernel_mb": {name: round(size, 1) for name, size in own.items()},
    }


if __name__ == "__main__":
    main()
