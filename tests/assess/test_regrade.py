"""Regrading an assignment: nothing changes before somebody accepts, the list says what would, and it happens once."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from graders.verdict import digest
from hub.domain.errors import Refusal
from hub.domain.lease import MAX_TRIES
from hub.domain.people import Actor
from hub.domain.rating import Rating
from hub.domain.regrade import Choice, Outcome
from hub.domain.review import Application
from hub.domain.review import State as Place
from hub.domain.submission import State
from hub.journey import assess, decide, lease, regrade, results, study, tend
from hub.journey.award import review
from hub.journey.lease import GraderDownError, Holder
from hub.journey.ports import Fittings
from tests.assess.class_ import OPEN_QUESTION, Class, class_of
from tests.conftest import HandClock, rows
from tests.faults.paper import SOURCE
from tests.people import FIRST

STANDING = (
    "SELECT * FROM grades ORDER BY id", "SELECT * FROM verdicts ORDER BY submission, round",
    "SELECT * FROM evidence ORDER BY id", "SELECT * FROM submissions ORDER BY id", "SELECT * FROM hours ORDER BY id",
)  # fmt: skip
CURRENT = "SELECT count(*) FROM grades WHERE NOT superseded"
EVIDENCE = "SELECT code, points FROM evidence WHERE NOT superseded AND person = '{}' ORDER BY code"
# number of the answer -> points by the first source, and by the mended one
BEFORE = {0: (2, 0), 1: (2, 3), 2: (2, 3), 3: (0, 0), 4: (2, 1)}
AFTER = {0: (2, 3), 2: (2, 0), 3: (2, 0)}


@pytest.fixture
def c(f: Fittings) -> Class:
    """Five people with an answer each; the mended release raises 0 and 3, lowers 2 and leaves 1 and 4."""
    made = class_of(f, 3)
    for who, points in BEFORE.items():
        made.hand_in(who, who, points)
    made.judge.mended |= AFTER
    made.release()
    return made


def everything(engine: Engine) -> list[Any]:
    return [rows(engine, query) for query in STANDING]


def apply_for(c: Class, who: int) -> None:
    """An application that rests on what somebody has shown here."""
    uid = c.people[who]
    with c.f.work() as work:
        evidence = tuple(e.id for e in work.evidence.evidence(uid))
        assert evidence
        school = c.town.actor("teacher").schools[0]
        now = c.f.clock.now()
        made = Application(
            c.f.ids.new("app"), uid, school, "it2", (), evidence, Rating.PASS, Place.SUBMITTED, now, now, now
        )
        work.review.add_application(made)


def test_nothing_that_stands_changes_while_it_runs_or_when_it_is_done(c: Class, engine: Engine) -> None:
    before = everything(engine)
    made = c.ask(graded=False)
    assert everything(engine) == before
    view = c.view(made)
    assert (view.running, view.ended, view.of) == (True, 0, 5)
    assert {row.outcome for _, row in view.rows} == {Outcome.WAITING}
    with pytest.raises(Refusal, match=r"regrade\.running"):
        c.decide(made, Choice.ALL)
    c.grade(made)
    view = c.view(made)
    assert (view.running, view.ended, view.of, view.failed) == (False, 5, 5, 0)
    assert everything(engine) == before


def test_the_list_says_for_each_person_what_would_change_and_why(c: Class) -> None:
    found = c.rows(c.ask())
    assert {who: row.outcome for who, row in found.items()} == {
        0: Outcome.UP, 1: Outcome.SAME, 2: Outcome.DOWN, 3: Outcome.UP, 4: Outcome.SAME,
    }  # fmt: skip
    up, down = found[0], found[2]
    assert (up.before.points, up.before.passed, up.after.points, up.after.passed) == (2, False, 5, True)
    assert up.wins_pass and not up.loses_pass and down.loses_pass and not down.wins_pass
    (change,) = up.changes
    assert (change.title, change.old, change.new, change.max_points) == ("题 2", 0, 3, 3)
    assert (change.old_reason, change.new_reason) == ("test.wrong", "")
    assert found[1].changes == () == found[4].changes


def test_the_list_names_nobody_and_numbers_people_as_the_marking_desk_does(c: Class) -> None:
    view = c.view(c.ask())
    labels = [label for label, _ in view.rows]
    assert labels == sorted(labels) and labels[0] == "学员 001"
    with c.f.work() as work:
        assert {row.person: label for label, row in view.rows} == assess.labels(work, c.run)
        people = [work.people.person(uid) for uid in c.people]
    assert not any(p and p.name in repr(view) for p in people)


def test_all_of_it_is_accepted_as_further_rounds_and_grades_that_name_the_decision(
    c: Class, engine: Engine
) -> None:
    made = c.ask()
    old = {row[0]: row for row in rows(engine, "SELECT id, points, superseded FROM grades")}
    decision = c.decide(made, Choice.ALL)
    assert {n: c.grade_of(n) for n in range(5)} == {
        0: (5, True), 1: (5, True), 2: (2, False), 3: (2, False), 4: (3, True),
    }  # fmt: skip
    assert rows(engine, CURRENT) == [(5,)]
    # of those of whom nothing differs, nothing was written
    assert rows(engine, "SELECT count(*), max(round) FROM verdicts") == [(8, 2)]
    assert rows(engine, "SELECT DISTINCT regrade FROM verdicts WHERE round = 2") == [(made,)]
    told = rows(engine, "SELECT rule, settled_by, regrade FROM grades WHERE regrade IS NOT NULL")
    assert told == [("machine+rubric/1", c.teacher.uid, made)] * 3
    assert all(
        was[1] == now[1] and now[2] >= was[2]
        for now in rows(engine, "SELECT id, points, superseded FROM grades")
        if (was := old.get(now[0]))
    )
    written = {c.people.index(r["person"]): (len(r["rounds"]), bool(r["grade"])) for r in decision.rows}
    assert written == {0: (1, True), 1: (0, False), 2: (1, True), 3: (1, True), 4: (0, False)}
    assert c.view(made).decision == decision


def test_only_what_rises_is_accepted_where_that_is_the_choice(c: Class) -> None:
    c.decide(c.ask(), Choice.RISES)
    assert {n: c.grade_of(n) for n in range(5)} == {
        0: (5, True), 1: (5, True), 2: (5, True), 3: (2, False), 4: (3, True),
    }  # fmt: skip


def test_evidence_comes_and_goes_with_the_pass(c: Class, engine: Engine) -> None:
    made = c.ask()
    assert rows(engine, EVIDENCE.format(c.people[0])) == []
    assert rows(engine, EVIDENCE.format(c.people[2])) == [("A1", 5), ("A12", 3)]
    c.decide(made, Choice.ALL)
    assert rows(engine, EVIDENCE.format(c.people[0])) == [("A1", 5), ("A12", 3)]
    assert rows(engine, EVIDENCE.format(c.people[2])) == []
    assert rows(engine, "SELECT count(*) FROM evidence WHERE superseded") == [(2,)]


def test_what_is_discarded_changes_nothing_and_ends_what_is_still_open(c: Class, engine: Engine) -> None:
    before = everything(engine)
    made = c.ask(graded=False)
    with c.f.work() as work:
        first, second, *_ = work.regrade.items(made)
    regrade.grade(c.f, first.id)
    judged = replace(c.f, judge=lambda *given: (c.decide(made, Choice.DISCARD), c.judge(*given))[1])
    assert regrade.grade(judged, second.id) is State.FAILED  # discarded under the hands of the worker
    assert everything(engine) == before
    found = rows(engine, "SELECT state, reason, count(*) FROM regrade_items GROUP BY 1, 2 ORDER BY 3")
    assert found == [("graded", "", 1), ("failed", "regrade.discarded", 4)]
    assert regrade.grade(c.f, second.id) is State.FAILED and len(c.judge.asked) == 5 + 2
    assert c.ask()  # and another one may be asked for


def test_another_attempt_may_be_the_best_one_now(c: Class) -> None:
    c.hand_in(1, 11, (0, 0))
    c.judge.mended |= {1: (2, 0), 11: (0, 3)}
    row = c.rows(c.ask())[1]
    assert row.outcome is Outcome.DOWN and row.other_attempt
    assert (row.before.attempt, row.before.points, row.after.attempt, row.after.points) == (1, 5, 2, 3)
    assert [change.attempt for change in row.changes] == [1, 2]


def test_each_is_graded_against_its_own_release_where_that_is_asked(c: Class, engine: Engine) -> None:
    c.hand_in(0, 20, (1, 0))
    made = c.ask(newest=False)
    used = rows(
        engine,
        "SELECT r.version, count(*) FROM regrade_items i JOIN releases r ON r.id = i.release GROUP BY 1 ORDER BY 1",
    )
    assert used == [(1, 5), (2, 1)]
    assert {row.outcome for row in c.rows(made).values()} == {Outcome.SAME}
    assert all(not row.changes for row in c.rows(made).values())


def test_a_pass_is_asked_for_as_the_new_release_asks(c: Class) -> None:
    c.release(pass_ratio=Decimal("0.9"))
    found = c.rows(c.ask())
    assert found[4].outcome is Outcome.DOWN and found[4].loses_pass and found[4].after.points == 3


def test_a_submission_that_failed_is_graded_after_all(c: Class, engine: Engine) -> None:
    failed = c.hand_in(3, 30, (2, 3), graded=False)
    assess.give_up(c.f, failed, "grader.failed")
    row = c.rows(c.ask())[3]
    assert row.outcome is Outcome.UP and row.after.attempt == 2
    c.decide(next(iter(rows(engine, "SELECT id FROM regrades")))[0], Choice.RISES)  # type: ignore[arg-type]
    assert c.grade_of(3) == (5, True)
    assert rows(engine, "SELECT state, reason, message FROM submissions WHERE attempt = 2") == [
        ("graded", "", "得 5 分")
    ]


def test_those_who_cannot_change_are_named_with_the_reason_and_stay_as_they_are(
    c: Class, engine: Engine
) -> None:
    c.judge.faults[4] = "submission.encoding"
    made = c.ask()
    apply_for(c, 2)  # certified
    c.hand_in(0, 40, (1, 1))  # newer
    with c.f.work() as work:  # own: the instructor learns here too
        uid = c.people[3]
        work.study.connection.execute(  # type: ignore[attr-defined]
            text("INSERT INTO run_staff VALUES (:run, :uid)"), {"run": c.run, "uid": uid}
        )
    teaching = next(g for g in c.teacher.grants if g.role == "instructor")
    learner = Actor(uid, "t0", "", (teaching,))
    own = {row.person: row.outcome for _, row in regrade.view(c.f, learner, made).rows}
    assert own[uid] is Outcome.OWN
    found = c.rows(made)
    assert {who: found[who].outcome for who in (0, 2, 4)} == {
        0: Outcome.NEWER, 2: Outcome.CERTIFIED, 4: Outcome.MISSED,
    }  # fmt: skip
    assert found[4].missed == ((1, "submission.encoding"),)
    seen = regrade.view(c.f, learner, made).digest
    with pytest.raises(Refusal, match=r"regrade\.changed"):  # another person's list is another list
        c.decide(made, Choice.ALL, digest=seen)
    decide.decide(c.f, learner, made, Choice.ALL, "改好了", seen)
    assert {n: c.grade_of(n) for n in range(5)} == {
        0: (2, False), 1: (5, True), 2: (5, True), 3: (0, False), 4: (3, True),
    }  # fmt: skip
    assert rows(engine, "SELECT max(round) FROM verdicts") == [(1,)]


def test_a_submission_that_is_still_being_graded_keeps_its_person_out(c: Class) -> None:
    waits = c.hand_in(0, 50, (2, 2), graded=False)
    made = c.ask()
    assert c.rows(made)[0].outcome is Outcome.NEWER
    assess.autograde(c.f, waits)
    assert c.rows(made)[0].outcome is Outcome.NEWER


def test_a_list_that_changed_since_it_was_seen_is_refused_and_nothing_is_written(
    c: Class, engine: Engine
) -> None:
    made = c.ask()
    seen = c.view(made).digest
    c.hand_in(2, 60, (0, 1))
    before = everything(engine)
    with pytest.raises(Refusal, match=r"regrade\.changed"):
        c.decide(made, Choice.ALL, digest=seen)
    assert everything(engine) == before and rows(engine, "SELECT count(*) FROM regrade_decisions") == [(0,)]
    c.decide(made, Choice.ALL)
    assert c.grade_of(2) == (5, True) and c.grade_of(0) == (5, True)


def test_an_application_between_looking_and_accepting_is_not_overlooked(c: Class) -> None:
    made = c.ask()
    seen = c.view(made).digest
    apply_for(c, 2)
    with pytest.raises(Refusal, match=r"regrade\.changed"):
        c.decide(made, Choice.ALL, digest=seen)
    assert c.rows(made)[2].outcome is Outcome.CERTIFIED


def test_whoever_applies_while_a_list_is_being_accepted_waits_and_sees_the_new_evidence(c: Class) -> None:
    made = c.ask()
    rule = c.f.rules.assessment_rules()[0].id
    teacher = c.town.actor("colleague")  # number 1
    answered: list[str] = []

    def applies() -> None:
        try:
            review.draft(c.f, teacher, rule, ["dos-nothing"])
        except Refusal as refusal:
            answered.append(refusal.code)

    with c.f.work() as work:
        decide._lock(c.f, work, regrade.view(c.f, c.teacher, made).regrade)
        thread = threading.Thread(target=applies)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive() and answered == []
    thread.join(10)
    assert answered == ["request.invalid"]


def test_nobody_accepts_twice_and_of_two_at_once_one_does(c: Class, engine: Engine) -> None:
    made = c.ask()
    seen = c.view(made).digest
    answered: list[str] = []

    def accept() -> None:
        try:
            c.decide(made, Choice.ALL, digest=seen)
            answered.append("done")
        except Refusal as refusal:
            answered.append(refusal.code)

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answered) == ["done", *["regrade.decided"] * 3]
    assert rows(engine, "SELECT max(round), count(*) FROM verdicts") == [(2, 8)]
    for choice in Choice:
        with pytest.raises(Refusal, match=r"regrade\.decided"):
            c.decide(made, choice)
    with pytest.raises(Refusal, match=r"regrade\.decided"):
        regrade.again(c.f, c.teacher, made)


def test_of_two_regrades_of_an_assignment_at_once_the_second_is_refused(c: Class, engine: Engine) -> None:
    answered: list[str] = []

    def asks() -> None:
        try:
            answered.append("done" if c.ask(graded=False) else "")
        except Refusal as refusal:
            answered.append(refusal.code)

    threads = [threading.Thread(target=asks) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answered) == ["done", "regrade.pending", "regrade.pending"]
    assert rows(engine, "SELECT count(*) FROM regrade_items") == [(5,)]


def test_a_second_regrade_compares_with_what_the_first_one_changed(c: Class, engine: Engine) -> None:
    c.decide(c.ask(), Choice.ALL)
    found = c.rows(c.ask())
    assert {row.outcome for row in found.values()} == {Outcome.SAME}
    assert rows(engine, "SELECT count(*) FROM regrades WHERE NOT closed") == [(1,)]


@pytest.mark.parametrize("who", ["teacher", "colleague", "school_admin", "sys_admin", "city", "stranger"])
def test_whoever_does_not_teach_the_run_finds_no_regrade(c: Class, who: str) -> None:
    made, actor = c.ask(), c.town.actor(who)
    for deed in (
        lambda: regrade.ask(c.f, actor, c.run, FIRST, newest=True),
        lambda: regrade.view(c.f, actor, made),
        lambda: regrade.history(c.f, actor, c.run, FIRST),
        lambda: regrade.again(c.f, actor, made),
        lambda: decide.decide(c.f, actor, made, Choice.DISCARD, "x"),
    ):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            deed()


def test_an_instructor_of_another_run_finds_no_regrade(c: Class) -> None:
    made = c.ask()
    with c.f.work() as work:
        work.study.connection.execute(  # type: ignore[attr-defined]
            text("DELETE FROM run_staff WHERE person = :uid"), {"uid": c.town.uids["other_instructor"]}
        )
    with pytest.raises(Refusal, match=r"thing\.missing"):
        c.decide(made, Choice.ALL, who="other_instructor", digest="0" * 64)


def test_a_decision_needs_a_reason_and_an_assignment_something_to_regrade(f: Fittings) -> None:
    c = class_of(f, 0)
    with pytest.raises(Refusal, match=r"regrade\.nothing"):
        c.ask()
    c.hand_in(0, 1, (1, 1))
    made = c.ask()
    for choice in Choice:
        with pytest.raises(Refusal, match=r"regrade\.reason"):
            c.decide(made, choice, reason="  ")


def test_a_release_whose_files_are_gone_is_refused_and_one_that_is_lost_later_ends_each_item(
    c: Class, engine: Engine
) -> None:
    path = c.f.files._path(digest(SOURCE))  # type: ignore[attr-defined]
    data = path.read_bytes()
    path.unlink()
    with pytest.raises(Refusal, match=r"第 1 版"):
        c.ask(newest=False)
    assert rows(engine, "SELECT count(*) FROM regrades") == [(0,)]
    path.write_bytes(data)
    made = c.ask(newest=False, graded=False)
    path.unlink()
    with c.f.work() as work:
        item = work.regrade.items(made)[0].id
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(GraderDownError, match=r"files\.lost"):
            regrade.grade(c.f, item)
    assert regrade.grade(c.f, item) is State.FAILED
    assert rows(engine, "SELECT reason, tries FROM regrade_items WHERE state = 'failed'") == [
        ("files.lost", MAX_TRIES)
    ]
    path.write_bytes(data)
    c.grade(made)
    missed = [row for row in c.rows(made).values() if row.outcome is Outcome.MISSED]
    assert [row.missed for row in missed] == [((1, "files.lost"),)]
    assert regrade.again(c.f, c.teacher, made) == 1
    c.grade(made)
    assert {row.outcome for row in c.rows(made).values()} == {Outcome.SAME}


def test_it_waits_behind_whatever_people_hand_in(c: Class, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    c.ask(graded=False)
    c.hand_in(0, 70, (1, 1), graded=False)
    order = rows(engine, "SELECT task_name FROM procrastinate_jobs ORDER BY priority DESC, id")
    assert order == [("autograde",), *[("regrade",)] * 5]
    assert rows(engine, "SELECT max(turn) FROM submissions WHERE state = 'queued'") == [(1,)]


def test_a_worker_that_comes_back_late_is_fenced_and_a_silent_one_is_taken_over(
    c: Class, engine: Engine, clock: HandClock
) -> None:
    made = c.ask(graded=False)
    with c.f.work() as work:
        item = work.regrade.items(made)[0].id

    def slow(*given: Any) -> Any:
        clock.pass_(minutes=5)
        assert lease.take(c.f, Holder("two"), item, "regrade")
        return c.judge(*given)

    assert regrade.grade(replace(c.f, judge=slow), item) is State.GRADING
    assert rows(engine, "SELECT held_by, lease, record FROM regrade_items WHERE lease > 0") == [
        ("two", 2, None)
    ]
    holder = Holder("two")
    with holder.hand(item):
        clock.pass_(seconds=20)
        assert lease.beat(c.f, holder) == 1
    with engine.begin() as connection:  # every job was fetched by a worker that has died
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'"))
        connection.execute(text("UPDATE procrastinate_events SET at = now() - interval '1 hour'"))
    clock.pass_(seconds=31)
    tend.take_over(c.f, 30)
    assert rows(engine, "SELECT state, reason FROM regrade_items WHERE lease > 0") == [
        ("queued", "worker.lost")
    ]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    assert tend.take_over(c.f, 30) == 5  # what has no job gets one
    assert rows(engine, "SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY 1") == [("regrade", 5)]


def test_a_learner_reads_that_and_why_a_result_was_corrected_and_nobody_elses_row(c: Class) -> None:
    made = c.ask()
    mine = {0: None, 2: None}
    with c.f.work() as work:
        for who in mine:
            mine[who] = work.study.submissions(c.run, FIRST, c.people[who])[0].id  # type: ignore[assignment]
    seen = lambda who: results.own(c.f, Actor(c.people[who], "t0", "", ()), mine[who])  # type: ignore[arg-type] # noqa: E731
    assert seen(0).corrected is None
    c.decide(made, Choice.RISES)
    told = seen(0).corrected
    assert (told.regrade, told.reason, told.before.points, told.after.points) == (
        made,
        "题 2 的检查有误",
        2,
        5,
    )
    assert c.people[1] not in repr(seen(0))
    assert seen(2).corrected is None  # theirs was not accepted
    assert [t.points for t in seen(0).tests] == [2, 3] and seen(0).submission.message == "得 5 分"


@pytest.fixture
def marked(f: Fittings) -> Class:
    """Two people whose assignment has an open question; the first one's is marked with 10 points."""
    made = class_of(f, 0)
    made.judge.open = Decimal(10)
    made.judge.mended |= {0: (2, 3), 1: (2, 3)}
    for who in (0, 1):
        id = made.hand_in(who, who, (2, 0))
        if who == 0:
            mark(made, id)
    made.release()
    return made


