"""Titles that people hold, by sheet; what a year makes of the certificate; the codes and column maps beside them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from hub.domain import uscc
from hub.domain.cells import Raw
from hub.domain.errors import Refusal
from hub.domain.holding_sheet import COLUMNS, Entry, read_row
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.sheet import Outcome, RowsRefused
from hub.domain.title import Weight
from hub.domain.title_facts import unit_on
from hub.environment import SettingError
from hub.journey import audit_log, schools
from hub.journey.award import title_settings, titles
from hub.journey.ports import Fittings
from hub.sources.regions import organisations
from hub.sources.titles import TitleFiles
from tests.award.title_town import TitleTown, build_title_town, id_number
from tests.award.title_town import uscc as credit_code
from tests.conftest import rows
from tests.people import FAR_SCHOOL, OTHER_SCHOOL, SCHOOL, WEST, Town

LADDERS = TitleFiles().ladders
TODAY = date(2026, 11, 23)


@pytest.fixture(name="titles")
def titles_fixture(f: Fittings, engine: Engine, town: Town) -> TitleTown:
    """A town whose teachers are certified."""
    return build_title_town(f, engine, town)


def row(line: int = 2, **cells: str) -> Raw:
    told = {
        "login": "t10000001", "name": "陈晓燕", "title": "一级教师", "obtained": "2018-12-01", "appointed": "2019/3/1",
        "stage": "小学", "subject": "数学", "certificate": "20184100112345678",
    }  # fmt: skip
    return Raw(line, {k: v for k, v in {**told, **cells}.items() if v})


def read(**cells: str) -> Entry | tuple[str, ...]:
    return read_row(row(**cells), LADDERS, today=TODAY)


def test_the_ladders_are_those_of_the_documents() -> None:
    assert [(s.name, len(s.titles)) for s in LADDERS.series] == [
        ("中小学教师", 5), ("中等职业学校教师（文化课、专业课）", 4), ("中等职业学校教师（实习指导）", 5)
    ]  # fmt: skip
    k12, voc, practice = LADDERS.series
    assert (
        [t.rank for t in k12.titles]
        == [t.rank for t in practice.titles]
        == ["正高级", "副高级", "中级", "助理级", "员级"]
    )
    assert [t.rank for t in voc.titles] == ["正高级", "副高级", "中级", "助理级"]


@pytest.mark.parametrize(
    ("cells", "series", "title", "subject"),
    [
        ({}, "k12", "中小学一级教师", "小学数学"),
        ({"subject": "小学数学"}, "k12", "中小学一级教师", "小学数学"),
        ({"title": "讲师(中专)", "stage": "职校", "subject": "机电"}, "voc", "讲师（中专）", "职校机电"),
        ({"title": "讲师", "series": "中职教师", "stage": "职校", "subject": "职校机电"}, "voc", "讲师（中专）", "职校机电"),
        ({"title": "二级实习指导教师", "stage": "职校", "subject": "数控"}, "voc_practice", "二级实习指导教师", "职校数控"),
    ],
)  # fmt: skip
def test_a_title_is_known_by_every_name_people_write(
    cells: dict[str, str], series: str, title: str, subject: str
) -> None:
    good = read(**cells)
    assert isinstance(good, Entry)
    assert (good.series, good.title, good.subject, good.appointed_on) == (
        series,
        title,
        subject,
        date(2019, 3, 1),
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"title": "未定职级"}, "没有“未定职级”这个职务；未定职级的不用填"),
        ({"login": ""}, "账号和证件号码至少填一个"),
        ({"login": "admin"}, "账号应为 t 加 8 位数字"),
        ({"id_number": "9.99999E+17"}, "证件号码被 Excel 改成了科学计数，请把单元格设成文本格式后重填"),
        ({"appointed": "2018-11-30"}, "聘任时间早于取得时间"),
        ({"appointed": "2027-01-01"}, "聘任时间 2027-01-01 不合理"),
        ({"obtained": "2018-13-01"}, "取得时间 2018-13-01 不存在"),
        ({"stage": "职校"}, "中小学教师的学段应为小学、初中、高中，现在是“职校”"),
        ({"subject": "初中数学"}, "任教学科“初中数学”和学段“小学”对不上"),
        ({"certificate": "2018410011234567"}, "教师资格证书号码应为 17 位数字，单元格要设成文本格式"),
        ({"national": "x" * 33}, "全国教师系统标识最多 32 个字符"),
        ({"series": "工程师"}, "没有“工程师”这个职称系列"),
        ({"series": "中小学教师", "title": "讲师"}, "中小学教师没有“讲师”这个职务"),
        ({"name": ""}, "缺少姓名"),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_says_why(cells: dict[str, str], reason: str) -> None:
    said = read(**cells)
    assert isinstance(said, tuple) and reason in said


@given(st.dictionaries(st.sampled_from([c.key for c in COLUMNS]), st.text(max_size=40)))
def test_no_rubbish_breaks_a_row(cells: dict[str, str]) -> None:
    said = read_row(Raw(2, cells), LADDERS, today=TODAY)
    assert isinstance(said, Entry) or (said and all(said))


def login(town: TitleTown, who: str) -> str:
    return town.actor(who).login


def test_a_sheet_is_checked_whole_and_noted_whole_and_a_later_one_stands(titles: TitleTown, f: Any) -> None:
    town = titles
    titles_of = ("teacher", "colleague")
    sheet = [row(n, login=login(town, who), name=town.actor(who).name) for n, who in enumerate(titles_of, 2)]
    who = town.actor("school_admin")
    report = titles_check(town, who, sheet)
    assert [x.outcome for x in report.lines] == [Outcome.NEW, Outcome.NEW]
    assert rows(town.engine, "SELECT count(*) FROM title_holdings") == [(0,)]
    titles_import(town, who, sheet, report.digest)
    again = titles_check(town, who, sheet)
    assert [x.outcome for x in again.lines] == [Outcome.SAME, Outcome.SAME]
    with pytest.raises(Refusal) as no:
        titles_import(town, who, sheet, report.digest)
    assert no.value.code == "roster.changed"
    town.f.clock.pass_(hours=1)  # type: ignore[attr-defined]
    higher = [row(2, login=login(town, "teacher"), name="陈晓燕", title="高级教师", appointed="2024-01-01")]
    report = titles_check(town, who, higher)
    assert report.lines[0].outcome is Outcome.UPDATE and "原记录保留" in report.lines[0].notes[0]
    titles_import(town, who, higher, report.digest)
    assert rows(town.engine, "SELECT count(*) FROM title_holdings") == [(3,)]
    with town.f.work() as work:
        assert work.titles.present([town.uid("teacher")])[town.uid("teacher")].title == "中小学高级教师"
    view = titles_staff(town, who, SCHOOL)
    assert {p.name: h.title if h else None for p, h in view.people}["陈晓燕"] == "中小学高级教师"
    assert rows(town.engine, "SELECT count(*) FROM audit_events WHERE verb = 'title.noted'") == [(2,)]


def test_the_audit_finds_the_event_of_every_sheet_of_titles(titles: TitleTown) -> None:
    sheet = [row(login=login(titles, "teacher"))]
    who = titles.actor("school_admin")
    titles_import(titles, who, sheet, titles_check(titles, who, sheet).digest)
    (found,) = [c for c in audit_log.verify_all(titles.f).coverage if c.kind == "imports"]
    assert found.records == 1 and not found.wrong


def titles_check(town: TitleTown, who: Any, sheet: list[Raw], org: str = SCHOOL) -> Any:
    return titles.check(town.f, who, org, sheet)


def titles_import(town: TitleTown, who: Any, sheet: list[Raw], digest: str, org: str = SCHOOL) -> Any:
    return titles.import_holdings(town.f, who, org, sheet, digest)


def titles_staff(town: TitleTown, who: Any, org: str) -> Any:
    return titles.staff(town.f, who, org)


def test_one_wrong_row_stops_them_all_and_every_error_is_told_at_once(titles: TitleTown) -> None:
    who = titles.actor("school_admin")
    mine = login(titles, "teacher")
    sheet = [
        row(2, login=mine), row(3, login=mine), row(4, login=login(titles, "stranger"), name="瀍河来"), row(5, title="院士"),
        row(6, login=login(titles, "colleague"), name="单志刚"), row(7, login=""), row(8, login="t99999999"),
    ]  # fmt: skip
    report = titles_check(titles, who, sheet)
    told = {x.line: "；".join(x.notes) for x in report.lines}
    assert report.errors == 7
    assert "同一个人" in told[2] and "同一个人" in told[3] and "没有“院士”" in told[5]
    assert told[4] == told[8] and "您的范围内没有这个人" in told[4]  # no word about who works elsewhere
    assert "姓名和名册里的不一致" in told[6] and "至少填一个" in told[7]
    with pytest.raises(RowsRefused):
        titles_import(titles, who, sheet, report.digest)
    assert rows(titles.engine, "SELECT count(*) FROM title_holdings") == [(0,)]


def test_somebody_is_found_by_identity_number_and_both_must_be_one_person(titles: TitleTown) -> None:
    titles.person("lin", "林佳怡", SCHOOL)
    who, number = titles.actor("school_admin"), id_number(titles.made)
    by_number = row(2, login="", id_number=number.lower(), name="林佳怡")
    assert titles_check(titles, who, [by_number]).lines[0].login == login(titles, "lin")
    mixed = row(2, login=login(titles, "teacher"), id_number=number, name="陈晓燕")
    assert titles_check(titles, who, [mixed]).lines[0].notes == ("账号和证件号码不是同一个人",)
    assert number not in str(titles_check(titles, who, [by_number]))


def test_nobody_notes_titles_outside_their_scope(titles: TitleTown) -> None:
    good = [row(2, login=login(titles, "teacher"))]
    for who, org in (("school_admin", FAR_SCHOOL), ("school_admin", WEST), ("far_admin", SCHOOL), ("west_hr", FAR_SCHOOL), ("teacher", SCHOOL), ("west_hr", "nowhere")):  # fmt: skip
        with pytest.raises(Refusal) as no:
            titles_check(titles, titles.actor(who), good, org)
        assert no.value.code == "access.denied", (who, org)
        with pytest.raises(Refusal) as no:
            titles_staff(titles, titles.actor(who), org)
        assert no.value.code == "thing.missing", (who, org)
    assert titles_check(titles, titles.actor("west_hr"), good, WEST).errors == 0
    assert titles_check(titles, titles.actor("west_hr"), good, OTHER_SCHOOL).errors == 1
    assert [p[0] for p in titles_staff(titles, titles.actor("west_hr"), WEST).places] == [
        SCHOOL,
        OTHER_SCHOOL,
    ]


def test_a_years_weight_is_set_by_the_city_alone_and_the_latest_stands(titles: TitleTown) -> None:
    who = titles.actor("preparer")
    view = title_settings.of_year(titles.f, who)
    assert view.year == 2026 and [s for _, s in view.rows] == [None, None, None]
    title_settings.set_weight(titles.f, who, 2026, "k12", "required")
    title_settings.set_weight(titles.f, who, 2026, "k12", "bonus")
    rows_now = {s.id: x for s, x in title_settings.of_year(titles.f, titles.actor("school_admin")).rows}
    assert rows_now["k12"] is not None and rows_now["k12"].weight is Weight.BONUS and rows_now["voc"] is None
    assert rows(titles.engine, "SELECT count(*) FROM title_settings") == [(2,)]
    for year, series, weight in (
        (2026, "k12", "veto"),
        (2026, "magic", "bonus"),
        (1999, "k12", "bonus"),
        (2030, "k12", "bonus"),
    ):
        with pytest.raises(Refusal) as no:
            title_settings.set_weight(titles.f, who, year, series, weight)
        assert no.value.code == "title.setting"
    for other in ("west_hr", "school_admin", "city", "reader"):
        with pytest.raises(Refusal) as no:
            title_settings.set_weight(titles.f, titles.actor(other), 2026, "k12", "bonus")
        assert no.value.code == "access.denied"


def test_the_weight_of_the_year_is_told_in_the_record_and_refuses_nobody(titles: TitleTown) -> None:
    titles.certified("lin")
    title_settings.set_weight(titles.f, titles.actor("preparer"), 2026, "k12", "required")
    package = titles.built()
    with titles.f.work() as work:
        from hub.domain.title import ItemState

        item = next(work.packages.items(package.number, ItemState.BUILT))
    assert json.loads(titles.f.vault.open(item.sealed or b""))["title"]["weight"] == "必备"


def test_a_unit_is_told_by_the_code_that_was_valid_on_the_day() -> None:
    units = organisations()
    by_code = {u.code: u for u in units}
    old, new = date(2020, 6, 1), date(2022, 6, 1)
    told = {
        ("410322", old): "410322", ("410322", new): "410308", ("410306", new): "410308", ("410381", old): "410381",
        ("410381", new): "410307", ("410307", old): "410381", ("410305", old): "410305", ("410300", old): "410300",
    }  # fmt: skip
    for (code, day), wanted in told.items():
        found = unit_on(by_code[code], units, day)
        assert isinstance(found, Organisation) and found.code == wanted, (code, day)
    assert "无法确定" in str(unit_on(by_code["410308"], units, old))  # it came of two


def test_a_credit_code_of_the_standard_is_good_and_comes_with_the_list_of_schools(titles: TitleTown) -> None:
    assert uscc.problem("91350100M000100Y43") is None
    for bad in ("91350100M000100Y44", "91350100M000100Y4", "91350100I000100Y43", ""):
        assert uscc.problem(bad)
    who = titles.actor("registrar")
    cells = {"code": SCHOOL, "name": "涧西第一小学", "kind": "小学", "unit": "涧西区"}
    with titles.f.work() as work:
        before = work.people.organisation(SCHOOL)
    assert before is not None and before.level is Level.SCHOOL
    for text, held in (("", before.uscc), (credit_code(77).lower(), credit_code(77)), ("无", "")):
        sheet = [Raw(2, {**cells, **({"uscc": text} if text else {})})]
        schools.import_schools(titles.f, who, CITY, sheet, schools.check(titles.f, who, CITY, sheet).digest)
        with titles.f.work() as work:
            now = work.people.organisation(SCHOOL)
        assert now is not None and now.uscc == held
    wrong = schools.check(titles.f, who, CITY, [Raw(2, {**cells, "uscc": "123"})])
    assert "18 位" in wrong.lines[0].notes[0]


def test_the_bureaus_own_column_map_comes_first_and_a_broken_one_is_told_of(tmp_path: Path) -> None:
    files = TitleFiles(house=tmp_path)
    assert files.column_map().columns[0] == ("身份证号", "record.identity.id_no")
    own = {"columns": [{"heading": "证件", "from": "record.identity.id_no"}, {"heading": "市", "from": "=洛阳"}], "encoding": "gb18030", "text_mark": "\t"}  # fmt: skip
    (tmp_path / "hnzjgl_columns.json").write_text(json.dumps(own), "utf-8")
    assert files.column_map().columns == (("证件", "record.identity.id_no"), ("市", "=洛阳"))
    for broken in ("{", json.dumps({**own, "encoding": "klingon"}), json.dumps({"columns": 1})):
        (tmp_path / "hnzjgl_columns.json").write_text(broken)
        with pytest.raises(SettingError):
            files.column_map()
