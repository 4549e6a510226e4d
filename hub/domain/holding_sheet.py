"""The sheet of titles that people hold: its columns, and what makes a row a good one before anybody looks into the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.cells import Column, Raw, narrow, read_day, tidy
from hub.domain.ladder import Ladders, Series, names, plain, subject_of
from hub.domain.sheet import Outcome, SheetReport

MAX_HOLDINGS = 20_000
COLUMNS: tuple[Column, ...] = (
    Column("login", "账号", ("登录账号", "平台账号"), False, "平台账号，如 t10000001。账号和证件号码至少填一个。"),
    Column("id_number", "证件号码", ("身份证号", "身份证号码", "公民身份号码"), False, "18 位居民身份证号，单元格设成文本格式。账号和证件号码至少填一个。"),
    Column("name", "姓名", ("教师姓名",), True, "和名册一致，用来核对是不是同一个人。"),
    Column("series", "职称系列", ("系列",), False, "可不填，按职务认出。职务两个系列都有时要填。"),
    Column("title", "现任职务", ("现任专业技术职务", "职称", "职务名称"), True, "如 中小学一级教师、讲师（中专）、二级实习指导教师。"),
    Column("obtained", "取得时间", ("任职资格取得时间", "职称取得时间"), True, "取得现任职务资格的日期，如 2018-12-01。"),
    Column("appointed", "聘任时间", ("聘任日期", "任现职时间"), True, "聘任到现任职务的日期。学时和结果从这一天起算。"),
    Column("stage", "学段", ("任教学段",), True, "小学、初中、高中、职校。"),
    Column("subject", "任教学科", ("学科",), True, "学段加学科，如 小学数学、职校机电；只写学科也行。"),
    Column("certificate", "教师资格证书号码", ("教师资格证号", "教师资格证书号"), False, "17 位数字，设成文本格式。可以以后补；没有的不能报送。"),
    Column("national", "全国教师系统标识", ("全国教师管理信息系统个人标识", "教师标识码"), False, "可不填，最多 32 个字符。"),
)  # fmt: skip

_LOGIN = re.compile(r"t\d{8}")
_ID = re.compile(r"\d{17}[\dX]")
_CERTIFICATE = re.compile(r"\d{17}")
_EXCEL_NUMBER = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_EARLIEST = 1950


@dataclass(frozen=True)
class Entry:
    """A row that is right in itself; one of ``login`` and ``id_number`` is there, ``series`` is an identifier."""

    line: int
    login: str
    id_number: str
    name: str
    series: str
    title: str
    obtained_on: date
    appointed_on: date
    stage: str
    subject: str
    teacher_cert_no: str
    national_id: str


@dataclass(frozen=True)
class Line:
    """One row of the report; the identity number is never in it."""

    line: int
    outcome: Outcome
    login: str
    name: str
    title: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Report(SheetReport[Line]):
    """What a sheet of titles would do or did."""


def choices(ladders: Ladders) -> dict[str, list[str]]:
    """What can be picked in the template."""
    return {
        "series": [s.name for s in ladders.series],
        "title": names(ladders.series),
        "stage": list(dict.fromkeys(stage for s in ladders.series for stage in s.stages)),
    }


def read_row(raw: Raw, ladders: Ladders, *, today: date) -> Entry | tuple[str, ...]:
    """The row, or every reason in Chinese why it is not taken."""
    cells = {c.key: tidy(raw.cells.get(c.key, "")) for c in COLUMNS}
    reasons = [f"缺少{c.heading}" for c in COLUMNS if c.required and not cells[c.key]]
    login, number = narrow(cells["login"]).lower(), narrow(cells["id_number"]).upper()
    reasons += _who_problems(login, number)
    series, title = _series(cells, ladders, reasons)
    obtained, appointed = (_day(cells, key, today, reasons) for key in ("obtained", "appointed"))
    if obtained and appointed and appointed < obtained:
        reasons.append("聘任时间早于取得时间")
    stage = plain(cells["stage"])
    if stage and series and stage not in series.stages:
        reasons.append(f"{series.name}的学段应为{'、'.join(series.stages)}，现在是“{stage[:10]}”")
    subject = subject_of(stage, cells["subject"]) if stage and cells["subject"] else ""
    reasons += subject if isinstance(subject, tuple) else ()
    certificate, national = narrow(cells["certificate"]), narrow(cells["national"])
    reasons += _paper_problems(certificate, national)
    if reasons or not (series and obtained and appointed and isinstance(subject, str)):
        return tuple(reasons)
    return Entry(
        raw.line, login, number, cells["name"], series.id, title, obtained, appointed, stage, subject, certificate, national,
    )  # fmt: skip


def _who_problems(login: str, number: str) -> list[str]:
    if not login and not number:
        return ["账号和证件号码至少填一个"]
    reasons = []
    if login and not _LOGIN.fullmatch(login):
        reasons.append("账号应为 t 加 8 位数字")
    if _EXCEL_NUMBER.fullmatch(number):
        reasons.append("证件号码被 Excel 改成了科学计数，请把单元格设成文本格式后重填")
    elif number and not _ID.fullmatch(number):
        reasons.append("证件号码应为 18 位居民身份证号")
    return reasons


def _series(cells: Mapping[str, str], ladders: Ladders, reasons: list[str]) -> tuple[Series | None, str]:
    """The series and the name of the title that a row means."""
    if not cells["title"]:
        return None, ""
    having = ladders.holding(cells["title"])
    if not having:
        reasons.append(f"没有“{cells['title'][:20]}”这个职务；未定职级的不用填")
        return None, ""
    said = ladders.named(cells["series"]) if cells["series"] else None
    if cells["series"] and said is None:
        reasons.append(f"没有“{cells['series'][:20]}”这个职称系列")
        return None, ""
    if said and said not in having:
        reasons.append(f"{said.name}没有“{cells['title'][:20]}”这个职务")
        return None, ""
    if not said and len(having) > 1:
        reasons.append("两个系列都有这个职务，请填职称系列")
        return None, ""
    series = said or having[0]
    title = series.title(cells["title"])
    return series, title.name if title else ""


def _day(cells: Mapping[str, str], key: str, today: date, reasons: list[str]) -> date | None:
    text = narrow(cells[key])
    if not text:
        return None
    heading = next(c.heading for c in COLUMNS if c.key == key)
    made = read_day(text, _EARLIEST, today.year)
    if isinstance(made, str):
        reasons.append(f"{heading}{made}")
        return None
    if made > today:
        reasons.append(f"{heading} {text[:20]} 还没有到")
        return None
    return made


def _paper_problems(certificate: str, national: str) -> list[str]:
    reasons = []
    if certificate and not _CERTIFICATE.fullmatch(certificate):
        reasons.append("教师资格证书号码应为 17 位数字，单元格要设成文本格式")
    if len(national) > 32 or not national.isprintable():
        reasons.append("全国教师系统标识最多 32 个字符")
    return reasons


def twice(entries: Sequence[tuple[Entry, str]]) -> dict[int, list[str]]:
    """Line -> reasons, for rows that mean the same person (the text beside each entry)."""
    by_person: dict[str, list[int]] = {}
    for entry, person in entries:
        by_person.setdefault(person, []).append(entry.line)
    return {
        line: [f"和第 {'、'.join(str(n) for n in lines if n != line)} 行是同一个人"]
        for lines in by_person.values()
        if len(lines) > 1
        for line in lines
    }
