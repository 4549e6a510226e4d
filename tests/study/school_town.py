"""What the tests of school lists share: good rows, and a town with a functional zone and a district of the past."""

from __future__ import annotations

from datetime import date

from hub.domain.cells import Raw
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor
from hub.domain.school_plan import Report
from hub.domain.sheet import Outcome
from hub.journey import schools
from hub.journey.ports import Fittings
from tests.people import EAST, SCHOOL

NEW, POINT, SECOND_POINT, SENIOR = "2141900011", "2141900012", "2141900013", "3441900014"
ZONE = "ZG-GX"


def row(line: int = 2, **cells: str) -> Raw:
    """A good row of a new primary school in 涧西区, with whatever is told otherwise."""
    good = {"code": NEW, "name": "涧西第三小学", "kind": "小学", "unit": "涧西区"}
    return Raw(line, {k: v for k, v in (good | cells).items() if v})


def point(line: int = 3, **cells: str) -> Raw:
    """A good row of a teaching point under the new school."""
    good = {"code": POINT, "name": "谷水教学点", "kind": "教学点", "lead": NEW}
    return row(line, **(good | cells))


def held(line: int = 2, **cells: str) -> Raw:
    """The row of a school that the town has already."""
    return row(line, **({"code": SCHOOL, "name": "涧西第一小学"} | cells))


def bring_in(f: Fittings, who: Actor, *rows: Raw, org: str = CITY) -> Report:
    """Check and import in one go."""
    return schools.import_schools(f, who, org, rows, schools.check(f, who, org, rows).digest)


def reasons(f: Fittings, who: Actor, *rows: Raw, org: str = CITY) -> dict[int, str]:
    """Line -> everything that is told to the rows that are not taken."""
    report = schools.check(f, who, org, rows)
    return {x.line: "；".join(x.notes) for x in report.lines if x.outcome is Outcome.ERROR}


def school(f: Fittings, code: str) -> Organisation:
    with f.work() as work:
        found = work.people.organisation(code)
    assert found is not None
    return found


def empty(f: Fittings, code: str, on: date) -> None:
    """Everybody leaves a school of the town."""
    with f.work() as work:
        for person in work.people.members(code, date(2026, 11, 1)):
            work.people.leave(person.uid, code, on)


def widen(f: Fittings) -> None:
    """Give the town a functional zone and a district that ended."""
    with f.work() as work:
        work.people.put_organisation(Organisation(ZONE, "高新区", Level.UNIT, "功能区", CITY))
        work.people.put_organisation(
            Organisation("410306", "吉利区", Level.UNIT, "区", CITY, None, date(2021, 3, 18), EAST)
        )
