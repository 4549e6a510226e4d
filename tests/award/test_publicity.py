"""Publicity and objections: full periods over holidays and years, real names within the days, answers by somebody apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.domain.review import Notice, Objection, Office, State
from hub.domain.workdays import calendar_of
from hub.journey.award import applications, desk, objections, publicity, review
from hub.journey.award.publicity import LEAST, MOST
from hub.sources.calendar import shipped
from tests.award.chain import Chain, chain
from tests.people import FAR_SCHOOL, OTHER_SCHOOL, SCHOOL, WEST

assert chain  # the fixture
CALENDAR = calendar_of(shipped())
REASON = "公开课的日期在他外出学习期间，材料不是本校课堂。"
ANSWER = "经查课表和录像，公开课日期属实，材料是本校课堂。"


def on(chain: Chain, day: date, hour: int = 2) -> None:
    """A moment of a day; 2 o'clock UTC is ten in the morning here."""
    chain.f.clock.time = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)  # type: ignore[attr-defined]


def raised(chain: Chain, notice: Notice, who: str = "colleague", reason: str = REASON) -> Objection:
    return objections.object_to(chain.f, chain.actor(who), notice.id, notice.applications[0], reason)


def answered(chain: Chain, made: Objection, who: str = "county_hr", *, upheld: bool = False) -> Objection:
    return objections.answer(chain.f, chain.actor(who), made.id, ANSWER, upheld=upheld)


@pytest.fixture
def notice(chain: Chain) -> Notice:
    """A list of one, on its first day."""
    made = chain.posted()
    on(chain, made.opens_on)
    return made


def test_the_period_begins_on_the_working_day_after_and_skips_the_holiday(chain: Chain) -> None:
    on(chain, date(2026, 9, 29))
    made = chain.posted()
    assert (made.opens_on, made.closes_on) == (date(2026, 9, 30), date(2026, 10, 12))


@given(st.dates(date(2024, 1, 1), date(2026, 10, 30)), st.integers(LEAST, MOST))
def test_every_period_holds_its_working_days_and_begins_and_ends_on_one(day: date, length: int) -> None:
    class Work:
        class workdays:  # noqa: N801
            calendar = staticmethod(lambda: CALENDAR)

    try:
        opens, closes = publicity.period_from(Work, day, length)  # type: ignore[arg-type]
    except Refusal as refusal:
        assert refusal.code == "calendar.unknown" and day.year == 2026
        return
    assert day < opens <= closes and CALENDAR.is_working(opens) and CALENDAR.is_working(closes)
    assert CALENDAR.count(opens, closes) == CALENDAR.count(day + timedelta(days=1), closes) == length


def test_a_period_that_would_run_into_a_year_that_is_not_known_is_not_begun(chain: Chain) -> None:
    on(chain, date(2026, 12, 18))
    made = chain.reviewed()
    with pytest.raises(Refusal, match=r"calendar\.unknown.*2027"):
        publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [made.id])
    seen = publicity.board(chain.f, chain.actor("county_hr"))
    assert (
        seen.why_not is not None and seen.period is None and chain.now(made.id).state is State.COUNTY_REVIEWED
    )


@pytest.mark.parametrize("days", [0, 4, 31, -5])
def test_a_period_is_never_shorter_than_five_working_days(chain: Chain, days: int) -> None:
    made = chain.reviewed()
    with pytest.raises(Refusal, match=r"notice\.days"):
        publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [made.id], days)


def test_a_list_is_posted_whole_or_not_at_all(chain: Chain) -> None:
    ready, waiting = chain.reviewed("teacher"), chain.submitted("colleague")
    county = chain.actor("county_hr")
    for ids in ([ready.id, waiting.id], [ready.id, "nothing"], []):
        with pytest.raises(Refusal):
            publicity.open_notice(chain.f, county, SCHOOL, ids)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        publicity.open_notice(chain.f, county, OTHER_SCHOOL, [ready.id])
    assert chain.now(ready.id).state is State.COUNTY_REVIEWED
    publicity.open_notice(chain.f, county, SCHOOL, [ready.id])
    with pytest.raises(Refusal, match=r"application\.state"):
        publicity.open_notice(chain.f, county, SCHOOL, [ready.id])


