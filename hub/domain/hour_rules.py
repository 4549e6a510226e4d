"""The rules over the hours ledger (学时规则): so much in a period, of which so much practice, online and professional."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """How a period is cut out of time. All of them end with a year, for hours are declared by the year."""

    YEAR = "year"  # a calendar year
    CYCLE = "cycle"  # so many years at a stretch, counted from an anchor year
    ROLLING = "rolling"  # so many years up to the one that is asked about


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def years(self) -> str:
        """The years as people write them."""
        first, last = self.first.year, self.last.year
        return f"{first} 年" if first == last else f"{first}—{last} 年"


@dataclass(frozen=True)
class Period:
    """How long a rule counts. Years and cycles part all days among them; rolling years are asked about anew each year."""

    kind: Kind
    years: int = 1
    anchor: int = 0

    def around(self, day: date) -> Span:
        """The period that ``day`` lies in; of rolling years, the one that ends with the year of ``day``."""
        if self.kind is Kind.ROLLING:
            first = day.year - self.years + 1
        else:
            first = day.year - (day.year - self.anchor) % self.years
        return Span(date(first, 1, 1), date(first + self.years - 1, 12, 31))


@dataclass(frozen=True)
class Exclusion:
    """What another rule counts and this one therefore does not: all of it, or only what the other needs."""

    rule: str
    only_needed: bool = False


@dataclass(frozen=True)
class HourRule:
    """So many hours in a period. Ratios are of the hours that are asked for, never of those that somebody has:
    whoever learns more than must be is never worse off for it.

    ``flag`` is what an entry's ``counts_for`` must name (the rule's own id unless a local variant reads the flag of the
    rule it stands for). ``by_default``: an imported training counts unless its row says otherwise.
    """

    id: str
    version: str
    name: str
    source: str
    hours: Decimal
    period: Period
    valid_from: date
    valid_to: date | None = None
    min_practice_ratio: Fraction = Fraction(0)
    min_online: Decimal = Decimal(0)
    min_professional_ratio: Fraction = Fraction(0)
    declare_by: tuple[int, int] | None = None  # month and day in the last year of the period
    remind_from: tuple[int, int] | None = None
    excludes: tuple[Exclusion, ...] = ()
    counts: str = ""
    by_default: bool = False

    @property
    def ref(self) -> str:
        """Id and version as records name it, like IT50-2019."""
        return f"{self.id}-{self.version}"

    @property
    def flag(self) -> str:
        return self.counts or self.id

    @property
    def practice(self) -> Decimal:
        """Practice hours that are asked for."""
        return _share(self.hours, self.min_practice_ratio)

    @property
    def professional(self) -> Decimal:
        """Hours of 专业科目 that are asked for."""
        return _share(self.hours, self.min_professional_ratio)

    def deadline(self, span: Span) -> date:
        """Until when the hours of a period must be there: the day of declaration, or the last day."""
        return date(span.last.year, *self.declare_by) if self.declare_by else span.last

    def reminds(self, span: Span, today: date) -> bool:
        """Whether ``today`` is among the days on which people are reminded of what is missing."""
        start = date(span.last.year, *self.remind_from) if self.remind_from else None
        return start is not None and start <= today <= self.deadline(span)


def _share(hours: Decimal, ratio: Fraction) -> Decimal:
    exact = hours * ratio.numerator / ratio.denominator
    return exact.quantize(Decimal("0.001"), ROUND_HALF_UP)


def in_force(rules: Iterable[HourRule], day: date) -> tuple[HourRule, ...]:
    """The rules that hold on a day, in the order of the file."""
    return tuple(r for r in rules if r.valid_from <= day and (r.valid_to is None or day < r.valid_to))


def ordered(rules: Iterable[HourRule]) -> tuple[HourRule, ...]:
    """The rules so that each comes after those it excludes. Raises ValueError where they exclude each other in a ring."""
    waiting = list(rules)
    ids = {rule.id for rule in waiting}
    done: list[HourRule] = []
    while waiting:
        known = {rule.id for rule in done}
        ready = [r for r in waiting if all(x.rule in known or x.rule not in ids for x in r.excludes)]
        if not ready:
            raise ValueError(f"hour rules exclude each other: {sorted(r.id for r in waiting)}")
        done += ready
        waiting = [r for r in waiting if r not in ready]
    return tuple(done)
