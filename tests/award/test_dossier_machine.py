"""A dossier and its seats against a model: whatever people do in whatever order, the rules hold."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hub.domain.dossier import DossierState, SeatState
from hub.domain.errors import Refusal
from hub.domain.rating import Rating, agreed, lowest
from hub.journey.award import dossiers, panel, pieces, seats
from tests.award.panels import FRAMEWORK, PDF, Hall

LEVELS = st.sampled_from([one.value for one in Rating])


class Machine(RuleBasedStateMachine):
    """One teacher's dossier at a time; the model is what was said, the rest follows."""

    hall: ClassVar[Hall]
    seen: ClassVar[Counter[tuple[str, int]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.id = ""
        self.frozen: tuple[Any, ...] | None = None
        self.said: dict[str, Rating] = {}  # seat -> rating
        hall = self.hall
        for one in dossiers_of(hall):
            if one.state in (DossierState.DRAFT, DossierState.SUBMITTED, DossierState.ASSESSING):
                clear(hall)
        self.f = hall.f

    @property
    def teacher(self):  # type: ignore[no-untyped-def]
        return self.hall.actor("teacher")

    @property
    def state(self) -> DossierState | None:
        return self.hall.state(self.id).state if self.id else None

    def open(self) -> list[Any]:
        return list(self.hall.open_seats(self.id)) if self.id else []

    @precondition(lambda self: self.state in (None, DossierState.WITHDRAWN))
    @rule()
    def begin(self) -> None:
        self.id = dossiers.begin(self.f, self.teacher, FRAMEWORK, "A1").id
        self.frozen, self.said = None, {}
        pieces.add_file(self.f, self.teacher, self.id, "plan", "方案.pdf", PDF + self.id.encode())
        pieces.add_link(
            self.f, self.teacher, self.id, "video", pieces.PieceKind.LINK, f"https://v.example.cn/{self.id}"
        )

    @precondition(lambda self: self.id)
    @rule(n=st.integers(0, 99))
    def add(self, n: int) -> None:
        draft = self.state is DossierState.DRAFT
        try:
            pieces.add_file(self.f, self.teacher, self.id, "plan", "a.txt", b"text %d" % n)
            assert draft
        except Refusal as refusal:
            assert refusal.code == ("dossier.piece" if draft else "dossier.frozen")

    @precondition(lambda self: self.id)
    @rule()
    def submit(self) -> None:
        draft = self.state is DossierState.DRAFT
        try:
            dossiers.submit(self.f, self.teacher, self.id)
            assert draft
            self.frozen = self.pieces()
        except Refusal as refusal:
            assert refusal.code == "dossier.submitted" and not draft

    @precondition(lambda self: self.id)
    @rule(rarely=st.integers(0, 5))
    def withdraw(self, rarely: int) -> None:
        if (
            rarely
            and self.state in (DossierState.DRAFT, DossierState.SUBMITTED, DossierState.ASSESSING)
            and not self.said
        ):
            return  # or nothing would ever come to a rating
        before, round = self.state, self.hall.state(self.id).round
        allowed = before not in (DossierState.RATED, DossierState.WITHDRAWN) and round == 1 and not self.said
        try:
            dossiers.withdraw(self.f, self.teacher, self.id)
            assert allowed
        except Refusal as refusal:
            assert refusal.code == "dossier.withdraw" and not allowed

    @precondition(lambda self: self.open())
    @rule(which=st.integers(0, 2), level=LEVELS, other=LEVELS)
    def rate(self, which: int, level: str, other: str) -> None:
        found = self.open()
        seat = found[which % len(found)]
        self.hall.rate(seat, level, other)
        self.said[seat.id] = lowest([Rating(level), Rating(other)])

    @precondition(lambda self: self.open())
    @rule(level=LEVELS)
    def all_rate(self, level: str) -> None:
        for seat in self.open():
            self.hall.rate(seat, level)
            self.said[seat.id] = Rating(level)

    @precondition(lambda self: self.open())
    @rule(which=st.integers(0, 2), rarely=st.integers(0, 2))
    def recuse(self, which: int, rarely: int) -> None:
        if rarely:
            return
        found = self.open()
        seat = found[which % len(found)]
        seats.recuse(self.f, self.hall.actor(self.hall.who(seat.assessor)), seat.id, "认识")

    @rule(days=st.sampled_from([0, 0, 1, 1, 7, 16]))
    def time_passes(self, days: int) -> None:
        if self.f.clock.now().month == 11 or self.f.clock.now().day < 5:
            self.f.clock.pass_(days=days)
        panel.fill(self.f)

    def appeal(self) -> None:
        before = self.hall.state(self.id)
        try:
            dossiers.appeal(self.f, self.teacher, self.id, "请复评")
            assert before.state is DossierState.RATED and before.round == 1
            assert before.rating is not Rating.EXCELLENT
            assert self.hall.state(self.id).round == 2
        except Refusal as refusal:
            assert refusal.code in ("appeal.refused", "calendar.unknown")

    def pieces(self) -> tuple[Any, ...]:
        with self.f.work() as work:
            return work.dossiers.pieces(self.id)

    @precondition(lambda self: self.id)
    @rule()
    def appeal_whenever(self) -> None:
        self.appeal()

    @precondition(lambda self: self.id and self.state is DossierState.RATED)
    @rule()
    def appeal_in_time(self) -> None:
        self.appeal()

    @invariant()
    def the_rules_hold(self) -> None:
        if not self.id:
            return
        dossier, all_seats = self.hall.state(self.id), self.hall.seats(self.id)
        self.seen[dossier.state.value, dossier.round] += 1
        assert all(s.round <= dossier.round for s in all_seats)
        assert len({s.assessor for s in all_seats}) == len(all_seats)
        for seat in all_seats:
            assert seat.assessor not in (self.hall.uid("teacher"), self.hall.uid("mate"))
            assert (seat.state is SeatState.RATED) == (seat.rating is not None) == (seat.id in self.said)
        if self.frozen is not None:
            assert self.pieces() == self.frozen
        now = [
            s for s in all_seats if s.round == dossier.round and s.state in (SeatState.OPEN, SeatState.RATED)
        ]
        numbers = sorted(s.number for s in now)
        assert numbers == sorted(set(numbers)) and set(numbers) <= {1, 2, 3}
        given = tuple(self.said[s.id] for s in now if s.id in self.said)
        result = agreed(given)
        assert (dossier.state is DossierState.RATED) == (result is not None)
        if dossier.state is DossierState.RATED:
            assert dossier.rating is result and len(given) == len(now)
        if dossier.state is DossierState.ASSESSING:
            assert numbers == ([1, 2, 3] if len(given) == 2 and result is None else [1, 2])
        if dossier.state in (DossierState.DRAFT, DossierState.WITHDRAWN):
            assert now == []


def dossiers_of(hall: Hall) -> tuple[Any, ...]:
    with hall.f.work() as work:
        return work.dossiers.dossiers(hall.uid("teacher"))


def clear(hall: Hall) -> None:
    """As if nobody had ever begun anything, on the first day."""
    from hub.store.award import tables as t

    with hall.f.work() as work:
        for table in (t.appeals, t.seats, t.pieces, t.dossiers):
            work.panels.connection.execute(table.delete())  # type: ignore[attr-defined]


@pytest.mark.timeout(280)
def test_whatever_people_do_in_whatever_order_the_rules_of_a_dossier_hold(hall: Hall, clock: Any) -> None:
    first = clock.now()

    class Fresh(Machine):
        def __init__(self) -> None:
            clock.time = first
            clear(hall)
            super().__init__()

    Machine.hall = hall
    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for reached in (
        ("draft", 1),
        ("assessing", 1),
        ("rated", 1),
        ("withdrawn", 1),
        ("assessing", 2),
        ("rated", 2),
    ):
        assert Machine.seen[reached], (reached, Machine.seen)  # a model that never got there proves nothing
