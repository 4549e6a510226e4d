"""The one door of this room: a source notebook and submitted bytes go in, a verdict comes out, whatever happens."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from graders import warm
from graders.errors import BrokenAssignment, Refused
from graders.foreign.kernels import foreign_kernel
from graders.judge import judge, manual_items, none_run
from graders.lint.linting import classes_of
from graders.reasons import message
from graders.reference import reference_of, watched
from graders.restore import Plan, make_plan
from graders.runner import GradeLimits, Report, Seeds, execute
from graders.source import SourceCell, read_source
from graders.twice import doubtful, lower, refused, together
from graders.verdict import GRADER_VERSION, ManualItem, TestResult, Verdict, digest
from zygote.errors import TemplateBroken, WallsMissing

SEED = 20_240_901


def grade(
    source: bytes,
    submission: bytes,
    files: Mapping[str, bytes] | None = None,
    *,
    brought: Mapping[str, bytes] | None = None,
    limits: GradeLimits | None = None,
    seed: int = SEED,
) -> Verdict:
    """Grade one submission. Never raises for what a learner, an author or a machine got wrong: the state says it.

    `files` are the assignment's own, seen by both sides; `brought` are the learner's, laid beside the answers only.
    """
    paper = _Paper(source, submission, files or {}, seed)
    try:
        cells = read_source(source)
    except BrokenAssignment as broken:
        return paper.verdict("failed", broken.code, broken.message)
    try:
        plan = make_plan(cells, submission)
    except Refused as refused:
        return paper.unrun("rejected", refused.code, refused.message, cells)
    try:
        report, tests = _run(cells, plan, paper, brought or {}, limits or GradeLimits())
    except BrokenAssignment as broken:
        return paper.unrun("failed", broken.code, broken.message, cells, plan)
    except WallsMissing as missing:
        return paper.unrun("failed", missing.code, message("grader.walls"), cells, plan)
    except (OSError, TemplateBroken):
        return paper.unrun("failed", "grader.failed", message("grader.failed"), cells, plan)
    if not report.ready:
        return paper.unrun("failed", "grader.failed", message("grader.failed"), cells, plan)
    told = message(f"run.{report.ended}") if report.ended else _summary(tests)
    return paper.verdict("graded", "", told, tests, manual_items(cells, plan.manual), report)


def close() -> None:
    """End the warm processes; the next grading starts them again."""
    warm.close()


def _run(
    cells: tuple[SourceCell, ...],
    plan: Plan,
    paper: _Paper,
    brought: Mapping[str, bytes],
    limits: GradeLimits,
) -> tuple[Report, tuple[TestResult, ...]]:
    """The report and the results. A kernel of another language is on its own; work that raises doubts is run twice."""
    if not any(step.kind == "test" for step in plan.steps):
        return Report(ready=True), ()  # a machine has nothing to see here
    if paper.kernel:
        from graders.foreign.running import as_written, run_foreign  # brings jupyter_client along

        report = run_foreign(as_written(plan), paper.kernel, paper.files, brought, limits)
        return report, judge(cells, plan, report)
    reference = reference_of(cells, paper.source, paper.files, limits)
    report = execute(plan, paper.files, brought, limits, paper.seeds(), reference.granted)
    if refused(
        report, reference.granted
    ):  # seldom: the look at the reference solution may have been spared too soon
        looked = watched(cells, paper.source, paper.files, limits)
        if looked.granted != reference.granted:
            reference = looked
            report = execute(plan, paper.files, brought, limits, paper.seeds(), reference.granted)
    tests = judge(cells, plan, report, reference.valueless)
    if not doubtful(report):
        return report, tests
    admitted = watched(cells, paper.source, paper.files, limits).admitted
    if not doubtful(report, admitted):
        return report, tests
    again = execute(plan, paper.files, brought, limits, paper.seeds(), reference.granted, admitted)
    return together(report, again), lower(tests, judge(cells, plan, again, reference.valueless), report)


def _summary(tests: tuple[TestResult, ...]) -> str:
    passed = sum(test.status == "passed" for test in tests)
    return f"已自动评分：{len(tests)} 项检查中通过 {passed} 项。" if tests else "这份作业由老师评阅。"


class _Paper:
    """What every verdict of this submission carries, however it ends."""

    def __init__(self, source: bytes, submission: bytes, files: Mapping[str, bytes], seed: int) -> None:
        self.source = source
        self.files = files
        self.kernel = foreign_kernel(source)
        self.seed = seed
        self.digests = {"source": digest(source), "submission": digest(submission)}
        self.digests |= {f"file:{name}": digest(data) for name, data in sorted(files.items())}
        self.started_at = datetime.now(UTC)
        self._clock = time.monotonic()

    def seeds(self) -> Seeds:
        """The tests' seed follows from everything that is graded: the same again, and nothing a learner can foresee."""
        whole = f"{self.digests['source']} {self.digests['submission']} {self.seed}".encode()
        return Seeds(self.seed, int(digest(whole)[:12], 16))

    def unrun(
        self, state: str, reason: str, told: str, cells: tuple[SourceCell, ...], plan: Plan | None = None
    ) -> Verdict:
        """A verdict of which nothing was run: every test is listed, none is paid."""
        manual = manual_items(cells, plan.manual if plan else {})
        return self.verdict(state, reason, told, none_run(cells, reason), manual)

    def verdict(
        self,
        state: str,
        reason: str,
        told: str,
        tests: tuple[TestResult, ...] = (),
        manual: tuple[ManualItem, ...] = (),
        report: Report | None = None,
    ) -> Verdict:
        """Put the record together."""
        run = report or Report()
        if tests:
            classes = classes_of(self.source)
            tests = tuple(replace(test, klass=classes.get(test.grade_id, "C")) for test in tests)
        seconds = time.monotonic() - self._clock
        return Verdict(
            state=state,
            reason=reason,
            message=told,
            points=sum((test.points for test in tests), Decimal(0)),
            max_points=sum([*(t.max_points for t in tests), *(m.max_points for m in manual)], Decimal(0)),
            tests=tests,
            manual=manual,
            digests=self.digests,
            versions={"grader": GRADER_VERSION, "python": sys.version.split()[0], **run.versions},
            seed=self.seed,
            limits=run.limits,
            seconds=seconds,
            cpu_seconds=run.cpu_seconds,
            max_rss_bytes=run.max_rss_bytes,
            started_at=self.started_at,
            in_kernel=bool(self.kernel),
            ended_at=max(self.started_at, datetime.now(UTC)),
        )
