"""Any order of what people can do to a record: no way to a certificate lacks a step, nothing moves after it but what is listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.domain.review import DESKS, STEPS, Office, State, Step, after, hands
from hub.journey.award import certificates, objections, publicity, review, revocation
from hub.journey.enter import beijing_day
from hub.operations.database import Embedded
from tests.award.chain import CODES, Chain, chain
from tests.conftest import rows
from tests.people import SCHOOL, WEST

assert chain  # the fixture
# Everybody holds every office they could, so that only the rules keep them apart.
EVERYBODY = (
    "teacher",
    "school_admin",
    "county_hr",
    "county_hr_too",
    "city_hr",
    "city_hr_too",
    "assessor",
    "colleague",
)
BEFORE_ISSUE = [Step.SUBMIT, Step.SCHOOL, Step.COUNTY, Step.PUBLICISE, Step.CONFIRM, Step.ISSUE]
WORDS = "这是一段足够长的说明文字，供测试使用。"


class Machine(RuleBasedStateMachine):
    """One teacher's records in a real database, pushed about by eight people who all hold several offices."""

    town: Chain
    server: Embedded

    def __init__(self) -> None:
        super().__init__()
        chain = self.chain = self.town
        # Certificates and revocations are never deleted: the server's own superuser alone can clear the table for another go.
        with self.server._connect(str(chain.engine.url.database)) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in ("objections", "notices", "revocations", "certificates", "reviews", "applications"):
                connection.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]  # noqa: S608
        chain.f.clock.time = datetime(2026, 3, 2, 1, tzinfo=UTC)  # type: ignore[attr-defined]
        self.last: dict[str, State] = {}

    def attempt(self, act: Any) -> None:
        """Do it or be refused by name; a fault of any other kind fails the test."""
        try:
            act()
        except Refusal:
            return

    def ids(self) -> list[str]:
        return [
            str(r[0]) for r in rows(self.chain.engine, "SELECT id FROM applications ORDER BY begun_at, id")
        ]

    def current(self) -> str:
        return (self.ids() or ["nothing"])[-1]

    @rule()
    def apply(self) -> None:
        f, teacher = self.chain.f, self.chain.actor("teacher")
        self.attempt(lambda: review.submit(f, teacher, review.draft(f, teacher, "it2", DOSSIERS).id))

    @rule()
    def take_back(self) -> None:
        self.attempt(lambda: review.take_back(self.chain.f, self.chain.actor("teacher"), self.current()))

    @rule(who=st.sampled_from(EVERYBODY), office=st.sampled_from([Office.SCHOOL, Office.COUNTY, Office.CITY]))
    def let_pass(self, who: str, office: Office) -> None:
        self.attempt(lambda: review.let_pass(self.chain.f, self.chain.actor(who), self.current(), office))

    @rule(who=st.sampled_from(EVERYBODY))
    def let_pass_where_it_lies(self, who: str) -> None:
        state = self.chain.now(self.current()).state if self.ids() else State.DRAFT
        if state in DESKS:
            self.attempt(
                lambda: review.let_pass(self.chain.f, self.chain.actor(who), self.current(), DESKS[state])
            )

    @rule(who=st.sampled_from(EVERYBODY))
    def forward(self, who: str) -> None:
        """Whatever leads on from where the record is, by somebody."""
        state = self.chain.now(self.current()).state if self.ids() else State.DRAFT
        if state in (State.DRAFT, State.RETURNED, State.REVOKED):
            self.apply()
        elif state is State.COUNTY_REVIEWED:
            self.post(who)
        elif state is State.CITY_CONFIRMED:
            self.issue(who)
        else:
            if state is State.PUBLICISED:
                self.wait(9)
            self.let_pass_where_it_lies(who)

    @rule(first=st.integers(1, 7), steps=st.integers(2, 7))
    def along(self, first: int, steps: int) -> None:
        """Several steps on, each by the next person in the row."""
        for n in range(steps):
            self.forward(EVERYBODY[(first + n) % len(EVERYBODY)])

    @rule(who=st.sampled_from(EVERYBODY))
    def send_back(self, who: str) -> None:
        self.attempt(lambda: review.send_back(self.chain.f, self.chain.actor(who), self.current(), WORDS))

    @rule(who=st.sampled_from(EVERYBODY))
    def post(self, who: str) -> None:
        self.attempt(
            lambda: publicity.open_notice(self.chain.f, self.chain.actor(who), SCHOOL, [self.current()])
        )

    @rule(who=st.sampled_from(EVERYBODY))
    def object_to(self, who: str) -> None:
        with self.chain.f.work() as work:
            notice = work.publicity.notices_of([self.current()]).get(self.current())
        if notice:
            self.attempt(
                lambda: objections.object_to(
                    self.chain.f, self.chain.actor(who), notice.id, self.current(), WORDS
                )
            )

    @rule(who=st.sampled_from(EVERYBODY), upheld=st.booleans())
    def answer(self, who: str, upheld: bool) -> None:
        for (id,) in rows(self.chain.engine, "SELECT id FROM objections WHERE answered_at IS NULL"):
            self.attempt(
                lambda id=id: objections.answer(
                    self.chain.f, self.chain.actor(who), str(id), WORDS, upheld=upheld
                )
            )  # type: ignore[misc]

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.chain.f.clock.pass_(days=days)  # type: ignore[attr-defined]

    @rule(who=st.sampled_from(EVERYBODY))
    def issue(self, who: str) -> None:
        self.attempt(
            lambda: certificates.issue_confirmed(self.chain.f, self.chain.actor(who), self.current())
        )

    @precondition(lambda self: bool(rows(self.chain.engine, "SELECT 1 FROM certificates")))
    @rule()
    def revoke(self) -> None:
        number = rows(self.chain.engine, "SELECT number FROM certificates ORDER BY issued_at DESC")[0][0]
        self.attempt(lambda: revocation.revoke(self.chain.f, self.chain.actor("city_hr"), str(number), WORDS))

    @invariant()
    def every_history_is_a_way_through_the_table(self) -> None:
        with self.chain.f.work() as work:
            for id in self.ids():
                state = State.DRAFT
                history = work.review.reviews([id])[id]
                for one in history:
                    reached = after(state, one.step)
                    assert reached is not None, (state, one.step)
                    state = reached
                found = work.review.application(id)
                assert found is not None and found.state is state
                if Step.ISSUE in [r.step for r in history]:
                    since = max(n for n, r in enumerate(history) if r.step is Step.SUBMIT)
                    essential = [r.step for r in history[since:] if r.step in BEFORE_ISSUE]
                    assert essential == BEFORE_ISSUE

    @invariant()
    def hands_are_pairwise_different(self) -> None:
        with self.chain.f.work() as work:
            for id in self.ids():
                application = work.review.application(id)
                assert application is not None
                history = work.review.reviews([id])[id]
                played: dict[str, set[Office]] = {application.person: {Office.APPLICANT}}
                state = State.DRAFT
                for one in history:
                    if one.step in (Step.SCHOOL, Step.COUNTY, Step.CONFIRM, Step.RETURN):
                        played.setdefault(one.by, set()).add(DESKS[state])
                        assert one.by != self.chain.uid("assessor")
                    state = after(state, one.step) or state
                assert all(len(offices) == 1 for offices in played.values()), played
                assert hands(application, history) == {by: next(iter(o)) for by, o in played.items()}

    @invariant()
    def confirmed_ones_were_posted_in_full_and_no_objection_is_open(self) -> None:
        with self.chain.f.work() as work:
            calendar = work.workdays.calendar()
            for id in self.ids():
                confirmed = [r for r in work.review.reviews([id])[id] if r.step is Step.CONFIRM]
                for one in confirmed:
                    notice = work.publicity.notices_of([id]).get(id)
                    assert notice is not None and beijing_day(one.at) > notice.closes_on
                    assert calendar.count(notice.opens_on, notice.closes_on) >= 5
                    assert all(
                        o.answered_at and o.answered_at <= one.at for o in work.publicity.objections([id])
                    )

    @invariant()
    def nothing_moves_after_issue_but_what_is_listed_and_one_is_under_way(self) -> None:
        states = {id: self.chain.now(id).state for id in self.ids()}
        for id, state in states.items():
            was = self.last.get(id)
            if was is State.ISSUED:
                assert state in (State.ISSUED, State.REVOKED)
            if was is State.REVOKED:
                assert state is State.REVOKED
        over = (State.REVOKED, State.ISSUED, State.SUPERSEDED)
        assert sum(s not in over for s in states.values()) <= 1
        assert sum(s is State.ISSUED for s in states.values()) <= 1
        self.last = states
        SEEN.update(states.values())

    @invariant()
    def every_step_has_its_event(self) -> None:
        steps = rows(self.chain.engine, "SELECT count(*) FROM reviews")[0][0]
        events = rows(
            self.chain.engine,
            "SELECT count(*) FROM audit_events e JOIN applications a ON a.id = e.subject WHERE e.verb LIKE 'application.%' "
            "AND e.verb <> 'application.drafted'",
        )[0][0]
        assert steps == events


