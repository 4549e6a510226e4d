"""/assets over HTTP: published software for anybody, for a year, as small as it goes, and nothing else of the machine."""

from __future__ import annotations

import asyncio
import gzip
import time
from pathlib import Path

import brotli
import pytest
import requests

from hub.assets import shelf
from hub.assets.packing import Packing, accepted
from tests.portal.conftest import Site


def some_script() -> str:
    """A file of the installed Notebook, as a page names it."""
    folder = shelf.AREAS["notebook"][0]
    return max(folder.glob("*.js"), key=lambda one: one.stat().st_size < 200_000 and one.stat().st_size).name


def fetch(site: Site, path: str, accepts: str = "gzip") -> requests.Response:
    with requests.get(
        f"{site.base}/assets/{path}", headers={"Accept-Encoding": accepts}, timeout=20, stream=True
    ) as answer:
        answer._content = answer.raw.read(decode_content=False)  # as it went over the line
        return answer


def test_a_file_is_anybodys_for_a_year_and_arrives_whole(site: Site) -> None:
    name = some_script()
    whole = (shelf.AREAS["notebook"][0] / name).read_bytes()
    answer = fetch(site, f"{shelf.edition()}/notebook/{name}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
    assert "Set-Cookie" not in answer.headers  # a school's cache keeps what is nobody's
    assert gzip.decompress(answer.content) == whole
    assert len(answer.content) < len(whole) / 2
    assert fetch(site, f"{shelf.edition()}/notebook/{name}", "identity").content == whole


def test_a_file_is_pressed_harder_after_it_was_first_asked_for(site: Site) -> None:
    name = some_script()
    whole = (shelf.AREAS["notebook"][0] / name).read_bytes()
    path = f"{shelf.edition()}/notebook/{name}"
    first = len(fetch(site, path).content)
    deadline = time.monotonic() + 120
    while fetch(site, path, "br").headers.get("Content-Encoding") != "br":
        assert time.monotonic() < deadline
        time.sleep(0.5)
    small = fetch(site, path, "gzip, deflate, br")
    assert brotli.decompress(small.content) == whole
    harder = fetch(site, path)
    assert gzip.decompress(harder.content) == whole
    assert len(small.content) < len(harder.content) <= first


@pytest.mark.parametrize(
    "path",
    [
        "{edition}/notebook/%2e%2e/%2e%2e/%2e%2e/settings.py",
        "{edition}/notebook//etc/passwd",
        "{edition}/notebook/%2fetc%2fpasswd",
        "{edition}/labextensions/..%2f..%2fjupyter%2fjupyter_server_config.json",
        "{edition}/secrets/database",
        "{edition}/notebook/",
        "{edition}/notebook/no-such-file.js",
        "{edition}/notebook/%00",
        "000000000000/notebook/no-such-file.js",
    ],
)
def test_nothing_but_the_files_of_the_areas_is_given_out(site: Site, path: str) -> None:
    answer = fetch(site, path.format(edition=shelf.edition(), script=some_script()))
    assert answer.status_code == 404
    assert "max-age=31536000" not in answer.headers.get("Cache-Control", "")


def test_a_room_that_outlived_an_upgrade_still_finds_files_that_nobody_keeps(site: Site) -> None:
    """Another edition's address answers with this one's content, which must not be kept for a year under that name."""
    answer = fetch(site, f"000000000000/notebook/{some_script()}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("package", ["plotly.js-cartesian-dist-min", "@jupyter/nbgrader"])
def test_another_version_of_what_is_served_is_another_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    before = shelf.edition.__wrapped__()
    here = next(
        root / package for root in (shelf._NODE, shelf._DATA / "labextensions") if (root / package).exists()
    )
    upgraded = tmp_path / "upgraded" / package
    upgraded.mkdir(parents=True)
    told = (here / "package.json").read_text("utf-8")
    (upgraded / "package.json").write_text(told.replace('"version": "', '"version": "9'), "utf-8")
    if package.startswith("@"):
        monkeypatch.setattr(shelf, "_DATA", tmp_path / "data")
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "labextensions").symlink_to(tmp_path / "upgraded")
    else:
        monkeypatch.setitem(shelf.AREAS, "plotly", (upgraded, *shelf.AREAS["plotly"][1:]))
    assert shelf.edition.__wrapped__() != before


def test_a_link_that_leads_out_of_an_area_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "area").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "area" / "mine.js").write_text("mine")
    (tmp_path / "area" / "link.js").symlink_to(tmp_path / "secret.js")
    monkeypatch.setitem(shelf.AREAS, "notebook", (tmp_path / "area",))
    assert shelf.find("notebook", "mine.js") == tmp_path / "area" / "mine.js"
    assert shelf.find("notebook", "link.js") is None


@pytest.mark.parametrize(
    ("header", "ways"),
    [
        ("gzip, deflate, br", {"br", "gzip"}),
        ("gzip;q=1.0, br;q=0", {"gzip"}),
        ("GZIP", {"gzip"}),
        ("x-bright", set()),
        ("*", set()),
        ("", set()),
    ],
)
def test_what_a_browser_accepts_is_read_as_it_is_meant(header: str, ways: set[str]) -> None:
    assert set(accepted(header)) == ways


def test_what_was_pressed_is_kept_for_the_next_start(tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_text("let a = 1;\n" * 1000)

    async def until_pressed() -> bytes:
        packing = Packing(tmp_path / "kept")
        while True:
            way, body = await packing.packed(script, "br")
            if way == "br":
                return body
            await asyncio.sleep(0.1)

    async def at_once() -> tuple[str, bytes]:
        return await Packing(tmp_path / "kept").packed(script, "br")

    assert asyncio.run(at_once()) != ("br", asyncio.run(until_pressed()))
    way, body = asyncio.run(at_once())
    assert way == "br"
    assert brotli.decompress(body) == script.read_bytes()
