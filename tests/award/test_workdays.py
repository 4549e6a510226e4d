"""Working days: as arranged for three years, day by day beside an independent calendar; an unknown year is never guessed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import Refusal
from hub.domain.workdays import calendar_of
from hub.journey import workdays
from hub.journey.ports import Fittings
from hub.sources.calendar import read, shipped

CALENDAR = calendar_of(shipped())
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
days = st.dates(FIRST, date(2026, 10, 31))


def test_every_day_of_the_three_years_is_as_an_independent_calendar_has_it() -> None:
    assert len(DAYS) == 1096
    assert [d for d in DAYS if CALENDAR.is_working(d) != chinese_calendar.is_workday(d)] == []


def test_the_working_days_of_a_year_come_to_what_is_known_of_them() -> None:
    assert CALENDAR.count(date(2025, 1, 1), date(2025, 12, 31)) == 248
    assert (
        CALENDAR.count(date(2025, 9, 26), date(2025, 10, 13)) == 8
    )  # the 26th, 28th to 30th, 9th to 11th, 13th


def test_a_period_over_a_holiday_counts_the_make_up_weekend_and_no_day_of_the_holiday() -> None:
    assert CALENDAR.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert CALENDAR.after(date(2026, 9, 30), 3) == date(2026, 10, 10)  # a Saturday that is worked
    assert CALENDAR.after(date(2025, 12, 30), 3) == date(2026, 1, 5)  # the 31st, Sunday the 4th, the 5th


@given(days, st.integers(1, 30))
def test_the_nth_day_after_is_worked_and_has_n_worked_days_up_to_it(day: date, n: int) -> None:
    found = CALENDAR.after(day, n)
    assert CALENDAR.is_working(found)
    assert CALENDAR.count(day + timedelta(days=1), found) == n


@given(days, st.integers(1, 15), st.integers(1, 15))
def test_counting_in_two_steps_leads_where_one_leads(day: date, n: int, m: int) -> None:
    assert CALENDAR.after(CALENDAR.after(day, n), m) == CALENDAR.after(day, n + m)


@given(days, days, days)
def test_a_period_counts_as_its_parts(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    assert CALENDAR.count(a, b) + CALENDAR.count(b + timedelta(days=1), c) == CALENDAR.count(a, c)
    assert CALENDAR.count(c, a) == (CALENDAR.is_working(a) if a == c else 0)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working(date(2027, 1, 4)),
        lambda: CALENDAR.after(date(2026, 12, 30), 2),
        lambda: CALENDAR.count(date(2026, 12, 1), date(2027, 1, 1)),
        lambda: CALENDAR.is_working(date(2023, 12, 29)),
    ],
)  # fmt: skip
def test_a_year_that_is_not_known_is_refused_and_named(ask: Any) -> None:
    with pytest.raises(Refusal, match=r"calendar\.unknown.*(2027|2023) 年"):
        ask()


def year_2027(**more: Any) -> bytes:
    holidays = [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}]
    return json.dumps([{"year": 2027, "doc_no": "试〔2026〕1号", "holidays": holidays} | more]).encode()


def holiday(first: str, last: str, *worked: str) -> list[dict[str, Any]]:
    return [{"name": "元旦", "from": first, "to": last, "workdays": list(worked)}]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe", "格式不对"),
        (b"{}", "没有年份"),
        (b"[]", "没有年份"),
        (b"[1]", "格式不对"),
        (b'[{"year": 2027}]', "格式不对"),
        (year_2027(holidays=[]), "缺文号或放假日期"),
        (year_2027(doc_no=" "), "缺文号"),
        (year_2027(holidays=holiday("2027-01-03", "2027-01-01")), "不像一个假期"),
        (year_2027(holidays=holiday("2027-01-01", "2027-12-01")), "不像一个假期"),
        (year_2027(holidays=holiday("2026-12-31", "2027-01-01")), "不在 2027 年"),
        (year_2027(holidays=holiday("2027-01-01", "2027-01-03") * 2), "写了两次"),
        (year_2027(holidays=holiday("2027-01-01", "2027-01-03", "2027-01-06")), "不是周末"),
        (year_2027(holidays=holiday("2027-01-01", "2027-01-03", "2027-01-32")), "格式不对"),
    ],
)
def test_a_file_with_a_slip_is_refused_with_the_slip_named(f: Fittings, data: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        workdays.load(f, read(data))
    with f.work() as work:
        assert not work.workdays.calendar().years


def test_the_shipped_years_are_there_after_the_first_start_and_stay_as_imported(f: Fittings) -> None:
    assert workdays.found(f, shipped()) == (2024, 2025, 2026)
    assert workdays.found(f, shipped()) == ()
    assert workdays.load(f, shipped()) == ()
    with f.work() as work:
        stored = work.workdays.calendar()
    assert (stored.special, stored.years) == (CALENDAR.special, CALENDAR.years)


def test_a_new_year_is_imported_once_and_changes_only_when_told_so(f: Fittings) -> None:
    workdays.found(f, shipped())
    assert workdays.load(f, read(year_2027())) == (2027,)
    other = read(year_2027(holidays=holiday("2027-01-01", "2027-01-02")))
    with pytest.raises(Refusal, match=r"calendar\.differs"):
        workdays.load(f, other)
    assert workdays.load(f, other, replacing=True) == (2027,)
    with f.work() as work:
        assert work.workdays.calendar().after(date(2026, 12, 31), 1) == date(2027, 1, 4)
        verbs = [(e.verb, e.subject) for e in work.audit.events()]
    assert verbs == [("calendar.imported", "calendar-2027")] * 2


def test_the_example_in_the_documentation_can_be_imported() -> None:
    text = Path("docs/howto/calendar.md").read_text("utf-8")
    assert [a.year for a in read(text.split("```json\n")[1].split("```")[0].encode())] == [2027]
