"""The list of schools as people write it: its columns, and what makes a row a good one before anybody looks into the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from hub.domain import uscc
from hub.domain.cells import Column, Raw, narrow, read_day, tidy
from hub.domain.organisation import CITY, SCHOOL_KINDS, Organisation

MAX_SCHOOLS = 10_000
COLUMNS: tuple[Column, ...] = (
    Column("code", "学校标识码", ("学校代码", "学校(机构)标识码", "机构标识码"), True, "10 位学校（机构）标识码。改名不换码，换类别要换码。"),
    Column("name", "学校名称", ("学校", "校名", "单位名称", "机构名称"), True, "2 到 60 个字。和库中不同就是改名。"),
    Column("kind", "类别", ("学校类别", "学校类型", "办学类型"), True, "小学、初中、高中、中职、特教、教学点。九年一贯制填初中，完全中学、十二年一贯制填高中。"),
    Column("unit", "管理单元", ("主管单位", "所属区县", "县区", "所属管理单元"), True, "今天有效的管理单元，代码或名称，如 410305 或 涧西区；市直学校填市直。"),
    Column("lead", "中心校", ("中心学校", "所属中心校", "中心校标识码"), False, "可不填。教学点或附属学校填中心校的标识码；填“无”改为直属管理单元。"),
    Column("opened", "成立日期", ("成立时间", "建校日期"), False, "可不填。如 2015-09-01。"),
    Column("closed", "撤销日期", ("撤销时间", "撤并日期", "停办日期"), False, "可不填。从这一天起不再存在，如 2026-08-31；填“无”取消撤销。"),
    Column("successor", "并入学校", ("并入学校标识码", "并入"), False, "可不填。撤销后并入的学校的标识码。"),
    Column("uscc", "统一社会信用代码", ("社会信用代码", "信用代码", "组织机构代码"), False, "可不填，18 位。报送职称评聘记录时要有；教学点没有的用中心校的。填“无”清空。"),
)  # fmt: skip
KINDS = {name: kind for kind, name in SCHOOL_KINDS.items()} | {
    "普通小学": "primary", "普通初中": "junior", "初级中学": "junior", "普通高中": "senior", "高级中学": "senior",
    "中等职业学校": "vocational", "特殊教育": "special", "特殊教育学校": "special",
}  # fmt: skip
CHOICES = {"kind": list(SCHOOL_KINDS.values())}
CODE = re.compile(r"[0-9]{10}")
PROVINCE = "41"

# The first two digits of a code, and the kinds that it can stand for; 工读, 其他 and 幼儿园 say nothing of the kind.
_ANY = frozenset(SCHOOL_KINDS)
_PRIMARY, _JUNIOR = frozenset({"primary", "point"}), frozenset({"junior", "point"})
CATEGORIES: Mapping[str, frozenset[str]] = {
    "11": _ANY, "21": _PRIMARY, "22": _PRIMARY, "23": _PRIMARY, "31": _JUNIOR, "32": _JUNIOR | {"vocational"}, "33": _JUNIOR,
    "34": frozenset({"senior"}), "35": frozenset({"senior"}), "36": frozenset({"vocational"}), "37": _ANY,
    "51": frozenset({"special"}), "91": _ANY, "92": _ANY, "93": _ANY,
}  # fmt: skip

_NOTHING = "无"
_CITY_ITSELF = frozenset({"市直", "市直属", "市直学校"})
_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_OLDEST, _AHEAD = 1800, 5  # years: nobody writes down an earlier school, nobody plans further


class Unsaid(Enum):
    """An empty cell: what was there stays."""

    UNSAID = "unsaid"


@dataclass(frozen=True)
class Entry:
    """A row that is right in itself. None is a cell that says 无; ``unit`` is as it was written."""

    line: int
    code: str
    name: str
    kind: str
    unit: str
    lead: str | Unsaid | None
    opened: date | Unsaid | None
    closed: date | Unsaid | None
    successor: str | Unsaid | None
    uscc: str | Unsaid | None = Unsaid.UNSAID


def read_row(raw: Raw, *, today: date) -> Entry | tuple[str, ...]:
    """The row, or every reason in Chinese why it is not taken."""
    cells = {c.key: tidy(raw.cells.get(c.key, "")) for c in COLUMNS}
    headings = {c.key: c.heading for c in COLUMNS}
    reasons = [f"缺少{c.heading}" for c in COLUMNS if c.required and not cells[c.key]]
    code, kind = narrow(cells["code"]), KINDS.get(narrow(cells["kind"]), "")
    reasons += _code_problems(code, kind) if code else []
    reasons += _name_problems(cells["name"]) if cells["name"] else []
    if cells["kind"] and not kind:
        reasons.append(f"类别只能是{'、'.join(SCHOOL_KINDS.values())}，现在是“{cells['kind'][:10]}”")
    others: dict[str, str | Unsaid | None] = {k: _said(narrow(cells[k])) for k in ("lead", "successor")}
    for key, other in others.items():
        if isinstance(other, str) and not CODE.fullmatch(other):
            reasons.append(f"{headings[key]}应填 10 位学校标识码，现在是“{other[:20]}”")
        elif other == code:
            reasons.append(f"{headings[key]}不能是学校自己")
    days: dict[str, date | Unsaid | None] = {}
    for key in ("opened", "closed"):
        said = _said(narrow(cells[key]))
        day = read_day(said, _OLDEST, today.year + _AHEAD) if isinstance(said, str) else said
        if isinstance(day, str):
            reasons.append(f"{headings[key]}{day}")
        else:
            days[key] = day
    credit = _said(narrow(cells["uscc"]).upper().replace(" ", ""))
    reasons += [said] if isinstance(credit, str) and (said := uscc.problem(credit)) else []
    if reasons:
        return tuple(reasons)
    return Entry(
        raw.line, code, cells["name"], kind, narrow(cells["unit"]), others["lead"], days["opened"], days["closed"],
        others["successor"], credit,
    )  # fmt: skip


def _said(text: str) -> str | Unsaid | None:
    if not text:
        return Unsaid.UNSAID
    return None if text == _NOTHING else text


def _code_problems(code: str, kind: str) -> list[str]:
    if not CODE.fullmatch(code):
        return [f"学校标识码应为 10 位数字，现在是“{code[:20]}”"]
    reasons = []
    kinds = CATEGORIES.get(code[:2])
    if kinds is None:
        reasons.append(f"学校标识码前两位 {code[:2]} 不是学校类别码")
    elif kind and kind not in kinds:
        reasons.append(f"学校标识码前两位 {code[:2]} 和类别“{SCHOOL_KINDS[kind]}”对不上")
    if code[2:4] != PROVINCE:
        reasons.append(f"学校标识码第 3、4 位是省码，应为 {PROVINCE}，现在是 {code[2:4]}")
    return reasons


def _name_problems(name: str) -> list[str]:
    reasons = []
    if not 2 <= len(name) <= 60:
        reasons.append(f"学校名称应为 2 到 60 个字，现在是 {len(name)} 个")
    if any(unicodedata.category(c) == "Co" for c in name):
        reasons.append("学校名称里有自造字（私用区编码），请换成正式的汉字编码")
    elif not _HAN.search(name) or any(unicodedata.category(c) in ("Cc", "Cf", "Cn") for c in name):
        reasons.append("学校名称里没有汉字，或有不该有的字符")
    return reasons


def twice(entries: Sequence[Entry]) -> dict[int, list[str]]:
    """Line -> reasons, for rows that name the same code."""
    by_code: dict[str, list[int]] = {}
    for entry in entries:
        by_code.setdefault(entry.code, []).append(entry.line)
    return {
        line: [f"和第 {'、'.join(str(n) for n in lines if n != line)} 行学校标识码相同"]
        for lines in by_code.values()
        if len(lines) > 1
        for line in lines
    }


def find_unit(text: str, units: Sequence[Organisation], today: date) -> Organisation | str:
    """The unit (or the city) that a cell means, or why it means none that is there today."""
    plain = text.replace(" ", "").upper()
    plain = CITY if plain in _CITY_ITSELF else plain
    named = [u for u in units if plain in (u.code, narrow(u.name).replace(" ", ""))]
    for unit in named:
        if unit.valid_on(today):
            return unit
    if not named:
        return f"没有“{text[:20]}”这个管理单元"
    into = next((u.name for u in units if u.code == named[0].successor), "")
    return f"管理单元{named[0].name}今天已不存在" + (f"，已并入{into}" if into else "")
