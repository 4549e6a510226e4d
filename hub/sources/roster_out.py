"""What goes out about rosters: the template in both formats, reports and first passwords, safe to open in Excel."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from hub.domain.cells import Column
from hub.domain.roster import COLUMNS
from hub.domain.roster_plan import Report
from hub.domain.sheet import OUTCOME_NAMES

_BOM = "\ufeff"  # without it Excel takes UTF-8 for the local code page
CHOICES = {
    "kind": ["教师", "学生"],
    "role": ["教师", "学生", "授课教师", "学校管理员"],
    "change": ["调动", "兼职"],
    "gender": ["男", "女"],
}
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def table_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of texts as CSV that Excel reads and takes nothing in it for a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return (_BOM + out.getvalue()).encode()


def template_csv(columns: Sequence[Column] = COLUMNS) -> bytes:
    """The headings alone."""
    return table_csv([[column.heading for column in columns]])


def template_xlsx(
    columns: Sequence[Column] = COLUMNS,
    title: str = "名册",
    choices: Mapping[str, list[str]] = CHOICES,
) -> bytes:
    """A sheet with every column as text, choices where there are some, and a sheet that explains them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    must = book.add_format({"bold": True, "bg_color": "#FCE8E6", "num_format": "@"})
    may = book.add_format({"bold": True, "bg_color": "#E8F0FE", "num_format": "@"})
    as_text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(title)
    sheet.set_column(0, len(columns) - 1, 20, as_text)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.heading, must if column.required else may)
        if column.key in choices:
            sheet.data_validation(
                1, place, 100_000, place, {"validate": "list", "source": choices[column.key]}
            )
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 1, 16)
    notes.set_column(2, 3, 60)
    for place, heading in enumerate(("列", "是否必填", "填什么", "也认这些表头")):
        notes.write_string(0, place, heading, may)
    for line, column in enumerate(columns, 1):
        told = (column.heading, "必填" if column.required else "可不填", column.help, "、".join(column.also))
        for place, text in enumerate(told):
            notes.write_string(line, place, text)
    book.close()
    return out.getvalue()


def report_csv(report: Report) -> bytes:
    """One line a row: number, outcome, name, masked identity number, school, login, notes. No password."""
    head = ("行号", "结果", "姓名", "证件号码", "学校标识码", "学校名称", "账号", "说明")
    rows = (
        (str(x.line), OUTCOME_NAMES[x.outcome], x.name, x.id_masked, x.school, x.school_name, x.login, "；".join(x.notes))
        for x in report.lines
    )  # fmt: skip
    return table_csv([head, *rows])


def report_json(report: Report) -> str:
    """The same as JSON, with the counts and the digest. No password."""
    lines = [
        {
            "line": x.line,
            "outcome": x.outcome.value,
            "name": x.name,
            "id_masked": x.id_masked,
            "school": x.school,
            "login": x.login,
            "notes": list(x.notes),
        }
        for x in report.lines
    ]
    counts = {outcome.value: count for outcome, count in report.counts.items()}
    whole = {
        "org": report.org,
        "digest": report.digest,
        "done": report.done,
        "counts": counts,
        "lines": lines,
    }
    return json.dumps(whole, ensure_ascii=False)


def passwords_csv(report: Report) -> bytes:
    """The new accounts with their first passwords, to hand out; this is the only time they can be had."""
    rows = ((p.login, p.name, p.school_name, p.password) for p in report.first_passwords)
    return table_csv([("账号", "姓名", "学校", "初始密码（首次登录必须修改）"), *rows])
