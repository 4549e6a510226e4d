"""A real Jupyter server with a learner's configuration: what JupyterLab's assignment list asks, and what it gets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from tests.conftest import HandClock, rows
from tests.exchange.conftest import ETC, Room
from tests.people import FIRST, SECOND

Ask = Callable[..., Any]


@pytest.fixture
def ask(room: Room, tmp_path: Path) -> Iterator[Ask]:
    """Ask the server of the teacher's room, as JupyterLab does."""
    config = json.loads((ETC.parent / "learner" / "jupyter_server_config.json").read_text())
    config["ServerApp"]["jpserver_extensions"] |= {
        "nbgrader.server_extensions.assignment_list": False,
        "hub.exchange.assignment_list": True,
    }
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyter_server",
            f"--port={port}",
            "--IdentityProvider.token=t",
            "--no-browser",
        ],
        cwd=room.home,
        env=os.environ | room.environment | {"JUPYTER_CONFIG_PATH": f"{tmp_path / 'config'}:{ETC}"},
        stderr=subprocess.DEVNULL,
    )
    session = requests.Session()
    session.headers["Authorization"] = "token t"

    def asked(path: str, **body: str) -> Any:
        address = f"http://127.0.0.1:{port}/{path}"
        answer = session.post(address, json=body) if body else session.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json()

    for _ in range(300):
        time.sleep(0.1)
        try:
            asked("api/status")
            break
        except requests.ConnectionError:
            continue
    yield asked
    server.terminate()
    server.wait(20)


def test_the_buttons_of_the_assignment_list_work_and_say_why_where_they_do_not(
    ask: Ask, room: Room, run: str, engine: Engine, clock: HandClock
) -> None:
    assert ask("courses") == {"success": True, "value": ["秋季第1期"]}
    [one] = ask("assignments?course_id=秋季第1期")["value"]
    names = {"course_id": one["course_id"], "assignment_id": one["assignment_id"]}
    [one] = ask("assignments/fetch", **names)["value"]
    assert (one["status"], one["notebooks"][0]["path"]) == ("fetched", f"{run}/{FIRST}/{FIRST}.ipynb")
    assert [a["status"] for a in ask("assignments/submit", **names)["value"]] == ["fetched", "submitted"]
    assert rows(engine, "SELECT count(*) FROM submissions") == [(1,)]

    assert ask("assignments/fetch", course_id=run, assignment_id=SECOND)["value"] == "这份作业还没有发布。"
    clock.pass_(days=8)
    answer = ask("assignments/submit", **names)
    assert not answer["success"]
    assert answer["value"].startswith("已过截止时间")
    assert ask("assignments?course_id=秋季第1期")["success"]
