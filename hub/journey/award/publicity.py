"""Publicity (公示): what the county let pass is posted in its school for working days, then the city may confirm it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.errors import Refusal, refuse
from hub.domain.organisation import Organisation
from hub.domain.people import Actor, Person, may, scope_of
from hub.domain.rating import Rating
from hub.domain.review import STATE_NAMES, Application, Notice, State, Step, Waiting
from hub.journey.award.desk import PAGE, items
from hub.journey.award.facts import Facts, facts_of, stands
from hub.journey.award.steps import take, tell
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

LEAST, MOST = 5, 30  # working days
ANSWER_DAYS = 10  # working days for the answer to an objection
SHOWN = 200  # notices in a list


@dataclass(frozen=True)
class Posted:
    """One line of a publicity list: all that anybody may read of somebody there."""

    application: str
    name: str
    items: tuple[tuple[str, str, Rating | None], ...]  # code, name, rating
    rating: Rating
    state: State
    own: bool


@dataclass(frozen=True)
class Poster:
    """A notice with its lines, as it stands now."""

    notice: Notice
    school: Organisation
    lines: tuple[Posted, ...]
    open: bool  # objections are taken today
    over: bool
    may_object: bool


@dataclass(frozen=True)
class Candidate:
    """An application that can be posted, or why not."""

    application: Application
    person: Person
    items: tuple[tuple[str, str, Rating | None], ...]
    blocked: Refusal | None


@dataclass(frozen=True)
class Board:
    """The notices within reach, the latest first, and what waits to be posted, by school."""

    notices: tuple[tuple[Notice, Organisation], ...]
    waiting: tuple[tuple[Organisation, tuple[Candidate, ...]], ...]  # of a page of schools
    schools: int  # with something waiting, in all
    page: int
    pages: int
    period: tuple[date, date] | None  # of a notice posted today for the least number of days
    why_not: Refusal | None
    today: date


def period_from(work: Work, today: date, working_days: int) -> tuple[date, date]:
    """First and last day of a notice posted today: from the next working day on.

    Refuses in a year that the calendar does not know, and where it could not count the days for answers after it.
    """
    calendar = work.workdays.calendar()
    opens, closes = calendar.after(today, 1), calendar.after(today, working_days)
    calendar.after(closes, ANSWER_DAYS)
    return opens, closes


def open_notice(
    f: Fittings, who: Actor, school: str, application_ids: Sequence[str], working_days: int = LEAST
) -> Notice:
    """Post a list for one school; all of the applications or none."""
    with f.work() as work:
        return open_notice_in(f, work, who, school, application_ids, working_days)


def open_notice_in(
    f: Fittings, work: Work, who: Actor, school: str, application_ids: Sequence[str], working_days: int
) -> Notice:
    """``open_notice`` within somebody's unit of work."""
    if not may(who, "notice.open", work.people.path(school)):
        raise refuse("thing.missing", what="这所学校")
    if not LEAST <= working_days <= MOST:
        raise refuse("notice.days", least=LEAST, most=MOST)
    ids = sorted(set(application_ids))
    if not ids:
        raise refuse("review.nothing")
    found = [one for id in ids if (one := work.review.application(id, lock=True)) and one.school == school]
    if len(found) < len(ids):
        raise refuse("thing.missing", what="名单里的一份申请")
    facts = facts_of(f, work, found)
    for one in found:
        _postable(who, facts, one)
    grant = next(g for g in scope_of(who, "notice.open") if g.org in facts.paths[school])
    now = f.clock.now()
    opens, closes = period_from(work, beijing_day(now), working_days)
    made = Notice(f.ids.new("ntc"), school, opens, closes, working_days, who.uid, now, tuple(ids))
    work.publicity.add_notice(made)
    moved = [take(f, work, a, Step.PUBLICISE, who, role=grant.role.value, org=grant.org) for a in found]
    for one in moved:
        tell(
            f, work, who, one, Step.PUBLICISE, org=grant.org,
            notice=made.id, opens=str(opens), closes=str(closes), working_days=working_days,
        )  # fmt: skip
    return made