DOSSIERS: list[str] = []
SEEN: set[State] = set()


@pytest.mark.timeout(600)
def test_no_order_of_deeds_breaks_the_chain(chain: Chain, server: Embedded) -> None:
    since = datetime(2020, 9, 1, tzinfo=UTC).date()
    with chain.f.work() as work:
        for who in EVERYBODY:
            for role, org in ((Role.SCHOOL_ADMIN, SCHOOL), (Role.COUNTY_HR, WEST), (Role.CITY_HR, "410300")):
                work.people.grant(chain.uid(who), role, org, since, "test")
    chain.f.clock.time = datetime(2026, 3, 2, 1, tzinfo=UTC)  # type: ignore[attr-defined]
    chain.hours("teacher", on=datetime(2025, 6, 1, tzinfo=UTC).date())
    DOSSIERS[:] = [chain.dossier("teacher", code) for code in CODES]
    Machine.town, Machine.server = chain, server
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {State.ISSUED, State.RETURNED} <= SEEN, SEEN  # it went somewhere


def test_the_table_of_steps_leads_to_issue_by_one_way_alone() -> None:
    """Every path from draft to issued, without going round, takes the six steps in order."""

    def paths(state: State, seen: tuple[State, ...]) -> Iterator[list[Step]]:
        if state is State.ISSUED:
            yield []
            return
        for (at, step), to in STEPS.items():
            if at is state and to not in seen:
                for rest in paths(to, (*seen, to)):
                    yield [step, *rest]

    found = [[s for s in path if s in BEFORE_ISSUE] for path in paths(State.DRAFT, (State.DRAFT,))]
    assert found and all(path == BEFORE_ISSUE for path in found)
    assert {s for (at, s) in STEPS if at is State.ISSUED} == {Step.EXPORT, Step.REVOKE, Step.SUPERSEDE}
    assert not [s for (at, s) in STEPS if at in (State.REVOKED, State.SUPERSEDED)]
