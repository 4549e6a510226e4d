"""Approvals: what the permission matrix marks with a star is read with somebody else's leave, and every read is on record."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.domain.access import RESOURCES, STARRED, starred_roles
from hub.domain.approval import GOOD_FOR, PURPOSE, Approval
from hub.domain.errors import refuse
from hub.domain.organisation import Organisation
from hub.domain.people import Actor, Role, may
from hub.journey.audit import note
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Request:
    """An approval as a page shows it."""

    approval: Approval
    resource: str
    org: str
    asker: str
    decider: str
    standing: str


@dataclass(frozen=True)
class Desk:
    """What one has asked for, what one may decide, and what one could ask for where."""

    mine: tuple[Request, ...]
    to_decide: tuple[Request, ...]
    resources: tuple[tuple[str, str], ...]
    places: tuple[Organisation, ...]


def asks_as(who: Actor, resource: str, path: tuple[str, ...]) -> Role | None:
    """The role by which ``who`` may ask to read ``resource`` at ``path``, or None."""
    if resource not in STARRED or not may(who, "approval.ask", path):
        return None
    starred = starred_roles(resource)
    return next((g.role for g in who.grants if g.role in starred and g.org in path), None)


def may_decide(work: Work, who: Actor, approval: Approval) -> bool:
    """Whether it is for ``who`` to decide: a holder of the same role over the same place, or the security administrator."""
    path = work.people.path(approval.org)
    if not may(who, "approval.decide", path):
        return False
    able = starred_roles(approval.resource) | {Role.SEC_ADMIN}
    return any(g.role in able and g.org in path for g in who.grants)


def ask(f: Fittings, who: Actor, resource: str, org: str, purpose: str) -> Approval:
    """Ask for leave to read ``resource`` in ``org`` and below; the purpose is for whoever decides."""
    now, purpose = f.clock.now(), " ".join(purpose.split())
    with f.work() as work:
        path = work.people.path(org)
        if not path or asks_as(who, resource, path) is None:
            raise refuse("thing.missing", what="这个单位或资源")
        if not PURPOSE[0] <= len(purpose) <= PURPOSE[1]:
            raise refuse("approval.purpose")
        work.study.lock_attempts("approval", resource, who.uid)
        earlier = work.access.approvals(asked_by=who.uid)
        same = [a for a in earlier if a.resource == resource and a.org == org]
        if any(a.open(now) or a.good(now) for a in same):
            raise refuse("approval.pending")
        made = Approval(f.ids.new("ask"), who.uid, resource, org, purpose, now)
        work.access.add_approval(made)
        note(f, work, who, "approval.asked", made.id, {"resource": resource, "org": org}, org=org)
    return made


def decide(f: Fittings, who: Actor, id: str, *, grant: bool, reason: str = "") -> Approval:
    """Say yes, for a week, or no with a reason. Never to oneself."""
    now, reason = f.clock.now(), " ".join(reason.split())[:200]
    with f.work() as work:
        found = work.access.approval(id, lock=True)
        if found is None or not (found.asked_by == who.uid or may_decide(work, who, found)):
            raise refuse("thing.missing", what="这份申请")
        if found.asked_by == who.uid:
            raise refuse("approval.own")
        if not found.open(now):
            raise refuse("approval.decided")
        if not grant and not reason:
            raise refuse("approval.reason")
        ends = now + GOOD_FOR if grant else None
        made = replace(found, decided_by=who.uid, decided_at=now, granted=grant, reason=reason, ends_at=ends)
        work.access.decide_approval(made)
        note(f, work, who, "approval.decided", id, {"granted": grant}, org=found.org)
    return made


def valid(f: Fittings, work: Work, who: Actor, resource: str, org: str) -> Approval | None:
    """The approval by which ``who`` may read ``resource`` of ``org`` now: it covers the place, and the role is still held."""
    now, path = f.clock.now(), work.people.path(org)
    if asks_as(who, resource, path) is None:
        return None
    mine = work.access.approvals(asked_by=who.uid)
    return next((a for a in mine if a.resource == resource and a.org in path and a.good(now)), None)


def reading(f: Fittings, work: Work, who: Actor, resource: str, org: str, subject: str) -> Approval:
    """Called last in the unit of work that reads something starred of ``subject`` in ``org``.

    Refuses without a valid approval; with one, the read is in the audit log before anything is shown.
    """
    found = valid(f, work, who, resource, org)
    if found is None:
        raise refuse("approval.needed", what=RESOURCES[resource].name)
    note(f, work, who, f"read.{resource}", subject, {"approval": found.id}, org=org)
    return found


def desk(f: Fittings, who: Actor, org: str = "") -> Desk:
    """One's own requests, and those of others that wait for one; ``org`` is a place to offer besides one's own."""
    now = f.clock.now()
    with f.work() as work:
        mine = work.access.approvals(asked_by=who.uid) if may(who, "approval.ask") else ()
        waiting = work.access.approvals(open_only=True) if may(who, "approval.decide") else ()
        others = [a for a in waiting if a.asked_by != who.uid and a.open(now) and may_decide(work, who, a)]
        keys = [key for key in STARRED if starred_roles(key) & who.roles]
        held = [g.org for g in who.grants if any(g.role in starred_roles(key) for key in keys)]
        known = work.people.organisations(held)
        below = [child for org in held for child in work.people.under(org)]
        asked = work.people.organisation(org) if may(who, "approval.ask", work.people.path(org)) else None
        places = {o.code: o for o in (*known.values(), *below, *([asked] if asked else []))}

        def shown(approval: Approval) -> Request:
            org = work.people.organisation(approval.org)
            asker = work.people.person(approval.asked_by)
            decider = work.people.person(approval.decided_by) if approval.decided_by else None
            return Request(
                approval, RESOURCES[approval.resource].name, org.name if org else approval.org,
                asker.name if asker else "", decider.name if decider else "", approval.standing(now),
            )  # fmt: skip

        return Desk(
            tuple(shown(a) for a in mine),
            tuple(shown(a) for a in others),
            tuple((key, RESOURCES[key].name) for key in keys),
            tuple(places.values()),
        )
