"""The pages of hours over HTTP: one's own, the school's list, the sheet, taking back, the paper; and who is kept out."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from hub.domain.hours_sheet import CHOICES, COLUMNS
from hub.journey.award import hours
from hub.sources import roster_files, roster_out
from tests.people import FAR_SCHOOL, SCHOOL, Town
from tests.portal.conftest import Site, Visitor

HIDDEN = re.compile(r'<input type="hidden" name="(org|file|digest)" value="([^"]+)"')
HEAD = "姓名,账号,培训名称,施教机构,级别,方式,科目类别,开始日期,结束日期,学时,实践学时,备注"


def line(town: Town, who: str, title: str = "数据素养研修", hours: str = "40") -> str:
    actor = town.actor(who)
    return f"{actor.name},{actor.login},{title},洛阳师范学院,省,混合,专业,2026/7/1,2026/7/10,{hours},20,x"


def upload(visitor: Visitor, *lines: str, org: str = SCHOOL) -> str:
    data = "\n".join((HEAD, *lines)).encode("gb18030")
    return visitor.post("/hours/import", {"org": org}, files={"sheet": ("h.csv", data)}).text


def bring(site: Site, *lines: str) -> Visitor:
    visitor = site.visitor("school_admin")
    page = upload(visitor, *lines)
    assert "新增" in page
    assert "导入完成" in visitor.post("/hours/import", dict(HIDDEN.findall(page))).text
    return visitor


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_read_back_with_every_column(form: str) -> None:
    made = roster_out.template_csv(COLUMNS) if form == "csv" else roster_out.template_xlsx(COLUMNS, "学时", CHOICES)  # fmt: skip
    assert roster_files.read(made, COLUMNS) == roster_files.Sheet((), ())


def test_a_school_imports_and_the_teacher_sees_what_counts_what_is_missing_and_by_when(site: Site) -> None:
    admin = bring(site, line(site.town, "teacher", "=cmd|<b>研修"), line(site.town, "colleague"))
    again = upload(admin, line(site.town, "teacher", "=cmd|<b>研修"))
    assert "不变 1" in again and "已忽略：备注" in again
    teacher = site.visitor("teacher")
    page = teacher.get("/hours").text
    for part in ("=cmd|&lt;b&gt;研修", "还缺 50 学时（已有 40，要求 90）", "请在 2026年12月15日前完成并申报", "计入专业技术人员继续教育", "信息技术应用能力提升工程2.0：不计入这项规则"):  # fmt: skip
        assert part in page, part
    assert "这一年还没有学时" not in page and "/hours/school/reverse/" not in page
    assert "已有 40" in teacher.get("/learn").text and "已有 40" in teacher.get("/competencies").text
    assert "还缺 50 学时" in teacher.get("/hours?year=2026").text
    assert teacher.get("/hours?year=x").status_code == 400


def test_errors_are_shown_row_by_row_and_what_is_wrong_is_not_taken(site: Site) -> None:
    admin = site.visitor("school_admin")
    page = upload(admin, line(site.town, "teacher"), line(site.town, "stranger"), line(site.town, "colleague", hours="4000"))  # fmt: skip
    assert "错误 2" in page and "不在您这次导入的范围内" in page and 'name="digest"' not in page
    assert "access.denied" in upload(admin, line(site.town, "teacher"), org=FAR_SCHOOL)


def test_a_wrong_entry_is_taken_back_on_a_page_that_asks_why(site: Site) -> None:
    admin = bring(site, line(site.town, "teacher"))
    login = site.town.actor("teacher").login
    page = admin.get(f"/hours/school/{login}").text
    address = re.search(r"/hours/school/reverse/[0-9a-z-]+", page)
    assert address
    assert "写明原因" in admin.get(address.group()).text
    refused = admin.post(address.group(), {"reason": "x"})
    assert refused.status_code == 400 and "hours.reason" in refused.text and ">x</textarea>" in refused.text
    done = admin.post(address.group(), {"reason": "没有参加"})
    assert done.status_code == 302 and "已冲销" in admin.get(done.headers["Location"]).text
    assert admin.post(address.group(), {"reason": "没有参加"}).status_code == 409
    assert "没有参加" in site.visitor("teacher").get("/hours").text
    far = site.visitor("far_admin")
    for path in (address.group(), f"/hours/school/{login}"):
        assert far.get(path).status_code == 404
    assert far.post(address.group(), {"reason": "没有参加"}).status_code == 404
    assert site.visitor("teacher").get(address.group()).status_code == 403


def test_the_paper_is_handed_over_under_a_name_that_says_nothing(site: Site) -> None:
    admin = bring(site, line(site.town, "teacher"))
    teacher = site.visitor("teacher")
    made = teacher.post("/hours", {"rule": "HR90", "form": "pdf"})
    assert (
        made.content.startswith(b"%PDF") and "hours-HR90-2015-2026.pdf" in made.headers["Content-Disposition"]
    )
    token = teacher.post("/hours", {"rule": "HR90", "form": "jws"}).text

    assert hours.check_statement(site.town.f, token).valid
    assert teacher.post("/hours", {"rule": "IT50", "form": "pdf"}).status_code == 409
    assert teacher.post("/hours", {"rule": "nothing"}).status_code == 404
    login = site.town.actor("teacher").login
    assert admin.post(f"/hours/school/{login}", {"rule": "HR90"}).content.startswith(b"%PDF")
    assert site.visitor("far_admin").post(f"/hours/school/{login}", {"rule": "HR90"}).status_code == 404


def test_the_list_says_who_is_short_and_leaves_as_csv_with_a_mark_and_without_formulas(site: Site) -> None:
    admin = bring(site, line(site.town, "teacher"), line(site.town, "colleague", hours="95"))
    page = admin.get("/hours/school").text
    assert "缺 50" in page and "涧西第一小学" in page
    assert page.count("<tr><td>") == 3
    short = admin.get("/hours/school?short=0&sort=0&down=1&page=1").text
    short = short[short.index("<tbody>") :]
    assert short.index("陈晓燕") < short.index("周校长") and "单志强" not in short
    for odd in ("sort=;drop", "page=-1", "page=9999999999", "short=77", "short=x", "sort=99"):
        assert admin.get(f"/hours/school?{odd}").status_code == 200, odd
    assert admin.get(f"/hours/school?org={FAR_SCHOOL}").status_code == 404
    told = admin.post("/hours/school", {"purpose": "annual"})
    text = told.content.decode("utf-8-sig").splitlines()
    assert "周校长" in text[0] and "年度考核" in text[0] and len(text) == 5
    assert not any(
        cell.strip('"').startswith(("=", "+", "-", "@")) for row in text for cell in row.split(",")
    )
    assert admin.post("/hours/school", {"purpose": ""}).status_code == 400


def test_whoever_has_no_part_in_it_is_kept_out(site: Site) -> None:
    for who in ("teacher", "student", "county", "city", "registrar", "sys_admin", "instructor"):
        visitor = site.visitor(who)
        for path in (
            "/hours/school",
            "/hours/import",
            "/hours/import/template.csv",
            "/hours/import/template.xlsx",
        ):
            assert visitor.get(path).status_code == 403, (who, path)
    assert site.visitor("far_admin").get("/hours").status_code == 403
    sheet = site.visitor("school_admin").get("/hours/import/template.xlsx").content

    assert [c.value for c in load_workbook(io.BytesIO(sheet)).worksheets[0][1]] == [
        c.heading for c in COLUMNS
    ]
