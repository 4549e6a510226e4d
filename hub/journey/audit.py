"""Audit: every change to a record and every read that must be accounted for leaves one event, in its own transaction."""

from __future__ import annotations

from typing import Any

from hub.domain.audit import moment
from hub.domain.people import Actor
from hub.journey.ports import Fittings, Work

SYSTEM = "system"  # who acts where a rule or the machine does


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
    role = (
        ",".join(sorted({g.role.value for g in who.grants if not org or org in (g.org, *g.path)}))
        if who
        else SYSTEM
    )
    work.audit.append(moment(f.clock.now()), who.uid if who else SYSTEM, role, org, verb, subject, detail)
