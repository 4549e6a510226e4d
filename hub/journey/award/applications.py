"""Where applications stand: for their owner as a line of steps, for a reviewer as the whole record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.competency import AssessmentRule
from hub.domain.dossier import Dossier
from hub.domain.errors import Refusal, refuse
from hub.domain.grounds import Met, Missing, in_force
from hub.domain.hour_count import Progress
from hub.domain.people import Actor, Person
from hub.domain.review import (
    DESKS,
    IN_FLIGHT,
    PASSING,
    Application,
    Notice,
    Objection,
    Office,
    Review,
    State,
    Step,
)
from hub.journey.award import grounds
from hub.journey.award.desk import items, unusual
from hub.journey.award.facts import VERBS, Facts, blocked, facts_of, grant_for
from hub.journey.award.review import holds
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

# The stops on the way of an application, and the step that reaches each.
WAY = (
    ("提交", Step.SUBMIT), ("学校审核", Step.SCHOOL), ("县（市、区）审核", Step.COUNTY), ("公示", Step.PUBLICISE),
    ("市级确认", Step.CONFIRM), ("发证", Step.ISSUE),
)  # fmt: skip
_REACHED = {
    State.DRAFT: 0, State.RETURNED: 0, State.SUBMITTED: 1, State.SCHOOL_REVIEWED: 2, State.COUNTY_REVIEWED: 3,
    State.PUBLICISED: 3, State.OBJECTED: 3, State.CITY_CONFIRMED: 5,
}  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """One stop: when it was reached, and whether it is the one that is waited for."""

    name: str
    at: datetime | None
    next: bool


@dataclass(frozen=True)
class Chosen:
    """A rated dossier, with its code as it reads under the rule and the name of its competency, and whether it is chosen."""

    dossier: Dossier
    code: str
    name: str
    dimension: str
    chosen: bool


@dataclass(frozen=True)
class Entry:
    """What was done to a record; ``by`` is None where the reader must not know who did it."""

    review: Review
    place: str
    by: Person | None


@dataclass(frozen=True)
class Own:
    """One of one's own applications."""

    application: Application
    rule: AssessmentRule | None
    items: tuple[tuple[str, str, object], ...]
    stops: tuple[Stop, ...]
    history: tuple[Entry, ...]
    notice: Notice | None
    objections: tuple[Objection, ...]  # without telling who raised them
    certificate: str | None


@dataclass(frozen=True)
class Offer:
    """A certificate that can be applied for: what there is to choose from, and what is missing."""

    rule: AssessmentRule
    choices: tuple[Chosen, ...]
    hours: Progress | None
    answer: Met | Missing  # with everything one has
    under_way: Application | None
    certified: bool


@dataclass(frozen=True)
class Mine:
    """The page 证书申请 of a teacher."""

    offers: tuple[Offer, ...]
    own: tuple[Own, ...]


def mine(f: Fittings, who: Actor) -> Mine:
    """One's own applications, and what one could apply for."""
    today = beijing_day(f.clock.now())
    with f.work() as work:
        found = work.review.applications_of(who.uid)
        facts = facts_of(f, work, found)
        certificates = work.certificates.certificates(who.uid)
        offers = []
        for rule in f.rules.assessment_rules():
            if in_force(rule, today):
                under_way = next((a for a in found if a.rule == rule.id and a.state in IN_FLIGHT), None)
                offers.append(
                    Offer(
                        rule, _choices(work, who, rule, under_way), grounds.hours_under(f, rule, work.hours.hours(who.uid), today),
                        grounds.best_of(f, work, who.uid, rule, today), under_way,
                        any(holds(c, rule.id, f) for c in certificates),
                    )
                )  # fmt: skip
        return Mine(tuple(offers), tuple(_own(f, work, facts, a) for a in found))


