"""A roster against the database of this moment: who is known, what each row would do, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.cells import MAX_ROWS, Raw, narrow, tidy
from hub.domain.errors import refuse
from hub.domain.organisation import Level, Organisation
from hub.domain.people import PERMISSIONS, Actor, Role, may
from hub.domain.roster import Entry, clashes, read_row
from hub.domain.roster_plan import Known, Line, Place, Report, Step, newcomer, plan
from hub.domain.sheet import Outcome
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.sheets import digest, limit

_ELEVATED = frozenset({Role.INSTRUCTOR, Role.SCHOOL_ADMIN})  # given from above the school
_BY_ROSTER = _ELEVATED | {Role.TEACHER, Role.STUDENT}


@dataclass(frozen=True)
class Planned:
    """A roster against the database of this moment: the report, the steps of the good rows, and who is known."""

    report: Report
    steps: tuple[Step, ...]
    known: Mapping[str, Known]  # by ID number


def against(
    f: Fittings, work: Work, who: Actor, org_code: str, rows: Sequence[Raw], synthetic_ids: bool
) -> Planned:
    """Judge every row against the database of this moment. Raises access.denied outside the importer's scope."""
    path = work.people.path(org_code)
    if not path or not may(who, "roster.import", path):
        raise refuse("access.denied")
    limit(rows, MAX_ROWS)
    today = beijing_day(f.clock.now())
    read = [read_row(raw, today=today, synthetic_ids=synthetic_ids) for raw in rows]
    entries = [e for e in read if isinstance(e, Entry)]
    reasons = {raw.line: list(e) for raw, e in zip(rows, read, strict=True) if not isinstance(e, Entry)}
    for line, said in clashes(entries).items():
        reasons.setdefault(line, []).extend(said)
    known = _known(f, work, entries)
    held = {place.org for one in known.values() for place in one.places}
    schools = work.people.organisations(sorted(held | {e.school for e in entries}))
    scope = _Scope(who, org_code, dict(_paths(work, schools, known)), schools, today)
    steps = scope.judge(entries, known, reasons)
    lines = _lines(rows, read, steps, reasons, schools, known)
    met = [[x.line, x.outcome, x.school, x.login, x.notes] for x in lines]
    report = Report(org_code, digest(f, rows, who.uid, met), lines)
    return Planned(report, tuple(steps[line.line] for line in lines if line.line in steps), known)


def _known(f: Fittings, work: Work, entries: Sequence[Entry]) -> dict[str, Known]:
    """Who of the file is on the roster already, by ID number."""
    tags = {f.vault.tag(number): number for number in {e.id.text for e in entries}}
    people = work.people.by_tags(list(tags))
    uids = [p.uid for p in people.values()]
    places, roles = work.people.open_memberships(uids), work.people.open_grants(uids)
    return {
        tags[tag]: Known(p, tuple(Place(*row) for row in places.get(p.uid, ())), frozenset(roles.get(p.uid, ())))
        for tag, p in people.items()
    }  # fmt: skip


def _paths(
    work: Work, schools: Mapping[str, Organisation], known: Mapping[str, Known]
) -> Mapping[str, tuple[str, ...]]:
    codes = set(schools)
    for each in known.values():
        codes |= {place.org for place in each.places} | {org for _, org in each.roles}
    return work.people.paths(sorted(codes)) if codes else {}


