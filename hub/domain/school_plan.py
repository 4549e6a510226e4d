"""What a list of schools would change: the school that a row asks for, what stands in its way, and the report of it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from hub.domain.organisation import SCHOOL_KINDS, Level, Organisation, check
from hub.domain.school_list import CODE, Entry, Unsaid
from hub.domain.sheet import Outcome, SheetReport

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One row of the report."""

    line: int
    outcome: Outcome
    code: str
    name: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Report(SheetReport[Line]):
    """What a list of schools would do or did."""


def _settled(said: T | Unsaid | None, held: T | None) -> T | None:
    return held if isinstance(said, Unsaid) else said


def lead_of(org: Organisation) -> str | None:
    """The code of the school that ``org`` hangs under, if it hangs under one."""
    return org.parent if org.parent and CODE.fullmatch(org.parent) else None


def intended(entry: Entry, unit: Organisation, held: Organisation | None) -> Organisation:
    """The school as the row wants it, ``held`` being the school of that code so far.

    Whatever hangs under a lead school stands as low as a teaching point; ``kind`` says what it is.
    """
    lead = _settled(entry.lead, lead_of(held) if held else None)
    closed = _settled(entry.closed, held.valid_to if held else None)
    successor = _settled(entry.successor, held.successor if held and closed else None)
    return Organisation(
        entry.code,
        entry.name,
        Level.POINT if lead or entry.kind == "point" else Level.SCHOOL,
        entry.kind,
        lead or unit.code,
        _settled(entry.opened, held.valid_from if held else None),
        closed,
        successor,
        _settled(entry.uscc, held.uscc if held else "") or "",
    )


def reused(entry: Entry, held: Organisation) -> list[str]:
    """Why the code of ``held`` is not the code of this row: a code keeps its category for ever."""
    if held.kind == entry.kind:
        return []
    was, asked = SCHOOL_KINDS.get(held.kind, held.kind), SCHOOL_KINDS[entry.kind]
    return [f"这个学校标识码已用于{was}，不能改作{asked}；类别变了要用新的标识码"]


def problems(
    entry: Entry, org: Organisation, unit: Organisation, after: Mapping[str, Organisation]
) -> list[str]:
    """Why ``org`` cannot be, in the tree ``after`` the import."""
    reasons = []
    code = lead_of(org)
    lead = after.get(code) if code else None
    if code and lead is None:
        reasons.append(f"中心校 {code} 不存在，或在文件里的那一行有错")
    elif lead:
        reasons += _lead_problems(org, lead, unit, after)
    if (said := check(org, unit)) is not None:
        reasons.append(said)
    if isinstance(entry.successor, str):
        reasons += _successor_problems(entry.successor, org.valid_to, after)
    return reasons


def _lead_problems(
    org: Organisation, lead: Organisation, unit: Organisation, after: Mapping[str, Organisation]
) -> list[str]:
    if lead.level is not Level.SCHOOL:
        return [f"{lead.name} 是教学点或自己另有中心校，不能作中心校"]
    reasons = []
    if lead.parent != unit.code:
        above = after.get(lead.parent or "")
        reasons.append(f"中心校 {lead.name} 归{above.name if above else '别处'}，和这一行的管理单元不同")
    if outlives(org, lead.valid_to):
        reasons.append(f"中心校 {lead.name} 从 {lead.valid_to} 起撤销，请改挂别的中心校，或一同撤销")
    return reasons


def outlives(org: Organisation, day: date | None) -> bool:
    """Whether ``org`` is still there on ``day``, the day on which something else ends; never where that has no end."""
    return day is not None and (org.valid_to is None or org.valid_to > day)


def _successor_problems(code: str, day: date | None, after: Mapping[str, Organisation]) -> list[str]:
    if day is None:
        return ["填了并入学校，还要填撤销日期"]
    into = after.get(code)
    if into is None:
        return [f"并入学校 {code} 不存在，或在文件里的那一行有错"]
    return [] if into.valid_on(day) else [f"并入学校 {into.name} 在 {day} 还没有成立，或已经撤销"]


def changes(
    org: Organisation, held: Organisation | None, names: Mapping[str, Organisation]
) -> tuple[str, ...]:
    """What is different, in words; of a new school, what it starts with."""

    def name(code: str | None) -> str:
        known = names.get(code or "")
        return known.name if known else code or ""

    def pairs(one: Organisation) -> tuple[tuple[str, str], ...]:
        return (
            ("改名", one.name if held else ""),
            ("上级", name(one.parent)),
            ("成立日期", str(one.valid_from or "")),
            ("撤销日期", str(one.valid_to or "")),
            ("并入学校", name(one.successor)),
            ("统一社会信用代码", one.uscc),
        )

    if held is None:
        return tuple(f"{label}：{now}" for label, now in pairs(org) if now)
    both = zip(pairs(held), pairs(org), strict=True)
    return tuple(f"{label}：{was or '空'} → {now or '空'}" for (label, was), (_, now) in both if was != now)
