"""Schools and teaching points: what a list of them would change, shown first, and then done whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub.domain.cells import Raw, narrow, tidy
from hub.domain.errors import refuse
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor, may
from hub.domain.school_list import MAX_SCHOOLS, Entry, find_unit, read_row, twice
from hub.domain.school_plan import Line, Report, changes, intended, outlives, problems, reused
from hub.domain.sheet import Outcome
from hub.journey.audit import note
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.sheets import agree, digest, limit

_FOREIGN = "这个学校标识码属于您这次导入范围以外的单位，请由上级单位办理"
_ORDER = list(Level)


def check(f: Fittings, who: Actor, org_code: str, rows: Sequence[Raw]) -> Report:
    """What importing ``rows`` below ``org_code`` would do; nothing is written.

    Raises access.denied outside the reader's scope.
    """
    with f.work() as work:
        return _against(f, work, who, org_code, rows)[0]


def import_schools(
    f: Fittings, who: Actor, org_code: str, rows: Sequence[Raw], expected_digest: str
) -> Report:
    """Do what ``check`` announced under ``expected_digest``, in one transaction.

    Raises RowsRefused where a row has an error, roster.changed where rows or database are no longer those of the
    check. Rosters wait meanwhile: nobody enters a school that is being closed.
    """
    now = f.clock.now()
    with f.work() as work:
        work.people.lock_rosters()
        report, schools = _against(f, work, who, org_code, rows)
        agree(report, expected_digest)
        for school in sorted(schools, key=lambda s: _ORDER.index(s.level)):  # a lead school before its points
            work.people.put_organisation(school)
        counts = {outcome.value: count for outcome, count in report.counts.items()}
        told = {"sheet": "schools", "counts": counts}
        made = f.ids.new("imp")
        work.people.note_import(made, expected_digest, org_code, who.uid, now, told)
        note(f, work, who, "schools.imported", made, {"digest": expected_digest} | counts, org=org_code)
    return replace(report, done=True)


def _against(
    f: Fittings, work: Work, who: Actor, org_code: str, rows: Sequence[Raw]
) -> tuple[Report, list[Organisation]]:
    """Every row against the database of this moment: the report, and the schools that it would write."""
    path = work.people.path(org_code)
    if not path or not may(who, "schools.import", path):
        raise refuse("access.denied")
    limit(rows, MAX_SCHOOLS)
    today = beijing_day(f.clock.now())
    read = {raw.line: read_row(raw, today=today) for raw in rows}
    entries = [e for e in read.values() if isinstance(e, Entry)]
    reasons = {line: list(e) for line, e in read.items() if not isinstance(e, Entry)}
    for line, said in twice(entries).items():
        reasons.setdefault(line, []).extend(said)
    units = _units(work)
    for raw in rows:  # a row that is wrong in itself hears of its unit all the same
        named = narrow(tidy(raw.cells.get("unit", "")))
        if named and not isinstance(read[raw.line], Entry):
            found = find_unit(named, units, today)
            reasons[raw.line] += [found] if isinstance(found, str) else []
    world = _world(work, org_code, entries, units, today)
    for entry in entries:
        if said := world.objections(entry):
            reasons.setdefault(entry.line, []).extend(said)
    _people_left(work, world, entries, today, reasons)
    lines, write = [], []
    for raw in rows:
        good, notes, outcome = read[raw.line], tuple(reasons.get(raw.line, ())), Outcome.ERROR
        if isinstance(good, Entry) and not notes:
            org, held = world.after[good.code], world.held.get(good.code)
            notes = changes(org, held, world.after)
            outcome = Outcome.NEW if held is None else Outcome.SAME if org == held else Outcome.UPDATE
            write += [org] if outcome is not Outcome.SAME else []
        code, name = (tidy(raw.cells.get(key, "")) for key in ("code", "name"))
        lines.append(Line(raw.line, outcome, narrow(code)[:10], name[:60], notes))
    met = [[x.line, x.outcome, x.code, x.notes] for x in lines]
    return Report(org_code, digest(f, rows, "schools", who.uid, org_code, met), tuple(lines)), write


@dataclass(frozen=True)
class _World:
    """The tree as it is and as the list wants it, and how far the import reaches."""

    org: str
    held: Mapping[str, Organisation]
    after: Mapping[str, Organisation]
    listed: frozenset[str]  # the codes of the rows
    units: Mapping[int, Organisation | str]  # by line: the unit, or why there is none
    below: Mapping[str, Sequence[Organisation]]  # what hangs under the schools that close or step down

    def objections(self, entry: Entry) -> list[str]:
        """Why a row cannot be taken, the tree being what it is."""
        unit, held = self.units[entry.line], self.held.get(entry.code)
        if held and not self.within(held, self.held):
            return [_FOREIGN]  # and no word about a school that is somebody else's
        reasons = reused(entry, held) if held else []
        if isinstance(unit, str):
            return [unit, *reasons]
        org = self.after[entry.code]
        reasons += problems(entry, org, unit, self.after)
        if org.parent in self.after and not self.within(org, self.after):
            reasons.append(f"{unit.name} 不在您这次导入的范围内")
        return reasons + (self._left_hanging(org, held) if held else [])

    def within(self, org: Organisation, tree: Mapping[str, Organisation]) -> bool:
        """Whether ``org`` hangs below the top of the import, in the tree as it is or as it will be."""
        above = tree.get(org.parent or "")
        for _ in Level:  # no tree is deeper
            if above is None or above.code == self.org:
                return above is not None
            above = tree.get(above.parent or "")
        return False

    def _left_hanging(self, org: Organisation, held: Organisation) -> list[str]:
        """Points of the database, not of the file, that a closing or lowered lead school would leave behind."""
        points = [o for o in self.below.get(org.code, ()) if o.code not in self.listed]
        reasons = []
        if org.level is not held.level and points:
            reasons.append(f"下面还有 {len(points)} 个教学点或附属学校，不能再挂到别的中心校下")
        left = [o.name for o in points if outlives(o, org.valid_to)]
        if left:
            reasons.append(
                f"撤销以后下面还有 {len(left)} 个教学点或附属学校：{'、'.join(left[:5])}，请改挂或一同撤销"
            )
        return reasons


def _units(work: Work) -> list[Organisation]:
    """The city and every management unit there is or was."""
    city = work.people.organisation(CITY)
    return ([city] if city else []) + [o for o in work.people.under(CITY) if o.level is Level.UNIT]


def _world(
    work: Work, org_code: str, entries: Sequence[Entry], units: Sequence[Organisation], today: date
) -> _World:
    """Look up everything that the rows name, and what they would make of it."""
    named = {e.code for e in entries}
    named |= {code for e in entries for code in (e.lead, e.successor) if isinstance(code, str)}
    held = _with_kin(work, named) | {unit.code: unit for unit in units}
    after, found = dict(held), {}
    for entry in entries:
        found[entry.line] = unit = find_unit(entry.unit, units, today)
        if not isinstance(unit, str):
            after[entry.code] = intended(entry, unit, held.get(entry.code))
    moved = [c for c, o in held.items() if (after[c].valid_to, after[c].level) != (o.valid_to, o.level)]
    below = {code: work.people.under(code) for code in moved}
    return _World(org_code, held, after, frozenset(e.code for e in entries), found, below)


def _with_kin(work: Work, codes: Iterable[str]) -> dict[str, Organisation]:
    """The organisations of these codes that exist, all above them, and those that they went into."""
    found: dict[str, Organisation] = {}
    asked: set[str] = set()
    wanted = set(codes)
    while wanted:
        asked |= wanted
        found |= work.people.organisations(sorted(wanted))
        kin = {code for o in found.values() for code in (o.parent, o.successor) if code}
        wanted = kin - asked
    return found


def _people_left(
    work: Work, world: _World, entries: Sequence[Entry], today: date, reasons: dict[int, list[str]]
) -> None:
    """Add the reason to every row that closes a school, or puts off its beginning, while people belong to it."""
    ends: dict[str, date] = {}
    late: dict[str, date] = {}
    for code in world.listed & world.held.keys():
        was, now = world.held[code], world.after[code]
        if not world.within(was, world.held):
            continue
        if now.valid_to and now.valid_to != was.valid_to:
            ends[code] = now.valid_to
        if now.valid_from and now.valid_from != was.valid_from and now.valid_from > today:
            late[code] = today
    staying, waiting = work.people.staying(ends), work.people.staying(late)
    for entry in entries:
        if count := staying.get(entry.code):
            reasons.setdefault(entry.line, []).append(
                f"撤销日期以后还有 {count} 人属于这所学校，请先用名册把他们转走"
            )
        if count := waiting.get(entry.code):
            reasons.setdefault(entry.line, []).append(f"成立日期在今天以后，但已有 {count} 人属于这所学校")