def _choices(
    work: Work, who: Actor, rule: AssessmentRule, under_way: Application | None
) -> tuple[Chosen, ...]:
    """One's rated dossiers under a rule; without a choice made before, the best choice among all that passed."""
    line = grounds.line_of(work, rule)
    every, best = grounds.to_choose(work, who.uid, line)
    chosen = set(under_way.dossiers) if under_way else best
    return tuple(
        Chosen(d, line.told(d.place), node.name, node.dimension, d.id in chosen)
        for d in every
        if (node := line.node(d.place))
    )


def _own(f: Fittings, work: Work, facts: Facts, application: Application) -> Own:
    reviews = facts.reviews[application.id]
    return Own(
        application, grounds.rule_of(f, application.rule), items(facts, application), stops(application, reviews),
        _entries(work, reviews, frozenset()), facts.notices[application.id],
        facts.objections[application.id], application.certificate,
    )  # fmt: skip


def stops(application: Application, reviews: tuple[Review, ...]) -> tuple[Stop, ...]:
    """The line of steps, with the dates of the present round."""
    since = max((n for n, r in enumerate(reviews) if r.step is Step.SUBMIT), default=len(reviews))
    times = {r.step: r.at for r in reviews[since:]}
    reached = _REACHED.get(application.state, len(WAY))
    return tuple(
        Stop(name, times.get(step) if n < reached else None, n == reached)
        for n, (name, step) in enumerate(WAY)
    )


def _entries(work: Work, reviews: tuple[Review, ...], named: frozenset[Step]) -> tuple[Entry, ...]:
    """What was done, with the names of those who took the steps in ``named``."""
    places = work.people.organisations(sorted({r.org for r in reviews}))
    return tuple(
        Entry(
            r,
            places[r.org].name if r.org in places else "",
            work.people.person(r.by) if r.step in named else None,
        )
        for r in reviews
    )


@dataclass(frozen=True)
class Whole:
    """A record before a reviewer. ``office`` is theirs for the step it waits for, if it waits for them."""

    application: Application
    person: Person
    school: str
    rule: AssessmentRule | None
    items: tuple[tuple[str, str, object], ...]
    answer: Met | Missing
    unusual: tuple[str, ...]
    stops: tuple[Stop, ...]
    history: tuple[Entry, ...]
    notice: Notice | None
    objections: tuple[Objection, ...]
    office: Office | None
    can_pass: bool
    blocked: Refusal | None
    certificate: str | None


# Who took these is seen by county and city; who objected is seen only by those who answer, on their own page.
_NAMED = frozenset(Step) - {Step.OBJECT}


def whole(f: Fittings, who: Actor, application_id: str) -> Whole:
    """One record, for those who review it at any level; nobody else may know of it, its owner has a page of their own."""
    with f.work() as work:
        application = work.review.application(application_id)
        facts = facts_of(f, work, [application]) if application else None
        if application is None or facts is None or application.state is State.DRAFT:
            raise refuse("thing.missing", what="这份申请")
        held = [o for o in VERBS if grant_for(who, o, facts, application.school)]
        person, school = work.people.person(application.person), work.people.organisation(application.school)
        if not held or person is None or school is None or person.uid == who.uid:
            raise refuse("thing.missing", what="这份申请")
        desk = DESKS.get(application.state)
        office = desk if desk in held else None
        passes = office is not None and application.state in PASSING
        moved = bool(work.review.elsewhere({person.uid: application.school}, facts.today))
        reviews = facts.reviews[application.id]
        above = held != [Office.SCHOOL]
        return Whole(
            application, person, school.name, grounds.rule_of(f, application.rule), items(facts, application),
            facts.answers[application.id], unusual(facts, application, moved=moved), stops(application, reviews),
            _entries(work, reviews, _NAMED if above else frozenset()), facts.notices[application.id],
            facts.objections[application.id], office, passes,
            blocked(who, facts, application, office) if passes and office else None, application.certificate,
        )  # fmt: skip
