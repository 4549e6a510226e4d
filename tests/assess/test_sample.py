"""The nightly sample: drawn once by whoever comes first, graded with the same inputs and seed, and compared."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from hub.domain.errors import Refusal
from hub.domain.lease import MAX_TRIES
from hub.domain.sampling import Night, compare, night_of
from hub.domain.submission import State
from hub.environment import SettingError
from hub.journey import regrade, sample, tend
from hub.journey.lease import GraderDownError
from hub.journey.ports import Fittings
from hub.operations.doctor import AdviceError, last_sample
from hub.settings import load
from tests.assess.class_ import Class, class_of
from tests.conftest import HandClock, rows
from tests.people import FIRST

AT = (2, 30)


@pytest.fixture
def c(f: Fittings) -> Class:
    made = class_of(f, 3)
    for who in range(5):
        made.hand_in(who, who, (who % 3, who % 4))
    made.f.clock.pass_(seconds=1)  # type: ignore[attr-defined]
    return made


def items(engine: Engine) -> list[str]:
    return [str(row[0]) for row in rows(engine, "SELECT id FROM regrade_items ORDER BY id")]


def night(c: Class) -> Any:
    return tend.samples(c.f, c.town.actor("sys_admin")).nights[0]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 18, 29, tzinfo=UTC), date(2026, 11, 24)),  # 02:29 in Beijing
        (datetime(2026, 11, 24, 18, 30, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 25, 9, 0, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_a_night_begins_at_its_hour_in_beijing_and_lasts_until_the_next(moment: datetime, day: date) -> None:
    assert night_of(moment, AT) == day


def test_a_sample_is_drawn_once_a_night_behind_all_other_work(
    c: Class, engine: Engine, clock: HandClock
) -> None:
    assert sample.draw(c.f, AT, 3) == 3
    assert sample.draw(c.f, AT, 3) == 0
    assert rows(engine, "SELECT DISTINCT priority FROM procrastinate_jobs WHERE task_name = 'regrade'") == [
        (-1_000_000_000,)
    ]
    clock.pass_(hours=24)
    assert sample.draw(c.f, AT, 100) == 5
    assert rows(engine, "SELECT count(*) FROM regrades WHERE night IS NOT NULL AND closed") == [(2,)]


def test_of_several_workers_exactly_one_draws(c: Class, engine: Engine) -> None:
    drawn: list[int] = []
    threads = [threading.Thread(target=lambda: drawn.append(sample.draw(c.f, AT, 3))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(drawn) == [0, 0, 0, 0, 0, 3]
    assert rows(engine, "SELECT count(*), count(DISTINCT regrade) FROM regrade_items") == [(3, 1)]


def test_a_size_of_nothing_draws_nothing(c: Class, engine: Engine) -> None:
    assert sample.draw(c.f, AT, 0) == 0
    assert rows(engine, "SELECT count(*) FROM regrades") == [(0,)]


def test_the_draw_follows_from_the_seed_that_is_kept(c: Class) -> None:
    sample.draw(c.f, AT, 3)
    with c.f.work() as work:
        seed = rows(work.study.connection.engine, "SELECT id FROM regrades")[0][0]  # type: ignore[attr-defined]
        drawn = work.regrade.items(str(seed))
        again = work.sample.draw(str(seed), c.f.clock.now(), 3)
        other = {work.sample.draw(f"seed {n}", c.f.clock.now(), 3) for n in range(20)}
    assert {(i.submission, i.round, i.release) for i in drawn} == set(again)
    assert len(other) > 5


def test_the_same_again_is_no_incident_and_changes_nothing(c: Class, engine: Engine) -> None:
    standing = "SELECT * FROM verdicts ORDER BY submission", "SELECT * FROM grades ORDER BY id"
    before = [rows(engine, query) for query in standing]
    sample.draw(c.f, AT, 5)
    assert night(c).waiting == 5
    seeds: list[int] = []

    def judge(*given: Any, seed: int) -> Any:
        seeds.append(seed)
        return c.judge(*given, seed=seed)

    for item in items(engine):
        assert regrade.grade(replace(c.f, judge=judge), item) is State.GRADED
    assert seeds == [1] * 5  # the seed of the verdict, not the grader's own
    assert (night(c).same, night(c).different, night(c).waiting) == (5, 0, 0)
    assert [rows(engine, query) for query in standing] == before


def test_what_comes_out_otherwise_is_an_incident_for_the_operator_and_no_grade_follows(
    c: Class, engine: Engine
) -> None:
    sample.draw(c.f, AT, 5)
    c.judge.points[2] = (0, 0)
    for item in items(engine):
        regrade.grade(c.f, item)
    seen = tend.samples(c.f, c.town.actor("sys_admin"))
    (incident,) = seen.incidents
    assert incident.points_differ and incident.run == "秋季第1期"
    told = {d["where"]: (d["then"], d["now"]) for d in incident.differences}
    assert told["tests.q1-clean-number-test.points"] == ("2", "0")
    assert told["points"] == ("4", "0") and told["message"] == ("…", "…")
    assert told["tests.q2-valid-rate-test.reason"] == ("test.partial", "test.wrong")
    assert "看看边界" not in repr(seen) and not any(uid in repr(seen) for uid in c.people)
    assert (night(c).same, night(c).different) == (4, 1)
    assert c.grade_of(2) == (4, True) and rows(engine, "SELECT max(round) FROM verdicts") == [(1,)]


def test_another_version_of_the_grader_alone_is_no_incident(c: Class, engine: Engine) -> None:
    sample.draw(c.f, AT, 5)
    c.judge.grader = "3.0.0"
    c.judge.points[4] = (0, 0)
    for item in items(engine):
        regrade.grade(c.f, item)
    (incident,) = tend.samples(c.f, c.town.actor("sys_admin")).incidents
    assert incident.differences[0] == {"where": "versions.grader", "then": "2.0.0", "now": "3.0.0"}


def test_a_grading_that_fails_where_it_once_worked_is_an_incident_and_one_that_never_ends_is_counted(
    c: Class, engine: Engine
) -> None:
    sample.draw(c.f, AT, 5)
    c.judge.faults |= {0: "source.invalid", 1: "grader.failed"}
    for item in items(engine):
        for _ in range(MAX_TRIES):
            try:
                regrade.grade(c.f, item)
                break
            except GraderDownError:
                pass
        else:
            pytest.fail("an item never ended")
    assert (night(c).same, night(c).different, night(c).failed, night(c).waiting) == (3, 1, 1, 0)


def test_a_corrected_verdict_is_sampled_by_the_release_that_it_was_found_by(c: Class, engine: Engine) -> None:
    from hub.domain.regrade import Choice

    c.judge.mended[1] = (2, 3)
    release = c.release()
    c.decide(c.ask(), Choice.ALL)
    c.f.clock.pass_(seconds=1)  # type: ignore[attr-defined]
    assert sample.draw(c.f, AT, 100) == 6
    assert rows(engine, "SELECT release FROM regrade_items WHERE round = 2 AND lease = 0") == [(release.id,)]
    for item in items(engine):
        regrade.grade(c.f, item)
    assert night(c).same == 6


@pytest.mark.parametrize("who", ["teacher", "instructor", "school_admin", "city", "registrar"])
def test_nobody_but_the_operator_sees_the_samples(c: Class, who: str) -> None:
    with pytest.raises(Refusal, match=r"access\.denied"):
        tend.samples(c.f, c.town.actor(who))


def test_a_sample_is_no_regrade_that_an_instructor_could_open_or_decide(c: Class, engine: Engine) -> None:
    sample.draw(c.f, AT, 3)
    made = str(rows(engine, "SELECT id FROM regrades")[0][0])
    with pytest.raises(Refusal, match=r"thing\.missing"):
        c.view(made)
    assert regrade.history(c.f, c.teacher, c.run, FIRST).regrades == ()


def test_differences_are_found_wherever_they_are_and_texts_are_not_told() -> None:
    then = {
        "tests": [{"grade_id": "a", "points": "1", "hint": "x"}, {"grade_id": "b", "points": "1"}],
        "limits": [],
    }
    now = {"tests": [{"grade_id": "b", "points": "0"}, {"grade_id": "c", "points": "1"}], "limits": ["time"]}
    found = {d.where: (d.then, d.now) for d in compare(then, now)}
    assert found == {
        "limits": ("[]", "['time']"), "tests.a": ("…", ""), "tests.b.points": ("1", "0"), "tests.c": ("", "…"),
    }  # fmt: skip
    assert compare({"versions": {"grader": "1"}, "x": 1}, {"versions": {"grader": "2"}, "x": 1}) == []


def test_the_doctor_says_what_the_last_night_found() -> None:
    sound = Night(date(2026, 11, 23), 10, 1, 0, 2)
    assert last_sample([]) and "相同 7，没有评成 2，还在评 1" in last_sample([sound])
    with pytest.raises(AdviceError, match="有 1 份评出了不同的结果"):
        last_sample([replace(sound, different=1)])


@pytest.mark.parametrize("wrong", ["", "2", "24:00", "02:60", "2点", "０２:30"])
def test_a_time_of_day_that_is_none_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(SettingError, match="LUOJIAO_SAMPLE_AT"):
        load({"LUOJIAO_SAMPLE_AT": wrong})
