"""Coming in and going out: sign-in with lock-out, passwords, sessions, and the tokens of our own applications."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.people import Actor, Person, Role, may
from hub.journey import audit
from hub.journey.ports import Fittings, Work

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
SESSION = timedelta(hours=12)
CODE = timedelta(seconds=60)
TOKEN = timedelta(minutes=30)


@dataclass(frozen=True)
class Session:
    """A signed-in browser: ``secret`` goes into its cookie and is stored nowhere."""

    secret: str
    person: Person
    must_change_password: bool


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(f: Fittings, login: str, password: str) -> Session:
    """Check a password. One message for all failures, equal time for unknown people, 15 minutes after 5 failures."""
    now = f.clock.now()
    login = login.strip().lower()
    with f.work() as work:
        person = work.people.by_login(login)
        kept = work.entry.credential(person.uid) if person and person.active else None
    good = f.passwords.check(kept[0] if kept else None, password)  # slow: outside any transaction
    outcome = "auth.failed"
    with f.work() as work:
        kept = work.entry.credential(person.uid) if person and kept else None
        if person and kept:
            _, must_change, failures, locked_until = kept
            if locked_until and locked_until > now:
                outcome = "auth.locked"
                audit.note_locked(f, work, person.uid)
            elif good:
                work.entry.note_failures(person.uid, 0, None)
                secret = f.ids.secret()
                work.entry.open_session(digest(secret), person.uid, now, now + SESSION)
                audit.note_entry(f, work, person.uid, audit.SIGNED_IN, {})
                return Session(secret, person, must_change)
            else:
                failures += 1
                locked = now + LOCK if failures % MAX_FAILURES == 0 else None
                work.entry.note_failures(person.uid, failures, locked)
                audit.note_entry(
                    f, work, person.uid, audit.REFUSED, {"why": outcome, "locks": locked is not None}
                )
    raise refuse(outcome)


def current(f: Fittings, secret: str, idle: timedelta) -> Actor | None:
    """Who a session cookie speaks for, or None once it is over, idle for too long, or unknown."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.session(digest(secret))
        if kept is None:
            return None
        uid, seen_at, ends_at = kept
        if now >= ends_at or now - seen_at >= idle:
            work.entry.close_session(digest(secret))
            return None
        if now - seen_at > timedelta(minutes=1):
            work.entry.touch_session(digest(secret), now)
        return actor(work, uid, now)


def actor(work: Work, uid: str, now: datetime) -> Actor | None:
    """A person with the roles and schools of this day, or None where they are no longer active."""
    person = work.people.person(uid)
    if person is None or not person.active:
        return None
    today = beijing_day(now)
    return Actor(
        uid,
        person.login,
        person.name,
        work.people.grants(uid, today),
        work.people.memberships(uid, today),
        must_change_password=work.entry.must_change(uid),
    )


def actor_by_login(f: Fittings, login: str) -> Actor | None:
    """A person whom the Hub has vouched for by name."""
    now = f.clock.now()
    with f.work() as work:
        person = work.people.by_login(login)
        return actor(work, person.uid, now) if person else None


def sign_out(f: Fittings, secret: str) -> None:
    """End a session and every token given under it."""
    with f.work() as work:
        work.entry.close_session(digest(secret))


