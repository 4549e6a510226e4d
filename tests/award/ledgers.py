"""Rules and ledgers for tests: short ways to write them, and strategies that invent them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from hub.domain.hour_rules import Exclusion, HourRule, Kind, Period
from hub.domain.hours import HoursEntry, reversal

TODAY = date(2026, 11, 23)
YEAR, ROLLING3 = Period(Kind.YEAR), Period(Kind.ROLLING, 3)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def rule(id: str = "A", hours: str = "50", period: Period = YEAR, **more: Any) -> HourRule:
    return HourRule(id, "1", f"规则{id}", "", Decimal(hours), period, date(2000, 1, 1), **more)


def entry(id: str, hours: str = "10", on: date = TODAY, **more: Any) -> HoursEntry:
    made = HoursEntry(
        id, "per", None, f"培训{id}", Decimal(hours), Decimal(more.pop("practice", "0")), on,
        more.pop("counts", ("A",)), "import", on, "某进修学校", online=Decimal(more.pop("online", "0")),
        category=more.pop("category", "专业"), key=f"k{id}",
    )  # fmt: skip
    return replace(made, **more)


FLAGS = ("A", "B", "C")
halves = st.integers(1, 80).map(lambda n: Decimal(n) / 2)


@st.composite
def entries(draw: st.DrawFn, most: int = 12) -> list[HoursEntry]:
    """A ledger of one person over a few years, some of it taken back."""
    found = []
    for n in range(draw(st.integers(0, most))):
        hours = draw(halves)
        practice = draw(st.decimals(0, hours, places=1))
        ended = date(2021, 1, 1) + timedelta(days=draw(st.integers(0, 365 * 6)))
        found.append(
            entry(
                f"e{n:02d}", str(hours), ended, practice=str(practice), online=str(hours - practice),
                counts=tuple(draw(st.sets(st.sampled_from(FLAGS)))), category=draw(st.sampled_from(("公需", "专业"))),
                started_on=ended - timedelta(days=draw(st.integers(0, 400))),
            )
        )  # fmt: skip
    gone = [e for e in found if draw(st.integers(0, 5)) == 0]
    return found + [reversal(e, f"r{e.id}", "记错了", "per-x", MOMENT) for e in gone]


@st.composite
def rules(draw: st.DrawFn) -> list[HourRule]:
    """Three rules; a later one may exclude an earlier one."""
    periods = st.one_of(
        st.just(YEAR),
        st.builds(lambda n, a: Period(Kind.CYCLE, n, a), st.integers(2, 5), st.integers(2018, 2030)),
        st.builds(lambda n: Period(Kind.ROLLING, n), st.integers(1, 4)),
    )
    made: list[HourRule] = []
    for id in FLAGS:
        excludes = tuple(Exclusion(r.id, draw(st.booleans())) for r in made if draw(st.booleans()))
        made.append(
            rule(
                id, str(draw(st.integers(1, 60))), draw(periods), excludes=excludes,
                min_practice_ratio=draw(st.sampled_from((Fraction(0), Fraction(1, 2), Fraction(3, 5)))),
                min_professional_ratio=draw(st.sampled_from((Fraction(0), Fraction(2, 3)))),
                min_online=Decimal(draw(st.integers(0, 10))),
            )
        )  # fmt: skip
    return made
