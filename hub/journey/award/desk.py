"""The reviewer's desk: what waits there, the unusual first; and many of them passed at once, after a look at what will happen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import rfc8785

from hub.domain.errors import Refusal, refuse
from hub.domain.grounds import Missing
from hub.domain.people import Actor, Person, may, scope_of
from hub.domain.rating import Rating
from hub.domain.review import DESKS, PASSING, Application, Office, State, Step, Waiting
from hub.journey.award.facts import VERBS, Facts, blocked, facts_of, grant_of, places_of
from hub.journey.award.review import let_pass
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

PAGE = 100  # rows that are read and judged at once
STATES = {office: tuple(s for s, o in DESKS.items() if o is office and s in PASSING) for office in VERBS}


@dataclass(frozen=True)
class Row:
    """An application on a desk: what it rests on, what is unusual about it, and why it cannot pass, if it cannot."""

    application: Application
    person: Person
    school: str
    items: tuple[tuple[str, str, Rating | None], ...]  # code, name, rating
    unusual: tuple[str, ...]
    blocked: Refusal | None

    @property
    def plain(self) -> bool:
        """Nothing about it asks for a second look."""
        return not self.unusual and self.blocked is None


@dataclass(frozen=True)
class Desk:
    """A page of one office's desk; ``later`` are those whose publicity period still runs, which nobody need look at yet."""

    office: Office
    counts: dict[Office, int]  # of every office in which this person sits: what can be decided there now
    rows: tuple[Row, ...]
    odd: int  # of all on the desk, how many have something unusual on record
    later: tuple[Row, ...]  # the first of them
    waits: int  # how many those are in all
    page: int = 0

    @property
    def pages(self) -> int:
        return max(1, -(-self.counts[self.office] // PAGE))


def offices(who: Actor) -> tuple[Office, ...]:
    """The offices in which somebody reviews."""
    return tuple(office for office, verb in VERBS.items() if may(who, verb))


def desk(f: Fittings, who: Actor, office: Office | None = None, page: int = 0) -> Desk:
    """What waits for this person in one of their offices, the unusual first and then the longest waiting.

    The order of the whole desk goes by what is on record; each page is then judged row by row.
    """
    own = _own(who, office)
    with f.work() as work:
        queues = {each: _queue(f, work, who, each) for each in own}
        now = {each: [w for w in queue if not w.later] for each, queue in queues.items()}
        office = office or next((each for each in own if queues[each]), own[0])
        ready = sorted(now[office], key=lambda w: not w.odd)
        counts = {each: len(waiting) for each, waiting in now.items()}
        page = min(max(page, 0), max(0, len(ready) - 1) // PAGE)
        later = [w.id for w in queues[office] if w.later]
        shown = [w.id for w in ready[page * PAGE : (page + 1) * PAGE]]
        rows = _rows(f, work, who, office, [*shown, *later[:PAGE]])
    first = sorted((r for r in rows if r.application.id in set(shown)), key=lambda r: r.plain)
    rest = tuple(r for r in rows if r.application.id in set(later))
    return Desk(office, counts, tuple(first), sum(w.odd for w in ready), rest, len(later), page)


def _own(who: Actor, office: Office | None) -> tuple[Office, ...]:
    own = offices(who)
    if not own or (office is not None and office not in own):
        raise refuse("access.denied")
    return own


def _queue(f: Fittings, work: Work, who: Actor, office: Office) -> list[Waiting]:
    """The applications in this office's states within reach."""
    orgs = {grant.org for grant in scope_of(who, VERBS[office])}
    if not orgs:
        return []
    found = work.review.queue(orgs, STATES[office], beijing_day(f.clock.now()))
    paths, direct = places_of(work, {w.school for w in found})
    within = {s for s in paths if grant_of(who, office, paths[s], direct=s in direct)}
    return [w for w in found if w.school in within]


def _rows(f: Fittings, work: Work, who: Actor, office: Office, ids: Sequence[str]) -> tuple[Row, ...]:
    """These applications with everything that decides about them, in this order."""
    found = work.review.with_people(ids)
    facts = facts_of(f, work, [a for a, _, _ in found])
    elsewhere = work.review.elsewhere({p.uid: a.school for a, p, _ in found}, facts.today)
    return tuple(_row(who, facts, office, one, elsewhere) for one in found)


def _row(
    who: Actor, facts: Facts, office: Office, one: tuple[Application, Person, str], elsewhere: frozenset[str]
) -> Row:
    application, person, school = one
    return Row(
        application, person, school, items(facts, application),
        unusual(facts, application, moved=person.uid in elsewhere), blocked(who, facts, application, office),
    )  # fmt: skip


def items(facts: Facts, application: Application) -> tuple[tuple[str, str, Rating | None], ...]:
    """The competencies it rests on, as codes read under its rule, with names and ratings."""
    line, found = facts.lines[application.id], []
    for id in application.dossiers:
        dossier = facts.dossiers.get(id)
        if dossier:
            node = line.node(dossier.place)
            found.append((line.told(dossier.place), node.name if node else "", dossier.rating))
    return tuple(found)


def unusual(facts: Facts, application: Application, *, moved: bool) -> tuple[str, ...]:
    """What a reviewer should look at twice, a few words each."""
    found: list[str] = []
    answer = facts.answers[application.id]
    if isinstance(answer, Missing):
        found += answer.reasons
    own = [(id, d) for id in application.dossiers if (d := facts.dossiers.get(id))]
    code = facts.lines[application.id].told
    third = [code(d.place) for id, d in own if id in facts.third]
    if third:
        found.append(f"{'、'.join(third)} 由第三位专家裁定")
    again = [code(d.place) for _, d in own if d.round > 1]
    if again:
        found.append(f"{'、'.join(again)} 经申诉复评")
    returned = sum(r.step in (Step.RETURN, Step.UPHOLD_OBJECTION) for r in facts.reviews[application.id])
    if returned:
        found.append(f"退回过 {returned} 次")
    if facts.objections[application.id]:
        found.append("公示期间有过异议")
    if moved:
        found.append("申请人已不在这所学校")
    return tuple(found)


@dataclass(frozen=True)
class Plan:
    """What would happen to the applications somebody ticked; ``digest`` is of all that this list says."""

    office: Office
    rows: tuple[Row, ...]
    gone: int  # ticked, but no longer on this desk
    digest: str

    @property
    def passing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.blocked is None)


@dataclass(frozen=True)
class Outcome:
    """What became of one of them: its new state, or why it was refused."""

    row: Row
    state: State | None
    refusal: Refusal | None


def plan(f: Fittings, who: Actor, office: Office, ids: Sequence[str]) -> Plan:
    """The list of what letting these pass would do; nothing is done."""
    wanted = set(ids)
    if not wanted:
        raise refuse("review.nothing")
    _own(who, office)
    with f.work() as work:
        queue = [w.id for w in _queue(f, work, who, office) if w.id in wanted]
        rows = tuple(sorted(_rows(f, work, who, office, queue), key=lambda r: r.plain))
    told = [
        [r.application.id, r.application.moved_at.isoformat(), r.application.rating.value, list(r.application.dossiers),
         list(r.unusual), r.blocked.code if r.blocked else ""]
        for r in sorted(rows, key=lambda r: r.application.id)
    ]  # fmt: skip
    gone = sorted(wanted - {row.application.id for row in rows})
    digest = hashlib.sha256(rfc8785.dumps([office.value, told, gone])).hexdigest()
    return Plan(office, rows, len(gone), digest)


def carry_out(
    f: Fittings, who: Actor, office: Office, ids: Sequence[str], digest: str
) -> tuple[Outcome, ...]:
    """Let the listed applications pass, each on its own: done, or refused with its reason.

    Refuses altogether, with ``review.changed``, where the list is no longer the one that was seen.
    """
    seen = plan(f, who, office, ids)
    if seen.digest != digest:
        raise refuse("review.changed")
    return tuple(_outcome(f, who, office, row) for row in seen.rows)


def _outcome(f: Fittings, who: Actor, office: Office, row: Row) -> Outcome:
    if row.blocked is not None:
        return Outcome(row, None, row.blocked)
    try:
        return Outcome(row, let_pass(f, who, row.application.id, office).state, None)
    except Refusal as refusal:
        return Outcome(row, None, refusal)
