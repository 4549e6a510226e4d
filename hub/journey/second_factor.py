"""The second factor: set up once, given after the password; hub.journey.resets takes it back when a phone is lost."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from hub.domain import passwords
from hub.domain.errors import refuse
from hub.domain.offices import privileged
from hub.domain.people import Actor
from hub.journey import enter
from hub.journey.audit import note
from hub.journey.enter import actor, digest
from hub.journey.ports import Fittings, Work

RECOVERY_CODES = 8


@dataclass(frozen=True)
class Halfway:
    """Somebody whose password was right and whose session is good for nothing else yet."""

    actor: Actor
    enrolled: bool


@dataclass(frozen=True)
class Offer:
    """A secret to be set up on a phone. ``sealed`` comes back with the first code; nothing is stored before that."""

    secret: str
    uri: str
    sealed: str


@dataclass(frozen=True)
class Entered:
    """A session that is good now; the recovery codes, where they were just made, are shown once."""

    secret: str
    must_change_password: bool
    recovery: tuple[str, ...] = ()
    left: int | None = None  # recovery codes left, after one was used


def halfway(f: Fittings, session: str) -> Halfway | None:
    """Who has given a password under this cookie and owes the second factor; None for anybody else."""
    with f.work() as work:
        return _halfway(f, work, session)


def _halfway(f: Fittings, work: Work, session: str) -> Halfway | None:
    now = f.clock.now()
    kept = work.entry.session(digest(session))
    who = actor(work, kept[0], now) if kept and now < kept[2] else None
    if kept is None or who is None or enter.good(f, who, kept[3]):
        return None
    return Halfway(who, work.access.factor(who.uid) is not None)


def offer(f: Fittings, session: str) -> Offer:
    """A fresh secret for somebody without one; it is bound to their session and kept by nobody until it is confirmed."""
    found = halfway(f, session)
    if found is None:
        raise refuse("auth.required")
    if found.enrolled:
        raise refuse("second.enrolled")
    return _offer(f, found.actor, session, f.totp.new())


def offered(f: Fittings, session: str, sealed: str) -> Offer:
    """The same offer again, for a page that shows a wrong code."""
    found = halfway(f, session)
    if found is None:
        raise refuse("auth.required")
    return _offer(f, found.actor, session, _opened(f, found.actor, session, sealed))


def _offer(f: Fittings, who: Actor, session: str, secret: str) -> Offer:
    sealed = f.vault.seal(f"offer/{who.uid}/{digest(session)}/{secret}")
    return Offer(secret, f.totp.uri(secret, who.login), base64.b64encode(sealed).decode())


def _opened(f: Fittings, who: Actor, session: str, sealed: str) -> str:
    """The secret of an offer that was made to this session. Refuses anything else."""
    try:
        text = f.vault.open(base64.b64decode(sealed, validate=True))
    except ValueError:
        raise refuse("second.offer") from None
    start = f"offer/{who.uid}/{digest(session)}/"
    if not text.startswith(start):
        raise refuse("second.offer")
    return text.removeprefix(start)


def confirm(f: Fittings, session: str, sealed: str, code: str) -> Entered:
    """Set the factor up by its first code: the session becomes a good one, the recovery codes are told once."""
    now = f.clock.now()
    with f.work() as work:
        found = _halfway(f, work, session)
        if found is None:
            raise refuse("auth.required")
        if found.enrolled:
            raise refuse("second.enrolled")
        who = found.actor
        secret = _opened(f, who, session, sealed)
        step = f.totp.step(secret, _digits(code), now, 0)
        if step is None:
            raise refuse("second.first_code")
        codes = tuple(passwords.first(f.ids.secret()) for _ in range(RECOVERY_CODES))
        tags = [_tag(f, who.uid, one) for one in codes]
        if not work.access.add_factor(who.uid, _seal(f, who.uid, secret), step, tags, now):
            raise refuse("second.enrolled")
        entered = _enter(f, work, session, who)
        note(f, work, who, "second_factor.enrolled", who.uid, {"recovery": len(codes)})
    return Entered(entered, who.must_change_password, codes)


def prove(f: Fittings, session: str, code: str) -> Entered:
    """Give the second factor: a code of the phone, or one of the recovery codes. Wrong ones count like passwords."""
    now = f.clock.now()
    with f.work() as work:
        found = _halfway(f, work, session)
        if found is None:
            raise refuse("auth.required")
        who = found.actor
        kept = work.entry.credential(who.uid)  # one at a time for each person: no code is taken twice
        factor = work.access.factor(who.uid)
        if kept is None or factor is None:
            raise refuse("auth.required")
        sealed, last, recovery, _ = factor
        step = f.totp.step(_unseal(f, who.uid, sealed), _digits(code), now, last)
        tag = _tag(f, who.uid, code)
        spare = [one for one in recovery if one != tag]
        used = step is None and len(spare) < len(recovery)
        if kept[3] and kept[3] > now:
            work.entry.close_session(digest(session))  # back to the password, when the lock is over
        outcome = enter.count(f, work, who.uid, kept, "" if step is not None or used else "second.failed")
        if not outcome:
            work.access.spend(who.uid, last if step is None else step, spare if used else recovery)
            entered = _enter(f, work, session, who)
            if used:
                note(f, work, who, "second_factor.recovered", who.uid, {"left": len(spare)})
            return Entered(entered, who.must_change_password, left=len(spare) if used else None)
    raise refuse(outcome)


def _enter(f: Fittings, work: Work, session: str, who: Actor) -> str:
    """A fresh session in place of the half one, whose cookie somebody may have seen."""
    work.entry.close_session(digest(session))
    return enter.open_session(f, work, who, proved=True)


@dataclass(frozen=True)
class Standing:
    """How one's own factor stands."""

    needed: bool
    enrolled: bool
    recovery_left: int


def standing(f: Fittings, who: Actor) -> Standing:
    """For the page of somebody who is in."""
    with f.work() as work:
        factor = work.access.factor(who.uid)
    return Standing(
        f.second_factor and privileged(who.roles), factor is not None, len(factor[2]) if factor else 0
    )


def _digits(code: str) -> str:
    """What was typed, without spaces; digits of a Chinese keyboard are digits."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in code if not c.isspace())[:64]


def _tag(f: Fittings, uid: str, code: str) -> str:
    """What is stored of a recovery code; typed with or without its hyphens."""
    code = "".join(c for c in code[:64].lower() if c.isalnum())
    return f.vault.tag(f"recovery/{uid}/{code}").hex()


def _seal(f: Fittings, uid: str, secret: str) -> bytes:
    return f.vault.seal(f"totp/{uid}/{secret}")


def _unseal(f: Fittings, uid: str, sealed: bytes) -> str:
    """The secret of this very person: a row that was put in another's place opens nothing."""
    text = f.vault.open(sealed)
    if not text.startswith(f"totp/{uid}/"):
        raise refuse("second.failed")
    return text.removeprefix(f"totp/{uid}/")
