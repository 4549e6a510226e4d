"""Working days: weekdays, less the holidays and plus the make-up weekends that the State Council arranges each year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hub.domain.errors import refuse

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SpecialDay:
    """A day whose kind its weekday does not tell: a holiday, or a weekend that is worked."""

    day: date
    works: bool
    name: str  # of the festival it belongs to


@dataclass(frozen=True)
class Arrangement:
    """What the State Council published for one year (放假调休安排)."""

    year: int
    doc_no: str
    days: tuple[SpecialDay, ...]


@dataclass(frozen=True)
class Calendar:
    """Counts working days. In a year whose arrangement is not known it refuses with ``calendar.unknown``."""

    special: Mapping[date, bool]  # day -> whether it is worked, where its weekday does not tell
    years: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Whether people work on ``day``."""
        if day.year not in self.years:
            raise refuse("calendar.unknown", year=day.year)
        return self.special.get(day, day.weekday() < 5)

    def after(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``, which itself never counts; ``n`` is at least 1."""
        if n < 1:
            raise ValueError("working days are counted from one on")
        while n:
            day += _DAY
            n -= self.is_working(day)
        return day

    def count(self, first: date, last: date) -> int:
        """How many working days lie from ``first`` to ``last``, both included; none where ``last`` comes first."""
        return sum(self.is_working(first + _DAY * n) for n in range((last - first).days + 1))


def calendar_of(arrangements: Iterable[Arrangement]) -> Calendar:
    """A calendar that knows these years."""
    known = tuple(arrangements)
    return Calendar({d.day: d.works for a in known for d in a.days}, frozenset(a.year for a in known))


def checked(arrangement: Arrangement) -> Arrangement:
    """The arrangement, in order of days. Refuses one that contradicts itself or the week, which is a slip of the pen."""
    days = sorted(arrangement.days, key=lambda d: d.day)
    if not arrangement.doc_no.strip() or not any(not d.works for d in days):
        raise refuse("calendar.unreadable", why=f"{arrangement.year} 年缺文号或放假日期")
    for before, one in zip([None, *days], days, strict=False):
        if one.day.year != arrangement.year:
            raise refuse("calendar.unreadable", why=f"{one.day} 不在 {arrangement.year} 年")
        if before and before.day == one.day:
            raise refuse("calendar.unreadable", why=f"{one.day} 写了两次")
        if one.works and one.day.weekday() < 5:
            raise refuse("calendar.unreadable", why=f"{one.day} 不是周末，不能列为调休上班")
    return Arrangement(arrangement.year, arrangement.doc_no.strip(), tuple(days))
