"""The reviewer's desk: the unusual first, a list before the deed, and each of many done or refused on its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import event, text

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.domain.rating import Rating
from hub.domain.review import Office, State
from hub.journey.award import desk, publicity, review
from tests.award.chain import CODES, Chain, chain
from tests.people import OTHER_SCHOOL, SCHOOL, WEST

assert chain  # the fixture


def many(chain: Chain, count: int) -> list[str]:
    """Submitted applications of so many teachers of the school."""
    made = []
    for n in range(count):
        chain.person(f"t{n}", name=f"教师{n:03d}")
        made.append(chain.submitted(f"t{n}").id)
        chain.f.clock.pass_(minutes=1)  # type: ignore[attr-defined]
    return made


def test_the_unusual_stands_first_with_its_reasons_and_the_rest_by_how_long_it_waits(chain: Chain) -> None:
    ids = many(chain, 4)
    chain.person("third_way")
    chain.hours("third_way")
    chosen = [chain.dossier("third_way", c, seats=("assessor", "assessor_too", "third")) for c in CODES]
    odd = review.submit(
        chain.f, chain.actor("third_way"), review.draft(chain.f, chain.actor("third_way"), "it2", chosen).id
    )
    with chain.engine.begin() as connection:
        connection.execute(text("UPDATE hours SET hours = 10 WHERE person = :p"), {"p": chain.uid("t2")})
    with chain.f.work() as work:
        work.people.leave(chain.uid("t3"), SCHOOL, date(2026, 11, 20))
    seen = desk.desk(chain.f, chain.actor("school_admin"))
    assert [r.application.id for r in seen.rows] == [ids[3], odd.id, ids[2], ids[0], ids[1]]
    assert [r.plain for r in seen.rows] == [False, False, False, True, True]
    why = {r.application.id: "；".join(r.unusual) for r in seen.rows}
    assert "学时还缺 40" in why[ids[2]] and why[ids[3]] == "申请人已不在这所学校"
    assert why[odd.id] == "A1、A13、B1 由第三位专家裁定"
    assert [r.application.id for r in seen.rows if r.blocked] == [ids[2]] and seen.odd == 2
    assert seen.rows[3].items[0][0] == "A1" and seen.rows[3].items[0][2] is Rating.PASS


def test_a_long_desk_comes_in_pages_with_the_unusual_of_all_of_it_on_the_first(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, admin = many(chain, 5), chain.actor("school_admin")
    review.send_back(chain.f, admin, ids[4], "请补充课堂实录的说明。")
    review.submit(chain.f, chain.actor("t4"), ids[4])
    monkeypatch.setattr(desk, "PAGE", 2)
    seen = [desk.desk(chain.f, admin, page=n) for n in range(4)]
    shown = [[r.application.id for r in one.rows] for one in seen]
    assert shown == [[ids[4], ids[0]], [ids[1], ids[2]], [ids[3]], [ids[3]]]
    assert {(one.counts[Office.SCHOOL], one.odd, one.pages) for one in seen} == {(5, 1, 3)}
    assert [one.page for one in seen] == [0, 1, 2, 2]
    plan = desk.plan(chain.f, admin, Office.SCHOOL, [ids[0], ids[3]])  # of two pages
    assert len(plan.passing) == 2


def test_somebody_sees_the_desks_of_their_own_places_alone(chain: Chain) -> None:
    many(chain, 2)
    assert len(desk.desk(chain.f, chain.actor("school_admin")).rows) == 2
    assert desk.desk(chain.f, chain.actor("far_admin")).rows == ()
    assert desk.desk(chain.f, chain.actor("county_hr")).rows == ()
    for who in ("teacher", "student", "county", "city", "sys_admin"):
        with pytest.raises(Refusal, match=r"access\.denied"):
            desk.desk(chain.f, chain.actor(who))
    with pytest.raises(Refusal, match=r"access\.denied"):
        desk.desk(chain.f, chain.actor("school_admin"), Office.COUNTY)


def test_a_list_is_seen_then_carried_out_and_a_second_time_it_is_another_list(chain: Chain) -> None:
    ids, admin = many(chain, 3), chain.actor("school_admin")
    plan = desk.plan(chain.f, admin, Office.SCHOOL, ids[:2])
    assert len(plan.passing) == 2 and chain.now(ids[0]).state is State.SUBMITTED
    done = desk.carry_out(chain.f, admin, Office.SCHOOL, ids[:2], plan.digest)
    assert [o.state for o in done] == [State.SCHOOL_REVIEWED] * 2
    assert chain.now(ids[2]).state is State.SUBMITTED
    with pytest.raises(Refusal, match=r"review\.changed"):
        desk.carry_out(chain.f, admin, Office.SCHOOL, ids[:2], plan.digest)
    with pytest.raises(Refusal, match=r"review\.nothing"):
        desk.plan(chain.f, admin, Office.SCHOOL, [])


def test_what_changed_between_looking_and_confirming_stops_the_whole_list(chain: Chain) -> None:
    ids, admin = many(chain, 3), chain.actor("school_admin")
    plan = desk.plan(chain.f, admin, Office.SCHOOL, ids)
    review.take_back(chain.f, chain.actor("t1"), ids[1])
    with pytest.raises(Refusal, match=r"review\.changed"):
        desk.carry_out(chain.f, admin, Office.SCHOOL, ids, plan.digest)
    again = desk.plan(chain.f, admin, Office.SCHOOL, ids)
    assert (again.gone, len(again.passing)) == (1, 2)
    assert {chain.now(id).state for id in (ids[0], ids[2])} == {State.SUBMITTED}


def test_a_list_that_was_made_for_somebody_else_is_no_list_of_mine(chain: Chain) -> None:
    ids = many(chain, 1)
    plan = desk.plan(chain.f, chain.actor("school_admin"), Office.SCHOOL, ids)
    with pytest.raises(Refusal, match=r"review\.changed"):
        desk.carry_out(chain.f, chain.actor("far_admin"), Office.SCHOOL, ids, plan.digest)


def test_each_is_done_or_refused_on_its_own(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, admin = many(chain, 3), chain.actor("school_admin")
    with chain.engine.begin() as connection:
        connection.execute(
            text("UPDATE dossiers SET rating = 'fail' WHERE person = :p"), {"p": chain.uid("t0")}
        )
    plan = desk.plan(chain.f, admin, Office.SCHOOL, ids)
    real = desk.let_pass

    def in_between(*args: object) -> object:  # taken back after the list was checked, before its turn
        if args[2] == ids[1]:
            review.take_back(chain.f, chain.actor("t1"), ids[1])
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "let_pass", in_between)
    done = {o.row.application.id: o for o in desk.carry_out(chain.f, admin, Office.SCHOOL, ids, plan.digest)}
    told = {id: done[id].refusal.code if done[id].refusal else done[id].state for id in ids}  # type: ignore[union-attr]
    assert told == {
        ids[0]: "application.grounds", ids[1]: "application.state", ids[2]: State.SCHOOL_REVIEWED,
    }  # fmt: skip


def test_one_person_in_two_offices_sees_where_their_hands_are_bound(chain: Chain) -> None:
    with chain.f.work() as work:
        work.people.grant(chain.uid("county_hr"), Role.CITY_HR, "410300", date(2020, 9, 1), "test")
    notice = chain.posted()
    chain.at_end_of(notice)
    seen = desk.desk(chain.f, chain.actor("county_hr"), Office.CITY)
    assert [r.blocked.code for r in seen.rows if r.blocked] == ["application.hands"]
    assert desk.desk(chain.f, chain.actor("city_hr"), Office.CITY).rows[0].plain


def test_the_city_sees_what_is_still_posted_apart(chain: Chain) -> None:
    notice = chain.posted("teacher", "colleague")
    seen = desk.desk(chain.f, chain.actor("city_hr"), Office.CITY)
    assert (len(seen.rows), len(seen.later)) == (0, 2)
    chain.at_end_of(notice)
    seen = desk.desk(chain.f, chain.actor("city_hr"), Office.CITY)
    assert (len(seen.rows), len(seen.later)) == (2, 0)
    assert publicity.LEAST == 5 and OTHER_SCHOOL and WEST


def test_two_hundred_are_listed_and_passed_at_once_and_a_page_of_them_costs_no_more_queries_than_of_two(
    chain: Chain,
) -> None:
    few, admin = many(chain, 2), chain.actor("school_admin")
    for_two = queries(chain, lambda: desk.desk(chain.f, admin))
    for n in range(2, 200):
        chain.person(f"t{n}", name=f"教师{n:03d}")
        few.append(chain.submitted(f"t{n}").id)
    assert queries(chain, lambda: desk.desk(chain.f, admin)) == for_two
    seen = desk.desk(chain.f, admin)
    assert (len(seen.rows), seen.counts[Office.SCHOOL], seen.pages) == (100, 200, 2)
    plan = desk.plan(chain.f, admin, Office.SCHOOL, few)
    done = desk.carry_out(chain.f, admin, Office.SCHOOL, few, plan.digest)
    assert sum(o.state is State.SCHOOL_REVIEWED for o in done) == 200


def queries(chain: Chain, look: Callable[[], object]) -> int:
    """How many statements the database is asked for it."""
    asked: list[object] = []
    note = lambda *said: asked.append(said[2])  # noqa: E731
    event.listen(chain.engine, "before_cursor_execute", note)
    look()
    event.remove(chain.engine, "before_cursor_execute", note)
    return len(asked)
