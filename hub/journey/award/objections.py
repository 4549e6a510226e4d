"""Objections to a publicity list: by real name, within its days; answered in writing, within ten working days, by somebody apart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hub.domain.errors import refuse
from hub.domain.people import Actor, Person, may, scope_of
from hub.domain.review import STATE_NAMES, Application, Notice, Objection, State, Step
from hub.journey import audit
from hub.journey.award.facts import Facts, facts_of
from hub.journey.award.publicity import ANSWER_DAYS
from hub.journey.award.steps import take, tell
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

_LEAST, _MOST = 10, 1000  # characters of a reason or an answer
_SHOWN = 200


@dataclass(frozen=True)
class Case:
    """An objection on the desk of those who answer; ``by`` is None where the reader must not know who raised it."""

    objection: Objection
    application: Application
    person: Person
    school: str
    by: Person | None
    overdue: bool
    mine_to_answer: bool


@dataclass(frozen=True)
class Objections:
    """What somebody has raised themselves, and what lies on their desk."""

    raised: tuple[Case, ...]
    desk: tuple[Case, ...]
    today: date


def object_to(f: Fittings, who: Actor, notice_id: str, application_id: str, reason: str) -> Objection:
    """Raise an objection to one line of a list, on any of its days up to the last."""
    now = f.clock.now()
    today = beijing_day(now)
    with f.work() as work:
        notice = work.publicity.notice(notice_id)
        path = work.people.path(notice.school) if notice else ()
        grant = next((g for g in scope_of(who, "objection.raise") if g.org in path), None)
        if notice is None or grant is None or not may(who, "objection.raise", path):
            raise refuse("thing.missing", what="这份公示")
        if application_id not in notice.applications:
            raise refuse("thing.missing", what="这份申请")
        before = work.review.application(application_id, lock=True)
        if before is None:
            raise refuse("thing.missing", what="这份申请")
        _may_be_raised(work, who, notice, before, today)
        if not _LEAST <= len(reason.strip()) <= _MOST:
            raise refuse("objection.reason")
        due = work.workdays.calendar().after(today, ANSWER_DAYS)
        made = Objection(
            f.ids.new("obj"), before.id, notice.id, who.uid, reason.strip(), now, due
        )  # fmt: skip
        work.publicity.add_objection(made)
        detail = {"objection": made.id, "notice": notice.id, "due": str(due), "reason": _digest(made.reason)}
        if before.state is State.PUBLICISED:  # the first one; the others are answered beside it
            moved = take(f, work, before, Step.OBJECT, who, role=grant.role.value, org=grant.org)
            tell(f, work, who, moved, Step.OBJECT, org=grant.org, **detail)
        else:
            audit.note(f, work, who, "objection.raised", before.id, detail, org=grant.org)
    return made


def _may_be_raised(work: Work, who: Actor, notice: Notice, application: Application, today: date) -> None:
    if application.person == who.uid:
        raise refuse("objection.own")
    if not notice.opens_on <= today <= notice.closes_on:
        raise refuse("objection.closed", opens=notice.opens_on, closes=notice.closes_on)
    latest = work.publicity.notices_of([application.id]).get(application.id)
    if (
        application.state not in (State.PUBLICISED, State.OBJECTED)
        or latest is None
        or latest.id != notice.id
    ):
        raise refuse("application.state", state=STATE_NAMES[application.state])
    if any(o.by == who.uid and o.notice == notice.id for o in work.publicity.objections([application.id])):
        raise refuse("objection.twice")


def answer(f: Fittings, who: Actor, objection_id: str, text: str, *, upheld: bool) -> Objection:
    """Answer an objection: upheld, the application goes back to its teacher; rejected, and the last, it goes on.

    The period must have run in full all the same.
    """
    with f.work() as work:
        seen = work.publicity.objection(objection_id)
        before = work.review.application(seen.application, lock=True) if seen else None
        objection = work.publicity.objection(objection_id)  # again: under the lock of its application
        if objection is None or before is None:
            raise refuse("thing.missing", what="这份异议")
        facts = facts_of(f, work, [before])
        grant = next(
            (g for g in scope_of(who, "objection.answer") if g.org in facts.paths[before.school]), None
        )
        if grant is None:
            raise refuse("thing.missing", what="这份异议")
        if not _apart(who, facts, before, objection):
            raise refuse("objection.hands")
        if objection.answered_at is not None:
            raise refuse("objection.answered")
        if not _LEAST <= len(text.strip()) <= _MOST:
            raise refuse("objection.answer")
        made = replace(
            objection, answer=text.strip(), upheld=upheld, answered_by=who.uid, answered_at=f.clock.now()
        )
        work.publicity.answer(made)
        detail: dict[str, Any] = {"objection": made.id, "upheld": upheld, "answer": _digest(made.answer)}
        open_ = [o for o in facts.objections[before.id] if o.answered_at is None and o.id != made.id]
        step = Step.UPHOLD_OBJECTION if upheld else Step.REJECT_OBJECTION
        if before.state is State.OBJECTED and (upheld or not open_):
            reason = f"公示异议成立：{made.answer}" if upheld else ""
            moved = take(f, work, before, step, who, role=grant.role.value, org=grant.org, reason=reason)
            tell(f, work, who, moved, step, org=grant.org, **detail)
        else:
            audit.note(f, work, who, "objection.answered", before.id, detail, org=grant.org)
    return made


def _apart(who: Actor, facts: Facts, application: Application, objection: Objection) -> bool:
    """Whether somebody may answer: neither who objected, nor whom it is about, nor an assessor, nor of their school."""
    involved = {objection.by, application.person, *facts.assessors[application.id]}
    return who.uid not in involved and application.school not in who.schools


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def objections(f: Fittings, who: Actor) -> Objections:
    """One's own objections with their answers; for those who answer, what lies on their desk, the overdue first."""
    today = beijing_day(f.clock.now())
    with f.work() as work:
        raised = work.publicity.objections_by(who.uid)
        orgs = sorted({g.org for g in scope_of(who, "objection.answer")})
        found = work.publicity.objections_under(orgs, _SHOWN) if orgs else ()
        every = {o.application for o in (*raised, *found)}
        applications = {a.id: a for id in sorted(every) if (a := work.review.application(id))}
        facts = facts_of(f, work, list(applications.values()))
        return Objections(
            tuple(_case(work, who, facts, applications[o.application], o, today, own=True) for o in raised),
            tuple(
                _case(work, who, facts, applications[o.application], o, today, own=False)
                for o in found
                if o.by != who.uid and applications[o.application].person != who.uid
            ),
            today,
        )


def _case(
    work: Work,
    who: Actor,
    facts: Facts,
    application: Application,
    objection: Objection,
    today: date,
    *,
    own: bool,
) -> Case:
    person, school = work.people.person(application.person), work.people.organisation(application.school)
    if person is None or school is None:
        raise LookupError("an application has no person or school")
    apart = not own and _apart(who, facts, application, objection)
    open_ = objection.answered_at is None
    return Case(
        objection, application, person, school.name, work.people.person(objection.by) if own or apart else None,
        open_ and today > objection.due_on, open_ and apart,
    )  # fmt: skip
