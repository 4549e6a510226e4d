"""The worker in this process over the real queue: it drains, takes turns, tries again, and stops without walls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from graders.verdict import TestResult, Verdict
from hub import worker as door
from hub.domain.people import Actor
from hub.journey import study
from hub.journey.ports import Fittings
from hub.settings import Settings
from hub.wiring import SystemClock
from tests.assess.test_fair import flood
from tests.conftest import rows
from tests.faults.paper import NAME, answer, town_with_run
from tests.people import FIRST, Town
from zygote.errors import WallsMissing

WAITING = "SELECT count(*) FROM submissions WHERE state IN ('queued', 'grading')"


def verdict(state: str = "graded", reason: str = "") -> Verdict:
    points = Decimal(5) if state == "graded" else Decimal(0)
    result = TestResult("q1", "题 1", "passed", points, points)
    now = datetime.now(UTC)
    tests = (result,) if state == "graded" else ()
    return Verdict(state, reason, reason, points, points, tests, (), {}, {}, 1, (), 0.0, 0.0, 0, now, now)


def work(
    settings: Settings, f: Fittings, done: Callable[[door.Worker], bool], seconds: float = 60
) -> door.Worker:
    """Let a worker work until ``done`` says so."""

    async def all_of_it() -> door.Worker:
        made = door.Worker(settings, f)
        serving = asyncio.create_task(made.serve())
        async with asyncio.timeout(seconds):
            while not serving.done() and not await asyncio.to_thread(done, made):
                await asyncio.sleep(0.05)
            made.stopping.set()
            await serving
        return made

    return asyncio.run(all_of_it())


@pytest.fixture
def class_(f: Fittings, settings: Settings) -> tuple[Town, str, list[str]]:
    return town_with_run(replace(f, clock=SystemClock()), attempts=10_000)


def submit(town: Town, run: str, uid: str, n: int) -> str:
    return study.submit(town.f, Actor(uid, "t0", "", ()), run, FIRST, {NAME: answer(n)}).id


def test_the_one_of_another_is_graded_among_the_next_few_of_a_thousand(
    class_: tuple[Town, str, list[str]], settings: Settings, engine: Engine
) -> None:
    town, run, people = class_
    flood(town, run, people[0], 1000)
    one = submit(town, run, people[1], 0)
    f = replace(town.f, judge=lambda *given: verdict())
    graded = "SELECT count(*) FROM submissions WHERE state = 'graded'"
    work(settings, f, lambda _: rows(engine, graded)[0][0] >= 10)  # type: ignore[operator]
    order = [
        r[0] for r in rows(engine, "SELECT id FROM submissions WHERE state = 'graded' ORDER BY graded_at")
    ]
    assert order.index(one) <= 3
    assert rows(engine, "SELECT count(*) FROM submissions WHERE state = 'grading'") == [
        (0,)
    ]  # it ended what it began


def test_a_grader_that_failed_once_is_asked_again_and_the_try_is_counted(
    class_: tuple[Town, str, list[str]], settings: Settings, engine: Engine
) -> None:
    town, run, people = class_
    made = submit(town, run, people[0], 0)
    asked: list[int] = []

    def judge(*given: object) -> Verdict:
        asked.append(1)
        return verdict() if len(asked) > 1 else verdict("failed", "grader.failed")

    work(settings, replace(town.f, judge=judge), lambda _: rows(engine, WAITING) == [(0,)])
    assert rows(engine, "SELECT id, state, tries, reason, held_by FROM submissions") == [
        (made, "graded", 2, "", "")
    ]
    assert rows(engine, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


def test_a_worker_whose_walls_fell_stops_and_the_submissions_wait(
    class_: tuple[Town, str, list[str]], settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, run, people = class_
    for n in range(3):
        submit(town, run, people[0], n)

    def fallen() -> None:
        raise WallsMissing("walls.leaky")

    monkeypatch.setattr(door, "require_walls", fallen)
    f = replace(town.f, judge=lambda *given: verdict("failed", "walls.setup"))
    with pytest.raises(WallsMissing):
        work(settings, f, lambda _: False)
    assert rows(engine, "SELECT state, count(*) FROM submissions GROUP BY 1") == [("queued", 3)]
    assert rows(engine, "SELECT sum(tries) <= 2 FROM submissions") == [(True,)]  # nobody went on trying


def test_a_worker_whose_walls_stand_after_all_goes_on(
    class_: tuple[Town, str, list[str]], settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, run, people = class_
    for n in range(2):
        submit(town, run, people[0], n)
    tested: list[int] = []
    monkeypatch.setattr(door, "require_walls", lambda: tested.append(1))
    f = replace(town.f, judge=lambda *given: verdict() if tested else verdict("failed", "walls.setup"))
    work(settings, f, lambda _: rows(engine, WAITING) == [(0,)])
    assert tested == [1]
    assert rows(engine, "SELECT state, count(*) FROM submissions GROUP BY 1") == [("graded", 2)]
