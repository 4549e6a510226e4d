"""Certificates: asked for, decided, issued, shown to their holder, revoked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

from hub.domain.certificate import (
    Application,
    ApplicationState,
    Certificate,
    CertificateView,
    certificate_number,
    check_code,
)
from hub.domain.competency import Met, Missing, Requirement
from hub.domain.errors import refuse
from hub.domain.people import Actor, may
from hub.journey.audit import note
from hub.journey.award import credential
from hub.journey.award.evidence import evidence_digest, requirement_of, standing
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
        note(f, work, who, "application.submitted", made.id, detail, org=made.school)
    return made


def _holds(certificate: Certificate, requirement: Requirement, today: date) -> bool:
    return (
        certificate.requirement == requirement.id
        and certificate.revoked_at is None
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
            note(f, work, who, "application.returned", application.id, {}, org=application.school)
            return None
        requirement = requirement_of(f, application.requirement)
        answer = standing(f, work, application.person, requirement)
        if isinstance(answer, Missing):
            raise refuse("certificate.no_grounds", why="；".join(answer.reasons))
        if {e.id for e in answer.evidence} != set(application.evidence):
            raise refuse("certificate.no_grounds", why="申请之后证据有变化，请退回后重新申请")
        certificate = _issue(f, work, application, requirement, answer)
        work.review.decide(
            replace(application, state=ApplicationState.ISSUED, decided_by=who.uid, decided_at=now)
        )
        work.certificates.add_certificate(certificate)
        note(
            f, work, who, "certificate.issued", certificate.number, _told(certificate), org=application.school
        )
    return certificate


def _issue(
    f: Fittings, work: Work, application: Application, requirement: Requirement, answer: Met
) -> Certificate:
    now = f.clock.now()
    person = work.people.person(application.person)
    school = work.people.organisation(application.school)
    path = work.people.path(application.school)
    if person is None or school is None or len(path) < 2:
        raise refuse("thing.missing", what="申请人或学校")
    today = beijing_day(now)
    number = certificate_number(requirement.framework, today.year, path[-2], work.certificates.next_number())
    made = Certificate(
        number, application.id, person.uid, person.name, school.name, requirement.id, answer.rating, now,
        _years_later(today, requirement.valid_years), f.signer.key_id, "", evidence_digest(answer.evidence),
    )  # fmt: skip
    nodes = {n.code: n for n in work.frameworks.nodes(requirement.framework)}
    claims = credential.claims(f.issuer, made, requirement, nodes, subject=f.vault.tag(person.uid).hex()[:32])
    return replace(made, credential=f.signer.sign(claims, credential.TYPE))


def _told(made: Certificate) -> dict[str, str]:
    """What the event of a certificate says; it can be held against the certificate's row later."""
    return {
        "application": made.application,
        "person": made.person,
        "requirement": made.requirement,
        "credential": hashlib.sha256(made.credential.encode()).hexdigest(),
        "evidence": made.evidence_digest,
    }


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def revoke(f: Fittings, who: Actor, number: str, reason: str) -> None:
    """Take back a certificate; a new record, the certificate itself stays as it was."""
    if not may(who, "certificate.revoke"):
        raise refuse("access.denied")
    if not reason.strip():
        raise refuse("certificate.reason")
    with f.work() as work:
        work.study.lock_attempts("certificate", number, "")
        certificate = work.certificates.certificate(number)
        if certificate is None:
            raise refuse("thing.missing", what="这份证书")
        if not may(who, "certificate.revoke", _path_of(f, work, certificate.person)):
            raise refuse("thing.missing", what="这份证书")
        if certificate.revoked_at is not None:
            raise refuse("certificate.revoked")
        work.certificates.revoke(number, who.uid, f.clock.now(), reason.strip()[:500])
        note(f, work, who, "certificate.revoked", number, {})


def of_holder(f: Fittings, who: Actor, number: str) -> CertificateView:
    """One's own certificate."""
    with f.work() as work:
        certificate = work.certificates.certificate(number)
        if certificate is None or certificate.person != who.uid:
            raise refuse("thing.missing", what="这份证书")
        return view(f, work, certificate)


def for_revocation(f: Fittings, who: Actor, number: str) -> Certificate | None:
    """A certificate that ``who`` could revoke, or None."""
    with f.work() as work:
        certificate = work.certificates.certificate(number)
        reach = certificate and may(who, "certificate.revoke", _path_of(f, work, certificate.person))
        return certificate if reach else None


def _path_of(f: Fittings, work: Work, uid: str) -> tuple[str, ...]:
    schools = work.people.memberships(uid, beijing_day(f.clock.now()))
    return tuple(code for school in schools for code in work.people.path(school))


def view(f: Fittings, work: Work, certificate: Certificate) -> CertificateView:
    """A certificate with everything that its page and its paper show; whose it is, the caller has looked at."""
    requirement = requirement_of(f, certificate.requirement)
    nodes = {n.code: n for n in work.frameworks.nodes(requirement.framework)}
    return CertificateView(
        certificate, requirement, tuple(nodes[c] for c in requirement.codes),
        f"{f.issuer}/v/{certificate.number}?h={check_code(certificate.credential)}",
        check_code(certificate.credential), f.issuer,
    )  # fmt: skip
