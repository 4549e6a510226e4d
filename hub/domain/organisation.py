"""The organisation tree: city, management units, schools and teaching points, each with its days of validity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CITY = "410300"


class Level(StrEnum):
    """How high an organisation stands; the order of the members is the order of the tree."""

    CITY = "city"
    UNIT = "unit"
    SCHOOL = "school"
    POINT = "point"


LEVEL_NAMES = {Level.CITY: "市", Level.UNIT: "管理单元", Level.SCHOOL: "学校", Level.POINT: "教学点"}
SCHOOL_KINDS = {
    "primary": "小学", "junior": "初中", "senior": "高中", "vocational": "中职", "special": "特教", "point": "教学点",
}  # fmt: skip


@dataclass(frozen=True)
class Organisation:
    """One node of the tree. ``code`` is a GB/T 2260 or internal unit code, or a ten-digit school code.

    ``valid_from`` and ``valid_to`` are the first day and the day after the last; None is open.
    """

    code: str
    name: str
    level: Level
    kind: str
    parent: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    uscc: str = ""  # 统一社会信用代码 of a school, or nothing where it is not known

    def valid_on(self, day: date) -> bool:
        """Whether the organisation existed on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


def check(org: Organisation, parent: Organisation | None) -> str | None:
    """The reason why ``org`` cannot hang under ``parent``, or None."""
    order = list(Level)
    if org.level is Level.CITY:
        return None if parent is None else "市级没有上级"
    if parent is None:
        return f"{org.name} 没有上级"
    if order.index(parent.level) >= order.index(org.level):
        return f"{LEVEL_NAMES[org.level]}不能挂在{LEVEL_NAMES[parent.level]}下面"
    if org.valid_from and org.valid_to and org.valid_to <= org.valid_from:
        return f"{org.name} 的有效期颠倒了"
    return None
