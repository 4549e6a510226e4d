"""Every durable step of a regrade and of a night's sample: the process dies there, nothing is lost, doubled or changed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.domain.regrade import Choice
from hub.faults import VARIABLE
from hub.journey import decide, regrade
from hub.settings import CHECKOUT
from tests.faults.house import LEASE, House, house_in, until
from tests.faults.invariants import snapshot
from tests.faults.paper import SOURCE, answer, poison
from tests.people import FIRST

GRADE = ("lease.row", "lease.taken", "verdict.built", "item.row", "item.committed")
slow = pytest.mark.slow
# A test cell that was wrong: what ``poison`` answers is right by the mended one.
MENDED = SOURCE.replace(b"assert add('a', 'b') == 'ab'", b"assert add(2, 2) == 4")
ACCEPTED = "SELECT count(*) FROM regrade_decisions WHERE choice <> 'discard'"
GOOD, WRONG = 0, 1  # whose answers they are


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One person answered rightly, one wrongly; both are graded, and then the assignment was mended."""
    assert MENDED != SOURCE
    with house_in(tmp_path_factory.mktemp("regrade")) as made:
        made.hand_in(who=GOOD, data=answer(1))
        made.hand_in(who=WRONG, data=poison())
        worker = made.worker()
        made.check()
        assert worker.end() == 0
        with made.f.work() as work:
            last = work.study.release(made.run, FIRST)
            assert last is not None
            digest = made.f.files.put(MENDED)
            work.study.add_release(replace(last, id=made.f.ids.new("rel"), version=2, source_digest=digest))
        yield made


@pytest.fixture(autouse=True)
def nobody_left_over(house: House) -> Iterator[None]:
    """Each test begins without a worker and without an open regrade, and the rows of both people stay as they are."""
    house.bystanders[:] = [snapshot(house.engine, uid) for uid in house.people]
    yield
    house.dismiss()
    who = house.town.actor("instructor")
    for (id,) in house.ask("SELECT id FROM regrades WHERE NOT closed"):
        decide.decide(house.f, who, id, Choice.DISCARD, "the test is over")
    with house.engine.begin() as c:
        c.exec_driver_sql("DELETE FROM procrastinate_jobs")


def by_instructor(house: House, deed: str, about: str, fault: str = "") -> tuple[int, str]:
    """The instructor does it in a process of their own; what that ended with and what it said."""
    uid = house.town.uids["instructor"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.regrade_by", deed, about, uid],
        cwd=CHECKOUT, env=house.env | ({VARIABLE: fault} if fault else {}), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode, done.stdout


def asked(house: House) -> str:
    return by_instructor(house, "ask", house.run)[1]


def outcomes(house: House, id: str) -> list[str]:
    view = regrade.view(house.f, house.town.actor("instructor"), id)
    return sorted(row.outcome.value for _, row in view.rows)


@pytest.mark.parametrize("point", ["regrade.row", pytest.param("regrade.committed", marks=slow)])
def test_whoever_dies_while_asking_has_asked_wholly_or_not_at_all(house: House, point: str) -> None:
    before = house.ask("SELECT count(*) FROM regrades")[0][0]
    assert by_instructor(house, "ask", house.run, point)[0] == -signal.SIGKILL
    kept = int(point == "regrade.committed")
    assert house.ask("SELECT count(*) FROM regrades") == [(before + kept,)]
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'regrade'"
    assert house.ask(jobs) == [(2 * kept,)]
    if kept:
        worker = house.worker()
        house.check()
        assert worker.end() == 0


@pytest.mark.parametrize("point", [p if p == "item.row" else pytest.param(p, marks=slow) for p in GRADE])
def test_a_worker_that_dies_at_a_step_is_followed_by_one_that_ends_every_item_once(
    house: House, point: str
) -> None:
    id = asked(house)
    first = house.worker(point, wait=False)
    assert first.died() == -signal.SIGKILL
    second = house.worker()
    house.check()  # nothing that stands has changed either
    assert second.end() == 0
    with house.f.work() as work:
        items = work.regrade.items(id)
    assert [item.state.value for item in items] == ["graded", "graded"]
    assert outcomes(house, id) == ["same", "up"]


@slow
@pytest.mark.parametrize("point", ["lease.taken", "verdict.built"])
def test_a_worker_that_stood_still_for_too_long_is_fenced(house: House, point: str) -> None:
    id = asked(house)
    sleeper = house.worker(f"{point}:stop", wait=False)
    until(sleeper.stopped)
    other = house.worker()
    house.check()
    records = house.ask("SELECT id, record, lease FROM regrade_items ORDER BY id")
    sleeper.process.send_signal(signal.SIGCONT)
    time.sleep(2 * LEASE)
    assert house.ask("SELECT id, record, lease FROM regrade_items ORDER BY id") == records
    assert outcomes(house, id) == ["same", "up"]
    assert (other.end(), sleeper.end()) == (0, 0)


@slow
@pytest.mark.parametrize("point", ["sample.row", "sample.committed"])
def test_a_worker_that_dies_while_drawing_a_sample_leaves_one_sample_that_is_all_there(
    house: House, point: str
) -> None:
    house.env["LUOJIAO_SAMPLE_SIZE"] = "5"
    try:
        first = house.worker(point, wait=False)
        assert first.died() == -signal.SIGKILL
        workers = [house.worker(), house.worker()]
        house.check()
        assert house.ask("SELECT count(*) FROM regrades WHERE night IS NOT NULL") == [(1,)]
        states = house.ask(
            "SELECT i.state, count(*) FROM regrade_items i JOIN regrades r ON r.id = i.regrade "
            "WHERE r.night IS NOT NULL GROUP BY 1"
        )
        assert states == [("graded", house.ask("SELECT count(*) FROM verdicts")[0][0])]
        assert house.ask("SELECT count(*) FROM incidents") == [(0,)]  # the real grader, the same again
        assert [worker.end() for worker in workers] == [0, 0]
    finally:
        house.env["LUOJIAO_SAMPLE_SIZE"] = "0"
        with house.engine.begin() as c:
            c.exec_driver_sql(
                "DELETE FROM regrade_items WHERE regrade IN (SELECT id FROM regrades WHERE night IS NOT NULL)"
            )
            c.exec_driver_sql("DELETE FROM regrades WHERE night IS NOT NULL")


@pytest.mark.parametrize("point", ["decision.row", "decision.committed"])
def test_whoever_dies_while_accepting_has_accepted_all_of_it_or_nothing(house: House, point: str) -> None:
    """The last one here: what is accepted stays."""
    if house.ask(ACCEPTED) != [(0,)]:
        pytest.skip("accepted already")
    id = asked(house)
    worker = house.worker()
    house.check()
    assert worker.end() == 0
    assert by_instructor(house, "decide", id, point)[0] == -signal.SIGKILL
    if point == "decision.row":
        house.check()  # everybody's rows are as they were
        assert house.ask(ACCEPTED) == [(0,)]
        return
    house.bystanders[:] = [snapshot(house.engine, house.people[GOOD])]
    house.check()
    paid = house.ask("SELECT person, points FROM grades WHERE NOT superseded AND regrade IS NOT NULL")
    assert paid == [(house.people[WRONG], 5)]
    house.hand_in(who=GOOD, data=answer(7))  # and life goes on
    house.bystanders.clear()
    second = house.worker()
    house.check()
    assert second.end() == 0
