"""The hours ledger for its owner and those who tend it: read, taken back, stated on paper, a statement checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hub.domain import hours_statement as paper
from hub.domain.cells import LIKE_ID, tidy
from hub.domain.certificate import masked_name
from hub.domain.errors import refuse
from hub.domain.hour_count import Amounts, Progress, number, progress
from hub.domain.hour_rules import HourRule
from hub.domain.hours import HoursEntry, as_of, reversal, standing
from hub.domain.hours_statement import Statement
from hub.domain.people import Actor, Person, may
from hub.domain.review import HOLDING
from hub.journey import audit
from hub.journey.award.evidence import LEDGER
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

_FIRST_YEAR = 2011  # nothing was counted before


@dataclass(frozen=True)
class Ledger:
    """One person's ledger: the rules in the period around ``year``, the entries of that year or of all."""

    person: Person
    rules: tuple[Progress, ...]
    entries: tuple[HoursEntry, ...]
    reversals: dict[str, HoursEntry]  # by what they take back
    years: tuple[int, ...]
    year: int | None


def own(f: Fittings, who: Actor, year: int | None = None) -> Ledger:
    """One's own hours; ``year`` narrows the entries and moves the periods."""
    with f.work() as work:
        return _ledger(f, work, _whose(f, work, who, ""), year)


def of_teacher(f: Fittings, who: Actor, login: str, year: int | None = None) -> Ledger:
    """The hours of a teacher within reach of whoever imports for them."""
    with f.work() as work:
        return _ledger(f, work, _whose(f, work, who, login), year)


def _whose(f: Fittings, work: Work, who: Actor, login: str) -> Person:
    """Oneself, or the teacher of ``login`` where ``who`` imports for them; others are not there."""
    if not login and not may(who, "hours.own"):
        raise refuse("access.denied")
    person = work.people.by_login(login) if login else work.people.person(who.uid)
    if person is None or (login and not _within(f, work, who, person.uid)):
        raise refuse("thing.missing", what="这名教师")
    return person


def _within(f: Fittings, work: Work, who: Actor, uid: str) -> bool:
    schools = work.people.memberships(uid, beijing_day(f.clock.now()))
    return any(may(who, "hours.import", work.people.path(school)) for school in schools)


def _ledger(f: Fittings, work: Work, person: Person, year: int | None) -> Ledger:
    today = beijing_day(f.clock.now())
    if year is not None and not _FIRST_YEAR <= year <= today.year:
        raise refuse("request.invalid", why="没有这个年度的学时")
    entries = work.hours.hours(person.uid)
    at = min(today, date(year, 12, 31)) if year else today
    years = {e.earned_on.year for e in entries} | {today.year}
    return Ledger(
        person,
        progress(f.rules.hour_rules(), entries, at),
        tuple(e for e in entries if e.reverses is None and year in (None, e.earned_on.year)),
        {e.reverses: e for e in entries if e.reverses},
        tuple(sorted(years, reverse=True)),
        year,
    )


def to_reverse(f: Fittings, who: Actor, id: str) -> tuple[Person, HoursEntry]:
    """An entry that ``who`` may take back, and whose it is."""
    with f.work() as work:
        return _to_reverse(f, work, who, id)


def _to_reverse(f: Fittings, work: Work, who: Actor, id: str) -> tuple[Person, HoursEntry]:
    entry = work.hours.hours_entry(id)
    person = work.people.person(entry.person) if entry else None
    if entry is None or person is None or entry.reverses or not _within(f, work, who, person.uid):
        raise refuse("thing.missing", what="这条学时")
    if person.uid == who.uid:
        raise refuse("hours.own")
    return person, entry


def reverse(f: Fittings, who: Actor, id: str, reason: str) -> HoursEntry:
    """Take back a wrong entry by another one that says why; neither is ever edited."""
    said = tidy(reason)
    with f.work() as work:
        person, entry = _to_reverse(f, work, who, id)
        if not 2 <= len(said) <= 200 or LIKE_ID.search(said):
            raise refuse("hours.reason")
        work.study.lock_attempts(*LEDGER, person.uid)
        if work.hours.reversed_by(id):
            raise refuse("hours.reversed")
        if work.hours.relied_on_hours(person.uid, _resting_rules(f, entry), sorted(HOLDING)):
            raise refuse("hours.relied_on")
        made = reversal(entry, f.ids.new("hrs"), said, who.uid, f.clock.now())
        if not work.hours.add_hours(made):
            raise refuse("hours.reversed")
        path = next(iter(work.people.memberships(person.uid, beijing_day(f.clock.now()))), "")
        detail = {"entry": id, "person": person.uid, "tenths": int(entry.hours * 10), "source": entry.source}
        audit.note(f, work, who, "hours.reversed", made.id, detail, org=path)
    return made


