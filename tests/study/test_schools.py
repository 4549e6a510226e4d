"""Importing schools and teaching points: what a list does to them, and that it does all of it or nothing."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from sqlalchemy import Engine

from hub.domain.errors import Refusal
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor
from hub.domain.sheet import Outcome
from hub.journey import overview, roster, schools
from hub.journey.ports import Fittings
from tests.conftest import HandClock
from tests.conftest import rows as see
from tests.people import OTHER_SCHOOL, SCHOOL, WEST, Town
from tests.study import roster_town
from tests.study.roster_town import id_number
from tests.study.school_town import (
    NEW,
    POINT,
    SECOND_POINT,
    SENIOR,
    ZONE,
    bring_in,
    empty,
    held,
    point,
    reasons,
    row,
    school,
    widen,
)


@pytest.fixture
def registrar(f: Fittings, town: Town) -> Actor:
    """The registrar of the city."""
    widen(f)
    return town.actor("registrar")


def test_a_check_writes_nothing(f: Fittings, registrar: Actor, engine: Engine) -> None:
    before = see(engine, "SELECT * FROM organisations ORDER BY code")
    report = schools.check(f, registrar, CITY, [row(), point(), held(4, name="涧西实验小学")])
    assert [x.outcome for x in report.lines] == [Outcome.NEW, Outcome.NEW, Outcome.UPDATE]
    assert not report.done and see(engine, "SELECT * FROM organisations ORDER BY code") == before
    assert see(engine, "SELECT count(*) FROM roster_imports") == [(0,)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_inside_the_file_does_not_matter(
    f: Fittings, registrar: Actor, order: tuple[int, ...]
) -> None:
    """A teaching point before its lead school, a closed school before the one it went into."""
    rows = [row(), point(3), row(4, code=SENIOR, kind="高中", closed="2026-08-31", successor=NEW)]
    report = bring_in(f, registrar, *(rows[n] for n in order))
    assert report.counts[Outcome.NEW] == 3
    assert school(f, POINT).parent == NEW and school(f, SENIOR).successor == NEW


def test_importing_the_same_file_again_changes_nothing(f: Fittings, registrar: Actor, engine: Engine) -> None:
    rows = [row(opened="2015-09-01"), point(), held(4, closed="", name="涧西实验小学")]
    bring_in(f, registrar, *rows)
    before = see(engine, "SELECT * FROM organisations ORDER BY code")
    again = bring_in(f, registrar, *rows)
    assert again.counts[Outcome.SAME] == 3 and not any(x.notes for x in again.lines)
    assert see(engine, "SELECT * FROM organisations ORDER BY code") == before


def test_one_code_twice_in_a_file_is_an_error_on_both_rows(f: Fittings, registrar: Actor) -> None:
    told = reasons(f, registrar, row(), row(3, name="涧西第四小学"), row(4, code="2141900021"))
    assert told.keys() == {2, 3} and "第 3 行" in told[2] and "第 2 行" in told[3]


def test_a_renamed_school_keeps_its_code_and_its_people(f: Fittings, registrar: Actor, town: Town) -> None:
    report = bring_in(f, registrar, held(name="涧西实验小学"))
    assert report.lines[0].outcome is Outcome.UPDATE
    assert report.lines[0].notes == ("改名：涧西第一小学 → 涧西实验小学",)
    assert school(f, SCHOOL).name == "涧西实验小学" and town.actor("teacher").schools == (SCHOOL,)


def test_a_code_is_never_used_again_for_another_kind(f: Fittings, registrar: Actor) -> None:
    assert "已用于小学，不能改作教学点" in reasons(f, registrar, held(kind="教学点"))[2]


def test_an_empty_cell_keeps_what_was_there_and_the_word_for_none_takes_it_away(
    f: Fittings, registrar: Actor
) -> None:
    gone = {"closed": "2026-08-31", "successor": SCHOOL}
    bring_in(f, registrar, row(), point(opened="2010-09-01", **gone))
    assert bring_in(f, registrar, point(lead="")).counts[Outcome.SAME] == 1
    report = bring_in(f, registrar, point(lead="无", opened="无", closed="无"))
    assert report.lines[0].notes == (
        "上级：涧西第三小学 → 涧西区",
        "成立日期：2010-09-01 → 空",
        "撤销日期：2026-08-31 → 空",
        "并入学校：涧西第一小学 → 空",
    )
    assert school(f, POINT) == Organisation(POINT, "谷水教学点", Level.POINT, "point", WEST)


def test_a_school_that_changes_its_unit_takes_its_points_along(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, row(), point())
    assert "归高新区" in reasons(f, registrar, row(unit=ZONE), point(lead=""))[3]
    assert reasons(f, registrar, row(unit=ZONE), point(unit=ZONE, lead="")) == {}
    bring_in(f, registrar, row(unit=ZONE))
    with f.work() as work:
        assert work.people.path(POINT) == (POINT, NEW, ZONE, CITY)
    assert "归高新区" in reasons(f, registrar, point(lead=""))[3]


def test_a_point_is_no_lead_school_and_a_lead_school_hangs_under_none(f: Fittings, registrar: Actor) -> None:
    rows = [row(), point(), point(4, code=SECOND_POINT, lead=POINT)]
    assert "不能作中心校" in reasons(f, registrar, *rows)[4]
    bring_in(f, registrar, row(), point())
    assert "还有 1 个教学点或附属学校" in reasons(f, registrar, row(lead=SCHOOL))[2]
    assert "不能作中心校" in reasons(f, registrar, row(lead=SCHOOL), point())[3]
    assert reasons(f, registrar, row(lead=SCHOOL), point(lead=SCHOOL)) == {}


def test_two_schools_that_lead_each_other_are_refused(f: Fittings, registrar: Actor) -> None:
    rows = [row(lead=SCHOOL), held(3, lead=NEW)]
    assert reasons(f, registrar, *rows).keys() == {2, 3}


def test_a_school_with_people_is_not_closed_and_the_report_says_how_many(
    f: Fittings, registrar: Actor, clock: HandClock
) -> None:
    closing = held(closed="2026-11-23", successor=OTHER_SCHOOL)
    with f.work() as work:
        staff = work.people.members(SCHOOL, date(2026, 11, 23))
    assert f"还有 {len(staff)} 人属于这所学校" in reasons(f, registrar, closing)[2]
    empty(f, SCHOOL, date(2026, 11, 24))
    assert "人属于这所学校" in reasons(f, registrar, closing)[2], "they are still there on that day"
    day_after = held(closed="2026-11-24", successor=OTHER_SCHOOL)
    assert bring_in(f, registrar, day_after).counts[Outcome.UPDATE] == 1
    clock.pass_(days=1)
    told = roster.check(f, registrar, CITY, [roster_town.row(school_code=SCHOOL)], synthetic_ids=True)
    assert f"今天已不存在，已并入 {OTHER_SCHOOL}" in told.lines[0].notes[0]


def test_a_school_with_people_does_not_begin_in_the_future(f: Fittings, registrar: Actor) -> None:
    assert "已有" in reasons(f, registrar, held(opened="2027-09-01"))[2]
    assert reasons(f, registrar, held(opened="1956-09-01")) == {}
    assert reasons(f, registrar, row(opened="2027-09-01")) == {}


def test_a_lead_school_is_closed_with_its_points_or_not_at_all(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, row(), point())
    closing = row(closed="2026-08-31")
    assert "谷水教学点，请改挂或一同撤销" in reasons(f, registrar, closing)[2]
    assert "从 2026-08-31 起撤销" in reasons(f, registrar, closing, point())[3]
    assert reasons(f, registrar, closing, point(lead=SCHOOL)) == {}
    assert reasons(f, registrar, closing, point(closed="2026-08-31")) == {}


def test_no_school_goes_into_one_that_is_closed_on_that_day(f: Fittings, registrar: Actor) -> None:
    rows = [row(closed="2026-08-31", successor=SENIOR), row(3, code=SENIOR, kind="高中", closed="2026-07-01")]
    assert "已经撤销" in reasons(f, registrar, *rows)[2]


def test_a_new_point_under_its_lead_school_shows_in_the_overview_of_the_unit(
    f: Fittings, registrar: Actor, town: Town
) -> None:
    bring_in(f, registrar, row(), point())
    teachers = [
        roster_town.row(n, id_number=id_number(n), school_code=POINT if n < 7 else NEW) for n in range(2, 14)
    ]
    report = roster.check(f, registrar, CITY, teachers, synthetic_ids=True)
    roster.import_roster(f, registrar, CITY, teachers, report.digest, synthetic_ids=True)
    of_unit = {r.code: r.counts["staff"] for r in overview.overview(f, town.actor("county"), WEST).rows}
    assert of_unit[NEW] == 12 and POINT not in of_unit
    of_lead = {r.code: r.counts["staff"] for r in overview.overview(f, town.actor("county"), NEW).rows}
    assert of_lead.keys() == {NEW, POINT} and of_lead[POINT] == 5


def test_a_list_without_rows_or_with_too_many_is_refused(f: Fittings, registrar: Actor) -> None:
    for rows in ([], [row(n) for n in range(2, 10_003)]):
        with pytest.raises(Refusal) as no:
            schools.check(f, registrar, CITY, rows)
        assert no.value.code == "roster.unreadable"
