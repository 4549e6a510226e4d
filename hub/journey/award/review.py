"""An application's way: drafted and submitted by the teacher, passed or returned by school, county and city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.domain.certificate import Certificate
from hub.domain.competency import AssessmentRule
from hub.domain.dossier import Dossier
from hub.domain.errors import refuse
from hub.domain.grounds import Missing, in_force
from hub.domain.people import Actor, Role, may
from hub.domain.rating import Rating, lowest
from hub.domain.review import DESKS, IN_FLIGHT, STATE_NAMES, Application, Office, State, Step
from hub.journey import audit
from hub.journey.award import grounds
from hub.journey.award.facts import apart, facts_of, office_for, passing
from hub.journey.award.steps import take, tell
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

_EDITABLE = (State.DRAFT, State.RETURNED)


def draft(f: Fittings, who: Actor, rule_id: str, chosen: Sequence[str]) -> Application:
    """Choose one's rated dossiers for a certificate: a new draft, or the one that is there with another choice."""
    with f.work() as work:
        return draft_in(f, work, who, rule_id, chosen)


def draft_in(f: Fittings, work: Work, who: Actor, rule_id: str, chosen: Sequence[str]) -> Application:
    """``draft`` within somebody's unit of work."""
    if not may(who, "certificate.apply") or not who.schools:
        raise refuse("access.denied")
    rule = grounds.rule_of(f, rule_id)
    now = f.clock.now()
    if rule is None or not in_force(rule, beijing_day(now)):
        raise refuse("application.rule")
    work.study.lock_attempts("application", rule.id, who.uid)  # beside decide._lock and another tab
    own = [a for a in work.review.applications_of(who.uid) if a.rule == rule.id]
    open_ = next((a for a in own if a.state in IN_FLIGHT), None)
    if open_ and open_.state not in _EDITABLE:
        raise refuse("application.pending")
    if any(holds(c, rule.id, f) for c in work.certificates.certificates(who.uid)):
        raise refuse("certificate.issued")
    dossiers = _chosen(work, who, rule, chosen)
    evidence = tuple(e.id for e in work.review.evidence_in([d.id for d in dossiers]))
    made = Application(
        open_.id if open_ else f.ids.new("app"), who.uid, who.schools[0], rule.id, tuple(d.id for d in dossiers),
        evidence, lowest(d.rating or Rating.FAIL for d in dossiers), open_.state if open_ else State.DRAFT,
        open_.begun_at if open_ else now, now, open_.submitted_at if open_ else None,
    )  # fmt: skip
    if open_ is None:
        work.review.add_application(made)
    elif not work.review.change(made, open_.state):
        raise refuse("application.state", state=STATE_NAMES[open_.state])
    audit.note(
        f, work, who, "application.drafted", made.id, {"dossiers": list(made.dossiers)}, org=made.school
    )
    return made


def holds(certificate: Certificate, rule: str, f: Fittings) -> bool:
    """Whether this is a standing certificate under the rule."""
    return (
        certificate.requirement == rule
        and certificate.state in ("standing", "suspended")
        and beijing_day(f.clock.now()) < certificate.valid_to
    )


def _chosen(work: Work, who: Actor, rule: AssessmentRule, ids: Sequence[str]) -> tuple[Dossier, ...]:
    """The dossiers meant, all of them one's own and rated under what the rule asks for."""
    line = grounds.line_of(work, rule)
    own = {d.id: d for d in work.review.rated(who.uid, line.ids)}
    wanted = list(dict.fromkeys(ids))
    if not wanted or any(id not in own for id in wanted):
        raise refuse("request.invalid", why="请从已有考核结果的微能力里选择")
    return tuple(sorted((own[id] for id in wanted), key=lambda d: line.order(d.place)))


def submit(f: Fittings, who: Actor, application_id: str) -> Application:
    """Hand in one's draft, or what was returned: taken only when everything the rule asks for is there."""
    with f.work() as work:
        return submit_in(f, work, who, application_id)


