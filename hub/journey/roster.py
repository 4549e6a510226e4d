"""Rosters: what a file would change, shown first, and then done whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime

from hub.domain import passwords
from hub.domain.cells import Raw
from hub.domain.people import Actor, Person
from hub.domain.roster import MARK
from hub.domain.roster_plan import FirstPassword, Report
from hub.domain.sheet import Outcome
from hub.journey.audit import note
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.roster_check import Planned, against
from hub.journey.sheets import agree
from hub.journey.sort_key import sort_key

_HASHERS = 2  # as many as hub.identity.passwords lets through at a time


def check(
    f: Fittings, who: Actor, org_code: str, rows: Sequence[Raw], *, synthetic_ids: bool = False
) -> Report:
    """What importing ``rows`` into ``org_code`` and below would do; nothing is written.

    ``synthetic_ids`` lets test numbers (region 999999) in. Raises access.denied outside the reader's scope.
    """
    with f.work() as work:
        return against(f, work, who, org_code, rows, synthetic_ids).report


def import_roster(
    f: Fittings,
    who: Actor,
    org_code: str,
    rows: Sequence[Raw],
    expected_digest: str,
    *,
    synthetic_ids: bool = False,
) -> Report:
    """Do what ``check`` announced under ``expected_digest``, in one transaction; first passwords are in the report.

    Raises RowsRefused where a row has an error, roster.changed where rows or database are no longer those of the check.
    """
    with f.work() as work:
        planned = against(f, work, who, org_code, rows, synthetic_ids)
    agree(planned.report, expected_digest)
    ready = _first_passwords(f, planned)  # slow: outside any transaction
    now = f.clock.now()
    with f.work() as work:
        work.people.lock_rosters()
        planned = against(f, work, who, org_code, rows, synthetic_ids)
        agree(planned.report, expected_digest)
        people = _write_people(f, work, planned, ready, now)
        _write_places(work, who, planned, people, beijing_day(now))
        counts = {outcome.value: count for outcome, count in planned.report.counts.items()}
        made = f.ids.new("imp")
        work.people.note_import(made, expected_digest, org_code, who.uid, now, {"counts": counts})
        note(f, work, who, "roster.imported", made, {"digest": expected_digest} | counts, org=org_code)
    return _done(planned, people, {number: plain for number, (plain, _) in ready.items()})


def _first_passwords(f: Fittings, planned: Planned) -> dict[str, tuple[str, str]]:
    """ID number -> first password and its hash, for everybody who is new."""
    numbers = list(dict.fromkeys(s.entry.id.text for s in planned.steps if s.outcome is Outcome.NEW))
    plain = [passwords.first(f.ids.secret()) for _ in numbers]
    with ThreadPoolExecutor(_HASHERS, "roster-hash") as pool:
        hashes = list(pool.map(f.passwords.hash, plain))
    return {number: pair for number, *pair in zip(numbers, plain, hashes, strict=True)}  # type: ignore[misc]


def _write_people(
    f: Fittings, work: Work, planned: Planned, ready: Mapping[str, tuple[str, str]], now: datetime
) -> dict[str, Person]:
    """Make the new people and rename the others; everybody of the file by ID number."""
    people = {number: one.person for number, one in planned.known.items()}
    fresh = {s.entry.id.text: s.entry for s in planned.steps if s.outcome is Outcome.NEW}
    newcomers = []
    for kind, letter in (("staff", "t"), ("student", "s")):
        some = [e for e in fresh.values() if e.kind == kind]
        logins = work.people.next_logins(letter, len(some)) if some else []
        for entry, login in zip(some, logins, strict=True):
            name = entry.name
            key = sort_key(name.removesuffix(MARK))
            person = Person(f.ids.new("per"), login, name, kind, key, entry.id.masked, True, now)
            newcomers.append((person, f.vault.seal(entry.id.text), f.vault.tag(entry.id.text)))
            people[entry.id.text] = person
    work.people.add_all(newcomers)
    for number in fresh:
        work.entry.put_credential(people[number].uid, ready[number][1], must_change=True, at=now)
    for step in planned.steps:
        if step.rename:
            name = step.entry.name
            work.people.rename(people[step.entry.id.text].uid, name, sort_key(name.removesuffix(MARK)))
    return people


def _write_places(
    work: Work, who: Actor, planned: Planned, people: Mapping[str, Person], today: date
) -> None:
    """Memberships and roles: the old ones end today, the new ones begin today."""
    fresh, grants = [], []
    for step in planned.steps:
        uid = people[step.entry.id.text].uid
        for org in step.leave:
            work.people.leave(uid, org, today)
            work.people.ungrant(uid, org, today)
        if step.join and step.outcome is Outcome.NEW:
            fresh.append((uid, step.join.org, step.join.staff_no, step.join.subject, today))
        elif step.join:
            work.people.join(
                uid, step.join.org, today, staff_no=step.join.staff_no, subject=step.join.subject
            )
        grants += [(uid, role, step.entry.school, today, who.uid) for role in step.grant]
    work.people.join_all(fresh)
    work.people.grant_all(grants)


def _done(planned: Planned, people: Mapping[str, Person], plain: Mapping[str, str]) -> Report:
    """The report of an import: everybody's login, and the first passwords of the new."""
    by_line = {s.entry.line: s.entry.id.text for s in planned.steps}
    lines = tuple(replace(x, login=people[by_line[x.line]].login) for x in planned.report.lines)
    first: dict[str, FirstPassword] = {}
    for line in lines:
        number = by_line[line.line]
        if number in plain and number not in first:
            first[number] = FirstPassword(line.login, line.name, line.school_name, plain[number])
    return replace(planned.report, lines=lines, done=True, first_passwords=tuple(first.values()))
