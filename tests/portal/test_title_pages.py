"""The pages of titles and packages over HTTP: a sheet, a year's settings, and a package from preflight to receipt."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.domain.holding_sheet import COLUMNS
from hub.journey.award import package_build
from hub.journey.ports import Fittings
from hub.records import verify
from hub.sources import roster_files
from hub.store import tables as base
from hub.store.award import tables as t
from hub.store.migrate import migrate
from tests.award.title_town import TitleTown, build_title_town
from tests.people import CITY, FAR_SCHOOL, PASSWORD, SCHOOL, WEST
from tests.portal.conftest import Site, Visitor

HIDDEN = re.compile(r'<input type="hidden" name="(org|file|digest|year|series|since)" value="([^"]*)"')


@pytest.fixture
def titles(site: Site, f: Fittings, engine: Engine) -> TitleTown:
    """The town behind the site, its offices able to sign in."""
    made = build_title_town(f, engine, site.town)
    encoded = f.passwords.hash(PASSWORD)
    with f.work() as work:
        for key in ("preparer", "releaser", "confirmer", "west_hr", "reader"):
            work.entry.put_credential(made.uid(key), encoded, must_change=False, at=f.clock.now())
    return made


def look(visitor: Visitor, **more: str) -> tuple[int, str, dict[str, str]]:
    told = {"org": CITY, "year": "2026", "series": "", "since": "1", **more}
    answer = visitor.post("/packages/new", told)
    return answer.status_code, answer.text, dict(HIDDEN.findall(answer.text))


def test_titles_are_listed_and_noted_by_sheet(site: Site, titles: TitleTown) -> None:
    visitor = site.visitor("school_admin")
    page = visitor.get("/titles").text
    assert "陈晓燕" in page and "未登记" in page and 'href="/titles/import"' in page
    template = visitor.get("/titles/import/template.csv")
    assert roster_files.read(template.content, COLUMNS).rows == ()
    assert visitor.get("/titles/import/template.xlsx").content.startswith(b"PK")
    login = titles.actor("teacher").login
    sheet = f"账号,姓名,现任职务,取得时间,聘任时间,学段,任教学科\n{login},陈晓燕,一级教师,2018-12-01,2019-03-01,小学,数学\n".encode()
    seen = visitor.post("/titles/import", {"org": SCHOOL}, files={"sheet": ("t.csv", sheet)}).text
    assert "新增 1" in seen and "没有教师资格证书号码" in seen
    done = visitor.post("/titles/import", dict(HIDDEN.findall(seen)))
    assert "导入完成" in done.text
    assert "中小学一级教师" in visitor.get("/titles").text
    wide = site.visitor("west_hr").get("/titles").text
    assert "涧西第一小学" in wide and "瀍河第一小学" not in wide
    assert site.visitor("west_hr").get(f"/titles?org={FAR_SCHOOL}").status_code == 404
    assert site.visitor("teacher").get("/titles").status_code == 403


def test_a_years_settings_are_shown_to_many_and_set_by_the_city(site: Site, titles: TitleTown) -> None:
    city, school = site.visitor("preparer"), site.visitor("school_admin")
    assert city.get("/titles/settings").text.count("参考（未设置）") == 3
    assert 'name="weight"' not in school.get("/titles/settings").text
    set_it = {"year": "2026", "series": "k12", "weight": "bonus"}
    assert city.post("/titles/settings", set_it).status_code == 302
    assert school.get("/titles/settings?year=2026").text.count("参考（未设置）") == 2
    assert school.post("/titles/settings", set_it).status_code == 403
    wrong = city.post("/titles/settings", {**set_it, "weight": "veto"})
    assert wrong.status_code == 400 and "title.setting" in wrong.text
    assert city.get("/titles/settings?year=x").status_code == 400


def test_a_package_goes_from_preflight_to_receipt(site: Site, titles: TitleTown) -> None:
    titles.certified("lin")
    titles.certified("wu", "吴小莉", FAR_SCHOOL)
    titles.change(t.title_holdings, "person", titles.uid("wu"), teacher_cert_no="")
    maker, other, reader = (site.visitor(who) for who in ("preparer", "releaser", "reader"))
    assert "还没有放行的报送包" in reader.get("/packages").text
    status, page, form = look(maker)
    assert status == 200 and "可以报送 1" in page and "缺教师资格证书号码" in page
    short = maker.post("/packages/new", {**form, "purpose": "x"})
    assert short.status_code == 400 and "package.purpose" in short.text and 'name="digest"' in short.text
    made = maker.post("/packages/new", {**form, "purpose": "2026年度职称评审"})
    assert made.status_code == 302
    address = made.headers["Location"]
    assert "正在生成" in maker.get(address).text
    while package_build.work_on(titles.f):
        pass
    page = maker.get(address).text
    assert (
        "待放行" in page
        and "您是它的制作人" in page
        and "缺教师资格证书号码" in page
        and "/release" not in page
    )
    assert maker.post(f"{address}/release").status_code == 403
    assert reader.get(address).status_code == 404 and reader.get(f"{address}/zip").status_code == 404
    assert reader.post(f"{address}/release").status_code == 403
    assert "放行 1 条记录" in other.get(address).text
    assert other.post(f"{address}/release").status_code == 302
    seen = reader.get(address).text
    assert "下载报送包" in seen and "缺教师资格证书号码" not in seen and "登记回执" not in seen
    told = reader.get(f"{address}/zip")
    assert told.headers["Content-Disposition"] == f'attachment; filename="hr_batch_{address[10:]}.zip"'
    with zipfile.ZipFile(BytesIO(told.content)) as archive:
        assert archive.testzip() is None and verify.SIGNATURE in archive.namelist()
    bad = maker.post(f"{address}/receipt", {"receipt": "收字 <18> 号", "day": "2020-01-01"})
    assert bad.status_code == 400 and "收字 &lt;18&gt; 号" in bad.text
    assert maker.post(f"{address}/receipt", {"receipt": "收字18号", "day": "2026-11-23"}).status_code == 302
    assert "收字18号" in reader.get(address).text
    assert maker.post(f"{address}/cancel").status_code == 409


def test_a_double_click_makes_one_package(site: Site, titles: TitleTown) -> None:
    titles.certified("lin")
    maker = site.visitor("preparer")
    form = look(maker)[2] | {"purpose": "2026年度职称评审"}
    assert maker.post("/packages/new", form).status_code == 302
    again = maker.post("/packages/new", form)
    assert again.status_code == 409 and "package.changed" in again.text


@pytest.mark.parametrize("who", ["teacher", "school_admin", "west_hr", "city", "registrar"])
def test_packages_are_no_business_of_others(site: Site, titles: TitleTown, who: str) -> None:
    titles.certified("lin")
    number = titles.built().number
    visitor = site.visitor(who)
    for path in ("/packages", "/packages/new", f"/packages/{number}", f"/packages/{number}/zip"):
        assert visitor.get(path).status_code == 403, path
    for step in ("release", "cancel", "receipt"):
        assert visitor.post(f"/packages/{number}/{step}").status_code == 403
    assert visitor.post("/packages/new", {"org": CITY, "year": "2026"}).status_code == 403


def test_the_form_of_a_package_bears_whatever_is_typed(site: Site, titles: TitleTown) -> None:
    maker = site.visitor("preparer")
    for org, year, series in (
        ("<i>x", "2026", ""),
        (CITY, "二零", ""),
        (CITY, "2026", "x"),
        (WEST, "99999999", ""),
        ("", "", ""),
    ):
        status, page, _ = look(maker, org=org, year=year, series=series)
        assert status in (200, 400, 403) and "<i>x" not in page
    assert "没有可以报送的记录" in look(maker)[1]


def test_the_verifier_is_there_for_anybody(site: Site) -> None:
    told = site.visitor().get("/verify/verify.py")
    assert told.status_code == 200 and told.content == Path(verify.__file__).read_bytes()


def test_the_schema_is_that_of_the_tables(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    migrate(engine)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), base.metadata)
    ours = ("packages", "package_records", "title_holdings", "title_settings", "organisations")
    assert [x for x in found if any(name in str(x) for name in ours)] == []
