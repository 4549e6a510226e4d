"""Outside training as people write it down: the columns, and what makes a row a good one before anybody looks into the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from hub.domain.cells import LIKE_ID, Column, Raw, narrow, read_day, tidy
from hub.domain.hour_rules import HourRule
from hub.domain.hours import CATEGORIES, LEVELS, MODES, HoursEntry, plain, same_training
from hub.domain.sheet import Outcome, SheetReport

MOST_HOURS = Decimal(360)  # of one training
MOST_A_DAY = Decimal(12)
OLDEST = 2010
COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", ("教师姓名",), True, "和平台上的姓名一致。"),
    Column("login", "账号", ("平台账号", "登录账号"), False, "t 和 8 位数字。账号和证件号码至少填一个。"),
    Column("id_number", "证件号码", ("身份证号", "身份证号码", "公民身份号码"), False, "18 位居民身份证号。单元格要设成文本格式。"),
    Column("title", "培训名称", ("项目名称", "培训项目名称", "培训项目"), True, "2 到 100 个字。"),
    Column("provider", "施教机构", ("培训机构", "承办单位", "主办单位"), True, "2 到 60 个字，写全称。"),
    Column("project_no", "项目编号", ("培训项目编号",), False, "可不填。同一项目的各行要一致。"),
    Column("doc_no", "文件号", ("培训通知文号", "文号"), False, "可不填。如 豫教师〔2026〕12号。"),
    Column("level", "级别", ("培训级别", "培训层级"), True, "国、省、市、县、校。"),
    Column("mode", "方式", ("培训方式", "培训形式"), True, "网络研修、集中、校本、混合。"),
    Column("category", "科目类别", ("科目", "类别"), True, "公需 或 专业。"),
    Column("started_on", "起始日期", ("开始日期", "开始时间"), True, "如 2026-07-01。"),
    Column("earned_on", "结束日期", ("结业日期", "结束时间"), True, "如 2026-07-10。学时归到这一天所在的年度。"),
    Column("hours", "学时", ("总学时", "培训学时"), True, "大于 0，最多一位小数，每天不超过 12 学时，每项不超过 360 学时。"),
    Column("practice", "实践学时", ("其中实践学时",), False, "可不填，不填就是 0。"),
    Column("online", "网络学时", ("网络研修学时", "其中网络学时"), False, "可不填。不填时，网络研修按学时减实践学时算，其他方式按 0 算。"),
    Column("counts", "计入规则", ("适用规则",), False, "可不填。规则代号用顿号隔开，如 HR90、EDU360、IT50；不填按 HR90、EDU360 计。"),
    Column("certificate_no", "证书编号", ("结业证书编号",), False, "可不填。"),
)  # fmt: skip
CHOICES = {"level": list(LEVELS), "mode": list(MODES), "category": list(CATEGORIES)}
_TEXTS = {
    "title": (2, 100),
    "provider": (2, 60),
    "project_no": (0, 40),
    "doc_no": (0, 40),
    "certificate_no": (0, 50),
}
_LOGIN = re.compile(r"t[0-9]{8}")
_AMOUNT = re.compile(r"[0-9]{1,4}(\.[0-9]+)?")
_SPLIT = re.compile(r"[、,;\s]+")


@dataclass(frozen=True)
class Entry:
    """A row that is right in itself; ``id_number`` is not yet checked against anybody."""

    line: int
    name: str
    login: str
    id_number: str
    training: HoursEntry  # of nobody yet


@dataclass(frozen=True)
class Line:
    """One row of the report."""

    line: int
    outcome: Outcome
    name: str
    login: str
    title: str
    hours: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Report(SheetReport[Line]):
    """What a sheet of outside training would do or did."""


def read_row(raw: Raw, rules: Sequence[HourRule], *, today: date) -> Entry | tuple[str, ...]:
    """The row, or every reason in Chinese why it is not taken."""
    cells = {c.key: tidy(raw.cells.get(c.key, "")) for c in COLUMNS}
    reasons = [f"缺少{c.heading}" for c in COLUMNS if c.required and not cells[c.key]]
    headings = {c.key: c.heading for c in COLUMNS}
    login, number = narrow(cells["login"]).lower(), narrow(cells["id_number"]).upper()
    if not login and not number:
        reasons.append("账号和证件号码至少填一个")
    if login and not _LOGIN.fullmatch(login):
        reasons.append(
            f"账号应为 t 和 8 位数字，现在是“{login[:12] if not LIKE_ID.search(login) else '一串数字'}”"
        )
    for key, (least, most) in _TEXTS.items():
        text = cells[key]
        if text and not least <= len(text) <= most:
            reasons.append(f"{headings[key]}应为 {max(least, 1)} 到 {most} 个字，现在是 {len(text)} 个")
        if key in ("title", "provider") and LIKE_ID.search(narrow(text)):
            reasons.append(f"{headings[key]}里像是身份证号，请删去")
    level, said = _choice(cells["level"], LEVELS, "级别", "级")
    reasons += said
    mode, said = _choice(cells["mode"], MODES, "方式", "培训", "研修")
    reasons += said
    category, said = _choice(cells["category"], CATEGORIES, "科目类别", "科目", "课")
    reasons += said
    days, said = _days(cells, today)
    reasons += said
    amounts, said = _amounts(cells, mode, days)
    reasons += said
    counts, said = _counts(cells["counts"], rules)
    reasons += said
    if reasons:
        return tuple(reasons)
    training = HoursEntry(
        "", "", None, cells["title"], amounts["hours"], amounts["practice"], days["earned_on"], counts, "import",
        days["started_on"], cells["provider"], cells["project_no"], cells["doc_no"], level, mode, category,
        amounts["online"], cells["certificate_no"],
    )  # fmt: skip
    return Entry(raw.line, cells["name"], login, number, training)


def _choice(text: str, choices: Sequence[str], heading: str, *ends: str) -> tuple[str, list[str]]:
    """One of ``choices``, also with one of the words that people put behind it."""
    said = plain(text)
    for choice in choices:
        if said == choice or any(said == choice + end for end in ends):
            return choice, []
    wrong = f"{heading}只能是{'、'.join(choices)}，现在是“{text[:10]}”"
    return "", [wrong] if text else []


def _days(cells: Mapping[str, str], today: date) -> tuple[dict[str, date], list[str]]:
    found: dict[str, date] = {}
    reasons = []
    for key, heading in (("started_on", "起始日期"), ("earned_on", "结束日期")):
        if not cells[key]:
            continue
        made = read_day(narrow(cells[key]), OLDEST, today.year)
        if isinstance(made, str):
            reasons.append(f"{heading}{made}")
        elif made > today:
            reasons.append(f"{heading} {made} 还没有到，培训结束以后再导入")
        else:
            found[key] = made
    if len(found) == 2 and found["started_on"] > found["earned_on"]:
        reasons.append("起始日期晚于结束日期")
    return found, reasons


def _amounts(
    cells: Mapping[str, str], mode: str, days: Mapping[str, date]
) -> tuple[dict[str, Decimal], list[str]]:
    found: dict[str, Decimal] = {}
    reasons = []
    for key, heading in (("hours", "学时"), ("practice", "实践学时"), ("online", "网络学时")):
        text = narrow(cells[key]).removesuffix("学时")
        if not text:
            continue
        made = _amount(text)
        if made is None:
            reasons.append(f"{heading}应为不小于 0、最多一位小数的数，现在是“{text[:12]}”")
        else:
            found[key] = made
    if reasons or "hours" not in found:
        return found, reasons
    hours, practice = found["hours"], found.setdefault("practice", Decimal(0))
    found.setdefault("online", max(Decimal(0), hours - practice) if mode == MODES[0] else Decimal(0))
    if not 0 < hours <= MOST_HOURS:
        reasons.append(f"学时应大于 0，不超过 {MOST_HOURS}")
    if practice + found["online"] > hours:
        reasons.append("实践学时加网络学时超过了学时")
    if len(days) == 2 and days["started_on"] <= days["earned_on"]:
        length = (days["earned_on"] - days["started_on"] + timedelta(days=1)).days
        if hours > MOST_A_DAY * length:
            reasons.append(f"{length} 天培训记 {hours} 学时，超过每天 {MOST_A_DAY} 学时")
    return found, reasons


def _amount(text: str) -> Decimal | None:
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        made = Decimal(text)
    except InvalidOperation:
        return None
    return made if made == made.quantize(Decimal("0.1")) else None


def _counts(text: str, rules: Sequence[HourRule]) -> tuple[tuple[str, ...], list[str]]:
    """The flags of the rules that a row names, or of those that count whatever is reported."""
    flags = {r.flag for r in rules}
    if not text:
        return tuple(dict.fromkeys(r.flag for r in rules if r.by_default)), []
    named = [part.upper() for part in _SPLIT.split(narrow(text)) if part]
    wrong = [part for part in named if part not in flags]
    if wrong:
        return (), [f"没有“{wrong[0][:20]}”这项学时规则，可以填：{'、'.join(sorted(flags))}"]
    return tuple(dict.fromkeys(named)), []


def twice(entries: Sequence[tuple[int, HoursEntry]]) -> dict[int, list[int]]:
    """Line -> the other lines that report the same training of the same person."""
    by_person: dict[str, list[tuple[int, HoursEntry]]] = {}
    for line, entry in entries:
        by_person.setdefault(entry.person, []).append((line, entry))
    found: dict[int, list[int]] = {}
    for own in by_person.values():
        for line, entry in own:
            others = [n for n, other in own if n != line and same_training(entry, other)]
            if others:
                found[line] = others
    return found


def same_content(one: HoursEntry, other: HoursEntry) -> bool:
    """Whether a row says of a training what the ledger says of it."""
    return _content(one) == _content(other)


def _content(e: HoursEntry) -> tuple[object, ...]:
    return (
        e.began, e.earned_on, e.hours, e.practice, e.online, e.category, e.level, e.mode, tuple(sorted(e.counts_for)),
        plain(e.project_no), plain(e.doc_no), plain(e.certificate_no), plain(e.title),
    )  # fmt: skip
