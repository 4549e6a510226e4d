"""nbgrader's release from an instructor's room, and the actions that a room has no part in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.exchange import ExchangeError

from hub.client import PortalError, from_environment
from hub.journey import study
from hub.journey.ports import Fittings
from hub.wiring import FolderCatalogue, ReleaseGates
from tests.conftest import HandClock
from tests.example_course import COURSE, KEY, WEAK, write_course
from tests.exchange.conftest import Room
from tests.people import CITY, FIRST, THIRD, Town


@pytest.fixture(autouse=True)
def as_late_as_it_is(clock: HandClock) -> None:
    """A room's release opens at its own machine's now, which is a little before the portal hears of it."""
    clock.time = datetime.now(UTC) + timedelta(minutes=1)


@pytest.fixture
def desk(rooms: Callable[..., Room], run: str) -> Room:
    """The instructor's room."""
    return rooms("instructor")


def test_an_instructor_releases_for_two_weeks_or_until_a_day_they_name(
    desk: Room, room: Room, run: str, town: Town
) -> None:
    desk.do("ReleaseAssignment", run, THIRD)
    with town.f.work() as work:
        first = work.study.release(run, THIRD)
    assert first is not None
    assert first.due_at - first.opens_at == timedelta(days=14)
    assert {one["key"] for one in room.do("List", run)} == {FIRST, THIRD}
    with pytest.raises(ExchangeError, match=r"已经发布（第 1 版）.*--force"):
        desk.do("ReleaseAssignment", run, THIRD, due="2099-12-31 18:00")
    desk.do("ReleaseAssignment", run, THIRD, due="2099-12-31 18:00", force=True)
    with town.f.work() as work:
        again = work.study.release(run, THIRD)
    assert again is not None
    assert (again.version, again.due_at) == (2, datetime(2099, 12, 31, 10, tzinfo=UTC))
    assert again.files == first.files


@pytest.mark.parametrize(
    ("due", "words"), [("下周五", "截止时间要写成"), ("2020-01-01", "截止时间要晚于开放时间")]
)
def test_a_due_time_that_cannot_be_is_refused(desk: Room, run: str, town: Town, due: str, words: str) -> None:
    with pytest.raises(ExchangeError, match=words):
        desk.do("ReleaseAssignment", run, THIRD, due=due)
    with town.f.work() as work:
        assert work.study.release(run, THIRD) is None


def test_nobody_releases_in_a_run_that_they_do_not_teach(
    rooms: Callable[..., Room], run: str, town: Town
) -> None:
    for who in ("teacher", "other_instructor"):
        with pytest.raises(ExchangeError, match="没有找到这份作业"):
            rooms(who).do("ReleaseAssignment", run, THIRD)
        with pytest.raises(PortalError, match=r"thing\.missing"):  # the portal itself, past our own look
            now = town.f.clock.now()
            from_environment().release(run, THIRD, now, now + timedelta(days=1))
    with town.f.work() as work:
        assert work.study.release(run, THIRD) is None


@pytest.mark.parametrize("action", ["Collect", "ReleaseFeedback"])
def test_collecting_and_giving_back_happen_in_the_platform(desk: Room, run: str, action: str) -> None:
    with pytest.raises(ExchangeError, match="请到门户的“批阅”里"):
        desk.do(action, run, FIRST)


def test_what_the_gates_refuse_is_refused_with_its_reasons_in_the_room_too(
    f: Fittings,
    serve: Callable[..., str],
    rooms: Callable[..., Room],
    town: Town,
    tmp_path: Path,
) -> None:
    """An assignment that certificates count, with a test that a hollow answer passes."""
    weak = replace(f, catalogue=FolderCatalogue(write_course(tmp_path, WEAK)), gates=ReleaseGates())
    now = f.clock.now()
    made = study.open_run(weak, town.actor("instructor"), COURSE, "一班", CITY, now, now + timedelta(days=30))
    desk = rooms("instructor", portal=serve(weak))
    with pytest.raises(ExchangeError, match=r"(?s)没有通过发布前的检查.*给空洞的答案付了满分"):
        desk.do("ReleaseAssignment", made.id, KEY)
    with town.f.work() as work:
        assert work.study.release(made.id, KEY) is None
