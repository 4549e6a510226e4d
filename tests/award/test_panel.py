"""The panel: who is drawn and who never, what an assessor sees and no longer sees, how ratings end a round."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine

from hub.domain.dossier import Dossier, DossierState, PieceKind, SeatState
from hub.domain.errors import Refusal
from hub.domain.organisation import CITY
from hub.domain.people import Role
from hub.domain.rating import Rating
from hub.journey.award import assessing, dossiers, panel, panel_desk, pieces, seats
from hub.store.award import tables as t
from tests.award.panels import CODE, FRAMEWORK, NEAR, POINT, Hall
from tests.conftest import rows
from tests.people import OTHER_SCHOOL, SCHOOL, WEST


def names(hall: Hall, dossier: Dossier, *states: SeatState) -> list[str]:
    return [hall.who(seat.assessor) for seat in hall.seats(dossier.id, *states)]


def end_grant(engine: Engine, hall: Hall, *who: str) -> None:
    """They are no longer assessors."""
    with engine.begin() as connection:
        connection.execute(
            t.metadata.tables["grants"]
            .update()
            .where(
                t.metadata.tables["grants"].c.person.in_([hall.uid(w) for w in who]),
                t.metadata.tables["grants"].c.role == "assessor",
            )
            .values(valid_to=date(2026, 1, 1))
        )


def test_two_of_the_county_are_drawn_and_have_ten_working_days(hall: Hall) -> None:
    made = hall.submitted()
    found = hall.open_seats(made.id)
    assert [s.number for s in found] == [1, 2] and made.state is DossierState.ASSESSING
    assert {hall.who(s.assessor) for s in found} <= set(NEAR)
    assert {s.due_on for s in found} == {date(2026, 12, 7)}


@dataclass
class SeededIds:
    """Identifiers as ever; lots from a seed."""

    inner: object
    lots: Random

    def new(self, kind: str) -> str:
        return self.inner.new(kind)  # type: ignore[attr-defined, no-any-return]

    def secret(self) -> str:
        return self.inner.secret()  # type: ignore[attr-defined, no-any-return]

    def below(self, n: int) -> int:
        return self.lots.randrange(n)


def test_the_same_seed_draws_the_same_people(hall: Hall) -> None:
    before = hall.f
    drawn = []
    for _ in range(2):
        hall.town.f = replace(before, ids=SeededIds(before.ids, Random(5)))  # noqa: S311
        made = hall.submitted()
        drawn.append((made.label, sorted(names(hall, made))))
        with before.work() as work:  # as if it had never been
            connection = work.panels.connection  # type: ignore[attr-defined]
            for table in (t.seats, t.pieces, t.dossiers):
                connection.execute(table.delete())
    assert drawn[0] == drawn[1]


def test_nobody_near_the_teacher_is_ever_drawn(hall: Hall) -> None:
    """Whoever tends panels, a colleague, one of the school's teaching point, an officer of it, who left only today, and the teacher."""
    f = hall.f
    with f.work() as work:
        work.people.grant(hall.uid("teacher"), Role.ASSESSOR, WEST, date(2020, 1, 1), "test")
    hall.add("at_point", POINT, (Role.ASSESSOR, WEST))
    hall.add("officer", OTHER_SCHOOL, (Role.ASSESSOR, WEST), (Role.SCHOOL_ADMIN, SCHOOL))
    hall.add("leaving", SCHOOL, (Role.ASSESSOR, WEST))
    hall.add("tender", OTHER_SCHOOL, (Role.ASSESSOR, WEST), (Role.COUNTY_HR, WEST))
    never = {"tender", "teacher", "mate", "at_point", "officer", "leaving", "east_only"}
    seen: Counter[str] = Counter()
    for n in range(12):
        made = hall.submitted(code=("A1", "A3", "B1")[n % 3])
        if n == 0:
            with f.work() as work:
                work.people.leave(hall.uid("leaving"), SCHOOL, date(2026, 11, 24))
                work.people.join(
                    hall.uid("leaving"), OTHER_SCHOOL, date(2026, 11, 24), staff_no="", subject=""
                )
        for _ in range(3):  # whoever is drawn gives it back, until nobody is left
            for seat in hall.open_seats(made.id):
                seats.recuse(f, hall.actor(hall.who(seat.assessor)), seat.id, "换人")
        seen.update(names(hall, made))
        assert len(names(hall, made)) == len(set(names(hall, made)))
        dossiers.withdraw(f, hall.actor("teacher"), made.id)
    assert not never & set(seen) and {"far1", "far2"} <= set(seen)


