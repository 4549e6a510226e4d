"""Outside training by sheet: every row judged against the ledger first, then all of it written or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub.domain.cells import MAX_ROWS, Raw, narrow, tidy
from hub.domain.errors import refuse
from hub.domain.hour_count import number
from hub.domain.hour_rules import in_force
from hub.domain.hours import SOURCES, HoursEntry, next_key, plain, same_training, standing, training_key
from hub.domain.hours_sheet import Entry, Line, Report, read_row, same_content, twice
from hub.domain.people import Actor, Person, may
from hub.domain.roster import MARK
from hub.domain.sheet import Outcome
from hub.journey import audit
from hub.journey.award.evidence import LEDGER
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.sheets import agree, digest, limit

_NOBODY = "没有这个人，或者不在您这次导入的范围内"
_OWN = "不能给自己导入学时，请由上级单位办理"


def check(f: Fittings, who: Actor, org: str, rows: Sequence[Raw]) -> Report:
    """What importing ``rows`` for the teachers of ``org`` and below would do; nothing is written.

    Raises access.denied outside the reader's scope.
    """
    with f.work() as work:
        return _against(f, work, who, org, rows)[0]


def import_hours(f: Fittings, who: Actor, org: str, rows: Sequence[Raw], expected_digest: str) -> Report:
    """Do what ``check`` announced under ``expected_digest``, in one transaction; nothing is noted where nothing is new.

    Raises RowsRefused where a row has an error, roster.changed where rows or ledger are no longer those of the check.
    """
    now = f.clock.now()
    with f.work() as work:
        work.study.lock_assignment(*LEDGER)  # nobody is credited meanwhile
        report, fresh = _against(f, work, who, org, rows)
        agree(report, expected_digest)
        if fresh:
            batch = f.ids.new("imp")
            counts = {outcome.value: count for outcome, count in report.counts.items()}
            work.hours.note_hours_import(batch, expected_digest, org, who.uid, now, {"counts": counts})
            work.hours.add_all_hours(
                [replace(e, id=f.ids.new("hrs"), batch=batch, noted_by=who.uid, noted_at=now) for e in fresh]
            )
            audit.note(f, work, who, "hours.imported", batch, {"digest": expected_digest} | counts, org=org)
    return replace(report, done=True)


@dataclass(frozen=True)
class _Known:
    """The people whom the rows may mean, within reach of the import."""

    by_login: Mapping[str, Person]
    by_number: Mapping[str, Person]
    within: frozenset[str]

    def find(self, entry: Entry) -> Person | str:
        """Whom a row means, or why nobody. Of people out of reach nothing is said, not even that they exist."""
        found = [self.by_login.get(entry.login)] if entry.login else []
        found += [self.by_number.get(entry.id_number)] if entry.id_number else []
        people = [p for p in found if p and p.uid in self.within and p.kind == "staff" and p.active]
        if len(people) < len(found):
            return _NOBODY
        if len({p.uid for p in people}) > 1:
            return "账号和证件号码不是同一个人"
        if plain(people[0].name.removesuffix(MARK)) != plain(entry.name.removesuffix(MARK)):
            return f"姓名和{'账号' if entry.login else '证件号码'}对不上，请核对"
        return people[0]


def _known(f: Fittings, work: Work, org: str, entries: Sequence[Entry]) -> _Known:
    tags = {f.vault.tag(e.id_number): e.id_number for e in entries if e.id_number}
    by_login = work.hours.by_logins(sorted({e.login for e in entries if e.login}))
    by_number = {tags[tag]: p for tag, p in work.people.by_tags(list(tags)).items()}
    uids = sorted({p.uid for p in (*by_login.values(), *by_number.values())})
    places = {uid: [row[0] for row in held] for uid, held in work.people.open_memberships(uids).items()}
    paths = work.people.paths(sorted({school for held in places.values() for school in held}))
    within = {uid for uid, held in places.items() if any(org in paths.get(s, ()) for s in held)}
    return _Known(by_login, by_number, frozenset(within))


def _against(
    f: Fittings, work: Work, who: Actor, org: str, rows: Sequence[Raw]
) -> tuple[Report, list[HoursEntry]]:
    """Every row against the ledger of this moment: the report, and the entries that it would add."""
    path = work.people.path(org)
    if not path or not may(who, "hours.import", path):
        raise refuse("access.denied")
    limit(rows, MAX_ROWS)
    today = beijing_day(f.clock.now())
    rules = in_force(f.rules.hour_rules(), today)
    read = {raw.line: read_row(raw, rules, today=today) for raw in rows}
    good = [e for e in read.values() if isinstance(e, Entry)]
    known = _known(f, work, org, good)
    reasons = {line: list(e) for line, e in read.items() if not isinstance(e, Entry)}
    meant: dict[int, tuple[Person, HoursEntry]] = {}
    for entry in good:
        found = known.find(entry)
        if isinstance(found, str):
            reasons[entry.line] = [found]
        elif found.uid == who.uid:
            reasons[entry.line] = [_OWN]
        else:
            meant[entry.line] = (found, replace(entry.training, person=found.uid))
    for line, others in twice([(line, e) for line, (_, e) in meant.items()]).items():
        said = "、".join(str(n) for n in others[:5])
        reasons.setdefault(line, []).append(f"和第 {said} 行是同一个人的同一项培训")
    fresh, same = _meet(work, meant, reasons)
    lines = tuple(_line(raw, meant.get(raw.line), reasons.get(raw.line), raw.line in same) for raw in rows)
    met = [[x.line, x.outcome, x.login, x.notes] for x in lines]
    about = ("hours", who.uid, org, today.isoformat(), met)
    return Report(org, digest(f, rows, *about), lines), fresh


def _meet(
    work: Work, meant: Mapping[int, tuple[Person, HoursEntry]], reasons: dict[int, list[str]]
) -> tuple[list[HoursEntry], set[int]]:
    """What the ledger does not have yet, and the lines that it has already; ``reasons`` gains the contradictions."""
    ledger = work.hours.hours_of(sorted({person.uid for person, _ in meant.values()}))
    fresh: list[HoursEntry] = []
    same: set[int] = set()
    for line, (person, entry) in meant.items():
        if line in reasons:
            continue
        held = ledger.get(person.uid, ())
        twin = next((e for e in standing(held) if same_training(e, entry)), None)
        if twin is None:
            base = training_key(entry.provider, entry.project_no, entry.title, entry.began, entry.earned_on)
            fresh.append(replace(entry, key=next_key(base, held)))
        elif twin.source == "import" and same_content(twin, entry):
            same.add(line)
        else:
            reasons[line] = [_told(twin)]
    return fresh, same


def _told(twin: HoursEntry) -> str:
    return (
        f"已记过同一项培训（{SOURCES.get(twin.source, '')}，{_span(twin.began, twin.earned_on)}，{number(twin.hours)} 学时），内容不同。"
        + ("不用再导入" if twin.source == "run" else "要更正，请先冲销原来那一条")
    )


def _span(first: date, last: date) -> str:
    return f"{first} 至 {last}"


def _line(raw: Raw, meant: tuple[Person, HoursEntry] | None, reasons: list[str] | None, same: bool) -> Line:
    name, title = (tidy(raw.cells.get(key, ""))[:60] for key in ("name", "title"))
    hours = narrow(tidy(raw.cells.get("hours", "")))[:8]
    if reasons or meant is None:
        return Line(raw.line, Outcome.ERROR, name, "", title, hours, tuple(reasons or ()))
    person, entry = meant
    notes = (
        f"归 {entry.earned_on.year} 年；计入 {'、'.join(entry.counts_for) or '无'}；实践 {number(entry.practice)}，网络 {number(entry.online)}",
    )
    return Line(
        raw.line, Outcome.SAME if same else Outcome.NEW, name, person.login, title, number(entry.hours), () if same else notes
    )  # fmt: skip
