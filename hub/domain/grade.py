"""What stands: a grade made of machine points and a person's marks, and who or which rule stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

NOTHING = Decimal(0)
RULE = "machine+rubric/1"  # the rule that settles a grade; a change of rule is a new name


@dataclass(frozen=True)
class Mark:
    """A person's marking of one open question: level chosen per criterion, points, and a word to the learner."""

    submission: str
    grade_id: str
    levels: dict[str, str]
    points: Decimal
    max_points: Decimal
    comment: str
    marked_by: str
    marked_at: datetime


@dataclass(frozen=True)
class Grade:
    """The standing result of one person in one assignment; superseded ones are kept, never edited."""

    id: str
    submission: str
    run: str
    assignment: str
    person: str
    points: Decimal
    max_points: Decimal
    passed: bool
    rule: str
    settled_by: str
    settled_at: datetime
    by_cell: dict[str, str]  # grade_id -> "points/max"
    superseded: bool = False
    regrade: str | None = None  # the regrade whose acceptance made it


@dataclass(frozen=True)
class Score:
    """Points of one graded cell, wherever they came from."""

    grade_id: str
    points: Decimal
    max_points: Decimal


class Standing(Protocol):
    """What is compared where one of two gradings is to stand."""

    @property
    def points(self) -> Decimal: ...
    @property
    def max_points(self) -> Decimal: ...
    @property
    def passed(self) -> bool: ...


def better(one: Standing, other: Standing) -> bool:
    """Whether ``one`` is more than ``other``: passing first, then the share of the points that could be had."""
    share, others = one.points * other.max_points, other.points * one.max_points
    return (one.passed, share) > (other.passed, others)


def mark_problem(rubric: Mapping[str, frozenset[Decimal]], chosen: Mapping[str, Decimal]) -> str | None:
    """Why ``chosen`` (criterion -> points) does not fit ``rubric`` (criterion -> levels allowed), or None."""
    missing = [key for key in rubric if key not in chosen]
    if missing:
        return f"还有 {len(missing)} 条标准没有选等级"
    extra = [key for key in chosen if key not in rubric]
    if extra:
        return "有评分标准之外的条目"
    wrong = [key for key, points in chosen.items() if points not in rubric[key]]
    return "选了评分标准里没有的等级" if wrong else None


def settle(scores: tuple[Score, ...], pass_ratio: Decimal) -> tuple[Decimal, Decimal, bool]:
    """Total points, maximum, and whether that passes. Fails loudly where a score is out of its bounds."""
    for score in scores:
        if not (score.points.is_finite() and 0 <= score.points <= score.max_points):
            raise ValueError(f"score of {score.grade_id} is out of bounds")
    points = sum((s.points for s in scores), Decimal(0))
    most = sum((s.max_points for s in scores), Decimal(0))
    return points, most, most > 0 and points >= most * pass_ratio
