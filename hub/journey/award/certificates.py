"""Certificates: asked for, decided, issued, shown to their holder."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

from hub.domain import credential, presented
from hub.domain import review as record
from hub.domain.audit import canonical
from hub.domain.certificate import (
    Application,
    ApplicationState,
    Certificate,
    CertificateView,
    check_code,
)
from hub.domain.competency import Missing, Requirement
from hub.domain.errors import refuse
from hub.domain.people import Actor, may
from hub.domain.rating import RATING_NAMES
from hub.journey import audit
from hub.journey.award import issuing
from hub.journey.award.evidence import requirement_of, standing
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


def apply(f: Fittings, who: Actor, requirement_id: str) -> Application:
    """Ask one's own school for a certificate; taken only when everything is there."""
    requirement = requirement_of(f, requirement_id)
    now = f.clock.now()
    if not may(who, "certificate.apply") or not who.schools:
        raise refuse("access.denied")
    with f.work() as work:
        work.study.lock_attempts("application", requirement.id, who.uid)
        earlier = work.review.applications(person=who.uid)
        if any(a.state is ApplicationState.SUBMITTED and a.requirement == requirement.id for a in earlier):
            raise refuse("application.pending")
        if any(_holds(c, requirement, beijing_day(now)) for c in work.certificates.certificates(who.uid)):
            raise refuse("certificate.issued")
        answer = standing(f, work, who.uid, requirement)
        if isinstance(answer, Missing):
            raise refuse("certificate.no_grounds", why="；".join(answer.reasons))
        made = Application(
            f.ids.new("app"), who.uid, who.schools[0], requirement.id, tuple(e.id for e in answer.evidence),
            answer.rating, ApplicationState.SUBMITTED, now,
        )  # fmt: skip
        work.review.add_application(made)
        detail = {"requirement": requirement.id, "evidence": list(made.evidence)}
        audit.note(f, work, who, "application.submitted", made.id, detail, org=made.school)
    return made


def _holds(certificate: Certificate, requirement: Requirement, today: date) -> bool:
    return (
        certificate.requirement == requirement.id
        and certificate.state in ("standing", "suspended")
        and today < certificate.valid_to
    )


def review(
    f: Fittings, who: Actor, application_id: str, *, approve: bool, reason: str = ""
) -> Certificate | None:
    """A school's decision: issue the certificate, or return the application with a reason."""
    now = f.clock.now()
    with f.work() as work:
        application = work.review.application(application_id, lock=True)
        if application is None or not may(who, "application.review", work.people.path(application.school)):
            raise refuse("thing.missing", what="这份申请")
        if application.person == who.uid:
            raise refuse("application.own")
        if application.state is not ApplicationState.SUBMITTED:
            raise refuse("application.decided")
        if not approve:
            if not reason.strip():
                raise refuse("application.reason")
            work.review.decide(
                replace(application, state=ApplicationState.RETURNED, decided_by=who.uid, decided_at=now, reason=reason.strip()[:500])
            )  # fmt: skip
            audit.note(f, work, who, "application.returned", application.id, {}, org=application.school)
            return None
        requirement = requirement_of(f, application.requirement)
        answer = standing(f, work, application.person, requirement)
        if isinstance(answer, Missing):
            raise refuse("certificate.no_grounds", why="；".join(answer.reasons))
        if {e.id for e in answer.evidence} != set(application.evidence):
            raise refuse("certificate.no_grounds", why="申请之后证据有变化，请退回后重新申请")
        grounds = issuing.grounds_of_requirement(f, work, requirement, answer)
        rating = next(code for code, name in RATING_NAMES.items() if name == answer.rating)
        certificate = issuing.make(
            f, work, application.id, application.person, application.school, rating, grounds
        )
        work.review.decide(
            replace(application, state=ApplicationState.ISSUED, decided_by=who.uid, decided_at=now)
        )
        noted(f, work, who, certificate, application.school)
    return certificate


def issue(f: Fittings, work: Work, application: record.Application, who: Actor | None = None) -> Certificate:
    """Issue the certificate of a confirmed application, in the caller's unit of work, which must hold the application.

    One that was issued before is answered with its certificate: whoever was killed between asks again. Raises Refusal
    where the application is not confirmed, or what it rests on has moved.
    """
    there = work.certificates.number_of(application.id)
    kept = work.certificates.certificate(there) if there else None
    if kept is not None:
        return kept
    if application.state is not record.State.CITY_CONFIRMED:
        raise refuse("certificate.not_confirmed")
    grounds = issuing.grounds_of(f, work, application)
    made = issuing.make(
        f, work, application.id, application.person, application.school, application.rating, grounds
    )
    noted(f, work, who, made, application.school)
    return made


def noted(f: Fittings, work: Work, who: Actor | None, made: Certificate, org: str) -> None:
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
