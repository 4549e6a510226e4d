"""Leases on gradings: one holder at a time, fenced by number, bounded tries, and a queue that heals itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from graders.verdict import Verdict
from hub.domain.errors import Refusal
from hub.domain.lease import LONGEST_SECONDS, MAX_TRIES, PAUSES
from hub.domain.submission import State
from hub.journey import assess, lease, tend
from hub.journey.lease import GraderDownError, Holder
from tests.assess.hand import HandJudge, hand_in
from tests.conftest import HandClock, rows
from tests.people import Town

SILENT = 30.0


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def fetched(engine: Engine, *, seconds_ago: float = 3600) -> None:
    """As a worker that has since fallen silent took every waiting job, so long ago."""
    run(engine, "UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE procrastinate_events SET at = now() - make_interval(secs => :ago)"),
            {"ago": seconds_ago},
        )


class Failing(HandJudge):
    """A grader that ends every grading with the same reason."""

    reason = "grader.failed"

    def __call__(self, *given: object) -> Verdict:
        self.state = "failed"
        return replace(super().__call__(b"", b"", {}), reason=self.reason)


@pytest.fixture
def failing(town: Town) -> Iterator[Any]:
    yield lambda reason: replace(town.f, judge=type("Failing", (Failing,), {"reason": reason})(town.f))


def test_nobody_takes_a_submission_from_a_living_holder(
    town: Town, submission: str, clock: HandClock
) -> None:
    first, second = Holder("one"), Holder("two")
    held = lease.take(town.f, first, submission)
    assert held is not None and (held.number, held.tries) == (1, 1)
    assert lease.take(town.f, second, submission) is None
    with first.hand(submission):
        for _ in range(4):
            clock.pass_(seconds=20)
            assert lease.beat(town.f, first) == 1
    assert lease.take(town.f, second, submission) is None
    clock.pass_(seconds=31)
    taken = lease.take(town.f, second, submission)
    assert taken is not None and taken.number == 2
    with first.hand(submission):
        assert lease.beat(town.f, first) == 0  # it is not theirs any more


def test_what_is_no_longer_in_hand_or_in_hand_for_impossibly_long_is_not_renewed(
    town: Town,
    submission: str,
    clock: HandClock,
) -> None:
    holder = Holder("one")
    assert lease.take(town.f, holder, submission)
    assert lease.beat(town.f, holder) == 0
    with holder.hand(submission):
        assert lease.beat(town.f, holder) == 1
        clock.pass_(seconds=LONGEST_SECONDS + 1)
        assert lease.beat(town.f, holder) == 0


def test_the_verdict_of_a_stale_holder_is_dropped_while_the_next_one_still_works(
    town: Town,
    submission: str,
    clock: HandClock,
    engine: Engine,
) -> None:
    class Slow(HandJudge):
        def __call__(self, *given: object) -> Verdict:
            clock.pass_(minutes=5)
            assert lease.take(town.f, Holder("two"), submission)
            return super().__call__(b"", b"", {})

    assert assess.autograde(replace(town.f, judge=Slow(town.f)), submission) == State.GRADING
    assert rows(engine, "SELECT count(*) FROM verdicts") == [(0,)]
    assert rows(engine, "SELECT held_by, lease, tries FROM submissions") == [("two", 2, 2)]


def test_a_stale_holder_that_fails_takes_nothing_from_the_next_one(
    town: Town,
    submission: str,
    clock: HandClock,
    engine: Engine,
) -> None:
    class Slow(HandJudge):
        def __call__(self, *given: object) -> Verdict:
            clock.pass_(minutes=5)
            assert lease.take(town.f, Holder("two"), submission)
            raise OSError("too late anyway")

    assert assess.autograde(replace(town.f, judge=Slow(town.f)), submission) == State.GRADING
    assert rows(engine, "SELECT state, held_by, reason FROM submissions") == [("grading", "two", "")]


def test_a_platform_failure_is_tried_again_with_growing_pauses_and_then_is_a_dead_letter(
    town: Town,
    submission: str,
    engine: Engine,
    failing: Any,
) -> None:
    pauses = []
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(GraderDownError) as down:
            assess.autograde(failing("grader.failed"), submission)
        pauses.append(down.value.pause)
        assert rows(engine, "SELECT state, held_by FROM submissions") == [("queued", "")]
    assert tuple(pauses) == PAUSES
    assert assess.autograde(failing("grader.failed"), submission) == State.FAILED
    row = rows(engine, "SELECT state, reason, tries, lease, graded_at IS NOT NULL, message FROM submissions")
    assert row[0][:5] == ("failed", "grader.failed", MAX_TRIES, MAX_TRIES, True)
    assert "作业已妥善保存" in str(row[0][5])
    assert rows(engine, "SELECT count(*) FROM verdicts") == [(0,)]


def test_a_broken_assignment_is_not_tried_again(
    town: Town,
    submission: str,
    engine: Engine,
    failing: Any,
) -> None:
    assert assess.autograde(failing("source.invalid"), submission) == State.FAILED
    assert rows(engine, "SELECT state, reason, tries FROM submissions") == [("failed", "source.invalid", 1)]


def test_bytes_that_are_gone_say_so(town: Town, submission: str, engine: Engine) -> None:
    with town.f.work() as work:
        kept = work.study.submission(submission)
    assert kept is not None
    path = town.f.files._path(kept.digest)  # type: ignore[attr-defined]
    data = path.read_bytes()
    path.write_bytes(b"x")
    with pytest.raises(GraderDownError, match=r"files\.lost"):
        assess.autograde(town.f, submission)
    assert rows(engine, "SELECT state, reason FROM submissions") == [("queued", "files.lost")]
    path.write_bytes(data)
    assert assess.autograde(town.f, submission) == State.GRADED
    assert rows(engine, "SELECT reason, held_by FROM submissions") == [("", "")]


def test_what_a_silent_worker_held_is_freed_and_counted(
    town: Town,
    submission: str,
    clock: HandClock,
    engine: Engine,
) -> None:
    lease.take(town.f, Holder("gone"), submission)
    fetched(engine)
    assert tend.take_over(town.f, SILENT) == 0  # it has beaten just now
    clock.pass_(seconds=31)
    assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT state, reason, tries FROM submissions") == [("queued", "worker.lost", 1)]
    assert rows(engine, "SELECT status::text, scheduled_at > now() FROM procrastinate_jobs") == [
        ("todo", True)
    ]
    assert tend.take_over(town.f, SILENT) == 0


def test_a_job_that_kills_every_worker_ends_as_a_dead_letter(
    town: Town,
    submission: str,
    clock: HandClock,
    engine: Engine,
) -> None:
    for _ in range(MAX_TRIES):
        assert lease.take(town.f, Holder("victim"), submission)
        fetched(engine)
        clock.pass_(seconds=31)
        assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT state, reason, tries FROM submissions") == [
        ("failed", "worker.lost", MAX_TRIES)
    ]
    assert rows(engine, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


def test_a_job_taken_but_never_leased_and_one_that_is_done_but_not_ended_are_cleared(
    town: Town,
    submission: str,
    engine: Engine,
) -> None:
    fetched(engine, seconds_ago=5)
    assert tend.take_over(town.f, SILENT) == 0  # begun just now
    fetched(engine)
    run(engine, "UPDATE procrastinate_events SET at = now() - interval '1 hour'")
    assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT status::text FROM procrastinate_jobs") == [("todo",)]
    assert assess.autograde(town.f, submission) == State.GRADED
    fetched(engine)
    assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


def test_a_submission_whose_job_is_lost_is_queued_again(
    town: Town,
    submission: str,
    clock: HandClock,
    engine: Engine,
) -> None:
    run(engine, "DELETE FROM procrastinate_jobs")
    assert tend.take_over(town.f, SILENT) == 0  # it was handed in just now
    clock.pass_(seconds=31)
    assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT lock, status::text FROM procrastinate_jobs") == [(submission, "todo")]
    run(engine, "DELETE FROM procrastinate_jobs")
    lease.take(town.f, Holder("gone"), submission)
    clock.pass_(seconds=31)
    assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT s.state, j.status::text FROM submissions s, procrastinate_jobs j") == [
        ("queued", "todo")
    ]


def test_the_job_of_another_task_is_put_back_only_when_its_worker_is_gone(town: Town, engine: Engine) -> None:
    run(engine, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    run(
        engine,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('grading', 'other', 'todo')",
    )
    run(engine, "UPDATE procrastinate_jobs SET worker_id = (SELECT id FROM procrastinate_workers)")
    fetched(engine)
    assert tend.take_over(town.f, SILENT) == 0
    run(engine, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    assert tend.take_over(town.f, SILENT) == 1
    assert rows(engine, "SELECT status::text FROM procrastinate_jobs") == [("todo",)]


def test_only_the_operator_sees_and_revives_dead_letters_and_sees_nobodys_name(
    town: Town,
    submission: str,
    engine: Engine,
) -> None:
    assess.give_up(town.f, submission, "walls.setup")
    for who in ("teacher", "instructor", "school_admin", "county", "city", "registrar"):
        for deed in (tend.queue, tend.retry_all, lambda f, a: tend.retry(f, a, submission)):
            with pytest.raises(Refusal, match=r"access\.denied"):
                deed(town.f, town.actor(who))  # type: ignore[operator]
    seen = tend.queue(town.f, town.actor("sys_admin"))
    assert [(one.id, one.reason, one.tries) for one in seen.letters] == [(submission, "walls.setup", 0)]
    assert seen.failed == 1
    assert town.uids["teacher"] not in repr(seen) and "陈晓燕" not in repr(seen)
    run(engine, "DELETE FROM procrastinate_jobs")
    tend.retry(town.f, town.actor("sys_admin"), submission)
    with pytest.raises(Refusal, match=r"submission\.not_gradable"):
        tend.retry(town.f, town.actor("sys_admin"), submission)
    assert rows(engine, "SELECT count(*) FROM procrastinate_jobs") == [(1,)]
    assert assess.autograde(town.f, submission) == State.GRADED


def test_every_dead_letter_is_revived_at_once_and_the_figures_follow(
    town: Town,
    submission: str,
    clock: HandClock,
    engine: Engine,
) -> None:
    with town.f.work() as work:
        course_run = work.study.submission(submission).run  # type: ignore[union-attr]
    ids = [submission, *(hand_in(town, course_run) for _ in range(3))]
    for one in ids:
        assess.give_up(town.f, one, "grader.failed")
    admin = town.actor("sys_admin")
    assert tend.queue(town.f, admin).failed == 4
    assert tend.retry_all(town.f, admin) == 4
    assert tend.retry_all(town.f, admin) == 0
    clock.pass_(seconds=12)
    seen = tend.queue(town.f, admin)
    assert (seen.waiting, seen.running, seen.failed, seen.oldest_seconds) == (4, 0, 0, 12)
    for one in ids:
        assess.autograde(town.f, one)
    seen = tend.queue(town.f, admin)
    assert (seen.waiting, seen.graded, seen.p50, seen.p95) == (0, 4, 12, 12)
    clock.pass_(hours=2)
    assert tend.queue(town.f, admin).graded == 0
