"""The roster as people write it: its columns, and what makes a row a good one before anybody looks into the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.cells import LIKE_ID, Column, Raw, narrow, tidy
from hub.domain.id_number import IdNumber, parse
from hub.domain.people import Role

MARK = "（模拟）"  # at the end of every name that the demo city invented

# First two digits of the numbers in use, 港澳台居民居住证 included; they cover all codes of the past as well.
PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip


COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", ("教师姓名", "学生姓名", "人员姓名"), True, "与身份证一致，2 到 50 个字。少数民族姓名的间隔号写“·”。"),
    Column("id_number", "证件号码", ("身份证号", "身份证号码", "公民身份号码", "证件号", "身份证件号"), True, "18 位居民身份证号。单元格要设成文本格式。"),
    Column("school_code", "学校标识码", ("学校代码", "学校(机构)标识码", "单位代码"), True, "10 位学校（机构）标识码。"),
    Column("school_name", "学校名称", ("学校", "单位名称", "所在学校"), False, "可不填。填了会和标识码核对。"),
    Column("staff_no", "工号/学号", ("工号", "学号", "教职工号"), False, "校内编号，可不填。不要填身份证号或学籍号。"),
    Column("kind", "人员类别", ("类别", "身份"), True, "教师 或 学生。"),
    Column("subject", "任教学科", ("学科", "专业"), False, "可不填。"),
    Column("role", "角色", ("平台角色",), False, "可不填。教师、学生、授课教师、学校管理员。"),
    Column("change", "变动", ("变动类型",), False, "可不填。调动：离开原学校；兼职：原学校保留。"),
    Column("gender", "性别", (), False, "可不填。填了会和证件号码核对。"),
    Column("birth", "出生日期", ("出生年月日",), False, "可不填。填了会和证件号码核对，如 1985-06-15。"),
)  # fmt: skip

KINDS = {"教师": "staff", "教职工": "staff", "职工": "staff", "学生": "student"}
ROLES = {
    "教师": Role.TEACHER,
    "学生": Role.STUDENT,
    "授课教师": Role.INSTRUCTOR,
    "学校管理员": Role.SCHOOL_ADMIN,
}
CHANGES = ("", "调动", "兼职")
_PLAIN_ROLE = {"staff": Role.TEACHER, "student": Role.STUDENT}

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_NAME = re.compile(rf"[{_HAN}]+(?:·[{_HAN}]+)*|[A-Za-zÀ-ɏ]+(?:[ .'·-]+[A-Za-zÀ-ɏ]+)*\.?")
_DOTS = str.maketrans(dict.fromkeys("•‧∙・･．", "·"))
_EXCEL_NUMBER = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_CODE = re.compile(r"\d{10}")


@dataclass(frozen=True)
class Entry:
    """A row that is right in itself."""

    line: int
    name: str
    id: IdNumber
    school: str
    school_name: str
    staff_no: str
    kind: str
    subject: str
    role: Role
    change: str

    @property
    def roles(self) -> tuple[Role, ...]:
        """What the row asks for: the role of every teacher or student, and the named one besides."""
        plain = _PLAIN_ROLE[self.kind]
        return (plain,) if self.role is plain else (plain, self.role)


def read_row(raw: Raw, *, today: date, synthetic_ids: bool) -> Entry | tuple[str, ...]:
    """The row, or every reason in Chinese why it is not taken."""
    cells = {c.key: tidy(raw.cells.get(c.key, "")) for c in COLUMNS}
    reasons = [f"缺少{c.heading}" for c in COLUMNS if c.required and not cells[c.key]]
    name = cells["name"].translate(_DOTS)
    code, staff_no = narrow(cells["school_code"]), narrow(cells["staff_no"])
    reasons += [_name_problem(name, synthetic_ids)] if name else []
    reasons += (
        [f"学校标识码应为 10 位数字，现在是“{code[:20]}”"] if code and not _CODE.fullmatch(code) else []
    )
    if len(staff_no) > 30 or len(cells["subject"]) > 30:
        reasons.append("工号/学号和任教学科最多 30 个字")
    if LIKE_ID.search(staff_no) or LIKE_ID.search(narrow(cells["subject"])):
        reasons.append("工号/学号、任教学科里像是身份证号或学籍号，请改填校内编号")
    kind = KINDS.get(cells["kind"], "")
    reasons += (
        [f"人员类别只能是教师或学生，现在是“{cells['kind'][:10]}”"] if cells["kind"] and not kind else []
    )
    role = ROLES.get(cells["role"]) if cells["role"] else _PLAIN_ROLE.get(kind)
    reasons += _role_problem(cells["role"], kind, role)
    if cells["change"] not in CHANGES:
        reasons.append(f"变动只能是调动或兼职，现在是“{cells['change'][:10]}”")
    number = _number(narrow(cells["id_number"]), today, synthetic_ids)
    if isinstance(number, IdNumber):
        reasons += _age_problem(number, kind, today)
        reasons += _agreement(number, cells["gender"], narrow(cells["birth"]))
    elif cells["id_number"]:
        reasons.append(number)
    reasons = [r for r in reasons if r]
    if reasons or role is None or isinstance(number, str):
        return tuple(reasons)
    return Entry(
        raw.line, name, number, code, cells["school_name"], staff_no, kind, cells["subject"], role, cells["change"]
    )  # fmt: skip


def _number(text: str, today: date, synthetic_ids: bool) -> IdNumber | str:
    if _EXCEL_NUMBER.fullmatch(text):
        return "证件号码被 Excel 变成了数字，末几位已经丢失。请把这一列设成文本格式后重新填写"
    number = parse(text, regions=PROVINCES, today=today, allow_synthetic=synthetic_ids)
    if isinstance(number, str) and "校验位" in number and text.endswith("000"):
        return number + "。末三位是 000，可能被 Excel 丢了位数，请把这一列设成文本格式后重新填写"
    return number


def _name_problem(name: str, synthetic_ids: bool) -> str:
    plain = name.removesuffix(MARK) if synthetic_ids else name
    if not 2 <= len(plain) <= 50:
        return f"姓名应为 2 到 50 个字，现在是 {len(plain)} 个"
    if any(unicodedata.category(c) == "Co" for c in plain):
        return "姓名里有自造字（私用区编码），请换成正式的汉字编码"
    return "" if _NAME.fullmatch(plain) else "姓名里有不该有的字符"


def _role_problem(text: str, kind: str, role: Role | None) -> list[str]:
    if text and role is None:
        return [f"名册里不能给“{text[:20]}”这个角色"]
    if kind and role and (kind == "student") != (role is Role.STUDENT):
        return [f"人员类别和角色“{text}”对不上"]
    return []


def _age_problem(number: IdNumber, kind: str, today: date) -> list[str]:
    born = number.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if kind == "staff" and age < 16:
        return [f"教师年龄 {age} 岁，不满 16 岁"]
    return [f"学生年龄 {age} 岁，不满 3 岁"] if kind == "student" and age < 3 else []


def _agreement(number: IdNumber, gender: str, birth: str) -> list[str]:
    """What the optional columns 性别 and 出生日期 say against the number."""
    reasons = []
    if gender and {"男": "1", "男性": "1", "女": "2", "女性": "2"}.get(gender) != number.gender_code:
        reasons.append("性别和证件号码对不上")
    if birth:
        parts = [int(p) for p in re.findall(r"\d+", birth)]
        if len(parts) == 1 and len(birth) == 8:
            parts = [int(birth[:4]), int(birth[4:6]), int(birth[6:])]
        born = number.birth_date
        if parts[:3] != [born.year, born.month, born.day]:
            reasons.append("出生日期和证件号码对不上")
    return reasons


def clashes(entries: Sequence[Entry]) -> dict[int, list[str]]:
    """Line -> reasons, for rows that contradict each other. One person may have several rows, a school each."""
    found: dict[int, list[str]] = {}
    by_number: dict[str, list[Entry]] = {}
    for entry in entries:
        by_number.setdefault(entry.id.text, []).append(entry)
    for same in by_number.values():
        for entry in same:
            others = [o for o in same if o is not entry]
            lines = "、".join(str(o.line) for o in others[:5])
            reasons = []
            if any(o.name != entry.name for o in others):
                reasons.append(f"和第 {lines} 行证件号码相同，姓名不同")
            if any(o.kind != entry.kind for o in others):
                reasons.append(f"和第 {lines} 行证件号码相同，人员类别不同")
            if any(o.school == entry.school for o in others):
                reasons.append(f"和第 {lines} 行重复（同一个人、同一所学校）")
            elif others and entry.kind == "student":
                reasons.append(f"和第 {lines} 行是同一名学生，一名学生只能在一所学校")
            if reasons:
                found[entry.line] = reasons
    return found
