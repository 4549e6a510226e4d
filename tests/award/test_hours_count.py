"""Counting hours: borders, order, reversals, exclusions, sums; by hand and by chance."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.cells import Raw
from hub.domain.hour_count import Amounts, progress
from hub.domain.hour_rules import Exclusion, HourRule, Kind, Period, ordered
from hub.domain.hours import HoursEntry, next_key, reversal, same_training, standing, training_key
from hub.domain.hours_sheet import COLUMNS, read_row
from hub.sources.rules import RuleFiles
from tests.award.ledgers import MOMENT, ROLLING3, TODAY, YEAR, entries, entry, rule, rules

CYCLE = Period(Kind.CYCLE, 5, 2021)


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        (YEAR, date(2026, 1, 1), 2026, 2026), (YEAR, date(2026, 12, 31), 2026, 2026),
        (CYCLE, date(2021, 1, 1), 2021, 2025), (CYCLE, date(2025, 12, 31), 2021, 2025),
        (CYCLE, date(2026, 1, 1), 2026, 2030), (CYCLE, date(2020, 12, 31), 2016, 2020),
        (ROLLING3, date(2026, 6, 1), 2024, 2026),
    ],
)  # fmt: skip
def test_a_period_runs_from_new_year_to_new_years_eve(
    period: Period, day: date, first: int, last: int
) -> None:
    span = period.around(day)
    assert (span.first, span.last) == (date(first, 1, 1), date(last, 12, 31))


def test_an_entry_across_the_border_belongs_whole_to_the_period_of_its_last_day() -> None:
    across = entry("x", "40", date(2026, 1, 2), started_on=date(2025, 10, 1))
    (new,) = progress([rule()], [across], date(2026, 1, 2))
    (old,) = progress([rule()], [across], date(2025, 12, 31))
    assert new.hours == 40 and old.hours == 0
    assert old.reasons["x"] == "结束日期不在本期（2025 年）"


def test_hours_are_there_but_practice_is_missing_and_both_numbers_are_said() -> None:
    it = rule("A", "50", CYCLE, min_practice_ratio=Fraction(1, 2))
    (found,) = progress([it], [entry("x", "52", practice="20")], TODAY)
    assert not found.met and found.missing == 0
    assert found.sentence == (
        "学时已够（52/50），实践还缺 5 学时（已有 20，要求 25）；请在 2030年12月31日前完成。"
    )


def test_more_hours_than_are_asked_for_never_raise_what_is_asked_of_practice() -> None:
    it = rule("A", "50", CYCLE, min_practice_ratio=Fraction(1, 2))
    enough = [entry("x", "50", practice="25"), entry("y", "60")]
    assert progress([it], enough, TODAY)[0].met


def test_ninety_hours_of_a_year_ask_for_sixty_professional_ones_until_the_day_of_declaration() -> None:
    hr = next(r for r in RuleFiles().hour_rules() if r.id == "HR90")
    said = [entry("x", "90", counts=("HR90",), category="公需"), entry("y", "30.5", counts=("HR90",))]
    (found,) = progress([hr], said, TODAY)
    assert found.short == Amounts(professional=Decimal("29.5"))
    assert "专业科目还缺 29.5 学时（已有 30.5，要求 60）；请在 2026年12月15日前完成并申报。" in found.sentence
    assert found.urgent and not progress([hr], said, date(2026, 10, 31))[0].urgent
    late = progress([hr], said, date(2026, 12, 16))[0]
    assert not late.urgent and "申报已于 2026年12月15日截止" in late.sentence


def test_what_one_rule_has_another_that_excludes_it_does_not_count() -> None:
    a, b = rule("A", "10"), rule("B", "10", excludes=(Exclusion("A"),))
    both = [entry("x", "30", counts=("A", "B")), entry("y", "5", counts=("B",))]
    found = progress([b, a], both, TODAY)
    assert [p.hours for p in found] == [5, 30]
    assert found[0].reasons["x"] == "已计入“规则A”，不重复计算"


def test_where_only_what_is_needed_is_excluded_the_rest_is_free_and_no_entry_is_split() -> None:
    a, b = rule("A", "10"), rule("B", "10", excludes=(Exclusion("A", only_needed=True),))
    days = [entry(f"x{n}", "6", TODAY - timedelta(days=9 - n), counts=("A", "B")) for n in range(4)]
    found = progress([a, b], days, TODAY)
    assert found[0].entries == {"x0", "x1", "x2", "x3"} and found[1].entries == {"x2", "x3"}


def test_rules_that_exclude_each_other_in_a_ring_are_refused() -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        ordered([rule("A", excludes=(Exclusion("B"),)), rule("B", excludes=(Exclusion("A"),))])


def test_a_rule_counts_only_while_it_is_in_force_and_a_variant_reads_the_flag_of_what_it_stands_for() -> None:
    old = replace(rule("A"), valid_to=date(2026, 1, 1))
    new = replace(rule("A", "40"), version="2", valid_from=date(2026, 1, 1))
    local = rule("LOCAL", "30", ROLLING3, counts="A", min_online=Decimal(5))
    found = progress([old, new, local], [entry("x", "12", online="4")], TODAY)
    assert [(p.rule.ref, p.hours) for p in found] == [("A-2", 12), ("LOCAL-1", 12)]
    assert "网络研修还缺 1 学时" in found[1].sentence


def test_the_rules_of_the_file_are_read_whole_and_the_local_examples_are_off() -> None:
    found = RuleFiles().hour_rules()
    assert [r.ref for r in found] == ["HR90-2015", "EDU360-2011", "IT50-2019"]
    assert found[0].professional == 60 and found[2].practice == 25 and found[0].declare_by == (12, 15)


def test_one_training_is_told_by_provider_project_and_days_in_common() -> None:
    one = entry("x", on=date(2026, 5, 20), started_on=date(2026, 5, 1), project_no="豫-17")
    assert same_training(one, replace(one, title="别的名字", earned_on=date(2026, 6, 1)))
    assert same_training(one, replace(one, project_no="", provider=" 某进修学校 "))
    assert not same_training(one, replace(one, project_no="豫-18"))
    assert not same_training(one, replace(one, provider="别处"))
    assert not same_training(one, replace(one, started_on=date(2026, 5, 21), earned_on=date(2026, 6, 1)))
    days = (date(2026, 5, 1), date(2026, 5, 20))
    assert training_key("Ａ 校", "", "数据 素养", *days) == training_key("a校", "", "数据素养", *days)


def test_what_is_noted_again_after_a_reversal_has_a_key_of_its_own() -> None:
    wrong = entry("x", key="k")
    gone = [wrong, reversal(wrong, "r", "学时写错", "per-x", MOMENT)]
    assert next_key("k", []) == "k" and next_key("k", gone) == "k#1"
    assert standing(gone) == () and sum(e.hours for e in gone) == 0


@given(rules(), entries(), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_were_noted_changes_nothing(
    some: list[HourRule], ledger: list[HoursEntry], chance: random.Random
) -> None:
    shuffled = list(ledger)
    chance.shuffle(shuffled)
    assert progress(some, ledger, TODAY) == progress(some, shuffled, TODAY)


@given(rules(), entries())
def test_what_was_taken_back_is_as_if_it_had_never_been(
    some: list[HourRule], ledger: list[HoursEntry]
) -> None:
    alive = standing(ledger)
    for whole, rest in zip(progress(some, ledger, TODAY), progress(some, alive, TODAY), strict=True):
        assert whole.counted == rest.counted and whole.entries == rest.entries


@given(rules(), entries())
def test_counts_are_the_sums_of_the_entries_counted_each_once_and_every_other_has_a_reason(
    some: list[HourRule], ledger: list[HoursEntry]
) -> None:
    by_id = {e.id: e for e in ledger}
    for p in progress(some, ledger, TODAY):
        own = [by_id[id] for id in p.entries]
        assert p.hours == sum(e.hours for e in own) and p.practice == sum(e.practice for e in own)
        assert set(p.reasons) == set(by_id)
        assert all(e.reverses is None and e.earned_on in p.span for e in own)


@given(rules(), entries(), st.integers(2019, 2028))
def test_no_entry_counts_in_two_periods_of_a_rule_nor_under_two_rules_where_one_excludes_the_other(
    some: list[HourRule], ledger: list[HoursEntry], year: int
) -> None:
    for n, r in enumerate(some):
        if r.period.kind is not Kind.ROLLING:
            here = progress(some, ledger, date(year, 7, 1))[n]
            there = progress(some, ledger, date(year + r.period.years, 7, 1))[n]
            assert not here.entries & there.entries
    found = {p.rule.id: p for p in progress(some, ledger, TODAY)}
    for p in found.values():
        for x in p.rule.excludes:
            if not x.only_needed:
                assert not p.entries & found[x.rule].entries


@given(rules(), entries(8), entries(1))
def test_one_more_entry_never_lowers_a_count_where_nothing_is_excluded(
    some: list[HourRule], ledger: list[HoursEntry], more: list[HoursEntry]
) -> None:
    plain = [replace(r, excludes=()) for r in some]
    fresh = [replace(e, id=f"n{e.id}") for e in more if e.reverses is None]
    for was, now in zip(
        progress(plain, ledger, TODAY), progress(plain, [*ledger, *fresh], TODAY), strict=True
    ):
        assert now.hours >= was.hours and now.practice >= was.practice
        assert now.met or not was.met


@given(rules(), entries())
def test_a_rule_takes_what_it_needs_and_leaves_the_rest(
    some: list[HourRule], ledger: list[HoursEntry]
) -> None:
    a = replace(some[0], excludes=())
    b = rule("B", "1000", a.period, counts="A", excludes=(Exclusion("A", only_needed=True),))
    of_a, of_b = progress([a, b], ledger, TODAY)
    assert of_b.entries <= of_a.entries
    if of_b.entries:
        by_id = {e.id: e for e in ledger}
        needed = [by_id[id] for id in of_a.entries - of_b.entries]
        assert progress([a], needed, TODAY)[0].met


@given(st.dictionaries(st.sampled_from([c.key for c in COLUMNS]), st.text(max_size=30)), st.text(max_size=60))
def test_whatever_stands_in_a_sheet_a_row_is_good_or_has_reasons(cells: dict[str, str], more: str) -> None:
    good = {
        "name": "陈晓燕", "login": "t10000001", "title": "研修", "provider": "学院", "level": "省", "mode": "混合", "category": "专业",
        "started_on": "2026-07-01", "earned_on": "2026-07-10", "hours": "40",
    }  # fmt: skip
    for row in (cells, good | cells, good | {"hours": more}, good | {"earned_on": more}):
        read = read_row(Raw(2, row), RuleFiles().hour_rules(), today=TODAY)
        if isinstance(read, tuple):
            assert read and all(isinstance(why, str) and why for why in read)
        else:
            e = read.training
            assert 0 < e.hours <= 360 and e.practice + e.online <= e.hours
            assert e.practice >= 0 and e.online >= 0 and e.began <= e.earned_on <= TODAY


def test_a_row_as_people_write_it_is_read() -> None:
    row = {
        "name": "陈晓燕", "login": "T１０００００01", "title": "研修", "provider": "学院", "level": "省级", "mode": "网络研修", "category": "专业科目",
        "started_on": "2026/7/1", "earned_on": "20260710", "hours": "40.5学时", "practice": "10", "counts": "it50，hr90",
    }  # fmt: skip
    read = read_row(Raw(2, row), RuleFiles().hour_rules(), today=TODAY)
    assert not isinstance(read, tuple)
    e = read.training
    assert (read.login, e.online, e.level, e.category) == ("t10000001", Decimal("30.5"), "省", "专业")
    assert e.counts_for == ("IT50", "HR90")
