"""What a room's pages fetch and from where, in a real room: little, from the one address of all rooms, from nobody else."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from nbconvert.exporters.base import get_exporter
from running import Platform, until
from talking import V1, Kernel

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


def test_the_debugger_is_in_jupyterlab_and_not_in_a_lesson(platform: Platform, learner: Any) -> None:
    off = {view: page(platform, view)[1]["disabledExtensions"] for view in ("tree", "lab")}
    assert "@jupyterlab/debugger-extension" in off["tree"]
    assert "@jupyterlab/debugger-extension" not in off["lab"]


def test_the_words_are_those_of_what_is_shown(platform: Platform, learner: Any) -> None:
    told = platform.room(LEARNER, "lab/api/translations/zh_CN")
    assert set(told.json()["data"]) <= {"jupyterlab", "notebook", "nbgrader", "jupyterlab_widgets"}
    assert len(told.json()["data"]["notebook"]) > 20


def test_what_a_notebook_can_be_saved_as_is_what_jupyter_says(platform: Platform, learner: Any) -> None:
    told = platform.room(LEARNER, "api/nbconvert").json()
    assert {"html", "pdf", "notebook", "script"} <= set(told)
    for name in told:
        assert told[name] == {"output_mimetype": get_exporter(name).output_mimetype}


def lesson(platform: Platform, path: str, kernel: str = "python3") -> None:
    """A notebook in the learner's home."""
    named = {"kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"}}
    content = {"cells": [], "metadata": named, "nbformat": 4, "nbformat_minor": 5}
    body = {"type": "notebook", "format": "json", "content": content}
    platform.room(LEARNER, f"api/contents/{path}", "PUT", json=body).raise_for_status()


def sessions(platform: Platform) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = platform.room(LEARNER, "api/sessions").json()
    return found


def test_a_lessons_kernel_starts_when_its_page_is_asked_for_and_only_once(
    platform: Platform, learner: Any
) -> None:
    lesson(platform, "第一课.ipynb")
    for _ in range(3):
        assert platform.room(LEARNER, "notebooks/第一课.ipynb").status_code == 200
    until(lambda: sessions(platform), 20)
    (one,) = sessions(platform)
    assert (one["path"], one["name"], one["type"]) == ("第一课.ipynb", "第一课.ipynb", "notebook")
    # The browser's own request finds that one.
    asked = {
        "path": "第一课.ipynb",
        "name": "第一课.ipynb",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    again = platform.room(LEARNER, "api/sessions", "POST", json=asked).json()
    assert again["kernel"]["id"] == one["kernel"]["id"]
    kernel = Kernel(platform, LEARNER, name=one["kernel"]["id"])
    assert kernel.prints("print(6 * 7)") == "42"
    kernel.end()


@pytest.mark.parametrize("path", ["没有.ipynb", "notes.txt", "其他语言.ipynb"])
def test_no_kernel_starts_for_a_page_without_a_lesson(platform: Platform, learner: Any, path: str) -> None:
    lesson(platform, "其他语言.ipynb", kernel="ir")
    text = {"type": "file", "format": "text", "content": "x"}
    platform.room(LEARNER, "api/contents/notes.txt", "PUT", json=text).raise_for_status()
    assert platform.room(LEARNER, f"notebooks/{path}").status_code == 200
    time.sleep(1)
    assert sessions(platform) == []


def test_a_page_hears_of_its_own_questions_and_not_of_the_rooms(platform: Platform, learner: Any) -> None:
    for protocol in (V1, ""):
        kernel = Kernel(platform, LEARNER, protocol)
        number = kernel.ask("print(1)")
        deadline, heard, idle = time.monotonic() + 30, [], False
        while not idle:
            told = kernel._message(deadline)
            heard.append(told)
            about = told["parent_header"].get("msg_id") == number
            idle = about and told["content"].get("execution_state") == "idle"
        kernel.end()
        states = [one for one in heard if one["header"]["msg_type"] == "status"]
        assert {one["parent_header"].get("msg_type") for one in states} == {"execute_request"}, states


def test_a_room_without_the_one_address_serves_its_own_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROOM_ASSETS", raising=False)
    told: dict[str, Any] = {"fullStaticUrl": "/user/a/static/lab", "disabledExtensions": []}
    told["federated_extensions"] = [{"name": "jupyterlab-plotly", "load": "x.js"}]
    assert from_assets(dict(told)) == told
