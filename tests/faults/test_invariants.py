"""Each invariant can fail: something is broken by hand, and the check says its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import psutil
import pytest
from sqlalchemy import Engine, text

from graders.verdict import Verdict
from hub.domain.people import Actor
from hub.journey import assess, study
from hub.journey.ports import Fittings
from hub.settings import Settings
from hub.store.files import FileStore
from tests.faults.invariants import check_invariants, snapshot
from tests.faults.paper import NAME, answer, town_with_run
from tests.people import FIRST

Break = Callable[[Engine, FileStore], None]


def sql(statement: str) -> Break:
    def broken(engine: Engine, files: FileStore) -> None:
        with engine.begin() as c:
            c.execute(text(statement))

    return broken


def lose_a_file(engine: Engine, files: FileStore) -> None:
    with engine.connect() as c:
        digest = c.execute(text("SELECT digest FROM submissions")).scalar_one()
    files._path(digest).unlink()


def judge_differently(engine: Engine, files: FileStore) -> None:
    """A second round on the same inputs that paid one point less."""
    with engine.begin() as c:
        row = c.execute(text("SELECT * FROM verdicts")).one()
        was = Verdict.from_json(row.record)
        less = replace(was.tests[0], status="partial", points=Decimal(1), reason="test.partial")
        now = replace(was, tests=(less, *was.tests[1:]), points=was.points - was.tests[0].points + 1)
        c.execute(
            text(
                "INSERT INTO verdicts SELECT submission, 2, state, :p, max_points, :r, recorded_at FROM verdicts"
            ),
            {"p": now.points, "r": now.to_json()},
        )


def regrade_and(statement: str) -> Break:
    """A regrade ``r`` that nobody has decided about, and what is done with it."""
    first = "INSERT INTO regrades (id, run, assignment, asked_at) SELECT 'rgd-1', run, assignment, now() FROM submissions"
    return sql(f"WITH r AS ({first} RETURNING id) {statement}")


BREAKS: dict[str, Break] = {
    "1: lost": lose_a_file,
    "1: receipt": sql("UPDATE submissions SET files = '{}'"),
    "2: bytes": sql("UPDATE submissions SET digest = repeat('0', 64)"),
    "2: rests on nothing": sql("DELETE FROM verdicts"),
    "3: sum": sql("UPDATE grades SET points = points - 1"),
    "4: open": sql("UPDATE submissions SET state = 'grading'"),
    "4: silent failure": sql("UPDATE submissions SET state = 'failed'"),
    "4: without a verdict": sql("UPDATE submissions SET state = 'rejected'"),
    "4: held": sql("UPDATE submissions SET held_by = 'somebody'"),
    "5: differs": judge_differently,
    "6: evidence": sql("UPDATE grades SET superseded = true"),
    "2: a round of a regrade that nobody accepted": regrade_and(
        "UPDATE verdicts SET regrade = (SELECT id FROM r)"
    ),
    "2: a grade of a regrade that nobody accepted": regrade_and(
        "UPDATE grades SET regrade = (SELECT id FROM r)"
    ),
    "4: an item that never ends": regrade_and(
        "INSERT INTO regrade_items (id, regrade, submission, release, round, state, queued_at) "
        "SELECT 'itm-1', r.id, s.id, s.release, 1, 'queued', now() FROM r, submissions s"
    ),
}


@pytest.fixture
def graded(f: Fittings) -> tuple[Fittings, str]:
    _, run, people = town_with_run(f)
    made = study.submit(f, Actor(people[0], "t0", "", ()), run, FIRST, {NAME: answer()})
    assert assess.autograde(f, made.id) == "graded"
    with f.work() as work:
        for job in work.queue.overdue(-1):
            work.queue.drop(job.id)
    return f, people[0]


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return FileStore(settings.files_dir)


def test_a_sound_house_has_nothing_wrong_and_each_break_is_found(
    graded: tuple[Fittings, str], engine: Engine, files: FileStore
) -> None:
    with engine.begin() as c:
        c.execute(text("DELETE FROM procrastinate_jobs"))
    before = snapshot(engine, graded[1])
    assert check_invariants(engine, files, bystanders=(before,)) == []
    assert check_invariants(engine, files, left=[psutil.Process()])[0].startswith("8:")
    sql("UPDATE submissions SET message = 'x'")(engine, files)
    assert check_invariants(engine, files, bystanders=(before,))[0].startswith("9:")


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_found_by_its_number(
    graded: tuple[Fittings, str], engine: Engine, files: FileStore, name: str
) -> None:
    with engine.begin() as c:
        c.execute(text("DELETE FROM procrastinate_jobs"))
    BREAKS[name](engine, files)
    wrong = check_invariants(engine, files)
    assert any(one.startswith(name[:2]) for one in wrong), wrong


def test_a_job_that_is_left_over_is_found(
    graded: tuple[Fittings, str], engine: Engine, files: FileStore
) -> None:
    assert any("job" in one for one in check_invariants(engine, files))
