"""Everything that decides whether somebody may take the next step with applications, read for many of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.dossier import Dossier
from hub.domain.errors import Refusal, refuse
from hub.domain.grounds import Met, Missing
from hub.domain.lineage import Line
from hub.domain.organisation import Level
from hub.domain.people import PERMISSIONS, Actor, Grant, Role, may
from hub.domain.review import (  # fmt: skip
    DESKS,
    PASSING,
    STATE_NAMES,
    Application,
    Notice,
    Objection,
    Office,
    Review,
    Step,
    hands_differ,
)
from hub.journey.award import frameworks, grounds
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

VERBS = {
    Office.SCHOOL: "application.school",
    Office.COUNTY: "application.county",
    Office.CITY: "application.confirm",
}


@dataclass(frozen=True)
class Facts:
    """What is known of some applications; mappings by application unless said otherwise."""

    today: date
    paths: Mapping[str, tuple[str, ...]]  # by school
    direct: frozenset[str]  # schools that hang under the city itself: its HR office is their county
    reviews: Mapping[str, tuple[Review, ...]]
    dossiers: Mapping[str, Dossier]  # by dossier
    lines: Mapping[str, Line]  # of what its rule asks for
    assessors: Mapping[str, frozenset[str]]
    third: frozenset[str]  # dossiers that a third assessor decided
    answers: Mapping[str, Met | Missing]
    notices: Mapping[str, Notice | None]
    objections: Mapping[str, tuple[Objection, ...]]


def facts_of(f: Fittings, work: Work, applications: Sequence[Application]) -> Facts:
    """Read them in a few queries, whatever their number."""
    ids = [a.id for a in applications]
    paths, direct = places_of(work, {a.school for a in applications})
    chosen = sorted({id for a in applications for id in a.dossiers})
    dossiers = work.review.dossiers(chosen)
    evidence = {
        e.id: e
        for e in work.evidence.evidence_by_ids(sorted({id for a in applications for id in a.evidence}))
    }
    lines = _lines(f, work, applications)
    sat: dict[str, set[str]] = defaultdict(set)
    for seat in work.review.seats(chosen):
        sat[seat.dossier].add(seat.assessor)
    objections: dict[str, list[Objection]] = defaultdict(list)
    for objection in work.publicity.objections(ids):
        objections[objection.application].append(objection)
    ledgers = work.hours.hours_of(sorted({a.person for a in applications}))
    answers = {
        a.id: grounds.still(f, a, dossiers, evidence, lines[a.id], ledgers.get(a.person, ()))
        for a in applications
    }
    notices = work.publicity.notices_of(ids)
    return Facts(
        beijing_day(f.clock.now()),
        paths,
        direct,
        work.review.reviews(ids),
        dossiers,
        lines,
        {a.id: frozenset(who for id in a.dossiers for who in sat[id]) for a in applications},
        work.review.third_opinions(chosen),
        answers,
        {id: notices.get(id) for id in ids},
        {id: tuple(objections[id]) for id in ids},
    )  # fmt: skip


def _lines(f: Fittings, work: Work, applications: Sequence[Application]) -> dict[str, Line]:
    """By application what its rule asks for; nothing where the rule is gone."""
    rules = {a.id: rule for a in applications if (rule := grounds.rule_of(f, a.rule))}
    known = frameworks.lines(work, [rule.framework for rule in rules.values()])
    nothing = Line(("",), {})
    return {a.id: known[rules[a.id].framework] if a.id in rules else nothing for a in applications}


def places_of(work: Work, schools: Collection[str]) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """The paths of schools, and those of them that hang under the city itself."""
    paths = work.people.paths(sorted(schools)) if schools else {}
    above = work.people.organisations(sorted({code for path in paths.values() for code in path}))
    return paths, frozenset(
        s for s in schools if all(above[c].level is not Level.UNIT for c in paths.get(s, ()))
    )


def grant_of(who: Actor, office: Office, path: tuple[str, ...], *, direct: bool) -> Grant | None:
    """The grant under which ``who`` acts in ``office`` for the school at the end of ``path``, or None.

    For a school that is ``direct`` under the city, the city's HR office is its county.
    """
    verb = VERBS.get(office)
    if verb is None or not may(who, verb, path):
        return None
    roles = PERMISSIONS[verb]
    if office is Office.COUNTY:
        roles = frozenset({Role.CITY_HR if direct else Role.COUNTY_HR})
    return next((g for g in who.grants if g.role in roles and g.org in path), None)


def grant_for(who: Actor, office: Office, facts: Facts, school: str) -> Grant | None:
    return grant_of(who, office, facts.paths.get(school, ()), direct=school in facts.direct)


def office_for(who: Actor, facts: Facts, application: Application) -> Grant:
    """The grant under which ``who`` has this application on their desk now; refuses where they do not."""
    desk = DESKS.get(application.state)
    grant = grant_for(who, desk, facts, application.school) if desk else None
    if grant is not None:
        return grant
    if not any(grant_for(who, office, facts, application.school) for office in VERBS):
        raise refuse("thing.missing", what="这份申请")
    raise refuse("application.state", state=STATE_NAMES[application.state])


def apart(who: Actor, facts: Facts, application: Application, office: Office) -> None:
    """Refuse where the hands would not be separate."""
    why = hands_differ(
        application,
        facts.reviews[application.id],
        facts.assessors[application.id],
        who.uid,
        office,
        who.schools,
    )
    if why:
        raise refuse("application.hands", why=why)


def passing(who: Actor, facts: Facts, application: Application, office: Office) -> tuple[Step, Grant]:
    """The step by which ``who``, in ``office``, lets an application pass; refuses with the reason why they may not."""
    if DESKS.get(application.state) is not office or application.state not in PASSING:
        if not any(grant_for(who, each, facts, application.school) for each in VERBS):
            raise refuse("thing.missing", what="这份申请")
        raise refuse("application.state", state=STATE_NAMES[application.state])
    grant = office_for(who, facts, application)
    apart(who, facts, application, office)
    stands(facts, application)
    step = PASSING[application.state]
    if step is Step.CONFIRM:
        _over(facts, application)
    return step, grant


def stands(facts: Facts, application: Application) -> None:
    """Refuse where what it rests on no longer does."""
    answer = facts.answers[application.id]
    if isinstance(answer, Missing):
        raise refuse("application.grounds", why="；".join(answer.reasons))


def _over(facts: Facts, application: Application) -> None:
    """Refuse before the publicity period has run in full, and while an objection waits for its answer."""
    notice = facts.notices[application.id]
    if notice is None:
        raise refuse("application.state", state=STATE_NAMES[application.state])
    if any(o.answered_at is None for o in facts.objections[application.id]):
        raise refuse("objection.open")
    if facts.today <= notice.closes_on:
        raise refuse("notice.running", closes=notice.closes_on)


def blocked(who: Actor, facts: Facts, application: Application, office: Office) -> Refusal | None:
    """Why ``who`` cannot let this pass now, or None."""
    try:
        passing(who, facts, application, office)
    except Refusal as refusal:
        return refusal
    return None
