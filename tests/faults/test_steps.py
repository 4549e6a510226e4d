"""Every durable step on the way from handing in to the grade: the process dies there, and nothing is lost or doubled."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from hub.faults import POINTS
from tests.faults.house import LEASE, House, until
from tests.faults.invariants import snapshot
from tests.faults.paper import poison

SUBMIT = ("upload.tmp_written", "upload.fsynced", "receipt.row", "queue.insert", "submit.committed")
GRADE = (
    "lease.row",
    "lease.taken",
    "verdict.built",
    "verdict.row",
    "event.append",
    "grade.row",
    "grade.committed",
)
REGRADE = (  # tests/faults/test_regrade_steps.py
    "regrade.row", "regrade.committed", "item.row", "item.committed", "decision.row", "decision.committed",
    "sample.row", "sample.committed",
)  # fmt: skip
CERTIFY = ("certificate.signed", "certificate.row", "batch.committed")  # tests/award/test_batches.py
PACKAGE = (  # tests/award/test_packages_killed.py
    "package.records_made", "package.records_kept", "package.zip_kept", "package.signed",
)  # fmt: skip
slow = pytest.mark.slow


@pytest.fixture(autouse=True)
def nobody_left_over(house: House) -> Iterator[None]:
    """Each test begins with an empty queue and no worker, and with the rows of the colleague as they are."""
    house.bystanders.clear()
    house.watch(1)
    yield
    house.dismiss()


def test_every_point_is_driven() -> None:
    assert set(SUBMIT) | set(GRADE) | set(REGRADE) | set(CERTIFY) | set(PACKAGE) == set(POINTS)


def some(points: tuple[str, ...], quick: set[str]) -> list[object]:
    return [p if p in quick else pytest.param(p, marks=slow) for p in points]


@pytest.mark.parametrize("point", some(SUBMIT, {"upload.tmp_written", "queue.insert"}))
def test_whoever_dies_while_handing_in_has_lost_nothing_that_was_acknowledged(
    house: House, point: str
) -> None:
    before = house.ask("SELECT count(*) FROM submissions")[0][0]
    assert house.hand_in(SUBMIT.index(point), point) == -signal.SIGKILL
    kept = int(point == "submit.committed")
    assert house.ask("SELECT count(*) FROM submissions") == [(before + kept,)]
    house.hand_in(SUBMIT.index(point))
    assert house.ask("SELECT count(*) FROM submissions") == [(before + kept + 1,)]
    worker = house.worker()
    house.check()
    assert worker.end() == 0


@pytest.mark.parametrize("point", some(GRADE, {"grade.row"}))
def test_a_worker_that_dies_at_a_step_is_followed_by_one_that_finishes_once(house: House, point: str) -> None:
    before = house.ask("SELECT count(*) FROM verdicts")[0][0]
    house.hand_in(100 + GRADE.index(point))
    first = house.worker(point, wait=False)
    assert first.died() == -signal.SIGKILL
    second = house.worker()
    house.check()
    assert second.end() == 0
    assert house.ask("SELECT count(*) FROM verdicts") == [(before + 1,)]
    last = house.ask("SELECT state, lease, tries FROM submissions ORDER BY received_at DESC LIMIT 1")[0]
    tries = {"lease.row": 1, "grade.committed": 1}.get(point, 2)
    assert last == ("graded", tries, tries)


@slow
@pytest.mark.parametrize("point", ["lease.taken", "verdict.built", "verdict.row"])
def test_a_worker_that_stood_still_for_too_long_is_fenced_and_works_on(house: House, point: str) -> None:
    house.hand_in(200 + len(point))
    sleeper = house.worker(f"{point}:stop", wait=False)
    until(sleeper.stopped)
    other = house.worker()
    if point == "verdict.row":  # it stopped inside its transaction: its locks hold until it wakes up
        time.sleep(3 * LEASE)
        sleeper.process.send_signal(signal.SIGCONT)
    house.check()
    assert other.end() == 0
    house.bystanders[:] = [snapshot(house.engine, house.people[0])]
    sleeper.process.send_signal(signal.SIGCONT)
    house.hand_in(300 + len(point), who=1)  # it grades one after the other: the old one is behind it now
    house.check()
    assert house.ask("SELECT max(round) FROM verdicts") == [(1,)]
    assert sleeper.end() == 0


@slow
def test_a_full_disk_refuses_a_submission_and_leaves_no_half_of_it(house: House) -> None:
    before = house.ask("SELECT count(*) FROM submissions"), len([*house.files.root.rglob(".new-*")])
    for point in ("upload.tmp_written", "receipt.row"):
        assert house.hand_in(400 + len(point), f"{point}:disk") == 1
    assert (house.ask("SELECT count(*) FROM submissions"), len([*house.files.root.rglob(".new-*")])) == before


@slow
def test_a_disk_that_is_full_while_a_grade_is_written_costs_a_try_and_no_submission(house: House) -> None:
    house.hand_in(401, data=poison())
    full = house.worker("verdict.row:disk")
    until(lambda: house.ask("SELECT 1 FROM submissions WHERE state = 'queued' AND reason = 'worker.fault'"))
    assert full.end() == 0
    house.worker()
    house.check()
    assert house.ask("SELECT tries > 1 FROM submissions ORDER BY received_at DESC LIMIT 1") == [(True,)]
