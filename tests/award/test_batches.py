"""Batches: watched, left, killed at every step and gone on with; one certificate an application, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from hub import faults
from hub.domain.batch import BatchKind, BatchState
from hub.domain.errors import Refusal
from hub.domain.people import Actor
from hub.journey import audit_log
from hub.journey.award import batches
from hub.journey.ports import Fittings, Work
from hub.settings import CHECKOUT, Settings
from tests.award.confirmed import Desk
from tests.people import SCHOOL

DEEDS = {BatchKind.ISSUE: batches.issue}

# The worker's own loop over batches, as a process of its own that a fault point can kill.
_WORKER = """
from hub import faults
from hub.settings import load
from hub.wiring import engine_for, fittings
from hub.journey import audit_log
from hub.journey.award import batches
from hub.journey.ports import Fittings, Work
from hub.domain.batch import BatchKind
settings = load()
faults.arm(settings.home)
f = fittings(settings, engine_for(settings))
while batches.work_on(f, {BatchKind.ISSUE: batches.issue}, 4):
    pass
"""


def worker(settings: Settings, fault: str = "") -> int:
    env = {k: v for k, v in os.environ.items() if not k.startswith("LUOJIAO_")} | {
        "LUOJIAO_HOME": str(settings.home),
        "LUOJIAO_DATABASE_URL": settings.database_url,
        "LUOJIAO_DEMO": "xs",
    }
    if fault:
        env[faults.VARIABLE] = fault
    return subprocess.run(
        [sys.executable, "-c", _WORKER], cwd=CHECKOUT, env=env, timeout=120, check=False
    ).returncode


def many(desk: Desk, count: int) -> list[str]:
    """Applications of so many people."""
    ids = []
    for n in range(count):
        with desk.f.work() as work:
            known = work.people.person(desk.town.uids["teacher"])
            assert known is not None
            from dataclasses import replace

            person = replace(
                known, uid=desk.f.ids.new("per"), login=work.people.next_login("t"), name=f"某{n}老师"
            )
            work.people.add(person, cipher=None, tag=None)
            work.people.join(person.uid, SCHOOL, desk.f.clock.now().date(), staff_no="", subject="")
        ids.append(desk.application(uid=person.uid))
    return ids


def test_a_batch_issues_what_was_confirmed_and_tells_of_what_it_could_not(desk: Desk) -> None:
    official = desk.town.actor("city_hr")
    good, spoiled = desk.application("teacher"), desk.application("colleague", codes=(("A1", "pass"),))
    desk.application("stranger", state="publicised")
    assert batches.desk(desk.f, official).waiting == 2
    made = batches.open_issue(desk.f, official)
    assert made.total == 2
    assert batches.desk(desk.f, official).waiting == 0
    with pytest.raises(Refusal, match=r"batch\.nothing"):
        batches.open_issue(desk.f, official)
    assert batches.work_on(desk.f, DEEDS) == 2
    assert batches.work_on(desk.f, DEEDS) == 0
    watched = batches.watch(desk.f, official, made.id)
    assert (watched.batch.state, watched.batch.done, watched.batch.failed) == (BatchState.DONE, 1, 1)
    assert [i.subject for i in watched.failures] == [spoiled]
    assert "还缺 2 项" in watched.failures[0].outcome
    with desk.f.work() as work:
        assert work.certificates.number_of(good)
    assert ("batch.opened",) in desk.see("SELECT verb FROM audit_events")


@pytest.mark.parametrize("who", ["teacher", "school_admin", "county", "city", "sys_admin"])
def test_nobody_else_issues_or_watches(desk: Desk, who: str) -> None:
    desk.application()
    made = batches.open_issue(desk.f, desk.town.actor("city_hr"))
    with pytest.raises(Refusal, match=r"access\.denied"):
        batches.open_issue(desk.f, desk.town.actor(who))
    with pytest.raises(Refusal, match=r"thing\.missing"):
        batches.watch(desk.f, desk.town.actor(who), made.id)


def test_two_workers_at_once_share_a_batch_and_do_no_item_twice(desk: Desk) -> None:
    many(desk, 24)
    made = batches.open_issue(desk.f, desk.town.actor("city_hr"))

    def work() -> None:
        while batches.work_on(desk.f, DEEDS, 3):
            pass

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batches.work_on(desk.f, DEEDS)
    watched = batches.watch(desk.f, desk.town.actor("city_hr"), made.id)
    assert (watched.batch.state, watched.batch.done) == (BatchState.DONE, 24)
    assert desk.see(
        "SELECT count(*), count(DISTINCT application), count(DISTINCT status_index) FROM certificates"
    ) == [(24, 24, 24)]


@pytest.mark.parametrize("point", ["certificate.signed", "certificate.row", "batch.committed"])
def test_a_worker_killed_anywhere_is_followed_by_another_that_finishes(
    desk: Desk, settings: Settings, point: str
) -> None:
    ids = many(desk, 10)
    made = batches.open_issue(desk.f, desk.town.actor("city_hr"))
    (settings.home / faults.PERMIT).touch()
    deaths = 0
    for _ in range(2):
        deaths += worker(settings, point) == -signal.SIGKILL
    assert deaths == 2
    if point == "batch.committed":  # two chunks were kept, and only whole ones
        assert desk.see("SELECT count(*) FROM certificates") == [(8,)]
    else:
        assert desk.see("SELECT count(*) FROM certificates") == [(0,)]
    assert worker(settings) == 0
    watched = batches.watch(desk.f, desk.town.actor("city_hr"), made.id)
    assert (watched.batch.state, watched.batch.done, watched.batch.failed) == (BatchState.DONE, 10, 0)
    assert sorted(a for (a,) in desk.see("SELECT application FROM certificates")) == sorted(ids)
    assert desk.see("SELECT count(*) FROM audit_events WHERE verb = 'certificate.issued'") == [(10,)]
    assert desk.see("SELECT DISTINCT state FROM applications") == [("issued",)]
    assert desk.see("SELECT count(*) FROM status_places") == [(10,)]


def test_one_record_with_a_fault_in_it_fails_alone_and_leaves_nothing_of_itself(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ids = many(desk, 5)
    made = batches.open_issue(desk.f, desk.town.actor("city_hr"))

    def faulty(f: Fittings, work: Work, who: Actor | None, subject: str) -> str:
        done = batches.issue(f, work, who, subject)  # everything has been written by now
        if subject == ids[2]:
            raise ZeroDivisionError
        return done

    assert batches.work_on(desk.f, {BatchKind.ISSUE: faulty}) == 5
    watched = batches.watch(desk.f, desk.town.actor("city_hr"), made.id)
    assert (watched.batch.state, watched.batch.done, watched.batch.failed) == (BatchState.DONE, 4, 1)
    (left,) = watched.failures
    assert left.subject == ids[2] and "已经记录" in left.outcome and "ZeroDivisionError" in caplog.text
    assert desk.see("SELECT count(*) FROM certificates") == [(4,)]
    assert desk.see("SELECT id FROM applications WHERE state = 'city_confirmed'") == [(ids[2],)]
    assert audit_log.verify_all(desk.f).report.finding is None
    again = batches.open_issue(desk.f, desk.town.actor("city_hr"))
    assert again.total == 1 and batches.work_on(desk.f, DEEDS) == 1