def mark(c: Class, submission: str) -> None:
    with c.f.work() as work:
        run = work.study.run(c.run)
    assert run is not None
    cell = next(x for x in study.assignment_of(c.f, run, FIRST).cells if x.grade_id == OPEN_QUESTION)
    best = {criterion.key: criterion.levels[-1].points for criterion in cell.rubric}
    assess.mark(c.f, c.teacher, submission, OPEN_QUESTION, best, "")


def test_marks_of_open_questions_are_kept_and_what_waits_for_one_is_said(
    marked: Class, engine: Engine
) -> None:
    made = marked.ask()
    found = marked.rows(made)
    assert (found[0].outcome, found[0].before.points, found[0].after.points) == (Outcome.UP, 12, 15)
    assert (found[1].outcome, found[1].before.points, found[1].after.points) == (Outcome.OPEN, 2, 5)
    assert not found[1].graded and not found[1].wins_pass
    marked.decide(made, Choice.RISES)
    assert marked.grade_of(0) == (15, True) and marked.grade_of(1) is None
    waiting = rows(engine, "SELECT id FROM submissions WHERE id NOT IN (SELECT submission FROM grades)")
    mark(marked, str(waiting[0][0]))
    assert marked.grade_of(1) == (15, True)
    assert rows(engine, CURRENT) == [(2,)]


def test_an_open_question_worth_something_else_has_to_be_marked_anew(marked: Class, engine: Engine) -> None:
    made = marked.ask(graded=False)
    marked.judge.open = Decimal(5)
    marked.grade(made)
    row = marked.rows(made)[0]
    assert row.outcome is Outcome.OPEN and row.graded and row.before.points == 12
    assert not row.follows(Choice.RISES) and row.follows(Choice.ALL)
    marked.decide(made, Choice.ALL)
    assert marked.grade_of(0) == (12, True)  # it stands until somebody has marked
    with marked.f.work() as work:
        submission = work.study.submissions(marked.run, FIRST, marked.people[0])[0]
        assert assess.unmarked(work, submission)
    marked.f.clock.pass_(seconds=1)  # type: ignore[attr-defined]
    mark(marked, submission.id)
    assert marked.grade_of(0) == (15, True)


def test_a_name_of_the_notebook_that_changed_with_the_release_is_no_matter(c: Class) -> None:
    c.release(files={"other.ipynb": "0" * 64})
    assert c.rows(c.ask())[0].outcome is Outcome.UP
