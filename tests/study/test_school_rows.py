"""What a single row of a school list may hold, and what it is told when it does not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor
from hub.domain.school_list import CHOICES
from hub.domain.sheet import Outcome, RowsRefused
from hub.journey import schools
from hub.journey.ports import Fittings
from tests.conftest import rows as see
from tests.people import FAR_SCHOOL, SCHOOL, WEST, Town
from tests.study.school_town import (
    NEW,
    SENIOR,
    ZONE,
    bring_in,
    held,
    reasons,
    row,
    school,
    widen,
)


@pytest.fixture
def registrar(f: Fittings, town: Town) -> Actor:
    """The registrar of the city."""
    widen(f)
    return town.actor("registrar")


BAD_ROWS = [
    ({"code": ""}, "缺少学校标识码"),
    ({"code": "214190001"}, "10 位数字"),
    ({"code": "21419000AB"}, "10 位数字"),
    ({"code": "9941900011"}, "不是学校类别码"),
    ({"code": "2142900011"}, "应为 41"),
    ({"code": SENIOR}, "对不上"),
    ({"name": ""}, "缺少学校名称"),
    ({"name": "校"}, "2 到 60"),
    ({"name": "涧西\ue000小学"}, "自造字"),
    ({"name": "2141900011"}, "没有汉字"),
    ({"kind": ""}, "缺少类别"),
    ({"kind": "幼儿园"}, "类别只能是"),
    ({"unit": ""}, "缺少管理单元"),
    ({"unit": "金水区"}, "没有“金水区”这个管理单元"),
    ({"unit": "吉利区"}, "今天已不存在，已并入瀍河回族区"),
    ({"unit": "410306"}, "今天已不存在"),
    ({"lead": "第一小学"}, "中心校应填 10 位"),
    ({"lead": NEW}, "中心校不能是学校自己"),
    ({"lead": "2141900099"}, "中心校 2141900099 不存在"),
    ({"lead": FAR_SCHOOL}, "和这一行的管理单元不同"),
    ({"opened": "去年九月"}, "成立日期应写成"),
    ({"opened": "2021-02-30"}, "不存在"),
    ({"opened": "2206-09-01"}, "不合理"),
    ({"closed": "2021"}, "撤销日期应写成"),
    ({"opened": "2021-09-01", "closed": "2021-09-01"}, "颠倒"),
    ({"successor": SCHOOL}, "还要填撤销日期"),
    ({"closed": "2026-08-31", "successor": "一小"}, "并入学校应填 10 位"),
    ({"closed": "2026-08-31", "successor": NEW}, "并入学校不能是学校自己"),
    ({"closed": "2026-08-31", "successor": "2141900099"}, "并入学校 2141900099 不存在"),
]


@pytest.mark.parametrize(("cells", "reason"), BAD_ROWS)
def test_a_bad_row_is_told_why_and_nothing_is_written(
    f: Fittings, registrar: Actor, engine: Engine, cells: dict[str, str], reason: str
) -> None:
    before = see(engine, "SELECT count(*) FROM organisations")
    rows = [row(**cells), row(3, code="2141900021", name="涧西第四小学")]
    told = reasons(f, registrar, *rows)
    assert told.keys() == {2} and reason in told[2]
    with pytest.raises(RowsRefused) as no:
        bring_in(f, registrar, *rows)
    assert no.value.code == "roster.rows" and no.value.report.errors == 1
    assert see(engine, "SELECT count(*) FROM organisations") == before


def test_a_row_is_told_everything_that_is_wrong_with_it_at_once(f: Fittings, registrar: Actor) -> None:
    told = schools.check(
        f, registrar, CITY, [row(code="99", name="x", kind="大学", unit="金水区", opened="x")]
    ).lines[0]
    assert len(told.notes) == 6
    told = schools.check(f, registrar, CITY, [held(kind="教学点", unit="吉利区")]).lines[0]
    assert len(told.notes) == 2


GOOD_ROWS: list[tuple[dict[str, str], Organisation]] = [
    ({}, Organisation(NEW, "涧西第三小学", Level.SCHOOL, "primary", WEST)),
    ({"unit": WEST}, Organisation(NEW, "涧西第三小学", Level.SCHOOL, "primary", WEST)),
    ({"unit": "高新区"}, Organisation(NEW, "涧西第三小学", Level.SCHOOL, "primary", ZONE)),
    ({"unit": "zg-gx"}, Organisation(NEW, "涧西第三小学", Level.SCHOOL, "primary", ZONE)),
    ({"unit": "市直"}, Organisation(NEW, "涧西第三小学", Level.SCHOOL, "primary", CITY)),
    (
        {
            "code": "３４４１９０００１１",
            "name": "洛阳市第三高级中学（东校区）",
            "kind": "高中",
            "unit": "市直",
        },
        Organisation("3441900011", "洛阳市第三高级中学（东校区）", Level.SCHOOL, "senior", CITY),
    ),
    ({"kind": "教学点"}, Organisation(NEW, "涧西第三小学", Level.POINT, "point", WEST)),
    ({"lead": SCHOOL}, Organisation(NEW, "涧西第三小学", Level.POINT, "primary", SCHOOL)),
    (
        {"opened": "2015年9月1日", "closed": "2024/8/31", "successor": SCHOOL},
        Organisation(
            NEW, "涧西第三小学", Level.SCHOOL, "primary", WEST, date(2015, 9, 1), date(2024, 8, 31), SCHOOL
        ),
    ),
]


@pytest.mark.parametrize(("cells", "wanted"), GOOD_ROWS)
def test_a_good_row_becomes_a_school_where_it_belongs(
    f: Fittings, registrar: Actor, cells: dict[str, str], wanted: Organisation
) -> None:
    report = bring_in(f, registrar, row(**cells))
    assert report.done and report.lines[0].outcome is Outcome.NEW
    assert school(f, wanted.code) == wanted


@pytest.mark.parametrize(
    ("category", "kind"), list(zip(("21", "31", "34", "36", "51", "21"), CHOICES["kind"], strict=True))
)
def test_every_kind_has_its_category(f: Fittings, registrar: Actor, category: str, kind: str) -> None:
    assert reasons(f, registrar, row(code=f"{category}41900031", kind=kind)) == {}
