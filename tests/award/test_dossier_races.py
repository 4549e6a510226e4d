"""Two at once: assessors, double clicks, submitting while a piece comes in, workers; nothing is lost, doubled or crossed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from hub.domain.dossier import DossierState, SeatState
from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.domain.rating import Rating
from hub.journey.award import dossiers, panel, pieces, seats
from tests.award.panels import CODE, FRAMEWORK, PDF, Hall
from tests.conftest import rows
from tests.people import OTHER_SCHOOL, SCHOOL, WEST


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave or was refused with, all begun at the same moment."""
    gate, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def one(n: int) -> None:
        gate.wait(10)
        try:
            found[n] = deeds[n]()
        except Refusal as refusal:
            found[n] = refusal.code  # type: ignore[call-overload]

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.mark.parametrize(
    ("levels", "state"),
    [(("pass", "pass"), DossierState.RATED), (("pass", "excellent"), DossierState.ASSESSING)],
)
def test_two_assessors_who_hand_in_at_once_both_count(
    hall: Hall, levels: tuple[str, str], state: DossierState
) -> None:
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    hall.level_all(one, levels[0])
    hall.level_all(two, levels[1])
    first, second = (hall.actor(hall.who(s.assessor)) for s in (one, two))
    found = at_once(lambda: seats.rate(hall.f, first, one.id), lambda: seats.rate(hall.f, second, two.id))
    assert set(found) <= set(Rating)
    assert hall.state(made.id).state is state
    assert len(hall.open_seats(made.id)) == (1 if state is DossierState.ASSESSING else 0)


def test_the_same_one_twice_counts_once(hall: Hall, engine: Any) -> None:
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    hall.level_all(seat, "pass")
    who = hall.actor(hall.who(seat.assessor))
    found = at_once(*[lambda: seats.rate(hall.f, who, seat.id)] * 4)
    assert sorted(found) == ["pass", "seat.closed", "seat.closed", "seat.closed"]
    assert rows(engine, "SELECT count(*) FROM audit_events WHERE verb = 'seat.rated'") == [(1,)]


def test_a_rating_and_a_change_of_mind_at_once_leave_what_was_rated(hall: Hall) -> None:
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    hall.level_all(seat, "pass")
    who = hall.actor(hall.who(seat.assessor))
    piece = next(iter(hall.seats(made.id)[0].levels))
    at_once(
        lambda: seats.rate(hall.f, who, seat.id),
        lambda: seats.set_level(hall.f, who, seat.id, piece, "fail", "再看不行"),
    )
    kept = next(s for s in hall.seats(made.id) if s.id == seat.id)
    assert kept.state is SeatState.RATED
    assert kept.rating is (Rating.FAIL if kept.levels[piece] == "fail" else Rating.PASS)


def test_rating_and_giving_up_at_once_is_one_of_both(hall: Hall) -> None:
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    hall.level_all(seat, "pass")
    who = hall.actor(hall.who(seat.assessor))
    found = at_once(
        lambda: seats.rate(hall.f, who, seat.id), lambda: seats.recuse(hall.f, who, seat.id, "认识")
    )
    assert "seat.closed" in found
    assert (
        len([s for s in hall.seats(made.id) if s.number == seat.number and s.state != SeatState.RECUSED]) == 1
    )


def test_withdrawing_and_rating_at_once_is_one_of_both(hall: Hall) -> None:
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    hall.level_all(seat, "pass")
    who = hall.actor(hall.who(seat.assessor))
    found = at_once(
        lambda: seats.rate(hall.f, who, seat.id),
        lambda: dossiers.withdraw(hall.f, hall.actor("teacher"), made.id),
    )
    kept = next(s for s in hall.seats(made.id) if s.id == seat.id)
    withdrawn = hall.state(made.id).state is DossierState.WITHDRAWN
    assert withdrawn == (kept.state is SeatState.LAPSED) == (found[0] == "seat.closed")
    assert withdrawn != (found[1] == "dossier.withdraw")


def test_a_piece_that_comes_in_while_submitting_is_in_the_digest_or_refused(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    for n in range(4):
        made = hall.draft()
        found = at_once(
            lambda id=made.id: dossiers.submit(f, teacher, id),
            lambda id=made.id, n=n: pieces.add_file(f, teacher, id, "plan", "补充.txt", b"more %d" % n),
            lambda id=made.id: dossiers.submit(f, teacher, id),
        )
        kept = hall.state(made.id)
        with f.work() as work:
            there = work.dossiers.pieces(made.id)
        from hub.domain.dossier import digest_of

        assert digest_of(kept, there) == kept.digest
        assert (len(there) == 2) == (found[1] == "dossier.frozen")
        assert [found[0], found[2]].count("dossier.submitted") == 1
        assert len(hall.open_seats(made.id)) == 2
        dossiers.withdraw(f, teacher, made.id)


def test_beginning_twice_at_once_begins_one(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    found = at_once(*[lambda: dossiers.begin(f, teacher, FRAMEWORK, CODE)] * 4)
    assert found.count("dossier.open") == 3


def test_appealing_twice_at_once_is_one_appeal(hall: Hall) -> None:
    made = hall.rated("fail")
    teacher = hall.actor("teacher")
    found = at_once(*[lambda: dossiers.appeal(hall.f, teacher, made.id, "请复评")] * 3)
    assert found.count("appeal.refused") == 2
    assert len(hall.open_seats(made.id)) == 2


def test_workers_that_fill_at_once_give_each_place_once(hall: Hall, engine: Any) -> None:
    from tests.award.panels import FAR, NEAR
    from tests.award.test_panel import end_grant

    end_grant(engine, hall, *NEAR, *FAR)
    made = [hall.submitted(code=code) for code in ("A1", "A3", "B1")]
    for n in range(4):
        hall.add(f"fresh{n}", OTHER_SCHOOL, (Role.ASSESSOR, WEST))
    assert sum(at_once(*[lambda: panel.fill(hall.f)] * 4)) == 6
    for one in made:
        assert len({s.assessor for s in hall.open_seats(one.id)}) == 2


def test_many_submit_at_once_and_each_gets_two(hall: Hall) -> None:
    ids = []
    for n in range(6):
        hall.add(f"t{n}", SCHOOL, (Role.TEACHER, SCHOOL))
        ids.append((f"t{n}", hall.draft(f"t{n}").id))
    at_once(*[lambda who=who, id=id: dossiers.submit(hall.f, hall.actor(who), id) for who, id in ids])
    assert all(len(hall.open_seats(id)) == 2 for _, id in ids)


def test_the_same_file_twice_at_once_is_there_once(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    found = at_once(*[lambda: pieces.add_file(f, teacher, made.id, "plan", "方案.pdf", PDF)] * 4)
    assert found.count("dossier.piece") == 3
