"""When a submission's tests are run again, and what is paid then: a test that only a spoilt expectation met is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from graders.runner import Report
from graders.verdict import TestResult

_VALUES = frozenset({"empty", "masked", "nan"})  # doubts of what an answer is, not of what it did
Admitted = Mapping[str, frozenset[str] | None]


def doubtful(report: Report, admitted: Admitted | None = None) -> bool:
    """Whether the learner's code did to things of a test what is not admitted there, and that test or a later one passed.

    Without `admitted`: whether it did anything of the kind, so that the reference solution is worth a look.
    """
    seen = False
    for grade_id, answer in report.tests.items():
        names = None if admitted is None else admitted.get(grade_id)
        if admitted is None:
            seen = seen or bool(answer.doubts)
        elif names is not None:
            seen = seen or any(names.isdisjoint((*one.split(" "), "*")) for one in answer.doubts)
        if seen and not answer.error:
            return True
    return False


def refused(report: Report, granted: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a test asked a learner's object something that is not granted there."""
    return any(
        ":" in question and question not in granted.get(grade_id, ())
        for grade_id, answer in report.tests.items()
        for question in answer.touched
    )


def lower(
    first: tuple[TestResult, ...], second: tuple[TestResult, ...], report: Report
) -> tuple[TestResult, ...]:
    """Of two results of each test the one that pays less; the reason says why it pays less than the first."""
    changes = any(not _VALUES.issuperset(answer.doubts) for answer in report.tests.values())
    why = "test.changed" if changes else "test.wrong"
    return tuple(_lower(one, other, why) for one, other in zip(first, second, strict=True))


def _lower(one: TestResult, other: TestResult, why: str) -> TestResult:
    if other.points >= one.points:
        return one
    if other.status == "not_run":
        return other
    if other.points > 0:
        return replace(other, status="partial", reason="test.partial")
    return replace(other, status="failed", points=Decimal(0), reason=why)


def together(first: Report, second: Report) -> Report:
    """The second run's end and both runs' cost."""
    return replace(
        first,
        ended=first.ended or second.ended,
        limits=tuple(sorted({*first.limits, *second.limits})),
        cpu_seconds=first.cpu_seconds + second.cpu_seconds,
        max_rss_bytes=max(first.max_rss_bytes, second.max_rss_bytes),
    )
