"""Which offices one person may hold together, where each is held, which need a second factor, and why they change."""

from __future__ import annotations

from hub.domain.organisation import LEVEL_NAMES, Level
from hub.domain.people import ROLE_NAMES, Role

ADMINISTRATORS = frozenset({Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN})
# Password alone does not let these in; their sessions end after 15 idle minutes, their accounts after 90 idle days.
PRIVILEGED = ADMINISTRATORS | {
    Role.CITY_OFFICIAL,
    Role.COUNTY_OFFICIAL,
    Role.CITY_HR,
    Role.COUNTY_HR,
    Role.ASSESSOR,
    Role.HR_READER,
    Role.REGISTRAR,
}

# Why something is done to an account: a code, so that the audit log can hold it without anybody's name.
REASONS = {
    "appointed": "任职",
    "moved": "调动",
    "left": "离任、离职",
    "unused": "长期不用",
    "lost": "忘记密码或手机丢失",
    "incident": "安全事件",
    "checked": "核实后恢复",
    "mistake": "更正差错",
}

_SCHOOLS = (Level.SCHOOL, Level.POINT)
# Where an office is held; one that is not named is held anywhere.
LEVELS: dict[Role, tuple[Level, ...]] = {
    Role.CITY_OFFICIAL: (Level.CITY,),
    Role.CITY_HR: (Level.CITY,),
    Role.HR_READER: (Level.CITY,),
    Role.SYS_ADMIN: (Level.CITY, Level.UNIT),
    Role.SEC_ADMIN: (Level.CITY, Level.UNIT),
    Role.AUDIT_ADMIN: (Level.CITY, Level.UNIT),
    Role.COUNTY_OFFICIAL: (Level.UNIT,),
    Role.COUNTY_HR: (Level.UNIT,),
    Role.SCHOOL_ADMIN: _SCHOOLS,
    Role.TEACHER: _SCHOOLS,
    Role.STUDENT: _SCHOOLS,
}


def privileged(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles needs a second factor."""
    return bool(roles & PRIVILEGED)


def misplaced(role: Role, level: Level) -> str | None:
    """Why ``role`` is not held at an organisation of this level, or None."""
    levels = LEVELS.get(role)
    if levels is None or level in levels:
        return None
    return f"{ROLE_NAMES[role]}要设在{'、'.join(LEVEL_NAMES[one] for one in levels)}"


def clash(held: frozenset[Role], new: Role) -> str | None:
    """Why somebody who holds ``held`` cannot be given ``new`` as well, or None.

    The three administrators are three people, and none of them does the bureau's business.
    """
    if Role.STUDENT in held | {new} and held - {new}:
        return "学生账号不能担任别的角色"
    others = held - {new, Role.TEACHER}
    if new in ADMINISTRATORS and others & ADMINISTRATORS:
        return "系统、安全、审计管理员必须是三个人"
    if new in ADMINISTRATORS and others:
        return f"管理员不能兼任{'、'.join(sorted(ROLE_NAMES[role] for role in others))}，请先结束那些角色"
    if new is not Role.TEACHER and held & (ADMINISTRATORS - {new}):
        return "系统、安全、审计管理员不能兼任业务角色"
    return None
