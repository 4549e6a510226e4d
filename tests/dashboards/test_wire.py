"""What a page moves: all of it packed, kept for good under addresses that change, from our own host, and little."""

from __future__ import annotations

import re
from pathlib import Path

import plotly
import pytest
import requests
from playwright.sync_api import Browser

from dashboards import assets, bundles
from tests.dashboards.conftest import Stage
from tests.dashboards.test_service import CITY, MAP, leave
from tests.dashboards.watched import Watched, own_hosts

FIRST, AGAIN = 1_500_000, 20_000  # bytes


@pytest.mark.browser
def test_a_page_with_controls_and_a_chart_moves_little_once_and_next_to_nothing_again(
    browser: Browser, stage: Stage
) -> None:
    seen = Watched(browser, stage, "city", 1280)
    page = seen.open(CITY)
    page.wait_for_selector(".live .plot .main-svg", timeout=30000)
    page.wait_for_load_state("networkidle")
    sizes = sorted(seen.sizes.items(), key=lambda one: -one[1])
    assert seen.bytes < FIRST, sizes
    assert seen.hosts() <= own_hosts(stage)
    chunks = [u for u in seen.sizes if re.search(r"/static/\w+/(voila|labextensions)/", u)]
    late = [u for u in chunks if not re.search(r"/voila\.js$|/remoteEntry\.\w+\.js$", u)]
    assert not late, f"not in {bundles.CONTROLS.name}: {late}"
    assert len(sizes) <= 14, sizes
    seen.forget()
    page.reload()
    page.wait_for_selector(".live .plot .main-svg", timeout=30000)
    assert seen.bytes < AGAIN, seen.sizes
    seen.context.close()


@pytest.mark.browser
def test_the_one_plotly_speaks_chinese(browser: Browser, stage: Stage) -> None:
    seen = Watched(browser, stage, "city", 1280)
    page = seen.open(CITY)
    page.wait_for_selector(".live .plot .main-svg", timeout=30000)
    assert sum("plotly" in url for url in seen.asked) == 1
    ticks = page.evaluate(
        """async () => {
            const place = document.querySelector(".live .plot");
            const data = [{ type: "scatter", x: ["2026-09-07", "2026-09-08"], y: [1, 2] }];
            await Plotly.newPlot(place, data, { xaxis: { tickformat: "%A", dtick: 86400000 } }, { locale: "zh-CN" });
            return place.querySelector(".xaxislayer-above").textContent;
        }"""
    )
    assert "星期一" in ticks and "星期二" in ticks
    seen.context.close()


def test_the_browsers_plotly_is_the_one_that_the_kernels_plotly_was_made_for() -> None:
    def release(path: Path) -> str:
        found = re.search(r"plotly\.js (?:\(\w+ - minified\) )?v([\d.]+)", path.read_text("utf-8")[:400])
        assert found, path
        return found[1]

    whole = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert release(bundles.PLOTLY) == release(whole)


def test_every_script_in_the_list_is_of_the_installed_version() -> None:
    areas = assets.areas()
    names = [line for line in bundles.CONTROLS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(names) > 50
    gone = [
        n
        for n in names
        if not any((root / n.partition("/")[2]).is_file() for root in areas[n.partition("/")[0]])
    ]
    assert not gone


@pytest.mark.parametrize(("offered", "way"), [("gzip", "gzip"), ("gzip, deflate, br, zstd", "br")])
@pytest.mark.parametrize(
    "name", ["bundles/widgets.js", "bundles/plotly.js", "own/boards.css", "voila/voila.js"]
)
def test_a_file_is_packed_kept_for_good_and_not_sent_twice(
    stage: Stage, name: str, offered: str, way: str
) -> None:
    visitor = stage.visitor("teacher")
    edition = re.search(r"/static/([0-9a-f]{12})/", visitor.board(MAP).text)
    assert edition
    address = f"{stage.settings.boards_internal}/static/{edition[1]}/{name}"
    packed = requests.get(address, headers={"Accept-Encoding": offered}, timeout=30)
    plain = requests.get(address, headers={"Accept-Encoding": "identity"}, timeout=30)
    assert packed.headers["Content-Encoding"] == way and "Content-Encoding" not in plain.headers
    assert packed.content == plain.content and int(packed.headers["Content-Length"]) < 0.6 * len(
        plain.content
    )
    for answer in (packed, plain):
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
    known = {"Accept-Encoding": offered, "If-None-Match": packed.headers["ETag"]}
    again = requests.get(address, headers=known, timeout=30)
    assert again.status_code == 304 and not again.content
    stale = requests.get(address, headers=known | {"If-None-Match": '"another"'}, timeout=30)
    assert stale.status_code == 200


def test_pages_travel_packed_and_are_not_kept(stage: Stage) -> None:
    visitor = stage.visitor("city")
    for board in (MAP, CITY):
        answer = visitor.board(board)
        assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Cache-Control"] == "no-store"
        fetched = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', answer.text)
        assert len(fetched) >= 4 and all(re.match(r"/static/[0-9a-f]{12}/", url) for url in fetched), fetched
    leave(visitor)
