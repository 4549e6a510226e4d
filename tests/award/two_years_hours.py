"""The hours in the story of two years: three sources, one of them wrong at first, under three rules with borders between."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain.certificate import Standing
from hub.domain.errors import Refusal
from hub.domain.sheet import RowsRefused
from hub.journey.award import hours, review, verify
from tests.award.two_years import CODES, HOME, Life
from tests.people import EAST, WEST

ALL = "HR90、EDU360、IT50"
NATIONAL = {
    "title": "国培计划信息技术应用", "provider": "河南师范大学", "project_no": "GP-2024-07", "level": "国", "mode": "混合", "category": "专业",
    "started_on": "2024-07-01", "earned_on": "2024-07-20", "hours": "30", "practice": "14", "online": "10", "counts": ALL,
}  # fmt: skip
OF_SCHOOL = {
    "title": "用数据改进教学", "provider": "涧西第一小学", "level": "校", "mode": "校本", "category": "专业",
    "started_on": "2024-10-08", "earned_on": "2024-12-20", "hours": "16", "practice": "16", "counts": ALL,
}  # fmt: skip
LAST_PERIOD = {
    "title": "全员网络研修", "provider": "洛阳师范学院", "level": "市", "mode": "网络研修", "category": "专业",
    "started_on": "2023-11-20", "earned_on": "2023-12-31", "hours": "20", "counts": ALL,
}  # fmt: skip
OVER_NEW_YEAR = {
    "title": "公需科目", "provider": "继续教育基地", "level": "市", "mode": "网络研修", "category": "公需",
    "started_on": "2024-12-20", "earned_on": "2025-01-08", "hours": "30",
}  # fmt: skip
OURS = NATIONAL | {
    "title": "秋季第1期", "provider": "洛教学堂", "project_no": "", "started_on": "2024-09-02", "earned_on": "2024-09-06",
    "hours": "12", "practice": "9", "online": "3",
}  # fmt: skip
WINTER = {
    "title": "寒假工作坊", "provider": "洛阳师范学院", "level": "市", "mode": "集中", "category": "专业",
    "started_on": "2025-12-22", "earned_on": "2026-01-10", "hours": "40", "practice": "10",
}  # fmt: skip
# Hours, and of them practice, online, professional: of the cycle 2021 to 2025, and of 2024 to 2028.
CYCLE, IT = (108, 39, 63, 78), (58, 39, 13, 58)


def hours_come_from_three_sources(life: Life) -> None:
    """The platform, outside training and the school's own; each hour counts once, in one period of each rule."""
    f, teacher = life.f, life.actor("teacher")
    life.on(2025, 1, 10)
    draft = review.draft(f, teacher, "it2", [life.kept[code] for code in CODES])
    assert set(draft.evidence) == {life.evidence(code) for code in CODES}
    with pytest.raises(Refusal, match=r"application\.grounds.*学时还缺 38"):
        review.submit(f, teacher, draft.id)
    life.hours("west_hr", WEST, NATIONAL | {"hours": "130"}, LAST_PERIOD, OVER_NEW_YEAR)
    life.hours("principal", HOME, OF_SCHOOL)
    with pytest.raises(RowsRefused) as known:  # what she learnt here is in the ledger already
        life.hours("west_hr", WEST, OURS)
    assert "本平台班次" in known.value.report.lines[0].notes[0]
    stated = hours.statement(f, teacher, "IT50").token
    assert verify.verify(f, stated).standing is Standing.VALID
    life.on(2025, 1, 13)
    wrong = next(e for e in hours.own(f, teacher).entries if e.hours == 130)
    hours.reverse(f, life.actor("west_hr"), wrong.id, "30 学时误录为 130 学时")
    life.hours("west_hr", WEST, NATIONAL)
    assert "130 学时已冲销" in verify.verify(f, stated).reason
    assert counted(life, 2023) == {"HR90": (20, 0, 20, 20), "EDU360": CYCLE, "IT50": (20, 0, 20, 20)}
    assert counted(life, 2024) == {"HR90": (58, 39, 13, 58), "EDU360": CYCLE, "IT50": IT}
    assert counted(life, 2025) == {"HR90": (30, 0, 30, 0), "EDU360": CYCLE, "IT50": IT}


def a_training_over_the_end_of_a_cycle_counts_once(life: Life) -> None:
    """It belongs whole to the cycle in which it ended; only the county where she is now may report it."""
    life.on(2026, 1, 12)
    life.refused("roster.rows", lambda f, who: life.hours("west_hr", WEST, WINTER), "west_hr")
    life.hours("east_hr", EAST, WINTER)
    assert counted(life, 2025) == {"HR90": (30, 0, 30, 0), "EDU360": CYCLE, "IT50": IT}
    assert counted(life, 2026) == {"HR90": (40, 10, 0, 40), "EDU360": (40, 10, 0, 40), "IT50": IT}


def counted(life: Life, year: int) -> dict[str, tuple[Any, ...]]:
    """What each rule has in the period of a year: hours, and of them practice, online, professional."""
    found = hours.own(life.f, life.actor("teacher"), year).rules
    sums = {p.rule.id: p.counted for p in found}
    return {id: (s.hours, s.practice, s.online, s.professional) for id, s in sums.items()}
