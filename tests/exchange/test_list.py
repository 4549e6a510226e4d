"""nbgrader's list: each sees what is released to them, under names that people know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from nbgrader.exchange import ExchangeError

from hub.domain.organisation import CITY
from hub.journey import study
from tests.exchange.conftest import Room
from tests.people import COURSE, FIRST, SECOND, Town


def test_a_learner_sees_what_is_released_in_their_own_runs_and_nothing_of_others(
    room: Room, rooms: Callable[..., Room], run: str, town: Town
) -> None:
    other = town.run()
    town.released(other)
    study.enrol(town.f, town.actor("colleague"), other)
    listed = room.do("List")
    assert [(one["run"], one["key"], one["status"]) for one in listed] == [(run, FIRST, "released")]
    assert [one["run"] for one in rooms("colleague").do("List")] == [other]
    assert rooms("stranger").do("List") == []
    assert rooms("stranger").do("List", run) == []


def test_names_are_the_titles_and_lead_back_to_the_thing(room: Room, run: str) -> None:
    shown = room.do("List")[0]
    assert shown["course_id"] == "秋季第1期"
    assert shown["assignment_id"].startswith(f"{FIRST} 学情分析")
    for course in (run, shown["course_id"], "*", ""):
        assert [one["key"] for one in room.do("List", course, shown["assignment_id"])] == [FIRST]
    assert room.do("List", "秋季第2期") == []


def test_two_runs_of_one_name_are_told_apart(room: Room, run: str, town: Town) -> None:
    other = town.run()
    town.released(other)
    study.enrol(town.f, town.actor("teacher"), other)
    assert {one["course_id"] for one in room.do("List")} == {f"秋季第1期（{run}）", f"秋季第1期（{other}）"}
    with pytest.raises(ExchangeError, match="有几个班次都有这份作业"):
        room.do("FetchAssignment", "*", FIRST)
    room.do("FetchAssignment", f"秋季第1期（{other}）", FIRST)
    assert [path.name for path in room.home.iterdir()] == [other]


def test_names_hold_nothing_that_an_address_or_nbgrader_would_read_otherwise(
    town: Town, rooms: Callable[..., Room]
) -> None:
    made = study.open_run(
        town.f, town.actor("instructor"), COURSE, " C++ & 数据/图表 #1?  100% ", CITY,
        town.f.clock.now() - timedelta(days=1), town.f.clock.now() + timedelta(days=9),
    )  # fmt: skip
    study.enrol(town.f, town.actor("teacher"), made.id)
    town.released(made.id)
    assert rooms("teacher").do("List")[0]["course_id"] == "C＋＋ ＆ 数据／图表 ＃1？ 100％"


def test_what_is_not_open_yet_or_not_released_is_not_shown(room: Room, run: str, town: Town) -> None:
    now = town.f.clock.now()
    town.released(run, SECOND, opens=now + timedelta(days=1), due=now + timedelta(days=9))
    assert [one["key"] for one in room.do("List")] == [FIRST]


def test_an_instructor_sees_what_is_released_in_the_runs_they_teach(
    rooms: Callable[..., Room], run: str
) -> None:
    assert [one["key"] for one in rooms("instructor").do("List", run)] == [FIRST]
    assert rooms("other_instructor").do("List", run) == []


def test_nothing_can_be_removed_from_a_room(room: Room) -> None:
    with pytest.raises(ExchangeError, match="不能从这里删除"):
        room.do("List", remove=True)


@pytest.mark.parametrize("broken", ["LUOJIAO_PORTAL", "JUPYTERHUB_API_TOKEN"])
def test_a_room_without_the_way_to_the_portal_says_so(room: Room, broken: str) -> None:
    room.environment[broken] = ""
    with pytest.raises(ExchangeError, match="没有连到门户"):
        room.do("List")


def test_a_portal_that_is_down_is_said_in_words(room: Room, rooms: Callable[..., Room]) -> None:
    with pytest.raises(ExchangeError, match="门户暂时连不上"):
        rooms("teacher", portal="http://127.0.0.1:9").do("List")


def test_an_unknown_token_is_nobody(room: Room) -> None:
    room.environment["JUPYTERHUB_API_TOKEN"] = "invented"
    with pytest.raises(ExchangeError, match="令牌无效或已过期"):
        room.do("List")
