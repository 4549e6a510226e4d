"""Accounts: found, given and relieved of roles, frozen and revived, each with a reason and never one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.offices import REASONS, clash, misplaced, privileged
from hub.domain.organisation import CITY, Organisation
from hub.domain.people import Actor, Grant, Person, Role, may
from hub.journey import scope
from hub.journey.appoint import OFFICES, newcomer
from hub.journey.audit import note
from hub.journey.enter import DORMANT, beijing_day
from hub.journey.ports import Fittings, Work

MOST = 50
EVERYWHERE = (
    CITY,
)  # accounts are the city's: a county's own security administrator decides approvals, no more


@dataclass(frozen=True)
class Account:
    """Somebody as the security administrator sees them: no business data."""

    person: Person
    grants: tuple[Grant, ...]
    homes: tuple[str, ...]
    used_at: datetime | None
    dormant: bool
    factor: bool
    own: bool


def find(f: Fittings, who: Actor, text: str) -> tuple[Person, ...]:
    """Accounts by login or part of a name."""
    if not may(who, "accounts.manage", EVERYWHERE):
        raise refuse("access.denied")
    if not text.strip():
        return ()
    with f.work() as work:
        return work.access.accounts(text.strip()[:50], MOST)


def account(f: Fittings, who: Actor, login: str) -> Account:
    """One account with its roles and how it stands."""
    now = f.clock.now()
    with f.work() as work:
        person = _person(work, who, login)
        grants = work.people.grants(person.uid, beijing_day(now))
        homes = work.people.organisations(work.people.memberships(person.uid, beijing_day(now)))
        used = work.entry.used_at(person.uid)
        asleep = privileged(frozenset(g.role for g in grants)) and used is not None and now - used >= DORMANT
        return Account(
            person, grants, tuple(o.name for o in homes.values()), used, asleep,
            work.access.factor(person.uid) is not None, person.uid == who.uid,
        )  # fmt: skip


def _person(work: Work, who: Actor, login: str) -> Person:
    person = work.people.by_login(login.strip().lower())
    if person is None or not may(who, "accounts.manage", EVERYWHERE):
        raise refuse("thing.missing", what="这个账号")
    return person


def grant(f: Fittings, who: Actor, login: str, role: Role, org: str, reason: str) -> None:
    """Give a role: any office by the security administrator. What may not lie in one hand is refused with the reason."""
    with f.work() as work:
        work.people.lock_rosters()  # two who give at once would not see each other's
        person = _person(work, who, login)
        scope.require(work, who, "accounts.manage", org, "这个单位")
        _give(f, work, who, person, role, org, reason)


def _give(f: Fittings, work: Work, who: Actor, person: Person, role: Role, org: str, reason: str) -> None:
    if person.uid == who.uid:
        raise refuse("account.own")
    if reason not in REASONS:
        raise refuse("account.reason")
    if role not in OFFICES:
        raise refuse("account.role", why="教师和学生由名册导入")
    if not person.active:
        raise refuse("account.state")
    place = work.people.organisation(org)
    today = beijing_day(f.clock.now())
    held = frozenset(g.role for g in work.people.grants(person.uid, today))
    why = (misplaced(role, place.level) if place else "没有这个单位") or clash(held, role)
    if why:
        raise refuse("account.role", why=why)
    work.people.grant(person.uid, role, org, today, who.uid)
    note(f, work, who, "role.granted", person.uid, {"role": role.value, "at": org, "reason": reason}, org=org)


def end(f: Fittings, who: Actor, login: str, role: Role, org: str, reason: str) -> None:
    """End a role from today on; what was done under it stays."""
    with f.work() as work:
        person = _changing(work, who, login, reason)
        if not work.access.end_grant(person.uid, role, org, beijing_day(f.clock.now())):
            raise refuse("account.state")
        note(
            f, work, who, "role.ended", person.uid, {"role": role.value, "at": org, "reason": reason}, org=org
        )


def freeze(f: Fittings, who: Actor, login: str, reason: str) -> None:
    """Nobody comes in by this account any more; every session of it ends."""
    with f.work() as work:
        person = _changing(work, who, login, reason)
        if not person.active:
            raise refuse("account.state")
        work.access.set_active(person.uid, False)
        work.entry.close_sessions(person.uid)
        note(f, work, who, "account.frozen", person.uid, {"reason": reason})


def revive(f: Fittings, who: Actor, login: str, reason: str) -> None:
    """Let somebody in again who was frozen, or who has not come for 90 days."""
    with f.work() as work:
        person = _changing(work, who, login, reason)
        work.access.set_active(person.uid, True)
        work.entry.note_use(person.uid, f.clock.now())
        note(f, work, who, "account.revived", person.uid, {"reason": reason})


def _changing(work: Work, who: Actor, login: str, reason: str) -> Person:
    person = _person(work, who, login)
    if person.uid == who.uid:
        raise refuse("account.own")
    if reason not in REASONS:
        raise refuse("account.reason")
    return person


@dataclass(frozen=True)
class SchoolAdmins:
    """The schools of a county and who administers each."""

    schools: tuple[tuple[Organisation, tuple[Person, ...]], ...]


def school_admins(f: Fittings, who: Actor) -> SchoolAdmins:
    """The schools that ``who`` may give an administrator; those without one first."""
    scope.top(who, "school_admin.appoint")
    today = beijing_day(f.clock.now())
    with f.work() as work:
        schools = scope.schools(work, who, "school_admin.appoint", today)
        held: dict[str, list[Person]] = {}
        for org, person in work.access.holders(Role.SCHOOL_ADMIN, [o.code for o in schools], today):
            held.setdefault(org, []).append(person)
    rows = [(o, tuple(held.get(o.code, ()))) for o in schools]
    return SchoolAdmins(tuple(sorted(rows, key=lambda row: (bool(row[1]), row[0].code))))


def appoint_school_admin(f: Fittings, who: Actor, org: str, name: str, login: str) -> tuple[Person, str]:
    """A school's administrator, by the county: somebody new with a first password, or one of the school's own people."""
    now = f.clock.now()
    fresh = "" if login.strip() else passwords.first(f.ids.secret())
    encoded = f.passwords.hash(fresh) if fresh else ""
    with f.work() as work:
        work.people.lock_rosters()
        scope.require(work, who, "school_admin.appoint", org, "这所学校")
        person = work.people.by_login(login.strip().lower()) if login.strip() else None
        if login.strip() and (
            person is None or org not in work.people.memberships(person.uid, beijing_day(now))
        ):
            raise refuse("thing.missing", what="这个账号")
        if person is None:
            person = newcomer(f, work, name, org, encoded)
        _give(f, work, who, person, Role.SCHOOL_ADMIN, org, "appointed")
    return person, fresh
