"""A small town for roster tests: a city, two counties, schools, registrars, and valid test identity numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hub.domain.cells import Raw
from hub.domain.id_number import check_character
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor, Person, Role
from hub.domain.roster_plan import Line, Report
from hub.journey import enter, roster
from hub.journey.ports import Fittings

CITY_SCHOOL, FIRST, SECOND, FAR = "3441900001", "2141900001", "2141900002", "2141900003"
GONE, POINT = "2141900004", "2141900005"


def id_number(sequence: int, born: str = "19850615") -> str:
    """A valid identity number of the test region."""
    first17 = f"999999{born}{sequence:03d}"
    return first17 + check_character(first17)


def row(line: int = 2, **cells: str) -> Raw:
    """A good row of a teacher at FIRST, with whatever is told otherwise."""
    good = {
        "name": "王小明",
        "id_number": id_number(1),
        "school_code": FIRST,
        "kind": "教师",
        "staff_no": "A01",
        "subject": "数学",
    }
    return Raw(line, {k: v for k, v in (good | cells).items() if v})


def build_town(f: Fittings) -> None:
    """Two counties; 老城区 has FIRST, SECOND, a teaching point and a school that was closed; 栾川县 has FAR."""
    unit = Level.UNIT
    with f.work() as work:
        for org in (
            Organisation(CITY, "洛阳市", Level.CITY, "市", None),
            Organisation("410302", "老城区", unit, "区", CITY),
            Organisation("410324", "栾川县", unit, "县", CITY),
            Organisation(FIRST, "老城区第一小学", Level.SCHOOL, "primary", "410302"),
            Organisation(SECOND, "老城区第二小学", Level.SCHOOL, "primary", "410302"),
            Organisation(POINT, "第一小学北教学点", Level.POINT, "point", FIRST),
            Organisation(
                GONE, "老城区旧小学", Level.SCHOOL, "primary", "410302", None, date(2021, 3, 18), FIRST
            ),
            Organisation(FAR, "栾川县实验小学", Level.SCHOOL, "primary", "410324"),
        ):
            work.people.put_organisation(org)


def somebody(f: Fittings, name: str, role: Role, org: str, number: str = "") -> Actor:
    """A person who holds one role."""
    now = f.clock.now()
    with f.work() as work:
        uid = f.ids.new("per")
        person = Person(uid, work.people.next_login("t"), name, "staff", name, "", True, now)
        sealed = (f.vault.seal(number), f.vault.tag(number)) if number else (None, None)
        work.people.add(person, cipher=sealed[0], tag=sealed[1])
        work.people.grant(uid, role, org, date(2026, 1, 1), "test")
        found = enter.actor(work, uid, now)
    assert found is not None
    return found


def bring_in(f: Fittings, who: Actor, org: str, rows: Sequence[Raw]) -> Report:
    """Check and import in one go."""
    report = roster.check(f, who, org, rows, synthetic_ids=True)
    return roster.import_roster(f, who, org, rows, report.digest, synthetic_ids=True)


def person_of(f: Fittings, number: str) -> Person:
    """The person with an identity number."""
    with f.work() as work:
        found = work.people.by_tag(f.vault.tag(number))
    assert found is not None
    return found


def places(f: Fittings, number: str, now: datetime | None = None) -> tuple[str, ...]:
    """Where the person with an identity number belongs."""
    with f.work() as work:
        return work.people.memberships(person_of(f, number).uid, enter.beijing_day(now or f.clock.now()))


def by_line(report: Report) -> Mapping[int, Line]:
    """The lines of a report by their number."""
    return {line.line: line for line in report.lines}