@dataclass(frozen=True)
class _Scope:
    """How far the importer reaches, and what a row may ask for within it."""

    who: Actor
    org: str
    paths: Mapping[str, tuple[str, ...]]
    schools: Mapping[str, Organisation]
    today: date

    def judge(
        self, entries: Sequence[Entry], known: Mapping[str, Known], reasons: dict[int, list[str]]
    ) -> dict[int, Step]:
        """Line -> step for every good row; ``reasons`` gains what is wrong with the others."""
        by_number: dict[str, list[Entry]] = {}
        for entry in entries:
            by_number.setdefault(entry.id.text, []).append(entry)
            said = self._school(entry) + self._roles(entry, known.get(entry.id.text))
            if said:
                reasons.setdefault(entry.line, []).extend(said)
        steps: dict[int, Step] = {}
        for number, same in by_number.items():
            one = known.get(number)
            answer = self._foreign(one) if one else None
            if one and answer is None:
                planned = plan(same, one, {code: org.name for code, org in self.schools.items()})
                answer = planned if isinstance(planned, str) else self._office(one, planned)
            else:
                planned = newcomer(same)
            for entry in same:
                if answer:
                    reasons.setdefault(entry.line, []).append(answer)
            if not isinstance(planned, str):
                steps |= {s.entry.line: s for s in planned if s.entry.line not in reasons}
        return steps

    def _school(self, entry: Entry) -> list[str]:
        school = self.schools.get(entry.school)
        if school is None or self.org not in self.paths.get(entry.school, ()):
            return [f"学校标识码 {entry.school} 不存在，或不在您这次导入的范围内"]
        if school.level not in (Level.SCHOOL, Level.POINT):
            return [f"{school.name} 不是学校或教学点"]
        if not school.valid_on(self.today):
            to = f"，已并入 {school.successor}" if school.successor else ""
            return [f"{school.name} 今天已不存在{to}"]
        said = narrow(entry.school_name).replace(" ", "")
        if said and said != narrow(school.name).replace(" ", ""):
            return [f"学校名称和标识码对不上：{entry.school} 是“{school.name}”"]
        return []

    def _roles(self, entry: Entry, one: Known | None) -> list[str]:
        """授课教师 and 学校管理员 are given from above the school, and by nobody to themselves."""
        held = one.roles if one else frozenset()
        asked = [r for r in entry.roles if r in _ELEVATED and (r, entry.school) not in held]
        if not asked:
            return []
        if one and one.person.uid == self.who.uid:
            return ["不能给自己增加角色"]
        above = self.paths.get(entry.school, ())[1:]
        return [] if may(self.who, "roster.import", above) else ["这个角色要由上级教育局给"]

    def _office(self, one: Known, steps: Sequence[Step]) -> str | None:
        """Who holds an office of the platform is not renamed or moved by a roster."""
        moved = any(s.rename or s.leave or (s.join and s.join.org not in one.schools) for s in steps)
        in_office = any(role not in _BY_ROSTER for role, _ in one.roles)
        return "此人担任平台管理职务，名册不能给其改名或变动学校" if moved and in_office else None

    def _foreign(self, one: Known) -> str | None:
        """Why somebody who also belongs elsewhere is not this importer's to change, or None.

        Whoever imports a person may reset their password; so everything the person holds has to be within reach.
        """
        mine = {g.org for g in self.who.grants if g.role in PERMISSIONS["roster.import"]}
        held = {place.org for place in one.places} | {org for _, org in one.roles}
        if all(mine & set(self.paths.get(org, ())) for org in held):
            return None
        return "此人在您管理范围以外有单位或职务，请由上级单位办理"


def _lines(
    rows: Sequence[Raw],
    read: Sequence[Entry | tuple[str, ...]],
    steps: Mapping[int, Step],
    reasons: Mapping[int, list[str]],
    schools: Mapping[str, Organisation],
    known: Mapping[str, Known],
) -> tuple[Line, ...]:
    lines = []
    for raw, entry in zip(rows, read, strict=True):
        good = isinstance(entry, Entry)
        name = entry.name if isinstance(entry, Entry) else tidy(raw.cells.get("name", ""))[:50]
        code = (
            entry.school if isinstance(entry, Entry) else narrow(tidy(raw.cells.get("school_code", "")))[:10]
        )
        school = schools.get(code)
        masked = entry.id.masked if isinstance(entry, Entry) else ""
        one = known.get(entry.id.text) if isinstance(entry, Entry) else None
        step = steps.get(raw.line) if good else None
        outcome = step.outcome if step and raw.line not in reasons else Outcome.ERROR
        shown = one.person.login if one and outcome is not Outcome.ERROR else ""
        notes = tuple(reasons.get(raw.line, ())) or (step.changes if step else ())
        lines.append(
            Line(raw.line, outcome, name, masked, code, school.name if school and outcome is not Outcome.ERROR else "", shown, notes)
        )  # fmt: skip
    return tuple(lines)
