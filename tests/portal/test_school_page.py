"""The page of the schools over HTTP: check, import, and the templates."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
import xlsxwriter
from openpyxl import load_workbook

from hub.domain.errors import Refusal
from hub.domain.organisation import CITY
from hub.domain.school_list import CHOICES, COLUMNS
from hub.journey.ports import Fittings
from hub.sources import roster_files, roster_out
from tests.people import WEST
from tests.portal.conftest import Site, Visitor
from tests.study.school_town import (
    NEW,
    POINT,
    school,
)

HIDDEN = re.compile(r'<input type="hidden" name="(org|file|digest)" value="([^"]+)"')
TEMPLATES = {
    "csv": roster_out.template_csv(COLUMNS),
    "xlsx": roster_out.template_xlsx(COLUMNS, "学校", CHOICES),
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_is_read_back_with_every_column_and_is_no_roster(template: bytes) -> None:
    assert roster_files.read(template, COLUMNS) == roster_files.Sheet((), ())
    with pytest.raises(Refusal) as no:
        roster_files.read(template)
    assert no.value.code == "roster.columns" and "姓名" in no.value.message


def csv_of(*rows: str) -> bytes:
    return "\n".join(("学校代码,校名,学校类别,所属区县,中心校,备注", *rows)).encode("gb18030")


def upload(visitor: Visitor, data: bytes, org: str = CITY) -> tuple[int, str]:
    """The answer to a checked file."""
    answer = visitor.post("/schools", {"org": org}, files={"sheet": ("schools.csv", data)})
    return answer.status_code, answer.text


def test_the_page_checks_a_file_and_imports_what_was_checked(site: Site, f: Fittings) -> None:
    visitor = site.visitor("registrar")
    assert 'href="/schools"' in visitor.get("/roster").text
    data = csv_of(f"{POINT},谷水教学点,教学点,涧西区,{NEW},x", f"{NEW},涧西第三小学,小学,410305,,")
    status, page = upload(visitor, data)
    assert status == 200 and "新增 2" in page and "已忽略：备注" in page
    form = dict(HIDDEN.findall(page))
    answer = visitor.post("/schools", form)
    assert answer.status_code == 200 and "导入完成" in answer.text
    assert school(f, POINT).parent == NEW
    again = visitor.post("/schools", form)
    assert again.status_code == 400 and "roster.changed" in again.text


def test_the_page_shows_what_is_wrong_and_imports_nothing(site: Site) -> None:
    visitor = site.visitor("registrar")
    _, page = upload(visitor, csv_of(f"{NEW},<b>校,小学,金水区,,"))
    assert "错误 1" in page and "没有“金水区”" in page and "&lt;b&gt;校" in page
    assert 'name="digest"' not in page
    assert "roster.columns" in upload(visitor, "姓名,证件号码\n王小明,1".encode())[1]
    assert "还没有选择文件" in visitor.post("/schools", {"org": CITY}).text
    assert "请重新选择文件" in visitor.post("/schools", {"org": CITY, "file": "!"}).text
    assert upload(visitor, csv_of(f"{NEW},校校,小学,涧西区,,"), "nowhere")[0] == 400


def test_a_workbook_with_real_dates_is_read(site: Site, f: Fittings) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("学校标识码", "学校名称", "类别", "管理单元", "成立日期"))
    sheet.write_row(1, 0, (int(NEW), "涧西第三小学", "小学", 410305))
    sheet.write_datetime(1, 4, datetime(2015, 9, 1), book.add_format({"num_format": "yyyy/m/d"}))  # noqa: DTZ001
    book.close()
    visitor = site.visitor("registrar")
    _, page = upload(visitor, out.getvalue())
    visitor.post("/schools", dict(HIDDEN.findall(page)))
    assert school(f, NEW).valid_from == date(2015, 9, 1) and school(f, NEW).parent == WEST


def test_the_templates_are_downloaded_by_registrars_alone(site: Site) -> None:
    visitor = site.visitor("registrar")
    sheet = load_workbook(io.BytesIO(visitor.get("/schools/template.xlsx").content)).worksheets[0]
    assert sheet.title == "学校" and [c.value for c in sheet[1]] == [c.heading for c in COLUMNS]
    told = visitor.get("/schools/template.csv")
    assert (
        told.content.startswith(b"\xef\xbb\xbf") and "schools-template" in told.headers["Content-Disposition"]
    )
    for path in ("/schools", "/schools/template.csv", "/schools/template.xlsx"):
        assert site.visitor("school_admin").get(path).status_code == 403
