"""The hours of a school's teachers in a list: how it is asked for, and a line of it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.hour_count import Amounts

PURPOSES = {"review": "职称评审", "annual": "年度考核", "declare": "继续教育申报", "supervision": "督导检查", "other": "其他工作"}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """``sort`` is name, school or the place of a rule; ``short_of`` the place of a rule that those listed fall short of."""

    sort: str = "name"
    down: bool = False
    short_of: int | None = None
    page: int = 0


@dataclass(frozen=True)
class TeacherHours:
    """A teacher with their amounts under each rule."""

    person: str
    login: str
    name: str
    school: str
    school_name: str
    amounts: tuple[Amounts, ...]


@dataclass(frozen=True)
class TeacherList:
    """A page of the list. ``lacking``: how many of all ``teachers`` fall short of each rule; ``listed``: how many are asked for."""

    lines: tuple[TeacherHours, ...]
    teachers: int
    listed: int
    lacking: tuple[int, ...]