def test_one_of_the_teaching_point_is_too_close_to_the_school_and_the_other_way_round(hall: Hall) -> None:
    hall.add("pointer", POINT, (Role.TEACHER, POINT))
    for _ in range(4):
        made = hall.submitted("pointer")
        assert "mate" not in names(hall, made)
        dossiers.withdraw(hall.f, hall.actor("pointer"), made.id)


def test_work_is_shared_out_evenly(hall: Hall) -> None:
    for n in range(10):
        hall.add(f"t{n}", SCHOOL, (Role.TEACHER, SCHOOL))
        hall.submitted(f"t{n}")
    load = Counter(name for (name,) in rows_of_seats(hall))
    assert set(load) == set(NEAR) and set(load.values()) == {4}


def rows_of_seats(hall: Hall) -> list[tuple[str]]:
    with hall.f.work() as work:
        connection = work.panels.connection  # type: ignore[attr-defined]
        return [(hall.who(row.assessor),) for row in connection.execute(t.seats.select())]


def test_where_too_few_are_free_the_dossier_waits_and_the_desk_says_so(hall: Hall, engine: Engine) -> None:
    f = hall.f
    end_grant(engine, hall, *NEAR, "far1", "far2")
    made = hall.submitted()
    assert made.state is DossierState.SUBMITTED and hall.seats(made.id) == ()
    desk = panel_desk.desk(f, hall.actor("county_hr"))
    (want,) = desk.wants
    assert (want.vacant, want.free, want.dossier.id) == (2, 0, made.id)
    assert panel_desk.desk(f, hall.actor("east_hr")).wants == ()
    assert panel_desk.desk(f, hall.actor("city_hr")).total("submitted") == 1
    assert panel.fill(f) == 0
    hall.add("new1", OTHER_SCHOOL, (Role.ASSESSOR, WEST))
    assert panel.fill(f) == 1 and hall.state(made.id).state is DossierState.SUBMITTED
    hall.add("new2", OTHER_SCHOOL, (Role.ASSESSOR, CITY))
    assert panel.fill(f) == 1 and hall.state(made.id).state is DossierState.ASSESSING
    assert panel.fill(f) == 0
    for who in ("teacher", "near1", "county", "city", "school_admin"):
        with pytest.raises(Refusal, match=r"access\.denied"):
            panel_desk.desk(f, hall.actor(who))