def change_password(f: Fittings, who: Actor, old: str, new: str) -> None:
    """Set a new password of one's own; every other session of this person ends."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.credential(who.uid)
    if kept is None or not f.passwords.check(kept[0], old):
        raise refuse("auth.failed")
    why = passwords.problem(new, login=who.login, name=who.name, old=old)
    if why:
        raise refuse("auth.weak_password", why=why)
    encoded = f.passwords.hash(new)
    with f.work() as work:
        work.entry.put_credential(who.uid, encoded, must_change=False, at=now)
        work.entry.close_sessions(who.uid)
        audit.note(f, work, who, "password.changed", who.uid, {})


# Whoever resets a password can sign in as that person: nobody may gain by it what they do not hold.
_NEVER_RESET = frozenset(Role) - {Role.TEACHER, Role.STUDENT, Role.INSTRUCTOR, Role.SCHOOL_ADMIN}


def reset_password(f: Fittings, who: Actor, login: str) -> str:
    """Give somebody in one's own scope a fresh first password; returned once, stored only as a hash.

    Officials, registrars and administrators get theirs from the operator; a school's administrators from a registrar;
    somebody with a role beyond the scope of ``who`` from whoever has that scope.
    """
    now = f.clock.now()
    fresh = passwords.first(f.ids.secret())
    encoded = f.passwords.hash(fresh)
    with f.work() as work:
        person = work.people.by_login(login.strip().lower())
        homes = work.people.memberships(person.uid, beijing_day(now)) if person else ()
        paths = [work.people.path(code) for code in homes]
        if person is None or not any(may(who, "password.reset", path) for path in paths):
            raise refuse("thing.missing", what="这个账号")
        for grant in work.people.grants(person.uid, beijing_day(now)):
            beyond = grant.role is Role.SCHOOL_ADMIN and Role.REGISTRAR not in who.roles
            if grant.role in _NEVER_RESET or beyond or not may(who, "password.reset", grant.path):
                raise refuse("access.denied")
        work.entry.put_credential(person.uid, encoded, must_change=True, at=now)
        work.entry.close_sessions(person.uid)
        audit.note(f, work, who, "password.reset", person.uid, {}, org=homes[0])
    return fresh


def operator_reset(f: Fittings, login: str) -> str:
    """A fresh first password for anybody, by whoever runs the machine."""
    fresh = passwords.first(f.ids.secret())
    encoded = f.passwords.hash(fresh)
    with f.work() as work:
        person = work.people.by_login(login.strip().lower())
        if person is None:
            raise refuse("thing.missing", what="这个账号")
        work.entry.put_credential(person.uid, encoded, must_change=True, at=f.clock.now())
        work.entry.close_sessions(person.uid)
        audit.note(f, work, None, "password.reset", person.uid, {})
    return fresh


def grant_code(f: Fittings, secret: str, client: str, request: dict[str, Any], code: str) -> None:
    """Keep ``code``, good once and for a minute, by which ``client`` gets a token for whoever holds this session."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.session(digest(secret))
        if kept is None:
            raise refuse("auth.required")
        work.entry.add_code(digest(code), client, kept[0], digest(secret), request, now + CODE)


@dataclass(frozen=True)
class Code:
    """What a redeemed code stood for."""

    client: str
    person: str
    session: str
    request: dict[str, Any]


def redeem_code(f: Fittings, code: str, client: str) -> Code | None:
    """Take a code: it is good once, for its own client, for a minute."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.take_code(digest(code))
    if kept is None or kept[0] != client or kept[4] < now:
        return None
    return Code(kept[0], kept[1], kept[2], kept[3])


def issue_token(f: Fittings, code: Code, scopes: list[str]) -> tuple[str, int]:
    """An access token under the session of ``code``, and its lifetime in seconds."""
    token = f.ids.secret()
    with f.work() as work:
        work.entry.add_token(
            digest(token), code.client, code.person, code.session, scopes, f.clock.now() + TOKEN
        )
    return token, int(TOKEN.total_seconds())


def actor_of_token(f: Fittings, token: str) -> Actor | None:
    """Who an access token speaks for, narrowed to the token's scopes; None once it is over."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.token(digest(token))
        if kept is None or kept[3] < now:
            return None
        who = actor(work, kept[0], now)
    return narrowed(who, tuple(kept[2])) if who else None


def sweep(f: Fittings) -> None:
    """Forget sessions, codes and tokens that are over; called now and then by the worker."""
    with f.work() as work:
        work.entry.sweep(f.clock.now())


def narrowed(who: Actor, scopes: tuple[str, ...]) -> Actor:
    """The same person, reaching no further than ``scopes``."""
    return replace(who, scopes=frozenset(scopes))


def beijing_day(now: datetime) -> date:
    """The calendar day in Luoyang at ``now``."""
    return (now + timedelta(hours=8)).date()
