"""What a machine saw of one submission: frozen, checked on making, and the same after a trip through JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

GRADER_VERSION = "2.1.0"
STATES = ("graded", "rejected", "failed")
CLASSES = ("A", "B", "C")
STATUSES = ("passed", "partial", "failed", "error", "not_run")


def digest(data: bytes) -> str:
    """Name of a file's content: sha256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _check_points(points: Decimal, top: Decimal) -> None:
    if not (points.is_finite() and top.is_finite() and 0 <= points <= top):
        raise ValueError(f"points out of range: {points} of {top}")


@dataclass(frozen=True)
class TestResult:
    """One test cell. `reason` is a code of `graders.reasons` ("" when passed), `hint` is the author's own sentence.

    `klass` is A, B or C as the linter finds the cell: points of class C are practice and never evidence.
    """

    __test__ = False  # not for pytest to collect

    grade_id: str
    title: str
    status: str
    points: Decimal
    max_points: Decimal
    reason: str = ""
    hint: str = ""
    klass: str = "A"

    def __post_init__(self) -> None:
        """A status says what its points may be."""
        _check_points(self.points, self.max_points)
        if self.status not in STATUSES:
            raise ValueError(f"unknown status: {self.status}")
        if self.klass not in CLASSES:
            raise ValueError(f"unknown class: {self.klass}")
        if self.status == "passed" and (self.points != self.max_points or self.reason):
            raise ValueError("a passed test has all its points and needs no reason")
        if self.status in ("failed", "error", "not_run") and (self.points != 0 or not self.reason):
            raise ValueError("a test that did not pass has no points and a reason")


@dataclass(frozen=True)
class ManualItem:
    """A part that a person marks: the machine gives 0 and hands the learner's text on."""

    grade_id: str
    title: str
    max_points: Decimal
    answer: str

    def __post_init__(self) -> None:
        """Points that can be given are finite and not negative."""
        _check_points(Decimal(0), self.max_points)


@dataclass(frozen=True)
class Verdict:
    """The record of one grading. `message` is for the learner; `reason` is a stable code, "" when graded.

    `digests` holds sha256 of source, submission and files; `versions` the grader and what it ran on.
    `in_kernel`: answers and tests shared one process, so this is practice and never evidence for a certificate.
    `seconds`, `cpu_seconds` and `max_rss_bytes` measure the run; they are no part of `findings()`.
    """

    state: str
    reason: str
    message: str
    points: Decimal
    max_points: Decimal
    tests: tuple[TestResult, ...]
    manual: tuple[ManualItem, ...]
    digests: Mapping[str, str]
    versions: Mapping[str, str]
    seed: int
    limits: tuple[str, ...]
    seconds: float
    cpu_seconds: float
    max_rss_bytes: int
    started_at: datetime
    ended_at: datetime
    in_kernel: bool = False

    def __post_init__(self) -> None:
        """Sums agree, a refused or failed one pays nothing and says why, times carry their zone."""
        _check_points(self.points, self.max_points)
        if self.state not in STATES:
            raise ValueError(f"unknown state: {self.state}")
        if self.points != sum((test.points for test in self.tests), Decimal(0)):
            raise ValueError("points are not the sum of the tests")
        parts = [*(test.max_points for test in self.tests), *(item.max_points for item in self.manual)]
        if self.max_points != sum(parts, Decimal(0)):
            raise ValueError("max_points is not the sum of the parts")
        if self.state != "graded" and (self.points != 0 or not self.reason or not self.message):
            raise ValueError("a verdict that is not graded has no points, a reason and a message")
        if self.started_at.tzinfo is None or self.ended_at.tzinfo is None or self.ended_at < self.started_at:
            raise ValueError("times need a zone and an order")

    def findings(self) -> dict[str, Any]:
        """Everything that must be the same when the same inputs are graded again: no times, no measures."""
        told = json.loads(self.to_json())
        for name in ("seconds", "cpu_seconds", "max_rss_bytes", "started_at", "ended_at"):
            del told[name]
        return dict(told)

    def to_json(self) -> str:
        """Exact text: decimals as strings, times in ISO 8601, keys in a fixed order."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        plain["tests"] = [vars(test) for test in self.tests]
        plain["manual"] = [vars(item) for item in self.manual]
        plain["digests"], plain["versions"] = dict(self.digests), dict(self.versions)
        return json.dumps(plain, default=_encode, ensure_ascii=False, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        """The verdict that `to_json` wrote."""
        plain = json.loads(text)
        for name in ("points", "max_points"):
            plain[name] = Decimal(plain[name])
        for name in ("started_at", "ended_at"):
            plain[name] = datetime.fromisoformat(plain[name])
        plain["tests"] = tuple(TestResult(**_decimals(test)) for test in plain["tests"])
        plain["manual"] = tuple(ManualItem(**_decimals(item)) for item in plain["manual"])
        plain["limits"] = tuple(plain["limits"])
        return cls(**plain)


def _encode(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _decimals(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: Decimal(value) if key in ("points", "max_points") else value for key, value in plain.items()}
