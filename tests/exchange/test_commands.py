"""nbgrader's commands as people type them in a room, with a room's configuration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nbgrader import apps
from sqlalchemy import Engine

from tests.conftest import HandClock, rows
from tests.exchange.conftest import Room
from tests.people import FIRST, THIRD, Town


def nbgrader(room: Room, command: Any, *words: str) -> None:
    """One command, in this process: importing nbgrader anew takes seconds."""
    room.enter()
    app = command()
    app.initialize(list(words))
    try:
        app.start()
    finally:
        app.reset()


def test_a_learner_lists_fetches_and_submits_whoever_they_say_they_are(
    room: Room, run: str, town: Town, engine: Engine
) -> None:
    nbgrader(room, apps.ListApp)
    nbgrader(room, apps.FetchAssignmentApp, FIRST, "--course", run)
    nbgrader(room, apps.FetchAssignmentApp, FIRST, "--course", run, "--replace")
    nbgrader(room, apps.SubmitApp, FIRST, "--course", run, "--student", town.actor("colleague").login)
    assert rows(engine, "SELECT person FROM submissions") == [(town.actor("teacher").uid,)]
    nbgrader(room, apps.ListApp, "--cached")
    nbgrader(room, apps.FetchFeedbackApp, FIRST, "--course", run)


def test_a_command_finds_the_home_from_wherever_it_is_typed(room: Room, run: str) -> None:
    (room.home / "elsewhere").mkdir()
    room.home, home = room.home / "elsewhere", room.home
    nbgrader(room, apps.FetchAssignmentApp, FIRST, "--course", run)
    assert (home / run / FIRST / f"{FIRST}.ipynb").is_file()


def test_a_refused_command_says_why_and_fails(
    room: Room, run: str, clock: HandClock, capfd: pytest.CaptureFixture[str]
) -> None:
    nbgrader(room, apps.FetchAssignmentApp, FIRST, "--course", run)
    clock.pass_(days=8)
    with pytest.raises(SystemExit) as ended:
        nbgrader(room, apps.SubmitApp, FIRST, "--course", run)
    assert ended.value.code == 1
    assert "已过截止时间" in capfd.readouterr().err


def test_an_instructor_releases(rooms: Callable[..., Room], run: str, town: Town, clock: HandClock) -> None:
    clock.time = datetime.now(UTC) + timedelta(minutes=1)
    desk = rooms("instructor")
    days = "--ExchangeReleaseAssignment.days=3"
    nbgrader(desk, apps.ReleaseAssignmentApp, THIRD, "--course", run, days)
    with town.f.work() as work:
        made = work.study.release(run, THIRD)
    assert made is not None
    assert made.due_at - made.opens_at == timedelta(days=3)
    with pytest.raises(SystemExit):
        nbgrader(desk, apps.CollectApp, THIRD, "--course", run)
