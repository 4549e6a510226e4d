"""People, the roles they hold in a scope, and what a role may do: permissions as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Roles of domain.md 6.1 that this part of the platform uses; each is held within an organisation."""

    TEACHER = "teacher"
    STUDENT = "student"
    INSTRUCTOR = "instructor"
    SCHOOL_ADMIN = "school_admin"
    COUNTY_OFFICIAL = "county_official"
    CITY_OFFICIAL = "city_official"
    REGISTRAR = "registrar"
    ASSESSOR = "assessor"
    COUNTY_HR = "county_hr"
    CITY_HR = "city_hr"
    HR_READER = "hr_reader"
    SYS_ADMIN = "sys_admin"
    SEC_ADMIN = "sec_admin"
    AUDIT_ADMIN = "audit_admin"


ROLE_NAMES = {
    Role.TEACHER: "教师",
    Role.STUDENT: "学生",
    Role.INSTRUCTOR: "授课教师",
    Role.SCHOOL_ADMIN: "学校管理员",
    Role.COUNTY_OFFICIAL: "县（市、区）教育局",
    Role.CITY_OFFICIAL: "市教育局",
    Role.REGISTRAR: "人员信息管理员",
    Role.ASSESSOR: "评审专家",
    Role.COUNTY_HR: "县（市、区）教育局人事",
    Role.CITY_HR: "市教育局人事",
    Role.HR_READER: "人社局",
    Role.SYS_ADMIN: "系统管理员",
    Role.SEC_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}

# verb -> roles that may, always within the organisation of their grant and what lies below it.
# The matrix of hub.domain.access says the same by resource; a test compares the two.
PERMISSIONS: dict[str, frozenset[Role]] = {
    "course.study": frozenset({Role.TEACHER, Role.STUDENT}),
    "run.open": frozenset({Role.INSTRUCTOR}),
    "run.teach": frozenset({Role.INSTRUCTOR}),
    "roster.import": frozenset({Role.REGISTRAR, Role.SCHOOL_ADMIN}),
    "schools.import": frozenset({Role.REGISTRAR}),
    "people.list": frozenset({Role.REGISTRAR, Role.SCHOOL_ADMIN}),
    "password.reset": frozenset({Role.REGISTRAR, Role.SCHOOL_ADMIN}),
    "certificate.apply": frozenset({Role.TEACHER}),
    "application.review": frozenset({Role.SCHOOL_ADMIN, Role.COUNTY_HR, Role.CITY_HR}),
    "certificate.issue": frozenset({Role.CITY_HR}),
    "certificate.revoke": frozenset({Role.CITY_HR}),
    "overview.read": frozenset(
        {Role.SCHOOL_ADMIN, Role.COUNTY_OFFICIAL, Role.CITY_OFFICIAL, Role.COUNTY_HR, Role.CITY_HR}
    ),
    # frameworks and self-diagnosis
    "framework.edit": frozenset({Role.CITY_OFFICIAL}),
    "diagnosis.own": frozenset({Role.TEACHER}),
    # the hours ledger
    "hours.own": frozenset({Role.TEACHER}),
    "hours.import": frozenset({Role.SCHOOL_ADMIN, Role.COUNTY_HR, Role.CITY_HR}),
    # assessment
    "dossier.write": frozenset({Role.TEACHER}),
    "dossier.assess": frozenset({Role.ASSESSOR}),
    "panel.tend": frozenset({Role.COUNTY_HR, Role.CITY_HR}),
    # review and publicity
    "application.school": frozenset({Role.SCHOOL_ADMIN}),
    "application.county": frozenset({Role.COUNTY_HR, Role.CITY_HR}),
    "application.confirm": frozenset({Role.CITY_HR}),
    "notice.open": frozenset({Role.COUNTY_HR, Role.CITY_HR}),
    "notice.read": frozenset(
        {
            Role.TEACHER,
            Role.SCHOOL_ADMIN,
            Role.COUNTY_OFFICIAL,
            Role.CITY_OFFICIAL,
            Role.COUNTY_HR,
            Role.CITY_HR,
        }
    ),
    "objection.raise": frozenset({Role.TEACHER, Role.SCHOOL_ADMIN}),
    "objection.answer": frozenset({Role.COUNTY_HR, Role.CITY_HR}),
    # titles and the packages for the HR bureau
    "title.note": frozenset({Role.SCHOOL_ADMIN, Role.COUNTY_HR, Role.CITY_HR}),
    "title.set": frozenset({Role.CITY_HR}),
    "package.prepare": frozenset({Role.CITY_HR}),
    "package.release": frozenset({Role.CITY_HR}),
    "package.read": frozenset({Role.CITY_HR, Role.HR_READER}),
    # the three administrators
    "audit.read": frozenset({Role.AUDIT_ADMIN}),
    "accounts.manage": frozenset({Role.SEC_ADMIN}),
    "school_admin.appoint": frozenset({Role.COUNTY_OFFICIAL}),
    "system.read": frozenset({Role.SYS_ADMIN}),
    "grading.tend": frozenset({Role.SYS_ADMIN}),
    # what the matrix of hub.domain.access marks with a star
    "identity.read": frozenset({Role.COUNTY_HR, Role.CITY_HR}),
    "approval.ask": frozenset({Role.SCHOOL_ADMIN, Role.COUNTY_HR, Role.CITY_HR}),
    "approval.decide": frozenset({Role.SCHOOL_ADMIN, Role.COUNTY_HR, Role.CITY_HR, Role.SEC_ADMIN}),
}


@dataclass(frozen=True)
class Person:
    """Somebody on the roster. ``login`` is ``t`` (staff) or ``s`` (student) and eight digits, never an ID number."""

    uid: str
    login: str
    name: str
    kind: str  # staff | student
    sort_key: str  # pinyin, for lists
    id_masked: str
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class Grant:
    """A role held in an organisation; ``path`` is that organisation and all above it, nearest first."""

    role: Role
    org: str
    org_name: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf something is asked, with what they hold today. ``scopes`` narrow a token."""

    uid: str
    login: str
    name: str
    grants: tuple[Grant, ...]
    schools: tuple[str, ...] = ()  # where they work or learn, nearest first
    scopes: frozenset[str] = frozenset({"all"})
    must_change_password: bool = False
    password_days: int | None = None  # how long it was good for when they came in; None: without end

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(g.role for g in self.grants)


# What a token's scope lets through; a browser session has "all".
_SCOPE_OF = {"course.study": "study", "run.open": "teach", "run.teach": "teach", "overview.read": "read"}


def within(actor: Actor, scope: str) -> bool:
    """Whether the actor's session or token reaches as far as ``scope``."""
    return "all" in actor.scopes or scope in actor.scopes


def may(actor: Actor, verb: str, org_path: tuple[str, ...] | None = None) -> bool:
    """Whether ``actor`` may do ``verb`` to something that belongs to ``org_path`` (itself and all above it).

    Without ``org_path``: whether they may do it anywhere. An unknown verb is a programming error, not a yes.
    """
    allowed = PERMISSIONS[verb]
    if not within(actor, _SCOPE_OF.get(verb, "all")):
        return False
    held = [g for g in actor.grants if g.role in allowed]
    return bool(held) if org_path is None else any(g.org in org_path for g in held)


def scope_of(actor: Actor, verb: str) -> tuple[Grant, ...]:
    """The grants under which ``actor`` may do ``verb``, widest scope first."""
    held = [g for g in actor.grants if g.role in PERMISSIONS[verb]]
    return tuple(sorted(held, key=lambda g: len(g.path)))
