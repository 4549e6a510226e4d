"""What becomes of a certificate after its issue: revoked, suspended and restored, replaced; each a new record with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.domain import presented
from hub.domain.certificate import Certificate, CertificateView
from hub.domain.errors import refuse
from hub.domain.organisation import CITY
from hub.domain.people import PERMISSIONS, Actor, Grant, may
from hub.domain.review import Step, after
from hub.journey import audit
from hub.journey.award import issuing
from hub.journey.award.certificates import noted, view
from hub.journey.award.steps import take, tell
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

VERB = "certificate.revoke"
_MOST = 500  # characters of a reason


@dataclass(frozen=True)
class Found:
    """A certificate as an official sees it, with all that has happened to it."""

    view: CertificateView
    suspensions: tuple[tuple[datetime, str, datetime | None, str], ...]


def find(f: Fittings, who: Actor, number: str) -> Found | None:
    """A certificate that ``who`` could revoke, or None."""
    with f.work() as work:
        certificate = work.certificates.certificate(number)
        if certificate is None or not may(who, VERB, _path(f, work, certificate)):
            return None
        return Found(view(f, certificate), work.certificates.suspensions(number))


def revoke(f: Fittings, who: Actor, number: str, reason: str) -> None:
    """Take back a certificate for good."""
    with f.work() as work:
        revoke_in(f, work, who, number, reason)


def revoke_in(f: Fittings, work: Work, who: Actor, number: str, reason: str) -> None:
    """``revoke`` within somebody's unit of work: the revocation, the application's last step and their events."""
    certificate = _standing(f, work, who, number, reason, also=("suspended",))
    before = work.review.application(certificate.application, lock=True)
    work.certificates.revoke(number, who.uid, f.clock.now(), reason.strip()[:_MOST])
    grant = _grant(f, work, who, certificate)
    if before is not None and after(before.state, Step.REVOKE):
        moved = take(f, work, before, Step.REVOKE, who, role=grant.role.value, org=grant.org, reason=reason)
        tell(f, work, who, moved, Step.REVOKE, org=grant.org, reason=reason, certificate=number)
    _note(f, work, who, "certificate.revoked", certificate)


def suspend(f: Fittings, who: Actor, number: str, reason: str) -> None:
    """Let a certificate not count for the time being."""
    with f.work() as work:
        certificate = _standing(f, work, who, number, reason)
        id = f.ids.new("sus")
        work.certificates.suspend(id, number, who.uid, f.clock.now(), reason.strip()[:_MOST])
        _note(f, work, who, "certificate.suspended", certificate, suspension=id)


def lift(f: Fittings, who: Actor, number: str, reason: str) -> None:
    """Let a suspended certificate count again."""
    with f.work() as work:
        certificate = _certificate(f, work, who, number, reason)
        if certificate.state != "suspended":
            raise refuse("certificate.not_suspended")
        work.certificates.lift(number, who.uid, f.clock.now(), reason.strip()[:_MOST])
        _note(f, work, who, "certificate.restored", certificate)


def reissue(f: Fittings, who: Actor, number: str, reason: str) -> Certificate:
    """Replace a certificate by one that names it: with the name as on the roster now, until the same day."""
    with f.work() as work:
        certificate = _standing(f, work, who, number, reason)
        if beijing_day(f.clock.now()) >= certificate.valid_to:
            raise refuse("certificate.expired")
        body = presented.take_apart(certificate.credential).body
        made = issuing.make_again(f, work, certificate, body, reason.strip()[:_MOST])
        before = work.review.application(certificate.application, lock=True)
        if before is not None:
            work.review.change(replace(before, certificate=made.number), before.state)
        noted(f, work, who, made, _grant(f, work, who, certificate).org)
        _note(f, work, who, "certificate.superseded", certificate, successor=made.number)
    return made


def _standing(
    f: Fittings, work: Work, who: Actor, number: str, reason: str, also: tuple[str, ...] = ()
) -> Certificate:
    """The certificate, held, where it stands. Raises Refusal."""
    certificate = _certificate(f, work, who, number, reason)
    if certificate.state in ("standing", *also):
        return certificate
    raise refuse(f"certificate.{certificate.state}")


def _certificate(f: Fittings, work: Work, who: Actor, number: str, reason: str) -> Certificate:
    if not may(who, VERB):
        raise refuse("access.denied")
    work.study.lock_attempts("certificate", number, "")
    certificate = work.certificates.certificate(number)
    if certificate is None or not may(who, VERB, _path(f, work, certificate)):
        raise refuse("thing.missing", what="这份证书")
    if not reason.strip():
        raise refuse("certificate.reason")
    return certificate


def _path(f: Fittings, work: Work, certificate: Certificate) -> tuple[str, ...]:
    """Where the holder is now; of somebody who has left, the city alone, which is above every school."""
    schools = work.people.memberships(certificate.person, beijing_day(f.clock.now()))
    return tuple(code for school in schools for code in work.people.path(school)) or (CITY,)


def _note(f: Fittings, work: Work, who: Actor, verb: str, certificate: Certificate, **more: Any) -> None:
    org = _grant(f, work, who, certificate).org
    audit.note(
        f, work, who, verb, certificate.number, {"application": certificate.application, **more}, org=org
    )


def _grant(f: Fittings, work: Work, who: Actor, certificate: Certificate) -> Grant:
    """Under which of their offices somebody acts on a certificate."""
    path = _path(f, work, certificate)
    return next(g for g in who.grants if g.org in path and g.role in PERMISSIONS[VERB])
