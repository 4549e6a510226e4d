"""Everything that a grading stands on is killed at every step of it: no submission is lost, none is paid twice, none is paid zero for it."""

from __future__ import annotations

import signal
import time
import zlib

import psutil
import pytest

from tests.faults.house import House, Worker, until
from tests.faults.paper import answer
from tests.forks import members

SUBMIT = ("upload.tmp_written", "upload.fsynced", "receipt.row", "queue.insert", "submit.committed")
GRADE = ("lease.row", "lease.taken", "verdict.built", "verdict.row", "grade.row", "grade.committed")
INSIDE = {"cell": {"seconds": 2.0}, "call": {"asked": 1.0}}  # while an answer runs; while a test asks it
ROLES = ("learner", "tests")
QUICK = {("learner", "cell"), ("tests template", "call"), ("database", "verdict.row")}
LAST = (
    "SELECT s.state, v.points FROM submissions s JOIN verdicts v ON v.submission = s.id "
    "ORDER BY s.received_at DESC, v.round DESC LIMIT 1"
)


pytestmark = pytest.mark.usefixtures("nobody_left_over")


def cases(victims: tuple[str, ...], moments: tuple[str, ...]) -> list[object]:
    """Every victim at every moment; a few of them in every run of the tests, the rest with ``make faults``."""
    return [
        pytest.param(v, m, marks=[] if (v, m) in QUICK else pytest.mark.slow, id=f"{v} at {m}")
        for v in victims
        for m in moments
    ]


def number(*words: str) -> int:
    """An answer unlike the others'."""
    return zlib.crc32(" ".join(words).encode())


def strike(house: House, worker: Worker | None, victim: str) -> None:
    """Kill -9, and for the database start it again."""
    if worker is None or victim == "database":
        house.restart_database(signal.SIGKILL)
        return
    if victim == "worker":
        worker.kill()
        return
    role, _, template = victim.partition(" ")
    for process in until(lambda: members(psutil.Process(worker.pid), role, template=bool(template))):
        process.kill()


def counted(house: House) -> tuple[int, int]:
    """Submissions and verdicts so far."""
    (both,) = house.ask("SELECT (SELECT count(*) FROM submissions), (SELECT count(*) FROM verdicts)")
    return both[0], both[1]


def graded_once_in_full(house: House, before: tuple[int, int]) -> None:
    house.check()
    assert house.ask(LAST) == [("graded", 5)]
    assert counted(house) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(
    ("victim", "moment"),
    cases((*ROLES, *(f"{role} template" for role in ROLES), "worker", "database"), tuple(INSIDE)),
)
def test_whatever_dies_while_an_answer_runs_the_answer_is_paid_in_full_and_once(
    house: House, victim: str, moment: str
) -> None:
    before = counted(house)
    worker = house.worker()
    house.hand_in(data=answer(number(victim, moment), **INSIDE[moment]))
    until(lambda: all(members(psutil.Process(worker.pid), role) for role in ROLES))
    time.sleep(0.6)
    forks = {p for role in ROLES for p in members(psutil.Process(worker.pid), role)}
    house.seen = set(worker.family()) if victim == "worker" else forks
    strike(house, worker, victim)
    if victim == "worker":
        until(lambda: not any(p.is_running() for p in house.seen), 10)
        worker = house.worker()
    graded_once_in_full(house, before)
    assert worker.end() == 0


@pytest.mark.parametrize(
    ("victim", "moment"), cases(("learner template", "tests template", "database"), GRADE)
)
def test_whatever_dies_at_a_durable_step_of_a_grading_the_answer_is_paid_in_full_and_once(
    house: House, victim: str, moment: str
) -> None:
    """The worker stands still at the step while it happens. Templates live from an earlier grading, or there are none yet."""
    worker = house.worker(f"{moment}:stop", wait=False)
    before = counted(house)
    house.hand_in(data=answer(number(victim, moment)))
    until(worker.stopped)
    if victim == "database" or members(
        psutil.Process(worker.pid), victim.split(maxsplit=1)[0], template=True
    ):
        strike(house, worker, victim)
    worker.process.send_signal(signal.SIGCONT)
    graded_once_in_full(house, before)
    assert worker.end() == 0


@pytest.mark.parametrize(("victim", "moment"), cases(("database",), SUBMIT))
def test_a_database_that_dies_while_somebody_hands_in_loses_nothing_that_was_acknowledged(
    house: House, victim: str, moment: str
) -> None:
    before = counted(house)
    ended = house.hand_in_while(lambda: strike(house, None, victim), answer(number(victim, moment)), moment)
    there = counted(house)[0] - before[0]
    assert there == (1 if ended == 0 or moment == "submit.committed" else 0)
    worker = house.worker()
    house.check()
    assert worker.end() == 0