def _postable(who: Actor, facts: Facts, application: Application) -> None:
    """Refuse where it cannot be posted by this person now."""
    if application.state is not State.COUNTY_REVIEWED:
        raise refuse("application.state", state=STATE_NAMES[application.state])
    if application.person == who.uid or application.school in who.schools:
        raise refuse("application.hands", why="申请人是您自己或和您同校，要由别人公示")
    if any(o.answered_at is None for o in facts.objections[application.id]):  # of an earlier round
        raise refuse("objection.open")
    stands(facts, application)


def board(f: Fittings, who: Actor, page: int = 0) -> Board:
    """The lists that concern this person, and for those who post them what waits, a page of schools at a time."""
    today = beijing_day(f.clock.now())
    with f.work() as work:
        reach = {g.org for g in scope_of(who, "notice.read")}
        notices = work.publicity.notices(sorted(reach), SHOWN) if reach else ()
        posts = {g.org for g in scope_of(who, "notice.open")}
        queue = work.review.queue(posts, (State.COUNTY_REVIEWED,), today) if posts else ()
        pages = _pages(queue)
        page = min(max(page, 0), max(0, len(pages) - 1))
        found = work.review.with_people(pages[page]) if pages else ()
        facts = facts_of(f, work, [a for a, _, _ in found])
        places = work.people.organisations(
            sorted({n.school for n in notices} | {a.school for a, _, _ in found})
        )
        by_school: dict[str, list[Candidate]] = {}
        for application, person, _ in found:
            why = _why_not(who, facts, application)
            by_school.setdefault(application.school, []).append(
                Candidate(application, person, items(facts, application), why)
            )
        period, refusal = None, None
        if by_school:
            try:
                period = period_from(work, today, LEAST)
            except Refusal as unknown:
                refusal = unknown
    waiting = tuple((places[code], tuple(own)) for code, own in sorted(by_school.items()))
    return Board(
        tuple((n, places[n.school]) for n in notices), waiting, len({w.school for w in queue}), page, len(pages),
        period, refusal, today,
    )  # fmt: skip


def _pages(queue: Sequence[Waiting]) -> list[list[str]]:
    """The queue school by school, cut into pages between schools."""
    by_school: dict[str, list[str]] = {}
    for one in queue:
        by_school.setdefault(one.school, []).append(one.id)
    pages: list[list[str]] = []
    for _, own in sorted(by_school.items()):
        if not pages or len(pages[-1]) + len(own) > PAGE:
            pages.append([])
        pages[-1] += own
    return pages


def _why_not(who: Actor, facts: Facts, application: Application) -> Refusal | None:
    try:
        _postable(who, facts, application)
    except Refusal as refusal:
        return refusal
    return None


def poster(f: Fittings, who: Actor, notice_id: str) -> Poster:
    """One list, for the staff of its school and the offices above it. Holds no identifying number, phone or birth date."""
    today = beijing_day(f.clock.now())
    with f.work() as work:
        notice = work.publicity.notice(notice_id)
        path = work.people.path(notice.school) if notice else ()
        school = work.people.organisation(notice.school) if notice else None
        if notice is None or school is None or not may(who, "notice.read", path):
            raise refuse("thing.missing", what="这份公示")
        found = [a for id in notice.applications if (a := work.review.application(id))]
        facts = facts_of(f, work, found)
        lines = []
        for one in found:
            person = work.people.person(one.person)
            if person:
                lines.append(
                    (person.sort_key, Posted(one.id, person.name, items(facts, one), one.rating, one.state, one.person == who.uid))
                )  # fmt: skip
        objects = may(who, "objection.raise", path)
    open_ = notice.opens_on <= today <= notice.closes_on
    ordered = tuple(line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].application)))
    return Poster(notice, school, ordered, open_, today > notice.closes_on, objects and open_)
