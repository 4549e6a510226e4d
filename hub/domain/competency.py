"""Competency frameworks as data, the bureau's rules over them, and the evidence that settled grades are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class FrameworkState(StrEnum):
    """A draft may be edited; a published one never, only succeeded."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Node:
    """One place in a framework; ``assessable`` ones are competencies, the others only group them.

    微能力 have a dimension and an environment. ``parent`` is a code of the same framework.
    """

    framework: str
    code: str
    name: str
    dimension: str
    environment: str
    position: int
    parent: str | None = None
    level: int = 1
    text: str = ""
    assessable: bool = True


@dataclass(frozen=True)
class Framework:
    """A set of competencies with its days of validity, from the first day to the day after the last; None is open."""

    id: str
    name: str
    doc_no: str
    valid_from: date
    valid_to: date | None
    issuer: str = ""
    version: str = "1"
    state: FrameworkState = FrameworkState.PUBLISHED
    succeeds: str | None = None


@dataclass(frozen=True)
class Crosswalk:
    """That one competency corresponds to another of a second framework: ``strength`` 1 touches, 2 overlaps, 3 equals."""

    from_framework: str
    from_code: str
    to_framework: str
    to_code: str
    strength: int
    author: str


@dataclass(frozen=True)
class AssessmentRule:
    """What the bureau asks for a certificate: so many competencies over so many dimensions, how many assessors, how long it holds.

    ``appeal_days`` are working days. ``hour_rule`` names a rule of the hours ledger that must be met, if one must.
    """

    id: str
    version: str
    name: str
    framework: str
    count: int
    min_dimensions: int
    environments: tuple[str, ...]
    hour_rule: str | None
    valid_years: int
    appeal_days: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Evidence:
    """That a settled grade shows a competency: which grade, how many points of the cells that carry its code."""

    id: str
    person: str
    framework: str
    code: str
    grade: str
    run: str
    assignment: str
    points: Decimal
    max_points: Decimal
    recorded_at: datetime
    superseded: bool = False

    @property
    def ratio(self) -> Decimal:
        return self.points / self.max_points if self.max_points else Decimal(0)
