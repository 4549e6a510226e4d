"""The hours ledger (学时): entries, and how far they go under each rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class HoursEntry:
    """Hours earned by finishing a run; ``counts_for`` names the rules that may count it."""

    id: str
    person: str
    run: str
    title: str
    hours: Decimal
    practice: Decimal
    earned_on: date
    counts_for: tuple[str, ...]


@dataclass(frozen=True)
class HourRule:
    """So many hours in so many calendar years, a share of them practice."""

    id: str
    name: str
    source: str
    hours: Decimal
    years: int
    min_practice_ratio: Decimal


@dataclass(frozen=True)
class Progress:
    """Hours counted under one rule in its present period, and the practice share among them."""

    rule: HourRule
    hours: Decimal
    practice: Decimal

    @property
    def missing(self) -> Decimal:
        return max(Decimal(0), self.rule.hours - self.hours)


def progress(rules: Iterable[HourRule], entries: Iterable[HoursEntry], today: date) -> tuple[Progress, ...]:
    """Each rule over the same entries; the period of a rule ends with the calendar year of ``today``."""
    kept = tuple(entries)
    result = []
    for rule in rules:
        counted = [
            e
            for e in kept
            if rule.id in e.counts_for and today.year - rule.years < e.earned_on.year <= today.year
        ]
        result.append(
            Progress(
                rule,
                sum((e.hours for e in counted), Decimal(0)),
                sum((e.practice for e in counted), Decimal(0)),
            )
        )
    return tuple(result)
