"""What a room's pages fetch and from where, in a real room: little, from the one address of all rooms, from nobody else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from running import Platform

from hub.assets import shelf
from hub.room.pages import from_assets

LEARNER = "t45678901"


@pytest.fixture(scope="module")
def learner(platform: Platform) -> dict[str, Any]:
    return platform.open_room(LEARNER)


def page(platform: Platform, path: str) -> tuple[str, dict[str, Any]]:
    """The text of a page and what it tells its scripts."""
    text = platform.room(LEARNER, path).text
    found = re.search(r'id="jupyter-config-data" type="application/json"\s*>(.*?)</script>', text, re.S)
    assert found
    return text, json.loads(found.group(1))


@pytest.mark.parametrize("path", ["tree", "lab"])
def test_pages_take_their_scripts_from_the_one_address(platform: Platform, learner: Any, path: str) -> None:
    text, told = page(platform, path)
    assets = f"{platform.settings.address}/assets/{shelf.edition()}"
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', text)
    assert scripts
    assert all(script.startswith(assets + "/") for script in scripts)
    for script in scripts:
        _, _, area, name = (
            script.removeprefix(platform.settings.address).lstrip("/").split("?")[0].split("/", 3)
        )
        assert shelf.find(area, name), script
    assert told["fullStaticUrl"].startswith(assets + "/")
    for one in told["federated_extensions"]:
        assert shelf.find("labextensions", f"{one['name']}/{one['load']}"), one


def test_every_address_in_a_page_is_our_own(platform: Platform, learner: Any) -> None:
    for path in ("tree", "lab"):
        text, _ = page(platform, path)
        hosts = set(re.findall(r"""(?:src|href)=["']?(?:https?:)?//([^/"'?]+)""", text))
        assert all(host.split(":")[0].endswith("localhost") for host in hosts), hosts


def test_a_lesson_leaves_out_what_lessons_do_not_need(platform: Platform, learner: Any) -> None:
    names = {one["name"] for one in page(platform, "tree")[1]["federated_extensions"]}
    assert {"@jupyter/nbgrader", "@jupyter-widgets/jupyterlab-manager", "@luojiao/plots"} <= names
    assert not {"jupyterlab-plotly", "@voila-dashboards/jupyterlab-preview"} & names


def test_the_words_are_those_of_what_is_shown(platform: Platform, learner: Any) -> None:
    told = platform.room(LEARNER, "lab/api/translations/zh_CN")
    assert set(told.json()["data"]) <= {"jupyterlab", "notebook", "nbgrader", "jupyterlab_widgets"}
    assert len(told.json()["data"]["notebook"]) > 20


def test_a_room_without_the_one_address_serves_its_own_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROOM_ASSETS", raising=False)
    told: dict[str, Any] = {"fullStaticUrl": "/user/a/static/notebook", "federated_extensions": []}
    told["federated_extensions"] = [{"name": "jupyterlab-plotly", "load": "x.js"}]
    assert from_assets(dict(told)) == told
