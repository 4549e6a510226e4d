"""Who may import which schools, and what happens where two import at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from hub.domain.cells import Raw
from hub.domain.errors import Refusal
from hub.domain.organisation import CITY
from hub.domain.people import Actor, Role
from hub.domain.school_plan import Report
from hub.domain.sheet import Outcome
from hub.journey import roster, schools
from hub.journey.ports import Fittings
from tests.conftest import rows as see
from tests.people import EAST, FAR_SCHOOL, WEST, Town
from tests.study import roster_town
from tests.study.roster_town import somebody
from tests.study.school_town import (
    NEW,
    ZONE,
    bring_in,
    held,
    point,
    reasons,
    row,
    school,
    widen,
)


@pytest.fixture
def registrar(f: Fittings, town: Town) -> Actor:
    """The registrar of the city."""
    widen(f)
    return town.actor("registrar")


@pytest.mark.parametrize("org", [EAST, CITY, FAR_SCHOOL, "nowhere"])
def test_a_county_registrar_reaches_no_further_than_the_county(
    f: Fittings, registrar: Actor, org: str
) -> None:
    county = somebody(f, "涧西登记员", Role.REGISTRAR, WEST)
    with pytest.raises(Refusal) as no:
        schools.check(f, county, org, [row()])
    assert no.value.code == "access.denied"


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.REGISTRAR])
def test_nobody_but_a_registrar_imports_schools(f: Fittings, registrar: Actor, role: Role) -> None:
    with pytest.raises(Refusal) as no:
        schools.check(f, somebody(f, "某人", role, CITY), CITY, [row()])
    assert no.value.code == "access.denied"


def test_a_county_registrar_neither_gives_schools_away_nor_takes_them(f: Fittings, registrar: Actor) -> None:
    county = somebody(f, "涧西登记员", Role.REGISTRAR, WEST)
    rows = [
        row(),
        row(3, code="2141900021", unit="市直"),
        row(4, code="2141900022", unit=ZONE),
        held(5, unit=ZONE),
        held(6, code=FAR_SCHOOL, kind="教学点", closed="2026-11-23"),
        point(7, lead=FAR_SCHOOL),
    ]
    told = reasons(f, county, *rows, org=WEST)
    assert told.keys() == {3, 4, 5, 6, 7}
    assert all("不在您这次导入的范围内" in told[n] for n in (3, 4, 5))
    assert told[6] == schools._FOREIGN, "a stranger's school tells neither its kind nor its people"
    assert bring_in(f, county, row(), point(), org=WEST).counts[Outcome.NEW] == 2
    assert reasons(f, registrar, row(), org=WEST) == {}, "who has the city may import into a county"
    assert reasons(f, registrar, row(unit=EAST), org=WEST).keys() == {2}, "but then only into that county"


def _try(f: Fittings, who: Actor, report: Report, *rows: Raw) -> str:
    try:
        schools.import_schools(f, who, report.org, rows, report.digest)
    except Refusal as no:
        return no.code
    return "done"


def test_two_imports_of_one_file_at_once_are_one(f: Fittings, registrar: Actor, engine: Engine) -> None:
    rows = [row(), point(), *(row(n, code=f"2141901{n:03d}", name=f"涧西第{n}小学") for n in range(4, 40))]
    report = schools.check(f, registrar, CITY, rows)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: _try(f, registrar, report, *rows), range(4)))
    assert sorted(answers) == ["done", "roster.changed", "roster.changed", "roster.changed"]
    assert see(engine, "SELECT count(*), min(report ->> 'sheet') FROM roster_imports") == [(1, "schools")]


def test_a_roster_and_a_closing_at_once_leave_nobody_in_a_closed_school(
    f: Fittings, registrar: Actor, engine: Engine
) -> None:
    """Whichever comes first, the other one is refused."""
    bring_in(f, registrar, row())
    teacher = [roster_town.row(school_code=NEW)]
    closing = row(closed="2026-11-23")
    coming = roster.check(f, registrar, CITY, teacher, synthetic_ids=True)
    going = schools.check(f, registrar, CITY, [closing])

    def come() -> str:
        try:
            roster.import_roster(f, registrar, CITY, teacher, coming.digest, synthetic_ids=True)
        except Refusal as no:
            return no.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(come), pool.submit(_try, f, registrar, going, closing)]
        told = sorted(a.result() for a in answers)
    assert told == ["done", "roster.rows"]
    inside = see(engine, "SELECT org FROM memberships WHERE subject = '数学'")
    assert inside == ([(NEW,)] if school(f, NEW).valid_to is None else [])


def test_an_import_of_other_rows_or_into_another_world_than_was_checked_is_refused(
    f: Fittings, registrar: Actor
) -> None:
    report = schools.check(f, registrar, CITY, [row()])
    assert _try(f, registrar, report, row(name="别的小学")) == "roster.changed"
    assert _try(f, registrar, replace(report, org=WEST), row()) == "roster.changed"
    bring_in(f, registrar, row(name="涧西第九小学"))
    assert _try(f, registrar, report, row()) == "roster.changed"
