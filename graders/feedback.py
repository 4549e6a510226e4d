"""What a learner is shown of a verdict: plain data for a page, our own sentences and the author's hints, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from graders.reasons import MESSAGES
from graders.verdict import TestResult, Verdict

STATUS_WORDS = {
    "passed": "通过",
    "partial": "部分通过",
    "failed": "未通过",
    "error": "出错",
    "not_run": "未检查",
}


@dataclass(frozen=True)
class FeedbackLine:
    """One test or one part for a person; `code` is the stable reason, "" when there is none. Points are text."""

    grade_id: str
    title: str
    status: str
    word: str
    points: str
    max_points: str
    code: str
    explanation: str
    hint: str


@dataclass(frozen=True)
class Feedback:
    """A page's worth: the overall state, then line by line."""

    state: str
    code: str
    message: str
    points: str
    max_points: str
    lines: tuple[FeedbackLine, ...]


def build_feedback(verdict: Verdict) -> Feedback:
    """Built from the verdict alone, so that nothing of an executed notebook can be in it."""
    lines = [_line(test) for test in verdict.tests]
    lines += [
        FeedbackLine(
            item.grade_id,
            item.title,
            "manual",
            "待老师评阅",
            "0",
            f"{item.max_points:f}",
            "",
            "这部分由老师评阅。",
            "",
        )
        for item in verdict.manual
    ]
    return Feedback(
        state=verdict.state,
        code=verdict.reason,
        message=verdict.message,
        points=f"{verdict.points:f}",
        max_points=f"{verdict.max_points:f}",
        lines=tuple(lines),
    )


def _line(test: TestResult) -> FeedbackLine:
    return FeedbackLine(
        grade_id=test.grade_id,
        title=test.title,
        status=test.status,
        word=STATUS_WORDS[test.status],
        points=f"{test.points:f}",
        max_points=f"{test.max_points:f}",
        code=test.reason,
        explanation=MESSAGES.get(test.reason, ""),
        hint=test.hint if test.status != "passed" else "",
    )
