"""What a roster would change: the outcome of each row against what is known of its person, and the report of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.domain.people import ROLE_NAMES, Person, Role
from hub.domain.roster import Entry
from hub.domain.sheet import Outcome, SheetReport


@dataclass(frozen=True)
class Place:
    """An open membership."""

    org: str
    staff_no: str
    subject: str


@dataclass(frozen=True)
class Known:
    """Somebody on the roster already, with their open memberships and roles."""

    person: Person
    places: tuple[Place, ...]
    roles: frozenset[tuple[Role, str]]

    @property
    def schools(self) -> frozenset[str]:
        """Where they belong now."""
        return frozenset(place.org for place in self.places)


@dataclass(frozen=True)
class Step:
    """What one good row does. ``leave`` are schools whose membership and roles end on the day of the import."""

    entry: Entry
    outcome: Outcome
    changes: tuple[str, ...] = ()
    rename: bool = False
    join: Place | None = None
    leave: tuple[str, ...] = ()
    grant: tuple[Role, ...] = ()


def newcomer(entries: Sequence[Entry]) -> list[Step]:
    """The rows of somebody who is not on the roster yet."""
    return [Step(e, Outcome.NEW, join=Place(e.school, e.staff_no, e.subject), grant=e.roles) for e in entries]


def plan(entries: Sequence[Entry], known: Known, names: Mapping[str, str]) -> list[Step] | str:
    """The rows of somebody who is on the roster, or why they cannot be taken.

    A school that is new to the person replaces the old one unless the file lists the old one as well or says 兼职.
    Schools that a file does not mention are left alone as long as nothing new is joined; an empty cell changes nothing.
    ``names`` has the names of the schools by code.
    """
    person = known.person
    if not person.active:
        return "此人的账号已停用，请先恢复账号"
    if any(e.kind != person.kind for e in entries):
        return f"库中登记的人员类别是{'教师' if person.kind == 'staff' else '学生'}，和名册不同"
    held = {place.org: place for place in known.places}
    listed = {e.school for e in entries}
    old = [org for org in held if org not in listed]
    joining = [e for e in entries if e.school not in held]
    keep = all(e.change == "兼职" for e in joining) and person.kind == "staff"
    leave = tuple(old) if joining and not keep else ()
    if len(leave) > 1 and not any(e.change == "调动" for e in joining):
        return "此人现在属于多所学校，请在“变动”列写明调动（离开原来的学校）或兼职（保留）"
    steps = []
    for number, entry in enumerate(entries):
        first_join = bool(joining) and entry is joining[0]
        steps.append(_step(entry, known, names, number == 0, leave if first_join else ()))
    return steps


def _step(entry: Entry, known: Known, names: Mapping[str, str], first: bool, leave: tuple[str, ...]) -> Step:
    held = next((place for place in known.places if place.org == entry.school), None)
    here = names.get(entry.school, entry.school)
    changes = []
    rename = first and entry.name != known.person.name
    if rename:
        changes.append(f"改名：{known.person.name} → {entry.name}")
    join = Place(entry.school, entry.staff_no, entry.subject)
    if held:
        join = Place(entry.school, entry.staff_no or held.staff_no, entry.subject or held.subject)
        if join.staff_no != held.staff_no:
            changes.append(f"工号/学号：{held.staff_no or '空'} → {join.staff_no}")
        if join.subject != held.subject:
            changes.append(f"任教学科：{held.subject or '空'} → {join.subject}")
    elif leave:
        changes.append(f"换学校：离开 {'、'.join(names.get(o, o) for o in leave)}，加入 {here}")
    else:
        changes.append(f"加入 {here}" + ("，原学校保留" if known.places else ""))
    grant = tuple(role for role in entry.roles if (role, entry.school) not in known.roles)
    if held:
        changes += [f"增加角色：{ROLE_NAMES[role]}" for role in grant]
    return Step(
        entry,
        Outcome.UPDATE if changes else Outcome.SAME,
        tuple(changes),
        rename,
        join if join != held else None,
        leave,
        grant,
    )


@dataclass(frozen=True)
class Line:
    """One row of the report; it shows the identity number masked or not at all."""

    line: int
    outcome: Outcome
    name: str
    id_masked: str
    school: str
    school_name: str
    login: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FirstPassword:
    """An account that an import made; the password is shown once and kept nowhere."""

    login: str
    name: str
    school_name: str
    password: str


@dataclass(frozen=True)
class Report(SheetReport[Line]):
    """What a roster would do or did; after an import, with the passwords of the accounts that it made."""

    first_passwords: tuple[FirstPassword, ...] = ()
