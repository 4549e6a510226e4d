"""The hours of the teachers of a school, a county or the city: who is short of what, and the list on the way out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from hub.domain.errors import refuse
from hub.domain.hour_count import needs, number
from hub.domain.hour_rules import HourRule, in_force
from hub.domain.hours_list import PURPOSES, Asked, TeacherHours, TeacherList
from hub.domain.organisation import Organisation
from hub.domain.people import Actor, Grant, may, scope_of
from hub.journey import audit
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

PAGE = 50
MOST = 100_000  # lines of an export


@dataclass(frozen=True)
class SchoolHours:
    """A page of the list, under which rules, and where else the reader may look."""

    organisation: Organisation
    grants: tuple[Grant, ...]
    rules: tuple[HourRule, ...]
    asked: Asked
    found: TeacherList
    today: date

    @property
    def pages(self) -> int:
        return max(1, -(-self.found.listed // PAGE))

    def short(self, line: TeacherHours, place: int) -> str:
        """What a teacher lacks under a rule, in a few words; nothing: all is there."""
        lack = line.amounts[place].short_of(needs(self.rules[place]))
        named = (
            ("", lack.hours),
            ("实践", lack.practice),
            ("网络", lack.online),
            ("专业", lack.professional),
        )
        return "，".join(f"缺{name} {number(amount)}" for name, amount in named if amount)


def school(f: Fittings, who: Actor, org: str, asked: Asked) -> SchoolHours:
    """A page of the teachers of ``org`` (or of the top of the reader's own scope) and below."""
    grants = scope_of(who, "hours.import")
    with f.work() as work:
        organisation, rules, today = _scope(f, work, who, org)
        asked = _sane(asked, rules)
        found = work.hours.teacher_hours(organisation.code, rules, today, asked, PAGE)
    return SchoolHours(organisation, grants, rules, asked, found, today)


def export(f: Fittings, who: Actor, org: str, asked: Asked, purpose: str) -> list[list[str]]:
    """The whole list as rows of texts, under a line that names who took it out and what for. Noted, like every export."""
    if purpose not in PURPOSES:
        raise refuse("hours.purpose")
    with f.work() as work:
        organisation, rules, today = _scope(f, work, who, org)
        asked = replace(_sane(asked, rules), page=0)
        found = work.hours.teacher_hours(organisation.code, rules, today, asked, MOST)
        view = SchoolHours(organisation, (), rules, asked, found, today)
        detail = {"purpose": purpose, "lines": len(found.lines), "rules": [r.ref for r in rules]}
        audit.note(f, work, who, "hours.exported", organisation.code, detail, org=organisation.code)
    mark = f"{who.name}（{who.login}）于 {today} 导出，用途：{PURPOSES[purpose]}。含个人信息，用后请删除，不得转发。"
    head = ["账号", "姓名", "学校"]
    for rule in rules:
        years = rule.period.around(today).years
        head += [f"{rule.name}（{years}）学时", "其中实践", "还缺"]
    rows = [
        [line.login, line.name, line.school_name]
        + [
            text
            for i in range(len(rules))
            for text in (
                number(line.amounts[i].hours),
                number(line.amounts[i].practice),
                view.short(line, i) or "无",
            )
        ]
        for line in found.lines
    ]
    return [[mark], head, *rows]


def _scope(f: Fittings, work: Work, who: Actor, org: str) -> tuple[Organisation, tuple[HourRule, ...], date]:
    """Where the reader looks, and under which rules. What lies elsewhere is not there."""
    grants = scope_of(who, "hours.import")
    if not grants or not may(who, "hours.import"):
        raise refuse("access.denied")
    code = org or grants[0].org
    organisation = work.people.organisation(code)
    if organisation is None or not may(who, "hours.import", work.people.path(code)):
        raise refuse("thing.missing", what="这个单位")
    today = beijing_day(f.clock.now())
    return organisation, in_force(f.rules.hour_rules(), today), today


def _sane(asked: Asked, rules: tuple[HourRule, ...]) -> Asked:
    """What can be answered of what was asked: a column that is there, a page that can be."""
    places = {str(i) for i in range(len(rules))}
    sort = asked.sort if asked.sort in {"name", "school"} | places else "name"
    short = asked.short_of if asked.short_of is not None and 0 <= asked.short_of < len(rules) else None
    return Asked(sort, asked.down, short, min(max(0, asked.page), 100_000))
