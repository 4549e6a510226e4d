"""What a single row of a roster may hold, and what it is told when it does not."""

from __future__ import annotations

import pytest

from hub.domain.people import Actor, Role
from hub.domain.sheet import Outcome
from hub.journey import roster
from hub.journey.ports import Fittings
from tests.study.roster_town import (
    FAR,
    FIRST,
    GONE,
    bring_in,
    build_town,
    id_number,
    person_of,
    row,
    somebody,
)


@pytest.fixture
def registrar(f: Fittings) -> Actor:
    """The registrar of 老城区."""
    build_town(f)
    return somebody(f, "登记员", Role.REGISTRAR, "410302")


BAD_ROWS = [
    ({"name": ""}, "缺少姓名"),
    ({"name": "王"}, "2 到 50"),
    ({"name": "王3明"}, "不该有的字符"),
    ({"name": "王\ue000明"}, "自造字"),
    ({"id_number": id_number(1)[:17]}, "18 位"),
    ({"id_number": id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")}, "校验位"),
    ({"id_number": "4.10305E+17"}, "Excel"),
    ({"id_number": "99999919851315001X"}, "出生日期"),
    ({"id_number": "00000019850615001X"}, "地区码"),
    ({"id_number": id_number(1, "20150901")}, "不满 16 岁"),
    ({"school_code": "12345"}, "10 位数字"),
    ({"school_code": "2141999999"}, "不存在"),
    ({"school_code": FAR}, "不在您这次导入的范围内"),
    ({"school_code": GONE}, "已不存在"),
    ({"school_name": "别的小学"}, "对不上"),
    ({"kind": "家长"}, "教师或学生"),
    ({"role": "市教育局"}, "不能给"),
    ({"role": "学生"}, "对不上"),
    ({"change": "出国"}, "调动或兼职"),
    ({"gender": "女"}, "性别"),
    ({"birth": "1985-06-16"}, "出生日期"),
    ({"staff_no": "G" + id_number(2)}, "身份证号或学籍号"),
]


@pytest.mark.parametrize(("cells", "reason"), BAD_ROWS, ids=[reason for _, reason in BAD_ROWS])
def test_a_bad_row_is_told_why(f: Fittings, registrar: Actor, cells: dict[str, str], reason: str) -> None:
    report = roster.check(f, registrar, "410302", [row(**cells)], synthetic_ids=True)
    assert report.lines[0].outcome is Outcome.ERROR
    assert any(reason in note for note in report.lines[0].notes), report.lines[0].notes


def test_a_row_with_several_faults_is_told_all_of_them(f: Fittings, registrar: Actor) -> None:
    report = roster.check(
        f, registrar, "410302", [row(name="王", school_code="1", kind="x")], synthetic_ids=True
    )
    assert len(report.lines[0].notes) == 3


def test_a_test_number_is_refused_unless_test_numbers_are_let_in(f: Fittings, registrar: Actor) -> None:
    assert "测试号段" in roster.check(f, registrar, "410302", [row()]).lines[0].notes[0]


def test_real_numbers_with_codes_of_the_past_are_taken(f: Fittings, registrar: Actor) -> None:
    """The card of somebody born when 孟津 was a county keeps 410322, or even 412521, for ever."""
    from hub.domain.id_number import check_character

    numbers = [first + check_character(first) for first in ("41032219700101001", "41252119700101003")]
    rows = [row(n, id_number=number) for n, number in enumerate(numbers, 2)]
    assert roster.check(f, registrar, "410302", rows).counts[Outcome.NEW] == 2


@pytest.mark.parametrize("name", ["𠅤喆瀍", "买买提·吐尔逊", "Anna Smith-Jones", "〇一", "欧阳罡"])
def test_unusual_names_are_taken(f: Fittings, registrar: Actor, name: str) -> None:
    bring_in(f, registrar, "410302", [row(name=name)])
    assert person_of(f, id_number(1)).name == name


def test_cells_are_read_as_they_were_meant(f: Fittings, registrar: Actor) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in id_number(1))
    rows = [row(name="\u3000买买提•吐尔逊 ", id_number=f"'{wide}".lower(), school_code=f'="{FIRST}"')]
    bring_in(f, registrar, "410302", rows)
    assert person_of(f, id_number(1)).name == "买买提·吐尔逊"
