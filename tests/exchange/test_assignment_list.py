"""nbgrader's own assignment list of JupyterLab, driven as its handlers drive it, with a room's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbgrader.server_extensions.assignment_list import handlers
from sqlalchemy import Engine

from hub.exchange import assignment_list
from hub.journey import assess
from tests.conftest import HandClock, rows
from tests.exchange.conftest import Room
from tests.people import FIRST, SECOND, Town


def listing(kind: type[handlers.AssignmentList], room: Room) -> Any:
    room.enter()
    made = kind()
    made.root_dir = str(room.home)
    return made


@pytest.mark.parametrize("kind", [handlers.AssignmentList, assignment_list.AssignmentList])
def test_a_learner_walks_through_all_the_buttons(
    kind: type[handlers.AssignmentList], room: Room, run: str, town: Town, engine: Engine
) -> None:
    """With nbgrader's own class as it is, and with ours in its place."""
    manager = listing(kind, room)
    before = Path.cwd()
    assert manager.list_courses() == {"success": True, "value": ["秋季第1期"]}
    [one] = manager.list_released_assignments(course_id="秋季第1期")["value"]
    names = {"course_id": one["course_id"], "assignment_id": one["assignment_id"]}
    assert one["status"] == "released"

    assert manager.fetch_assignment(**names) == {"success": True} | _value(kind)
    [one] = manager.list_assignments(course_id="秋季第1期")["value"]
    assert (one["status"], one["path"]) == ("fetched", f"{run}/{FIRST}")
    assert one["notebooks"] == [{"notebook_id": FIRST, "path": f"{run}/{FIRST}/{FIRST}.ipynb"}]

    assert manager.submit_assignment(**names) == {"success": True} | _value(kind)
    fetched, submitted = manager.list_assignments(course_id="秋季第1期")["value"]
    assert (fetched["status"], submitted["status"]) == ("fetched", "submitted")
    assert [s["has_exchange_feedback"] for s in submitted["submissions"]] == [False]

    [(submission,)] = rows(engine, "SELECT id FROM submissions")
    assess.give_up(town.f, str(submission))
    assert manager.fetch_feedback(**names) == {"success": True} | _value(kind)
    [submitted] = manager.list_submitted_assignments(course_id="秋季第1期")["value"]
    [shown] = submitted["submissions"]
    assert shown["has_local_feedback"]
    assert not shown["feedback_updated"]
    assert [p.name for p in (room.home / shown["local_feedback_path"]).iterdir()] == [f"{FIRST}.html"]
    assert not Path(shown["local_feedback_path"]).is_absolute()
    assert Path.cwd() == before


def _value(kind: type[handlers.AssignmentList]) -> dict[str, Any]:
    return {"value": None} if kind is assignment_list.AssignmentList else {}


def test_nbgrader_s_own_class_says_the_reason_last(room: Room, run: str, clock: HandClock) -> None:
    manager = listing(handlers.AssignmentList, room)
    manager.fetch_assignment(run, FIRST)
    clock.pass_(days=8)
    answer = manager.submit_assignment(run, FIRST)
    assert not answer["success"]
    assert "ExchangeError: 已过截止时间" in answer["value"].splitlines()[-1]


def test_ours_says_the_reason_and_nothing_else(room: Room, run: str, clock: HandClock) -> None:
    manager = listing(assignment_list.AssignmentList, room)
    manager.fetch_assignment(run, FIRST)
    clock.pass_(days=8)
    answer = manager.submit_assignment(run, FIRST)
    assert not answer["success"]
    assert answer["value"].startswith("已过截止时间")
    assert "\n" not in answer["value"]


def test_a_fetch_that_was_refused_is_shown_once_in_place_of_the_list(room: Room, run: str) -> None:
    """nbgrader's handler drops what a fetch answers and sends the list; nobody would ever learn why."""
    manager = listing(assignment_list.AssignmentList, room)
    assert manager.fetch_assignment(run, SECOND) == {"success": False, "value": "这份作业还没有发布。"}
    assert manager.list_assignments(course_id=run)["value"] == "这份作业还没有发布。"
    assert manager.list_assignments(course_id=run)["success"]


def test_a_portal_that_is_down_is_no_missing_folder(room: Room) -> None:
    room.environment["LUOJIAO_PORTAL"] = "http://127.0.0.1:9"
    answer = listing(assignment_list.AssignmentList, room).list_courses()
    assert answer == {"success": False, "value": "门户暂时连不上，请稍后再试。"}
    stock = listing(handlers.AssignmentList, room).list_courses()
    assert not stock["success"]
    assert "exchange directory does not exist" in stock["value"]


def test_a_fault_of_ours_is_a_sentence_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.client.Portal.runs", lambda _: {})
    answer = listing(assignment_list.AssignmentList, room).list_courses()
    assert answer == {"success": False, "value": "学习环境出了故障，请重新打开学习环境后再试。"}