def test_without_a_calendar_nobody_is_drawn_and_nothing_is_lost(hall: Hall, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(t.calendar_years.delete())
    made = hall.submitted()
    assert made.state is DossierState.SUBMITTED
    assert panel_desk.desk(hall.f, hall.actor("county_hr")).calendar is False


def test_the_panel_desk_names_nobody(hall: Hall) -> None:
    made = hall.submitted()
    told = repr(panel_desk.desk(hall.f, hall.actor("county_hr")))
    for seat in hall.seats(made.id):
        assert seat.assessor not in told
    assert "陈晓燕" not in told


def test_a_seat_past_its_day_lapses_and_somebody_else_takes_it(hall: Hall) -> None:
    f, clock = hall.f, hall.f.clock
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    clock.pass_(days=14)  # type: ignore[attr-defined]
    hall.rate(one, "pass")  # on the last day
    clock.pass_(days=1)  # type: ignore[attr-defined]
    late = hall.actor(hall.who(two.assessor))
    for deed in (
        lambda: assessing.chair(f, late, two.id),
        lambda: seats.rate(f, late, two.id),
        lambda: seats.recuse(f, late, two.id, "来不及"),
    ):
        with pytest.raises(Refusal, match=r"seat\.closed"):
            deed()
    assert panel_desk.desk(f, hall.actor("county_hr")).wants[0].overdue
    assert panel.fill(f) == 1
    assert [(s.number, s.state.value) for s in hall.seats(made.id)] == [
        (1, "rated"),
        (2, "lapsed"),
        (2, "open"),
    ]
    assert panel.fill(f) == 0


def test_whoever_gives_a_seat_up_says_why_and_is_replaced_but_never_drawn_again(hall: Hall) -> None:
    f = hall.f
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    who = hall.actor(hall.who(seat.assessor))
    for reason in ("", " ", "长" * 201):
        with pytest.raises(Refusal, match=r"seat\.reason"):
            seats.recuse(f, who, seat.id, reason)
    seats.recuse(f, who, seat.id, "曾指导过这节课")
    assert len(hall.open_seats(made.id)) == 2
    assert names(hall, made).count(hall.who(seat.assessor)) == 1
    with pytest.raises(Refusal, match=r"seat\.closed"):
        assessing.chair(f, who, seat.id)
    with pytest.raises(Refusal, match=r"seat\.closed"):
        seats.recuse(f, who, seat.id, "再来")


def test_two_who_agree_settle_it_and_nobody_sees_more_than_their_own(hall: Hall) -> None:
    f = hall.f
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    hall.rate(one, "excellent", "pass")
    assert hall.state(made.id).rating is None
    chair = assessing.chair(f, hall.actor(hall.who(two.assessor)), two.id)
    seen = repr(chair)
    assert (chair.levels, chair.comments, chair.rating) == ({}, {}, None)
    assert one.assessor not in seen and one.id not in seen
    for told in (
        "陈晓燕",
        hall.uid("teacher"),
        hall.actor("teacher").login,
        "涧西第一小学",
        SCHOOL,
        "方案.pdf",
    ):
        assert told not in seen, told
    hall.rate(two, "pass", "excellent")
    done = hall.state(made.id)
    assert (done.state, done.rating) == (DossierState.RATED, Rating.PASS)
    assert {s.rating for s in hall.seats(made.id)} == {Rating.PASS}


@pytest.mark.parametrize(
    ("levels", "result"),
    [
        (("pass", "fail", "excellent"), Rating.PASS),
        (("excellent", "pass", "pass"), Rating.PASS),
        (("fail", "pass", "fail"), Rating.FAIL),
        (("excellent", "fail", "excellent"), Rating.EXCELLENT),
    ],
)
def test_a_third_decides_where_two_differ(hall: Hall, levels: tuple[str, ...], result: Rating) -> None:
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    hall.rate(one, levels[0])
    hall.rate(two, levels[1])
    (third,) = hall.open_seats(made.id)
    assert third.number == 3 and hall.state(made.id).state is DossierState.ASSESSING
    hall.rate(third, levels[2])
    assert (hall.state(made.id).rating, hall.open_seats(made.id)) == (result, ())


def test_a_rating_wants_a_level_for_every_piece_and_words_for_a_bad_one(hall: Hall) -> None:
    f = hall.f
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    who = hall.actor(hall.who(seat.assessor))
    chair = assessing.chair(f, who, seat.id)
    assert chair.left == 2 and chair.rating is None and chair.position == 1
    with pytest.raises(Refusal, match="还有 2 件材料没有评定"):
        seats.rate(f, who, seat.id)
    first, second = (piece.id for piece, _ in chair.pieces)
    for level, comment in (("", ""), ("best", ""), ("fail", "  "), ("pass", "长" * 1001)):
        with pytest.raises(Refusal, match=r"seat\.level"):
            seats.set_level(f, who, seat.id, first, level, comment)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        seats.set_level(f, who, seat.id, "pie-of-another", "pass")
    seats.set_level(f, who, seat.id, first, "fail", "没有写分析工具")
    assert assessing.chair(f, who, seat.id).piece.id == second
    with pytest.raises(Refusal, match="还有 1 件材料没有评定"):
        seats.rate(f, who, seat.id)
    seats.set_level(f, who, seat.id, second, "excellent")
    seats.set_level(f, who, seat.id, first, "pass", "看到了")  # changed one's mind before handing in
    assert assessing.chair(f, who, seat.id).rating is Rating.PASS
    assert seats.rate(f, who, seat.id) is Rating.PASS
    for deed in (
        lambda: seats.rate(f, who, seat.id),
        lambda: seats.set_level(f, who, seat.id, first, "excellent"),
        lambda: assessing.chair(f, who, seat.id),
        lambda: assessing.file(f, who, seat.id, first),
    ):
        with pytest.raises(Refusal, match=r"seat\.closed"):
            deed()
    row = next(r for r in assessing.mine(f, who).rows if r.seat.id == seat.id)
    assert not row.open and row.seat.rating is Rating.PASS


def test_a_seat_is_its_holders_alone(hall: Hall) -> None:
    f = hall.f
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    piece = assessing.chair(f, hall.actor(hall.who(one.assessor)), one.id).piece.id
    for who in (
        hall.who(two.assessor),
        "far1",
        "mate",
        "teacher",
        "county_hr",
        "city_hr",
        "school_admin",
        "city",
    ):
        actor = hall.actor(who)
        for deed in (
            lambda a=actor: assessing.chair(f, a, one.id),
            lambda a=actor: assessing.file(f, a, one.id, piece),
            lambda a=actor: seats.set_level(f, a, one.id, piece, "pass"),
            lambda a=actor: seats.rate(f, a, one.id),
            lambda a=actor: seats.recuse(f, a, one.id, "不评"),
        ):
            with pytest.raises(Refusal, match=r"thing\.missing"):
                deed()


def test_who_becomes_a_colleague_or_loses_the_office_sees_no_more(hall: Hall, engine: Engine) -> None:
    f = hall.f
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    moved, gone = hall.who(one.assessor), hall.who(two.assessor)
    with f.work() as work:
        work.people.join(one.assessor, SCHOOL, date(2026, 11, 23), staff_no="", subject="")
    with pytest.raises(Refusal, match=r"seat\.conflict"):
        assessing.chair(f, hall.actor(moved), one.id)
    with pytest.raises(Refusal, match=r"seat\.conflict"):
        seats.rate(f, hall.actor(moved), one.id)
    seats.recuse(f, hall.actor(moved), one.id, "调到了同一所学校")
    end_grant(engine, hall, gone)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        assessing.chair(f, hall.actor(gone), two.id)


def test_a_notebook_shows_points_and_answers_without_a_name(hall: Hall, engine: Engine) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    pieces.add_notebook(f, teacher, made.id, "plan", hall.evidence().id)
    pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, "https://v.example.cn/1")
    dossiers.submit(f, teacher, made.id)
    seat = hall.open_seats(made.id)[0]
    chair = assessing.chair(f, hall.actor(hall.who(seat.assessor)), seat.id)
    assert chair.notebook is not None
    assert [t.points for t in chair.notebook.tests] == [8]
    assert "先补基础" in chair.notebook.open[0].item.answer
    assert teacher.uid not in repr(chair) and "陈晓燕" not in repr(chair)
    kept = rows(engine, "SELECT actor, subject FROM audit_events WHERE verb = 'piece.read'")
    assert kept == [(seat.assessor, seat.id)]


def test_a_teacher_who_assesses_never_meets_their_own_work(hall: Hall) -> None:
    f = hall.f
    with f.work() as work:
        for who in ("teacher", "colleague"):
            work.people.grant(hall.uid(who), Role.ASSESSOR, CITY, date(2020, 1, 1), "test")
    made = hall.submitted()
    for _ in range(4):
        for seat in hall.open_seats(made.id):
            seats.recuse(f, hall.actor(hall.who(seat.assessor)), seat.id, "换人")
    assert not {"teacher", "colleague"} & set(names(hall, made))
    assert hall.state(made.id).state is DossierState.SUBMITTED


def test_what_assessors_found_is_kept_in_the_chain(hall: Hall, engine: Engine) -> None:
    made = hall.rated("pass")
    kept = rows(engine, "SELECT actor, role, scope FROM audit_events WHERE verb = 'seat.rated'")
    assert {actor for actor, _, _ in kept} == {s.assessor for s in hall.seats(made.id)}
    assert {scope for _, _, scope in kept} == {WEST}
