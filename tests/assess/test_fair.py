"""Turns in the real queue: a thousand submissions of one person, or a regrading of many, hold up nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from hub.domain.people import Actor
from hub.journey import study
from hub.journey.ports import Fittings
from tests.conftest import rows
from tests.faults.paper import NAME, UNTOUCHED, town_with_run
from tests.people import FIRST, Town


@pytest.fixture
def class_(f: Fittings) -> tuple[Town, str, list[str]]:
    return town_with_run(f, 3, attempts=10_000)


def submit(town: Town, run: str, uid: str) -> str:
    return study.submit(town.f, Actor(uid, "t0", "", ()), run, FIRST, {NAME: UNTOUCHED}).id


def flood(town: Town, run: str, uid: str, count: int) -> list[str]:
    """``count`` submissions of one person, each row and job as a hand-in makes them."""
    first = submit(town, run, uid)
    made = [first]
    with town.f.work() as work:
        mould = work.study.submission(first)
        assert mould is not None
        for n in range(1, count):
            one = replace(mould, id=f"{first}-{n}", attempt=1 + n)
            work.study.add_submission(one)
            work.queue.autograde(one.id)
            made.append(one.id)
    return made


def order(engine: Engine, most: int = 10_000) -> list[str]:
    """The submissions in the order in which the queue hands them out, each ended before the next is asked for."""
    found = []
    with engine.begin() as c:
        worker = c.execute(text("SELECT worker_id FROM procrastinate_register_worker_v1()")).scalar()
        while len(found) < most:
            job = c.execute(
                text(
                    "SELECT id, args ->> 'submission' AS s FROM procrastinate_fetch_job_v2(ARRAY['grading'], :w)"
                ),
                {"w": worker},
            ).one()
            if job.id is None:
                break
            c.execute(text("UPDATE submissions SET state = 'graded' WHERE id = :s"), {"s": job.s})
            c.execute(text("SELECT procrastinate_finish_job_v1(:j, 'succeeded', true)"), {"j": job.id})
            found.append(job.s)
    return found


def test_a_thousand_of_one_person_let_the_first_of_another_pass(
    class_: tuple[Town, str, list[str]], engine: Engine
) -> None:
    town, run, people = class_
    many = flood(town, run, people[0], 1000)
    one = submit(town, run, people[1])
    handed_out = order(engine)
    assert len(handed_out) == 1001
    assert handed_out.index(one) <= 2
    assert [s for s in handed_out if s != one] == many  # and among themselves they keep their order


def test_whoever_comes_while_the_thousand_are_served_is_among_the_next_few_too(
    class_: tuple[Town, str, list[str]], engine: Engine
) -> None:
    town, run, people = class_
    flood(town, run, people[0], 1000)
    order(engine, 400)
    mine = [submit(town, run, people[1]) for _ in range(3)]
    theirs = submit(town, run, people[2])
    handed_out = order(engine, 20)
    assert handed_out.index(mine[0]) <= 3
    assert handed_out.index(theirs) <= 3
    assert [handed_out.index(s) for s in mine] == sorted(handed_out.index(s) for s in mine)
    assert handed_out.index(mine[2]) <= 8


def test_the_thousand_are_not_starved_by_those_who_come_later(
    class_: tuple[Town, str, list[str]], engine: Engine
) -> None:
    town, run, people = class_
    many = set(flood(town, run, people[0], 200))
    served = 0
    for _ in range(30):  # the others never stop coming
        for uid in people[1:3]:
            submit(town, run, uid)
        served += len(many & set(order(engine, 3)))
    assert served >= 25


def test_a_regrading_of_many_waits_behind_whatever_people_hand_in(
    class_: tuple[Town, str, list[str]], engine: Engine
) -> None:
    town, run, people = class_
    old = flood(town, run, people[0], 300)
    order(engine)
    with town.f.work() as work:
        for one in old:
            work.study.move(one, study.State.QUEUED, town.f.clock.now())
            work.queue.autograde(one, bulk=True)
    order(engine, 5)
    fresh = [submit(town, run, uid) for uid in people[1:4]]
    assert order(engine, 3) == fresh
    again = submit(town, run, people[0])  # not even their own regrading costs them their turn
    assert order(engine, 1) == [again]
    assert order(engine) == old[5:]


def test_turns_begin_anew_when_nobody_waits(class_: tuple[Town, str, list[str]], engine: Engine) -> None:
    town, run, people = class_
    flood(town, run, people[0], 50)
    order(engine)
    submit(town, run, people[0])
    assert rows(engine, "SELECT turn FROM submissions ORDER BY received_at DESC, attempt DESC LIMIT 1") == [
        (1,)
    ]
