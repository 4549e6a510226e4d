"""Taking back a password or a second factor: whoever can do that could become that person, so few can, and it is on record."""

from __future__ import annotations

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.offices import ADMINISTRATORS, REASONS
from hub.domain.organisation import CITY
from hub.domain.people import Actor, Person, Role, may
from hub.journey.audit import note
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

# Whoever resets a password can sign in as that person: nobody may gain by it what they do not hold.
_NEVER_RESET = frozenset(Role) - {Role.TEACHER, Role.STUDENT, Role.INSTRUCTOR, Role.SCHOOL_ADMIN}


def reset_password(f: Fittings, who: Actor, login: str) -> str:
    """Give somebody in one's own scope a fresh first password; returned once, stored only as a hash.

    Officials, registrars and administrators get theirs from the security administrator or the operator; a school's
    administrators from a registrar; somebody with a role beyond the scope of ``who`` from whoever has that scope.
    """
    fresh, encoded = _fresh(f)
    with f.work() as work:
        person = work.people.by_login(login.strip().lower())
        today = beijing_day(f.clock.now())
        homes = work.people.memberships(person.uid, today) if person else ()
        paths = [work.people.path(code) for code in homes]
        if person is None or not any(may(who, "password.reset", path) for path in paths):
            raise refuse("thing.missing", what="这个账号")
        for grant in work.people.grants(person.uid, today):
            beyond = grant.role is Role.SCHOOL_ADMIN and Role.REGISTRAR not in who.roles
            if grant.role in _NEVER_RESET or beyond or not may(who, "password.reset", grant.path):
                raise refuse("access.denied")
        _put(f, work, who, person, encoded, org=homes[0])
    return fresh


def account_password(f: Fittings, who: Actor, login: str, reason: str) -> str:
    """A fresh first password for whoever is nobody's to reset, by the security administrator."""
    fresh, encoded = _fresh(f)
    with f.work() as work:
        person = accountable(f, work, who, login, reason)
        _put(f, work, who, person, encoded, reason, org=CITY)
    return fresh


def account_factor(f: Fittings, who: Actor, login: str, reason: str) -> None:
    """Take somebody's second factor away: they set up another at their next sign-in."""
    with f.work() as work:
        person = accountable(f, work, who, login, reason)
        _drop(work, person)
        note(f, work, who, "second_factor.reset", person.uid, {"reason": reason}, org=CITY)


def accountable(f: Fittings, work: Work, who: Actor, login: str, reason: str) -> Person:
    """Somebody whose way in ``who`` may take back, with a reason: not their own, and no administrator's.

    The administrators watch each other; one who could reset another would be both. Theirs is the operator's to reset.
    """
    person = work.people.by_login(login.strip().lower())
    if person is None or not may(who, "accounts.manage", (CITY,)):
        raise refuse("thing.missing", what="这个账号")
    if person.uid == who.uid:
        raise refuse("account.own")
    if reason not in REASONS:
        raise refuse("account.reason")
    held = {grant.role for grant in work.people.grants(person.uid, beijing_day(f.clock.now()))}
    if held & ADMINISTRATORS:
        raise refuse("account.operator")
    return person


def operator_reset(f: Fittings, login: str) -> str:
    """A fresh first password for anybody, by whoever runs the machine."""
    fresh, encoded = _fresh(f)
    with f.work() as work:
        _put(f, work, None, _anybody(work, login), encoded)
    return fresh


def operator_factor(f: Fittings, login: str) -> None:
    """Take anybody's second factor away, by whoever runs the machine."""
    with f.work() as work:
        person = _anybody(work, login)
        _drop(work, person)
        note(f, work, None, "second_factor.reset", person.uid, {"by": "operator"})


def _anybody(work: Work, login: str) -> Person:
    person = work.people.by_login(login.strip().lower())
    if person is None:
        raise refuse("thing.missing", what="这个账号")
    return person


def _fresh(f: Fittings) -> tuple[str, str]:
    """A first password and its hash; slow, so outside any transaction."""
    fresh = passwords.first(f.ids.secret())
    return fresh, f.passwords.hash(fresh)


def _put(
    f: Fittings,
    work: Work,
    who: Actor | None,
    person: Person,
    encoded: str,
    reason: str = "",
    *,
    org: str = "",
) -> None:
    work.entry.put_credential(person.uid, encoded, must_change=True, at=f.clock.now())
    work.entry.close_sessions(person.uid)
    note(f, work, who, "password.reset", person.uid, {"reason": reason} if reason else {}, org=org)


def _drop(work: Work, person: Person) -> None:
    if not work.access.drop_factor(person.uid):
        raise refuse("second.none")
    work.entry.close_sessions(person.uid)
