"""Certificates: issued for what the city confirmed, shown to their holder, revoked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

from hub.domain.certificate import Certificate, CertificateView, certificate_number, check_code
from hub.domain.competency import AssessmentRule, Node
from hub.domain.errors import refuse
from hub.domain.people import PERMISSIONS, Actor, may
from hub.domain.rating import RATING_NAMES
from hub.domain.review import STATE_NAMES, Application, State, Step
from hub.journey.audit import note
from hub.journey.award import credential
from hub.journey.award.evidence import evidence_digest
from hub.journey.award.grounds import rule_of
from hub.journey.award.steps import take, tell
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


def issue(f: Fittings, work: Work, application: Application) -> Certificate:
    """Sign the certificate of an application that the city has confirmed and that was read under its row lock."""
    rule = rule_of(f, application.rule)
    person = work.people.person(application.person)
    school = work.people.organisation(application.school)
    path = work.people.path(application.school)
    if person is None or school is None or rule is None or len(path) < 2:
        raise refuse("thing.missing", what="申请人、学校或规则")
    now = f.clock.now()
    today = beijing_day(now)
    dossiers = work.review.dossiers(application.dossiers)
    grounds = evidence_digest(dossiers.values(), work.evidence.evidence_by_ids(application.evidence))
    number = certificate_number(rule.framework, today.year, path[-2], work.certificates.next_number())
    made = Certificate(
        number, application.id, person.uid, person.name, school.name, rule.id, RATING_NAMES[application.rating], now,
        _years_later(today, rule.valid_years), f.signer.key_id, "", grounds,
    )  # fmt: skip
    nodes = _nodes(work, rule, application)
    claims = credential.claims(f.issuer, made, rule, nodes, subject=f.vault.tag(person.uid).hex()[:32])
    return replace(made, credential=f.signer.sign(claims, credential.TYPE))


def issue_confirmed(f: Fittings, who: Actor, application_id: str) -> Certificate:
    """Issue one confirmed application."""
    with f.work() as work:
        return issue_in(f, work, who, application_id)


def issue_in(f: Fittings, work: Work, who: Actor, application_id: str) -> Certificate:
    """``issue_confirmed`` within somebody's unit of work: the certificate, the last step and its event."""
    before = work.review.application(application_id, lock=True)
    path = work.people.path(before.school) if before else ()
    if before is None or not may(who, "application.confirm", path):
        raise refuse("thing.missing", what="这份申请")
    if before.state is not State.CITY_CONFIRMED:
        raise refuse("application.state", state=STATE_NAMES[before.state])
    made = issue(f, work, before)
    work.certificates.add_certificate(made)
    grant = next(g for g in who.grants if g.org in path and g.role in PERMISSIONS["application.confirm"])
    moved = take(
        f, work, before, Step.ISSUE, who, role=grant.role.value, org=grant.org, certificate=made.number
    )
    tell(f, work, who, moved, Step.ISSUE, org=grant.org, certificate=made.number)
    note(f, work, who, "certificate.issued", made.number, _told(made), org=grant.org)
    return made


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
    with f.work() as work:
        revoke_in(f, work, who, number, reason)


def revoke_in(f: Fittings, work: Work, who: Actor, number: str, reason: str) -> None:
    """``revoke`` within somebody's unit of work."""
    if not may(who, "certificate.revoke"):
        raise refuse("access.denied")
    if not reason.strip():
        raise refuse("certificate.reason")
    work.study.lock_attempts("certificate", number, "")
    certificate = work.certificates.certificate(number)
    path = _path_of(f, work, certificate.person) if certificate else ()
    before = work.review.application(certificate.application, lock=True) if certificate else None
    if certificate is None or before is None or not may(who, "certificate.revoke", path):
        raise refuse("thing.missing", what="这份证书")
    if certificate.revoked_at is not None:
        raise refuse("certificate.revoked")
    work.certificates.revoke(number, who.uid, f.clock.now(), reason.strip()[:500])
    grant = next(g for g in who.grants if g.org in path and g.role in PERMISSIONS["certificate.revoke"])
    moved = take(f, work, before, Step.REVOKE, who, role=grant.role.value, org=grant.org, reason=reason)
    tell(f, work, who, moved, Step.REVOKE, org=grant.org, reason=reason, certificate=number)
    note(f, work, who, "certificate.revoked", number, {}, org=grant.org)


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
    rule = rule_of(f, certificate.requirement)
    application = work.review.application(certificate.application)
    if rule is None or application is None:
        raise refuse("thing.missing", what="这份证书")
    nodes = _nodes(work, rule, application)
    return CertificateView(
        certificate, rule, tuple(nodes[c] for c in sorted(nodes)),
        f"{f.issuer}/v/{certificate.number}?h={check_code(certificate.credential)}",
        check_code(certificate.credential), f.issuer,
    )  # fmt: skip


def _nodes(work: Work, rule: AssessmentRule, application: Application) -> dict[str, Node]:
    """The competencies that an application is about: of its dossiers, or, in the old flow, of its evidence."""
    codes = {d.code for d in work.review.dossiers(application.dossiers).values()}
    codes = codes or {e.code for e in work.evidence.evidence_by_ids(application.evidence)}
    return {n.code: n for n in work.frameworks.nodes(rule.framework) if n.code in codes}