def _resting_rules(f: Fittings, entry: HoursEntry) -> list[str]:
    """The assessment rules whose hour rule counts this entry."""
    counting = {r.id for r in f.rules.hour_rules() if r.flag in entry.counts_for}
    return sorted({a.id for a in f.rules.assessment_rules() if a.hour_rule in counting})


def statement(
    f: Fittings, who: Actor, rule_id: str, year: int | None = None, *, login: str = ""
) -> Statement:
    """A signed statement of one's own hours (or of ``login``'s, by whoever imports for them) under a rule.

    It says what the ledger says now of the period around ``year``. Making one is noted, like every issue.
    """
    now = f.clock.now()
    with f.work() as work:
        ledger = _ledger(f, work, _whose(f, work, who, login), year)
        found = next((p for p in ledger.rules if p.rule.id == rule_id), None)
        if found is None:
            raise refuse("thing.missing", what="这项学时规则")
        uid = ledger.person.uid
        counted = tuple(e for e in standing(work.hours.hours(uid)) if e.id in found.entries)
        if not counted:
            raise refuse("hours.nothing", rule=found.rule.name, years=found.span.years)
        schools = work.people.memberships(uid, beijing_day(now))
        school = work.people.organisation(schools[0]) if schools else None
        said = paper.claims(f.issuer, uid, found, counted, now)
        token = f.signer.sign(said, paper.TYPE)
        detail = {"rule": found.rule.ref, "years": said["span"], "entries": len(counted), "digest": said["d"]}
        audit.note(f, work, who, "hours.stated", uid, detail, org=schools[0] if schools else "")
    return Statement(
        ledger.person.name, school.name if school else "", found, counted, now, token,
        f"{f.issuer}/verify?number={token}", f.issuer,
    )  # fmt: skip


@dataclass(frozen=True)
class StatementCheck:
    """What the public may know of a statement. ``valid``: signed by us, and the ledger said so; ``reason`` in one line."""

    valid: bool
    reason: str
    holder: str = ""  # masked
    rule: str = ""
    years: str = ""
    counted: Amounts = field(default_factory=Amounts)
    entries: int = 0
    issued_on: date | None = None
    taken_back: int = 0  # of the entries that it rests on, since then


def check_statement(f: Fittings, token: str) -> StatementCheck:
    """Judge a statement that somebody presents: the signature, then the ledger as it was then and as it is now."""
    presented = f.signer.verify("".join(token.split()), paper.TYPE)
    said = paper.read(presented) if presented else None
    if said is None:
        return StatementCheck(False, "签名不对：内容被改动过，或不是本平台出具的学时证明。")
    rule = next((r for r in f.rules.hour_rules() if r.ref == said.rule), None)
    with f.work() as work:
        person = work.people.person(said.person)
        entries = work.hours.hours(said.person)
    name = masked_name(person.name) if person else ""
    issued = beijing_day(said.issued_at)
    shown = StatementCheck(
        True, "", name, rule.name if rule else said.rule, said.span.years, said.counted, said.count, issued
    )
    then = (
        _counted(f, rule, as_of(entries, said.issued_at + timedelta(seconds=1)), said.asked) if rule else ()
    )
    if paper.digest_of(then) != said.digest:
        return _with(shown, "签名有效，但和台账核对不上，请联系出具单位。", valid=False)
    alive = {e.id for e in standing(entries)}
    gone = [e for e in then if e.id not in alive]
    if gone:
        left = number(sum((e.hours for e in gone), Amounts().hours))
        return _with(
            shown,
            f"签名有效；出具以后有 {len(gone)} 条、{left} 学时已冲销，请以新的证明为准。",
            gone=len(gone),
        )
    return _with(shown, "签名有效，和台账一致，出具以后没有冲销。")


def _with(shown: StatementCheck, reason: str, *, valid: bool = True, gone: int = 0) -> StatementCheck:
    return replace(shown, reason=reason, valid=valid, taken_back=gone)


def _counted(
    f: Fittings, rule: HourRule, entries: Sequence[HoursEntry], asked: date
) -> tuple[HoursEntry, ...]:
    """What the rule counted of a ledger in the period around ``asked``."""
    found = next((p for p in progress(f.rules.hour_rules(), entries, asked) if p.rule.ref == rule.ref), None)
    return tuple(e for e in entries if found and e.id in found.entries)
