"""Certificates: issued for what the city confirmed, shown to their holder."""

from __future__ import annotations

import json
from hashlib import sha256

from hub.domain import credential, presented
from hub.domain.audit import canonical
from hub.domain.certificate import Certificate, CertificateView, check_code
from hub.domain.errors import refuse
from hub.domain.people import PERMISSIONS, Actor, may
from hub.domain.review import STATE_NAMES, Application, State, Step
from hub.journey import audit
from hub.journey.award import issuing
from hub.journey.award.steps import take, tell
from hub.journey.ports import Fittings, Work

VERB = "certificate.issue"


def issue(f: Fittings, work: Work, application: Application) -> Certificate:
    """The certificate of a confirmed application that was read under its row lock, signed and kept; the caller tells of it.

    Raises Refusal where the application is not confirmed, or where what it rests on has moved.
    """
    if application.state is not State.CITY_CONFIRMED:
        raise refuse("application.state", state=STATE_NAMES[application.state])
    grounds = issuing.grounds_of(f, work, application)
    return issuing.make(
        f, work, application.id, application.person, application.school, application.rating, grounds
    )


def issue_confirmed(f: Fittings, who: Actor, application_id: str) -> Certificate:
    """Issue one confirmed application."""
    with f.work() as work:
        return issue_in(f, work, who, application_id)


def issue_in(f: Fittings, work: Work, who: Actor, application_id: str) -> Certificate:
    """``issue_confirmed`` within somebody's unit of work: the certificate, the last step and its event."""
    before = work.review.application(application_id, lock=True)
    path = work.people.path(before.school) if before else ()
    if before is None or not may(who, VERB, path):
        raise refuse("thing.missing", what="这份申请")
    made = issue(f, work, before)
    grant = next(g for g in who.grants if g.org in path and g.role in PERMISSIONS[VERB])
    moved = take(
        f, work, before, Step.ISSUE, who, role=grant.role.value, org=grant.org, certificate=made.number
    )
    tell(f, work, who, moved, Step.ISSUE, org=grant.org, certificate=made.number)
    noted(f, work, who, made, grant.org)
    return made


def noted(f: Fittings, work: Work, who: Actor, made: Certificate, org: str) -> None:
    """The event of a certificate; it can be held against the certificate's row later."""
    told = {
        "application": made.application,
        "person": made.person,
        "requirement": made.requirement,
        "credential": sha256(made.credential.encode()).hexdigest(),
        "evidence": made.evidence_digest,
    }
    audit.note(f, work, who, "certificate.issued", made.number, told, org=org)


def of_holder(f: Fittings, who: Actor, number: str) -> CertificateView:
    """One's own certificate."""
    with f.work() as work:
        certificate = work.certificates.certificate(number)
        if certificate is None or certificate.person != who.uid:
            raise refuse("thing.missing", what="这份证书")
        return view(f, certificate)


def view(f: Fittings, certificate: Certificate) -> CertificateView:
    """A certificate as page and paper show it: by what was signed."""
    body = presented.take_apart(certificate.credential).body
    code = check_code(certificate.credential)
    proof = json.loads(certificate.proof) if certificate.proof else None
    document = canonical({**body, "proof": proof}).decode() if proof else ""
    return CertificateView(
        certificate,
        credential.shown(body),
        document,
        f"{f.issuer}/v/{certificate.number}?h={code}",
        code,
        f.issuer,
    )


def title(certificate: Certificate) -> str:
    """What a certificate is for, as it says itself."""
    try:
        return credential.shown(presented.take_apart(certificate.credential).body).title
    except presented.Unreadable:
        return certificate.requirement