def submit_in(f: Fittings, work: Work, who: Actor, application_id: str) -> Application:
    """``submit`` within somebody's unit of work."""
    seen = work.review.application(application_id)
    if seen is not None:  # in the order in which draft takes them
        work.study.lock_attempts("application", seen.rule, who.uid)
    before = _own(work, who, application_id)
    if not who.schools:
        raise refuse("access.denied")
    rule = grounds.rule_of(f, before.rule)
    if rule is None or not in_force(rule, beijing_day(f.clock.now())):
        raise refuse("application.rule")
    if before.state not in _EDITABLE:
        raise refuse("application.state", state=STATE_NAMES[before.state])
    dossiers = _chosen(work, who, rule, before.dossiers)
    evidence = tuple(e.id for e in work.review.evidence_in([d.id for d in dossiers]))
    now = f.clock.now()
    fresh = replace(
        before, school=who.schools[0], evidence=evidence, submitted_at=now,
        rating=lowest(d.rating or Rating.FAIL for d in dossiers),
    )  # fmt: skip
    answer = facts_of(f, work, [fresh]).answers[fresh.id]
    if isinstance(answer, Missing):
        raise refuse("application.grounds", why="；".join(answer.reasons))
    made = take(f, work, fresh, Step.SUBMIT, who, role=Role.TEACHER.value, org=fresh.school)
    tell(f, work, who, made, Step.SUBMIT, org=made.school, evidence=list(evidence))
    return made


def take_back(f: Fittings, who: Actor, application_id: str) -> Application:
    """Take back what the school has not reviewed yet."""
    with f.work() as work:
        before = _own(work, who, application_id)
        made = take(f, work, before, Step.TAKE_BACK, who, role=Role.TEACHER.value, org=before.school)
        tell(f, work, who, made, Step.TAKE_BACK, org=made.school)
    return made


def _own(work: Work, who: Actor, id: str) -> Application:
    """One's own application, locked."""
    found = work.review.application(id, lock=True)
    if found is None or found.person != who.uid:
        raise refuse("thing.missing", what="这份申请")
    return found


def let_pass(f: Fittings, who: Actor, application_id: str, office: Office) -> Application:
    """School, county or city let an application pass: their review, or the city's confirmation after the publicity."""
    with f.work() as work:
        return let_pass_in(f, work, who, application_id, office)


def let_pass_in(f: Fittings, work: Work, who: Actor, application_id: str, office: Office) -> Application:
    """``let_pass`` within somebody's unit of work, who adds nothing after it but other events."""
    before = _locked(work, application_id)
    step, grant = passing(who, facts_of(f, work, [before]), before, office)
    made = take(f, work, before, step, who, role=grant.role.value, org=grant.org)
    tell(f, work, who, made, step, org=grant.org)
    return made


def let_all_pass_in(
    f: Fittings, work: Work, who: Actor, ids: Sequence[str], office: Office
) -> tuple[Application, ...]:
    """``let_pass_in`` for many at once, all or none: what decides about them is read once."""
    found = [_locked(work, id) for id in sorted(set(ids))]
    facts = facts_of(f, work, found)
    ways = [(one, *passing(who, facts, one, office)) for one in found]
    made = [
        (take(f, work, one, step, who, role=grant.role.value, org=grant.org), step, grant)
        for one, step, grant in ways
    ]
    for one, step, grant in made:
        tell(f, work, who, one, step, org=grant.org)
    return tuple(one for one, _, _ in made)


def send_back(f: Fittings, who: Actor, application_id: str, reason: str) -> Application:
    """Return an application that lies on one's desk to the teacher; every review has to be done again afterwards."""
    with f.work() as work:
        return send_back_in(f, work, who, application_id, reason)


def send_back_in(f: Fittings, work: Work, who: Actor, application_id: str, reason: str) -> Application:
    """``send_back`` within somebody's unit of work."""
    before = _locked(work, application_id)
    facts = facts_of(f, work, [before])
    grant = office_for(who, facts, before)
    apart(who, facts, before, DESKS[before.state])
    if len(reason.strip()) < 4:
        raise refuse("application.reason")
    made = take(f, work, before, Step.RETURN, who, role=grant.role.value, org=grant.org, reason=reason)
    tell(f, work, who, made, Step.RETURN, org=grant.org, reason=reason)
    return made


def _locked(work: Work, id: str) -> Application:
    found = work.review.application(id, lock=True)
    if found is None:
        raise refuse("thing.missing", what="这份申请")
    return found
