"""The record: exact, checked, complete, the same for the same inputs, and silent about hidden tests."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import papers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders import grade as grade_module
from graders import judge, warm
from graders.feedback import STATUS_WORDS, build_feedback
from graders.inside.wire.frames import Closed, Line
from graders.reasons import MESSAGES
from graders.restore import make_plan
from graders.runner import Answer, Report
from graders.source import read_source
from graders.verdict import GRADER_VERSION, STATUSES, ManualItem, TestResult, Verdict, digest
from zygote.errors import WallsMissing

WHEN = datetime(2024, 9, 1, tzinfo=UTC)
POINTS = st.decimals(0, 1000, allow_nan=False, allow_infinity=False, places=4)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def results(draw: st.DrawFn) -> TestResult:
    """Any result that may exist."""
    top = draw(POINTS)
    status = draw(st.sampled_from(STATUSES))
    part = {"passed": top, "partial": draw(st.decimals(0, top, places=4) if top else st.just(Decimal(0)))}
    reason = "" if status == "passed" else draw(st.sampled_from(sorted(MESSAGES)))
    return TestResult(draw(TEXT), draw(TEXT), status, part.get(status, Decimal(0)), top, reason, draw(TEXT))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    """Any graded verdict that may exist."""
    tests = tuple(draw(st.lists(results(), max_size=4)))
    manual = tuple(draw(st.lists(st.builds(ManualItem, TEXT, TEXT, POINTS, TEXT), max_size=3)))
    seconds = st.floats(0, 1000)
    return Verdict(
        "graded",
        "",
        draw(TEXT),
        sum((test.points for test in tests), Decimal(0)),
        sum([*(test.max_points for test in tests), *(item.max_points for item in manual)], Decimal(0)),
        tests,
        manual,
        draw(st.dictionaries(TEXT, TEXT, max_size=3)),
        {"grader": GRADER_VERSION},
        draw(st.integers()),
        tuple(draw(st.lists(TEXT, max_size=2))),
        draw(seconds),
        draw(seconds),
        draw(st.integers(0, 10**12)),
        WHEN,
        WHEN + timedelta(microseconds=draw(st.integers(0, 10**9))),
    )


@given(verdicts())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_verdict_survives_the_trip_through_json(verdict: Verdict) -> None:
    again = Verdict.from_json(verdict.to_json())
    assert again == verdict
    assert again.to_json() == verdict.to_json()
    assert len(build_feedback(verdict).lines) == len(verdict.tests) + len(verdict.manual)


@given(verdicts(), st.decimals(allow_nan=True, allow_infinity=True))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_points_that_do_not_add_up_are_no_verdict(verdict: Verdict, points: Decimal) -> None:
    if points.is_nan() or points != verdict.points:
        with pytest.raises(ValueError, match="point"):
            replace(verdict, points=points)


def test_a_result_cannot_be_paid_without_passing() -> None:
    for status in ("failed", "error", "not_run"):
        with pytest.raises(ValueError, match="no points"):
            TestResult("a", "a", status, Decimal(1), Decimal(1), "test.wrong")
    with pytest.raises(ValueError, match="out of range"):
        TestResult("a", "a", "partial", Decimal("NaN"), Decimal(1), "test.partial")


@given(
    st.dictionaries(
        st.sampled_from(["add-test", "add-hidden", "mean-test", "mean-partial", "bonus", ""]),
        st.builds(Answer, st.sampled_from(["", "wrong", "raised", "input"]), st.none() | st.text(max_size=8)),
    ),
    st.sampled_from(["", "time", "memory", "exited", "crashed", "protocol"]),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_only_a_positive_answer_of_its_own_pays_a_test(answers: dict[str, Answer], ended: str) -> None:
    source = read_source(papers.source())
    plan = make_plan(source, papers.notebook(papers.good_cells()))
    for result in judge.judge(source, plan, Report(tests=answers, ended=ended)):
        answer = answers.get(result.grade_id)
        if result.points > 0:
            assert answer is not None
            assert answer.error == ""
        if answer is None:
            assert (result.status, result.points) == ("not_run", 0)


def test_the_same_inputs_give_the_same_verdict(graded: Callable[..., Verdict]) -> None:
    cells = papers.good_cells(add="def add(a, b):\n    return a + b + len({'x', 'y'}) - 2\n", mean="x = 1\n")
    first = graded(cells).findings()
    assert first == graded(cells).findings()
    assert first["points"] == "5"


def test_the_record_is_complete(graded: Callable[..., Verdict]) -> None:
    data = papers.notebook(papers.good_cells())
    verdict = graded(data, files={"a.csv": b"1"}, seed=5)
    assert verdict.digests == {
        "source": digest(papers.source()),
        "submission": digest(data),
        "file:a.csv": digest(b"1"),
    }
    assert {"grader", "python", "ipython", "numpy"} <= set(verdict.versions)
    assert verdict.seed == 5
    assert verdict.cpu_seconds > 0
    assert verdict.max_rss_bytes > 1_000_000
    assert verdict.started_at.tzinfo is not None


def test_feedback_holds_our_sentences_and_the_authors_hint_only(graded: Callable[..., Verdict]) -> None:
    answer = "def add(a, b):\n    raise ValueError(f'secret {a} {b} CANARY_mine')\n"
    verdict = graded(papers.answer_cells(add=answer))
    page = build_feedback(verdict)
    shown = json.dumps(asdict(page), ensure_ascii=False)
    assert page.lines[0].hint == "想一想加法"
    assert page.lines[0].explanation == MESSAGES["test.raised"]
    for word in (papers.CANARY, "CANARY_mine", "secret", "ValueError", "assert", "42"):
        assert word not in shown


def test_without_walls_nothing_is_run_and_the_state_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise WallsMissing("walls.no_user_namespace")

    monkeypatch.setattr(warm.Warm, "fork", refuse)
    verdict = grade_module.grade(papers.source(), papers.notebook(papers.good_cells()))
    assert (verdict.state, verdict.reason, verdict.points) == ("failed", "walls.no_user_namespace", 0)
    assert verdict.message == MESSAGES["grader.walls"]


def test_a_notebook_without_tests_starts_no_process_and_all_of_it_waits_for_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(warm.Warm, "fork", refuse)
    essay = [papers.cell("我的看法", "essay", "manual", 3, kind="markdown"), papers.cell("while True: pass")]
    verdict = grade_module.grade(papers.notebook(essay), papers.notebook(essay))
    assert (verdict.state, verdict.points, verdict.max_points, verdict.tests) == ("graded", 0, 3, ())
    assert [item.answer for item in verdict.manual] == ["我的看法"]


def test_a_tests_process_that_never_gets_ready_is_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        raise Closed

    monkeypatch.setattr(Line, "receive", silent)
    verdict = grade_module.grade(papers.source(), papers.notebook(papers.good_cells()))
    assert (verdict.state, verdict.reason, verdict.points) == ("failed", "grader.failed", 0)


def test_every_status_and_reason_has_chinese_words() -> None:
    assert set(STATUS_WORDS) == set(STATUSES)
    for code, sentence in MESSAGES.items():
        assert code.split(".")[0] in ("submission", "source", "grader", "test", "run")
        assert any("\u4e00" <= char <= "\u9fff" for char in sentence)


def test_a_grading_leaves_nothing_behind(
    graded: Callable[..., Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def traces() -> tuple[int, int, int, list[Path]]:
        mounts = len(Path("/proc/self/mountinfo").read_text().splitlines())
        groups = len(list(Path("/sys/fs/cgroup").glob(f"**/luojiao-{os.getpid()}-*")))
        return mounts, len(list(Path("/proc/self/fd").iterdir())), groups, list(tmp_path.iterdir())

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    graded(papers.good_cells())
    before = traces()
    graded(papers.good_cells(), files={"a.csv": b"1"})
    graded(papers.answer_cells(add="import os\nos._exit(0)\n"))
    assert traces() == before
