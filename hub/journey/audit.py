"""Audit: every change to a record and every read that must be accounted for leaves one event, in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hub.domain.audit import Entry, moment
from hub.domain.audit_view import Wanted
from hub.domain.people import Actor
from hub.faults import reached
from hub.journey.ports import Fittings, Work

SYSTEM = "system"  # who acts where a rule or the machine does
SIGNED_IN, REFUSED = "enter.signed_in", "enter.refused"


@dataclass(frozen=True)
class Told:
    """What happened to what; ``detail`` holds identifiers, digests, states and whole numbers."""

    verb: str
    subject: str
    detail: dict[str, Any]
    org: str = ""


def note(
    f: Fittings,
    work: Work,
    who: Actor | None,
    verb: str,
    subject: str,
    detail: dict[str, Any],
    *,
    org: str = "",
) -> None:
    """Append the event ``verb`` about ``subject`` (an identifier, never a name); ``who`` None is the platform itself.

    ``detail`` holds identifiers, digests, states and whole numbers: no names, no identity numbers, no floats. It is
    kept apart, salted; the event carries its digest. ``org`` is the scope in which ``who`` acts. Call it last in the
    unit of work: it holds the end of the chain until the commit.
    """
    note_all(f, work, who, [Told(verb, subject, detail, org)])


def note_all(f: Fittings, work: Work, who: Actor | None, told: Sequence[Told]) -> None:
    """Append one event for each; the end of the chain is taken once."""
    at, uid = moment(f.clock.now()), who.uid if who else SYSTEM
    roles = {org: _roles(work, who, org) for org in {one.org for one in told}}
    work.audit.append(
        [Entry(at, uid, roles[one.org], one.org, one.verb, one.subject, one.detail) for one in told]
    )
    reached("event.append")


def note_entry(f: Fittings, work: Work, uid: str, verb: str, detail: dict[str, Any]) -> None:
    """Append an event about somebody at the door: signed in (their own act), or refused (nobody's)."""
    actor = uid if verb == SIGNED_IN else ""
    work.audit.append([Entry(moment(f.clock.now()), actor, "", "", verb, uid, detail)])


def note_locked(f: Fittings, work: Work, uid: str) -> None:
    """Somebody tries a locked account; once a minute at most, or whoever tries could fill the log."""
    now = f.clock.now()
    lately = Wanted(subject=uid, verbs=(REFUSED,), since=moment(now - timedelta(minutes=1)))
    if not work.audit.page(lately, None, 1):
        note_entry(f, work, uid, REFUSED, {"why": "auth.locked", "locks": False})


def _roles(work: Work, who: Actor | None, org: str) -> str:
    """What ``who`` acts as: the roles that reach ``org``, or all of them where none does."""
    if who is None:
        return SYSTEM
    path = work.people.path(org) if org else ()
    reaching = {g.role.value for g in who.grants if g.org in path}
    return ",".join(sorted(reaching or {g.role.value for g in who.grants}))
