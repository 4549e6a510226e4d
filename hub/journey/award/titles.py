"""Titles that people hold: what a sheet of them would note, shown first, and then noted whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub.domain.cells import Raw, tidy
from hub.domain.errors import refuse
from hub.domain.holding_sheet import MAX_HOLDINGS, Entry, Line, Report, read_row, twice
from hub.domain.ladder import Ladders
from hub.domain.organisation import Organisation
from hub.domain.people import Actor, Person, may
from hub.domain.sheet import Outcome
from hub.domain.title import Holding
from hub.journey import audit
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.sheets import agree, digest, limit

_NOBODY = "您的范围内没有这个人：请核对账号或证件号码，或先导入名册"  # no word about people elsewhere
_SAME = (
    "series",
    "title",
    "obtained_on",
    "appointed_on",
    "stage",
    "subject",
    "teacher_cert_no",
    "national_id",
)


def check(f: Fittings, who: Actor, org_code: str, rows: Sequence[Raw]) -> Report:
    """What importing ``rows`` for people of ``org_code`` and below would note; nothing is written.

    Raises access.denied outside the reader's scope.
    """
    with f.work() as work:
        return _against(f, work, who, org_code, rows)[0]


def import_holdings(
    f: Fittings, who: Actor, org_code: str, rows: Sequence[Raw], expected_digest: str
) -> Report:
    """Note what ``check`` announced under ``expected_digest``, in one transaction; what was noted before stays.

    Raises RowsRefused where a row has an error, roster.changed where rows or database are no longer those of the check.
    """
    with f.work() as work:
        work.people.lock_rosters()
        report, holdings = _against(f, work, who, org_code, rows)
        agree(report, expected_digest)
        work.titles.add_holdings(holdings)
        counts = {outcome.value: count for outcome, count in report.counts.items()}
        id = f.ids.new("imp")
        told = {"sheet": "titles", "counts": counts}
        work.people.note_import(id, expected_digest, org_code, who.uid, f.clock.now(), told)
        audit.note(f, work, who, "title.noted", id, {"digest": expected_digest} | told, org=org_code)
    return replace(report, done=True)


def _against(
    f: Fittings, work: Work, who: Actor, org_code: str, rows: Sequence[Raw]
) -> tuple[Report, list[Holding]]:
    """Every row against the database of this moment: the report, and what it would note."""
    path = work.people.path(org_code)
    if not path or not may(who, "title.note", path):
        raise refuse("access.denied")
    limit(rows, MAX_HOLDINGS)
    now = f.clock.now()
    today = beijing_day(now)
    read = {raw.line: read_row(raw, f.titles.ladders, today=today) for raw in rows}
    entries = [e for e in read.values() if isinstance(e, Entry)]
    reasons = {line: list(e) for line, e in read.items() if not isinstance(e, Entry)}
    found = _people(f, work, org_code, entries)
    for entry in entries:
        if isinstance(said := found[entry.line], str):
            reasons[entry.line] = [said]
    for line, said_twice in twice(
        [(e, p.uid) for e in entries if isinstance(p := found[e.line], Person)]
    ).items():
        reasons.setdefault(line, []).extend(said_twice)
    held = work.titles.present([p.uid for p in found.values() if isinstance(p, Person)])
    lines, noted = [], []
    for raw in rows:
        good, person = read[raw.line], found.get(raw.line)
        notes, outcome, login = tuple(reasons.get(raw.line, ())), Outcome.ERROR, ""
        if isinstance(good, Entry) and isinstance(person, Person) and not notes:
            login = person.login
            holding = _holding(f, who, good, person)
            outcome, notes = _change(holding, held.get(person.uid))
            noted += [holding] if outcome is not Outcome.SAME else []
        name, title = (tidy(raw.cells.get(key, "")) for key in ("name", "title"))
        lines.append(Line(raw.line, outcome, login, name[:50], title[:40], notes))
    met = [sorted(h.id for h in held.values()), [[x.line, x.outcome, x.login, x.notes] for x in lines]]
    return Report(org_code, digest(f, rows, "titles", who.uid, org_code, met), tuple(lines)), noted


def _people(f: Fittings, work: Work, org_code: str, entries: Sequence[Entry]) -> dict[int, Person | str]:
    """Line -> whom a row means, or why that is nobody whom the reader may note something of."""
    tags = {e.id_number: f.vault.tag(e.id_number) for e in entries if e.id_number}
    by_tag = work.people.by_tags(list(tags.values()))
    by_login = work.titles.by_logins([e.login for e in entries if e.login])
    known = {p.uid: p for p in (*by_tag.values(), *by_login.values())}
    places = work.people.open_memberships(list(known))
    paths = work.people.paths(sorted({m[0] for some in places.values() for m in some}))
    here = {uid for uid, some in places.items() if any(org_code in paths.get(m[0], ()) for m in some)}
    found: dict[int, Person | str] = {}
    for entry in entries:
        one = by_login.get(entry.login) if entry.login else None
        two = by_tag.get(tags[entry.id_number]) if entry.id_number else None
        person = one or two
        if person is None or person.uid not in here or (entry.login and one is None):
            found[entry.line] = _NOBODY
        elif entry.login and entry.id_number and (two is None or two.uid != person.uid):
            found[entry.line] = "账号和证件号码不是同一个人"
        elif person.name != entry.name:
            found[entry.line] = "姓名和名册里的不一致"
        else:
            found[entry.line] = person if person.kind == "staff" else "学生没有职称"
    return found


def _holding(f: Fittings, who: Actor, entry: Entry, person: Person) -> Holding:
    return Holding(
        f.ids.new("ttl"), person.uid, entry.series, entry.title, entry.obtained_on, entry.appointed_on, entry.stage, entry.subject,
        entry.teacher_cert_no, entry.national_id, who.uid, f.clock.now(),
    )  # fmt: skip


def _change(holding: Holding, held: Holding | None) -> tuple[Outcome, tuple[str, ...]]:
    warned = () if holding.teacher_cert_no else ("没有教师资格证书号码，补上以前不能报送",)
    if held is None:
        return Outcome.NEW, warned
    if all(getattr(holding, name) == getattr(held, name) for name in _SAME):
        return Outcome.SAME, ()
    notes = [f"原为{held.title}，{held.appointed_on} 聘任；原记录保留"]
    if holding.appointed_on < held.appointed_on:
        notes.append("聘任时间比原来的早，请核对")
    return Outcome.UPDATE, (*notes, *warned)


@dataclass(frozen=True)
class Staff:
    """A school's staff with what each holds, or the places below a wider organisation with how many are noted."""

    org: Organisation
    people: tuple[tuple[Person, Holding | None], ...]
    places: tuple[tuple[str, str, int, int], ...]  # code, name, staff, of them with a title
    ladders: Ladders


def staff(f: Fittings, who: Actor, org_code: str) -> Staff:
    """What is noted of an organisation within the reader's scope."""
    today: date = beijing_day(f.clock.now())
    with f.work() as work:
        org = work.people.organisation(org_code)
        if org is None or not may(who, "title.note", work.people.path(org_code)):
            raise refuse("thing.missing", what="这个单位")
        people = work.titles.staff(org_code, today)
        held = work.titles.present([p.uid for p in people])
        below = [place for place in work.titles.at_schools(org_code, today) if place[0] != org_code]
    places = tuple(
        sorted(below, key=lambda place: (place[3] - place[2], place[0]))
    )  # where most is missing first
    return Staff(org, tuple((p, held.get(p.uid)) for p in people), places, f.titles.ladders)