def test_the_list_is_for_the_staff_of_the_school_and_the_offices_above_it(
    chain: Chain, notice: Notice
) -> None:
    for who in ("teacher", "colleague", "school_admin", "county_hr", "county", "city_hr", "city"):
        line = publicity.poster(chain.f, chain.actor(who), notice.id).lines[0]
        assert (line.name, line.rating.value, [i[0] for i in line.items]) == (
            "陈晓燕",
            "pass",
            ["A1", "A13", "B1"],
        )
    for who in ("student", "stranger", "far_admin", "east_hr", "instructor", "sys_admin", "registrar"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            publicity.poster(chain.f, chain.actor(who), notice.id)
        assert publicity.board(chain.f, chain.actor(who)).notices == ()


def test_until_the_last_day_an_objection_counts_and_after_it_none(chain: Chain, notice: Notice) -> None:
    on(chain, notice.closes_on, 15)  # 23:00 here
    made = raised(chain, notice)
    assert made.due_on == CALENDAR.after(notice.closes_on, 10)
    assert chain.now(notice.applications[0]).state is State.OBJECTED
    on(chain, notice.closes_on, 16)  # midnight
    with pytest.raises(Refusal, match=r"objection\.closed"):
        raised(chain, notice, "school_admin")


def test_before_the_first_day_none_is_taken(chain: Chain) -> None:
    made = chain.posted()
    with pytest.raises(Refusal, match=r"objection\.closed"):
        raised(chain, made)


def test_nobody_objects_to_themselves_nor_twice_nor_from_elsewhere_nor_without_reason(
    chain: Chain, notice: Notice
) -> None:
    raised(chain, notice)
    for who, code in (
        ("teacher", "objection.own"), ("colleague", "objection.twice"), ("stranger", "thing.missing"),
        ("student", "thing.missing"), ("county_hr", "thing.missing"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=code.replace(".", r"\.")):
            raised(chain, notice, who)
    for reason in ("", "不行", " " * 50, "长" * 1001):
        with pytest.raises(Refusal, match=r"objection\.reason"):
            raised(chain, notice, "school_admin", reason)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        objections.object_to(chain.f, chain.actor("colleague"), notice.id, "nothing", REASON)


def test_a_rejected_objection_lets_the_record_go_on_after_the_full_period_and_not_before(
    chain: Chain, notice: Notice
) -> None:
    id = notice.applications[0]
    made = raised(chain, notice)
    city = chain.actor("city_hr")
    with pytest.raises(Refusal, match=r"application\.state"):
        review.let_pass(chain.f, city, id, Office.CITY)
    answered(chain, made)
    assert chain.now(id).state is State.PUBLICISED
    with pytest.raises(Refusal, match=r"notice\.running"):
        review.let_pass(chain.f, city, id, Office.CITY)
    on(chain, notice.closes_on, 15)
    with pytest.raises(Refusal, match=r"notice\.running"):
        review.let_pass(chain.f, city, id, Office.CITY)
    on(chain, notice.closes_on, 16)
    assert review.let_pass(chain.f, city, id, Office.CITY).state is State.CITY_CONFIRMED


def test_an_upheld_one_sends_the_record_back_with_the_answer_as_its_reason(
    chain: Chain, notice: Notice
) -> None:
    id = notice.applications[0]
    answered(chain, raised(chain, notice), upheld=True)
    assert chain.now(id).state is State.RETURNED
    own = applications.mine(chain.f, chain.actor("teacher")).own[0]
    assert own.history[-1].review.reason == f"公示异议成立：{ANSWER}"
    assert publicity.poster(chain.f, chain.actor("colleague"), notice.id).lines[0].state is State.RETURNED


def test_two_objections_are_each_answered_and_an_open_one_holds_the_record(
    chain: Chain, notice: Notice
) -> None:
    id = notice.applications[0]
    first, second = raised(chain, notice), raised(chain, notice, "school_admin")
    answered(chain, first)
    assert chain.now(id).state is State.OBJECTED
    on(chain, notice.closes_on, 16)
    seen = desk.desk(chain.f, chain.actor("city_hr"), Office.CITY)
    assert seen.rows == () and seen.later == ()
    answered(chain, second)
    assert chain.now(id).state is State.PUBLICISED
    with pytest.raises(Refusal, match=r"objection\.answered"):
        answered(chain, second, upheld=True)


def test_an_objection_left_open_by_an_upheld_one_is_answered_before_the_next_posting(
    chain: Chain, notice: Notice
) -> None:
    id = notice.applications[0]
    first, second = raised(chain, notice), raised(chain, notice, "school_admin")
    answered(chain, first, upheld=True)
    review.submit(chain.f, chain.actor("teacher"), id)
    review.let_pass(chain.f, chain.actor("school_admin"), id, Office.SCHOOL)
    review.let_pass(chain.f, chain.actor("county_hr"), id, Office.COUNTY)
    with pytest.raises(Refusal, match=r"objection\.open"):
        publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [id])
    answered(chain, second, upheld=True)
    assert chain.now(id).state is State.COUNTY_REVIEWED
    publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [id])


