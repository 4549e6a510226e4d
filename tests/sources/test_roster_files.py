"""Roster files as offices really save them, and files that are none."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from hub.domain.errors import Refusal
from hub.domain.roster import COLUMNS
from hub.domain.roster_plan import FirstPassword, Line, Report
from hub.domain.sheet import Outcome
from hub.sources import roster_files, roster_out

HEAD = ("姓名", "证件号码", "学校标识码", "人员类别")
GOOD = ("𠅤喆", "99999919850615001X", "2141900001", "教师")
READ = {"name": "𠅤喆", "id_number": "99999919850615001X", "school_code": "2141900001", "kind": "教师"}


def text_of(*rows: Sequence[str], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def workbook(*rows: Sequence[object], formulas: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": formulas})
    sheet = book.add_worksheet()
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


WORKBOOK = workbook(HEAD, GOOD)


def why(data: bytes) -> str:
    """The refusal of a file."""
    with pytest.raises(Refusal) as no:
        roster_files.read(data)
    assert no.value.code in ("roster.unreadable", "roster.columns")
    return no.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_usual_encoding_and_with_every_usual_delimiter(
    encoding: str, delimiter: str
) -> None:
    sheet = roster_files.read(text_of(HEAD, GOOD, delimiter=delimiter).encode(encoding))
    assert [(r.line, dict(r.cells)) for r in sheet.rows] == [(2, READ)]


def test_an_xlsx_is_read_as_text() -> None:
    assert dict(roster_files.read(workbook(HEAD, GOOD)).rows[0].cells) == READ


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    """A line break inside quotes does not make a new row, an empty row does."""
    head = (*HEAD, "任教学科")
    text = text_of(("2026 年教师名册",), head, (*GOOD, "语\n文"), (), GOOD)
    assert [r.line for r in roster_files.read(text.encode()).rows] == [3, 5]


def test_other_headings_that_mean_the_same_are_known_and_strangers_are_named() -> None:
    head = ("* 教师姓名", "身份证号（必填）", "学校代码", "类 别", "手机")
    sheet = roster_files.read(text_of(head, (*GOOD, "1")).encode())
    assert dict(sheet.rows[0].cells) == READ and sheet.ignored == ("手机",)


def test_missing_columns_are_named() -> None:
    assert "证件号码、学校标识码" in why(text_of(("姓名", "人员类别"), ("王小明", "教师")).encode())


BROKEN = {
    "empty": (b"", "空的"),
    "utf-16": (text_of(HEAD, GOOD).encode("utf-16"), "UTF-16"),
    "nul": (b"\xe5\xa7\x93\0", "不是文本"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)), "认不出来"),
    "control": ("姓名,\x07证件号码".encode(), "控制字符"),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
    "zip": (b"PK\x03\x04" + b"\0" * 60, "已损坏"),
    "open quote": (text_of(HEAD).encode() + '王小明,"999'.encode(), "引号"),
    "long cell": (text_of(HEAD, ("王" * 501, *GOOD[1:])).encode(), "500"),
    "heading twice": (text_of((*HEAD, "教师姓名"), GOOD).encode(), "两列"),
    "too large": (b"x" * (roster_files.MAX_BYTES + 1), "20 MB"),
}


@pytest.mark.parametrize(("data", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_roster_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert reason in why(data)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_files, "MAX_ROWS", 3)
    assert "超过 3 行" in why(text_of(HEAD, *[GOOD] * 4).encode())


def test_an_identity_number_that_excel_made_a_number_stays_recognisable() -> None:
    sheet = roster_files.read(workbook(HEAD, ("王小明", 410305198506150010, 2141900001, "教师")))
    assert sheet.rows[0].cells["id_number"] == "4.10305E+17"
    assert sheet.rows[0].cells["school_code"] == "2141900001"


def test_formulas_are_never_evaluated() -> None:
    data = workbook(HEAD, ("=1+1", *GOOD[1:]), formulas=True)
    assert roster_files.read(data).rows[0].cells.get("name", "") in ("", "0")


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return out.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    assert "太大" in why(_zip(xl__workbook=b"<x/>", bomb=b"\0" * 30_000_000))
    assert "不该有" in why(_zip(xl__workbook=b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'))
    assert "压缩包" in why(_zip(other=b"<x/>"))


def test_a_damaged_workbook_is_refused_not_a_fault() -> None:
    data = workbook(HEAD, GOOD)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    for spoiled in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, b"<broken" if name == spoiled else content)
        assert "已损坏" in why(out.getvalue())


def test_a_row_number_beyond_any_sheet_does_not_keep_the_reader_busy() -> None:
    """Read-only openpyxl makes up an empty row for every number that a workbook leaves out."""
    data = workbook(HEAD, GOOD)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b'<row r="2"', b'<row r="2000000000"')
            new.writestr(name, content)
    started = time.monotonic()
    roster_files.read(out.getvalue())
    assert time.monotonic() - started < 30


def test_a_file_of_blank_lines_is_refused() -> None:
    assert "空行" in why(text_of(HEAD).encode() + b"\n" * (roster_files.MAX_LINES + 5))


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda s: (text_of(HEAD) + s).encode())))
def test_whatever_is_uploaded_is_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        roster_files.read(data)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_workbook_with_changed_bytes_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for place, value in changes:
        data[place % len(data)] = value
    with suppress(Refusal):
        roster_files.read(bytes(data))


@pytest.mark.parametrize("template", [roster_out.template_csv(), roster_out.template_xlsx()])
def test_a_template_is_read_back_with_every_column(template: bytes) -> None:
    assert roster_files.read(template) == roster_files.Sheet((), ())


def test_every_cell_of_the_xlsx_template_is_text() -> None:
    sheet = load_workbook(io.BytesIO(roster_out.template_xlsx())).worksheets[0]
    assert [c.value for c in sheet[1]] == [c.heading for c in COLUMNS]
    assert {c.number_format for c in sheet[1]} == {"@"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", " ="])
def test_a_report_opens_in_excel_without_running_anything(start: str) -> None:
    evil = start + 'HYPERLINK("http://evil")'
    line = Line(2, Outcome.ERROR, evil, "", evil, evil, "", (evil,))
    told = Report("410302", "", (line,), True, (FirstPassword("t1", evil, evil, "p"),))
    for data in (roster_out.report_csv(told), roster_out.passwords_csv(told)):
        assert data.startswith(b"\xef\xbb\xbf")
        for record in list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]:
            assert not any(
                cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in record
            )
