"""The beginnings of an empty house: places and frameworks, and the first people, whom no roster can bring."""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.offices import clash, misplaced
from hub.domain.organisation import Organisation
from hub.domain.people import Person, Role
from hub.journey.audit import note
from hub.journey.award import frameworks
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.sort_key import sort_key

BY = "operator"
# Offices that an operator hands out; teachers and students come by roster.
OFFICES = (
    Role.REGISTRAR, Role.CITY_OFFICIAL, Role.COUNTY_OFFICIAL, Role.SCHOOL_ADMIN, Role.INSTRUCTOR, Role.SYS_ADMIN,
    Role.ASSESSOR, Role.COUNTY_HR, Role.CITY_HR, Role.HR_READER, Role.SEC_ADMIN, Role.AUDIT_ADMIN,
)  # fmt: skip


def found(f: Fittings, organisations: Sequence[Organisation]) -> int:
    """Put down the places and frameworks that are not there yet; how many places."""
    with f.work() as work:
        frameworks.put_down(f, work)
        missing = [o for o in organisations if work.people.organisation(o.code) is None]
        for organisation in missing:
            work.people.put_organisation(organisation)
        if work.audit.size() == 0:  # what there is without an event from now on is wrong
            note(f, work, None, "log.begun", "audit", work.audit.counts())
        if missing:
            note(f, work, None, "house.founded", "organisations", {"places": len(missing)})
    return len(missing)


def appoint(f: Fittings, name: str, role: Role, org: str, login: str = "") -> tuple[Person, str]:
    """Give an office to somebody new, or to the holder of ``login``; the person, and a new one's first password."""
    if role not in OFFICES:
        raise refuse("request.invalid", why="教师和学生由名册导入")
    now = f.clock.now()
    fresh = "" if login else passwords.first(f.ids.secret())
    encoded = f.passwords.hash(fresh) if fresh else ""
    with f.work() as work:
        work.people.lock_rosters()
        place = work.people.organisation(org)
        if place is None:
            raise refuse("thing.missing", what=f"代码为 {org} 的单位")
        person = work.people.by_login(login.strip().lower()) if login else None
        if login and person is None:
            raise refuse("thing.missing", what="这个账号")
        held = (
            frozenset(g.role for g in work.people.grants(person.uid, beijing_day(now)))
            if person
            else frozenset()
        )
        why = misplaced(role, place.level) or clash(held, role)
        if why:
            raise refuse("account.role", why=why)
        if person is None:
            person = newcomer(f, work, name, org, encoded)
        work.people.grant(person.uid, role, org, beijing_day(now), BY)
        note(f, work, None, "office.given", person.uid, {"role": role.value, "new": bool(fresh)}, org=org)
    return person, fresh


def newcomer(f: Fittings, work: Work, name: str, org: str, encoded: str) -> Person:
    """Somebody new at ``org`` with a first password, whom no roster has brought."""
    now, name = f.clock.now(), " ".join(name.split())
    if not 2 <= len(name) <= 50:
        raise refuse("request.invalid", why="姓名要有 2 到 50 个字")
    person = Person(
        f.ids.new("per"), work.people.next_login("t"), name, "staff", sort_key(name), "", True, now
    )
    work.people.add(person, cipher=None, tag=None)
    work.people.join(person.uid, org, beijing_day(now), staff_no="", subject="")
    work.entry.put_credential(person.uid, encoded, must_change=True, at=now)
    return person
