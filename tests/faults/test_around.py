"""What happens around a worker: its database goes away, its children are killed, it is killed while they work."""

from __future__ import annotations

import time

import pytest

from hub.domain.lease import MAX_TRIES
from hub.journey import tend
from tests.faults.house import LEASE, House, until
from tests.faults.paper import answer

slow = pytest.mark.slow
EXPIRED = "SELECT 1 FROM submissions WHERE state = 'grading' AND beaten_at < now() - interval '2.2 seconds'"
GRADING = "SELECT 1 FROM submissions WHERE state = 'grading'"


pytestmark = pytest.mark.usefixtures("nobody_left_over")


def test_a_worker_killed_while_a_sandbox_runs_leaves_no_process_behind(house: House) -> None:
    house.hand_in(data=answer(1, seconds=1.5))
    first = house.worker()
    until(lambda: house.ask(GRADING) and first.family())
    time.sleep(0.5)
    house.seen = set(first.family())
    first.kill()
    until(lambda: not any(p.is_running() for p in house.seen), 10)
    second = house.worker()
    house.check()
    assert second.end() == 0


@slow
def test_a_worker_outlives_a_crash_of_its_database_and_grades_on(house: House) -> None:
    worker = house.worker()
    for n in range(3):
        house.hand_in(data=answer(10 + n, seconds=1))
    until(lambda: house.ask(GRADING))
    house.restart_database()
    house.check()
    assert house.ask("SELECT count(*) FROM submissions WHERE state <> 'graded'") == [(0,)]
    assert worker.process.poll() is None
    assert worker.end() == 0


@slow
def test_a_worker_that_starts_without_a_database_waits_for_it(house: House) -> None:
    house.hand_in(20)
    house.end_database()
    worker = house.worker(wait=False)
    time.sleep(8)
    assert worker.process.poll() is None, worker.log.read_text()[-2000:]
    house.start_database()
    until(worker.ready)
    house.check()
    assert worker.end() == 0


@slow
def test_a_worker_without_a_database_still_ends_when_it_is_asked_to(house: House) -> None:
    house.end_database()
    worker = house.worker(wait=False)
    time.sleep(5)
    try:
        assert worker.end() == 0
    finally:
        house.start_database()


@slow
def test_children_that_are_killed_cost_a_try_at_most_and_the_next_is_paid_in_full(house: House) -> None:
    worker = house.worker()
    house.hand_in(data=answer(30, seconds=1.5))
    until(lambda: house.ask(GRADING) and worker.family())
    time.sleep(0.3)
    for child in worker.family():
        if child.is_running():
            child.send_signal(9)
    until(house.settled, 60)
    house.hand_in(31)
    house.check()
    last = house.ask(
        "SELECT s.state, v.points FROM submissions s JOIN verdicts v ON v.submission = s.id "
        "ORDER BY s.received_at DESC LIMIT 1"
    )
    assert last == [("graded", 5)]
    assert worker.end() == 0


@slow
def test_what_kills_every_worker_becomes_a_dead_letter_and_holds_up_nobody(house: House) -> None:
    house.hand_in(40, who=0)
    for _ in range(MAX_TRIES):
        house.worker("lease.taken", wait=False).died()
        until(lambda: house.ask(EXPIRED))
        with house.engine.begin() as c:  # not to wait out the pauses, which grow to minutes
            tend.take_over(house.f, LEASE)
            c.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    house.hand_in(41, who=1)
    worker = house.worker()
    house.check()
    rows = house.ask("SELECT state, reason, tries FROM submissions ORDER BY received_at DESC LIMIT 2")
    assert rows == [("graded", "", 1), ("failed", "worker.lost", MAX_TRIES)]
    assert worker.end() == 0