def test_who_is_involved_does_not_answer(chain: Chain, notice: Notice) -> None:
    since = date(2020, 9, 1)
    with chain.f.work() as work:
        for who in ("teacher", "colleague", "assessor"):
            work.people.grant(chain.uid(who), Role.COUNTY_HR, WEST, since, "test")
    chain.person("elsewhere", FAR_SCHOOL, (Role.TEACHER, FAR_SCHOOL))
    made = raised(chain, notice)
    for who in ("teacher", "colleague", "assessor"):
        with pytest.raises(Refusal, match=r"objection\.hands"):
            answered(chain, made, who)
    for who in ("school_admin", "east_hr", "stranger", "county"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            answered(chain, made, who)
    with pytest.raises(Refusal, match=r"objection\.answer"):
        objections.answer(chain.f, chain.actor("city_hr"), made.id, "不成立", upheld=False)
    assert answered(chain, made, "city_hr").answered_by == chain.uid("city_hr")


def test_who_objected_is_seen_by_those_who_answer_alone(chain: Chain, notice: Notice) -> None:
    made = raised(chain, notice)
    case = objections.objections(chain.f, chain.actor("county_hr")).desk[0]
    assert case.by is not None and case.by.name == "单志强" and case.mine_to_answer
    for who in ("teacher", "school_admin", "city", "county"):
        assert objections.objections(chain.f, chain.actor(who)).desk == ()
    own = applications.mine(chain.f, chain.actor("teacher")).own[0]
    assert {e.by for e in own.history} == {None}
    for who in ("city_hr", "county_hr", "school_admin"):
        seen = applications.whole(chain.f, chain.actor(who), made.application)
        assert all(e.by is None for e in seen.history if e.review.step.value == "object")
    with chain.f.work() as work:
        work.people.grant(chain.uid("assessor"), Role.COUNTY_HR, WEST, date(2020, 9, 1), "test")
    blind = objections.objections(chain.f, chain.actor("assessor")).desk[0]
    assert blind.by is None and not blind.mine_to_answer


def test_overdue_ones_say_so_and_both_sides_read_the_answer(chain: Chain, notice: Notice) -> None:
    made = raised(chain, notice)
    on(chain, made.due_on)
    assert not objections.objections(chain.f, chain.actor("county_hr")).desk[0].overdue
    on(chain, made.due_on + timedelta(days=1))
    assert objections.objections(chain.f, chain.actor("county_hr")).desk[0].overdue
    answered(chain, made)
    mine = objections.objections(chain.f, chain.actor("colleague")).raised[0]
    assert (mine.objection.answer, mine.objection.upheld) == (ANSWER, False)
    assert applications.mine(chain.f, chain.actor("teacher")).own[0].objections[0].answer == ANSWER


def test_the_audit_log_holds_no_words_of_people(chain: Chain, notice: Notice) -> None:
    answered(chain, raised(chain, notice), upheld=True)
    with chain.engine.begin() as connection:
        told = str(list(connection.execute(text("SELECT detail FROM audit_details"))))
        verbs = [v for (v,) in connection.execute(text("SELECT verb FROM audit_events ORDER BY seq"))]
    assert REASON not in told and ANSWER not in told and "陈晓燕" not in told
    assert verbs[-2:] == ["application.objected", "application.objection_upheld"]
