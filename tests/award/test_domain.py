"""Numbers, names, rules and counts, without any machinery."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.certificate import certificate_number, is_number, masked_name
from hub.domain.disclosure import suppress
from hub.domain.grade import Score, settle
from hub.domain.id_number import check_character, parse

TODAY = date(2026, 11, 23)


def read(text: str, *, synthetic: bool = False):  # type: ignore[no-untyped-def]
    return parse(text, regions=frozenset({"11", "41"}), today=TODAY, allow_synthetic=synthetic)


def test_the_example_of_the_standard_is_valid_and_a_small_x_is_taken() -> None:
    found = read("11010519491231002x")
    assert not isinstance(found, str)
    assert found.text == "11010519491231002X"
    assert found.birth_date == date(1949, 12, 31)
    assert found.gender_code == "2"
    assert found.masked == "1101**********002X"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("110105194912310021", "校验位"),
        ("11010519491231002", "18 位"),
        ("11010519490231002X", "出生日期"),
        ("11010530491231002X", "不合理"),
        ("99010519491231002X", "地区码"),
        ("1101051949123100ＡX", "字符"),
        ("99999919850615001X", "测试号段"),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong(text: str, why: str) -> None:
    found = read(text)
    assert isinstance(found, str)
    assert why in found


def test_a_test_number_passes_where_test_numbers_are_allowed() -> None:
    assert not isinstance(read("99999919850615001X", synthetic=True), str)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits: str, place: int, shift: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert check_character(digits) != check_character(wrong)


@given(st.integers(1, 999999), st.data())
def test_a_certificate_number_notices_any_single_wrong_character(sequence: int, data: st.DataObject) -> None:
    number = certificate_number("micro2019", 2026, "ZG-GX", sequence)
    assert is_number(number)
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c != "-"]))
    other = data.draw(
        st.sampled_from([c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c != number[place]])
    )
    assert not is_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "junk", ["", "LY-IT-", "LY-IT-é-1", "x" * 500, "LY-IT-MICRO2019-2026-410302-000012-n", "../../etc"]
)
def test_what_is_no_certificate_number_is_told_at_once(junk: str) -> None:
    assert not is_number(junk)


@pytest.mark.parametrize(
    ("name", "seen"), [("张三", "张*"), ("张小三", "张*三"), ("欧阳小三", "欧**三"), ("王", "*"), ("", "*")]
)
def test_a_name_is_masked_for_strangers(name: str, seen: str) -> None:
    assert masked_name(name) == seen


def test_a_score_out_of_its_bounds_is_a_fault_not_a_grade() -> None:
    for points in (Decimal(-1), Decimal(11), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="bounds"):
            settle((Score("q", points, Decimal(10)),), Decimal("0.6"))


def test_passing_is_decided_without_rounding() -> None:
    assert settle((Score("q", Decimal("5.999"), Decimal(10)),), Decimal("0.6"))[2] is False
    assert settle((Score("q", Decimal(6), Decimal(10)),), Decimal("0.6"))[2] is True
    assert settle((), Decimal("0.6"))[2] is False


def test_a_small_row_is_hidden_together_with_another_that_would_give_it_away() -> None:
    rows = [{"staff": 40, "certified": 7}, {"staff": 3, "certified": 1}, {"staff": 9, "certified": 2}]
    assert suppress(rows, "staff", 5) == [
        rows[0],
        {"staff": None, "certified": None},
        {"staff": None, "certified": None},
    ]


def test_empty_and_large_rows_are_shown() -> None:
    rows = [{"staff": 0}, {"staff": 5}, {"staff": 1000}]
    assert suppress(rows, "staff", 5) == rows


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12))
def test_no_single_hidden_row_can_be_had_from_the_total(sizes: list[int]) -> None:
    shown = suppress([{"staff": n} for n in sizes], "staff", 5)
    hidden = [n for n, row in zip(sizes, shown, strict=True) if row["staff"] is None]
    others = [n for n in sizes if n > 0]
    assert len(hidden) != 1 or len(others) == 1
    assert all(row["staff"] is None or row["staff"] == 0 or row["staff"] >= 5 for row in shown)
