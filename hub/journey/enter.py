"""Coming in and going out: sign-in with lock-out, sessions, and the tokens of our own applications."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.offices import privileged
from hub.domain.people import Actor, Person
from hub.journey import audit
from hub.journey.ports import Fittings, Work

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
SESSION = timedelta(hours=12)
HALFWAY = timedelta(minutes=10)  # how long somebody may look for their phone
PRIVILEGED_IDLE = timedelta(minutes=15)
DORMANT = timedelta(days=90)
CODE = timedelta(seconds=60)
TOKEN = timedelta(minutes=30)


@dataclass(frozen=True)
class Session:
    """A signed-in browser: ``secret`` goes into its cookie and is stored nowhere."""

    secret: str
    person: Person
    must_change_password: bool
    second: bool = False  # good for nothing yet but giving the second factor


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
            outcome = "" if good else "auth.failed"
            outcome = count(f, work, person.uid, kept, outcome)
            who = actor(work, person.uid, now) if not outcome else None
            if who and _dormant(work, who, now):
                outcome = "auth.dormant"
                audit.note_entry(f, work, person.uid, audit.REFUSED, {"why": outcome, "locks": False})
            elif who:
                second = f.second_factor and privileged(who.roles)
                secret = open_session(f, work, who, proved=False, second=second)
                return Session(secret, person, who.must_change_password, second)
    raise refuse(outcome or "auth.failed")


def count(
    f: Fittings, work: Work, uid: str, kept: tuple[str, bool, int, datetime | None], outcome: str
) -> str:
    """Why somebody does not come in, or nothing; five wrong passwords or codes (``outcome``) in a row lock for a while."""
    now = f.clock.now()
    failures, locked_until = kept[2:]
    if locked_until and locked_until > now:
        audit.note_locked(f, work, uid)
        return "auth.locked"
    if outcome:
        failures += 1
        locked = now + LOCK if failures % MAX_FAILURES == 0 else None
        work.entry.note_failures(uid, failures, locked)
        audit.note_entry(f, work, uid, audit.REFUSED, {"why": outcome, "locks": locked is not None})
    return outcome


def open_session(f: Fittings, work: Work, who: Actor, *, proved: bool, second: bool = False) -> str:
    """A fresh session; one that still wants its ``second`` factor is short and leaves the failures counted."""
    now, secret = f.clock.now(), f.ids.secret()
    work.entry.open_session(
        digest(secret), who.uid, now, now + (HALFWAY if second else SESSION), proved=proved
    )
    if not second:
        work.entry.note_use(who.uid, now)
        audit.note_entry(f, work, who.uid, audit.SIGNED_IN, {"second": True} if proved else {})
    return secret


def _dormant(work: Work, who: Actor, now: datetime) -> bool:
    used_at = work.entry.used_at(who.uid)
    return privileged(who.roles) and used_at is not None and now - used_at >= DORMANT


def current(f: Fittings, secret: str, idle: timedelta) -> Actor | None:
    """Who a session cookie speaks for, or None once it is over, idle for too long, unknown, or not yet good."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.session(digest(secret))
        if kept is None:
            return None
        uid, seen_at, ends_at, proved, entered = kept
        who = actor(work, uid, now, entered)
        special = who is not None and privileged(who.roles)
        if now >= ends_at or now - seen_at >= (min(idle, PRIVILEGED_IDLE) if special else idle):
            work.entry.close_session(digest(secret))
            return None
        if now - seen_at > timedelta(minutes=1):
            work.entry.touch_session(digest(secret), now)
        return who if who and good(f, who, proved) else None


def good(f: Fittings, who: Actor, proved: bool) -> bool:
    """Whether a session is good for anything: asked anew each time, since a role may come while it lasts."""
    return proved or not f.second_factor or not privileged(who.roles)


def actor(work: Work, uid: str, now: datetime, entered: datetime | None = None) -> Actor | None:
    """A person with the roles and schools of this day, or None where they are no longer active.

    The age of a privileged password is that of the moment they ``entered``: nobody is stopped in the midst of a form.
    """
    person = work.people.person(uid)
    if person is None or not person.active:
        return None
    today = beijing_day(now)
    grants = work.people.grants(uid, today)
    handed_out, changed_at = work.entry.password(uid) or (False, None)
    ages = changed_at if privileged(frozenset(g.role for g in grants)) else None
    days = passwords.days_left(ages, entered or now) if ages else None
    return Actor(
        uid, person.login, person.name, grants, work.people.memberships(uid, today),
        must_change_password=handed_out or days == 0, password_days=days,
    )  # fmt: skip


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


def grant_code(f: Fittings, secret: str, client: str, request: dict[str, Any], code: str) -> None:
    """Keep ``code``, good once and for a minute, by which ``client`` gets a token for whoever holds this session."""
    now = f.clock.now()
    with f.work() as work:
        kept = work.entry.session(digest(secret))
        who = actor(work, kept[0], now, kept[4]) if kept and now < kept[2] else None
        if kept is None or who is None or not good(f, who, kept[3]):
            raise refuse("auth.required")
        if who.must_change_password:
            raise refuse("auth.change_password")
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
        session = work.entry.session(kept[4]) if kept else None
        if kept is None or kept[3] < now or session is None or now >= session[2]:
            return None
        who = actor(work, kept[0], now, session[4])
    return narrowed(who, tuple(kept[2])) if who and good(f, who, session[3]) else None


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
