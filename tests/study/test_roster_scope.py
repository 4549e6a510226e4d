"""Who may import whom: scope, elevated roles, people who also belong elsewhere, and what a report may show."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import Engine

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.journey import roster
from hub.journey.ports import Fittings
from hub.sources import roster_out
from tests.conftest import rows as see
from tests.study.roster_town import (
    FAR,
    FIRST,
    SECOND,
    bring_in,
    build_town,
    id_number,
    places,
    row,
    somebody,
)


@pytest.fixture(autouse=True)
def town(f: Fittings) -> None:
    build_town(f)


def refusal(f: Fittings, role: Role, home: str, org: str) -> str:
    """The code with which somebody is kept from checking a roster for ``org``."""
    with pytest.raises(Refusal) as no:
        roster.check(f, somebody(f, "某人", role, home), org, [row()], synthetic_ids=True)
    return no.value.code


@pytest.mark.parametrize("org", ["410324", "410300", FAR, "nowhere"])
def test_a_county_registrar_reaches_no_further_than_the_county(f: Fittings, org: str) -> None:
    assert refusal(f, Role.REGISTRAR, "410302", org) == "access.denied"


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.REGISTRAR, Role.SCHOOL_ADMIN)])
def test_nobody_but_a_registrar_or_a_schools_administrator_imports(f: Fittings, role: Role) -> None:
    assert refusal(f, role, "410300", "410302") == "access.denied"


def test_somebody_of_another_county_is_not_taken_over(f: Fittings) -> None:
    """Whoever imports a person could reset their password: so an ID number alone must not be enough."""
    far = somebody(f, "栾川登记员", Role.REGISTRAR, "410324")
    bring_in(f, far, "410324", [row(school_code=FAR)])
    near = somebody(f, "老城登记员", Role.REGISTRAR, "410302")
    for change in ("", "调动", "兼职"):
        report = roster.check(f, near, "410302", [row(change=change)], synthetic_ids=True)
        assert "上级单位" in report.lines[0].notes[0] and not report.lines[0].login
    city = somebody(f, "市登记员", Role.REGISTRAR, "410300")
    bring_in(f, city, "410300", [row()])
    assert places(f, id_number(1)) == (FIRST,)


def test_an_official_is_not_moved_into_a_school(f: Fittings) -> None:
    city = somebody(f, "市登记员", Role.REGISTRAR, "410300")
    somebody(f, "王小明", Role.SYS_ADMIN, "410300", id_number(1))
    report = roster.check(f, city, "410302", [row()], synthetic_ids=True)
    assert "管理职务" in report.lines[0].notes[0]


def test_nobody_gives_a_role_to_themselves(f: Fittings) -> None:
    me = somebody(f, "王小明", Role.REGISTRAR, "410302", id_number(1))
    report = roster.check(f, me, "410302", [row(role="学校管理员")], synthetic_ids=True)
    assert "不能给自己增加角色" in report.lines[0].notes


def test_a_school_registrar_cannot_make_a_school_administrator(f: Fittings) -> None:
    school = somebody(f, "校登记员", Role.REGISTRAR, FIRST)
    asked = [row(role="学校管理员")]
    assert "上级教育局" in roster.check(f, school, FIRST, asked, synthetic_ids=True).lines[0].notes[0]
    county = somebody(f, "区登记员", Role.REGISTRAR, "410302")
    bring_in(f, county, "410302", asked)
    assert roster.check(f, school, FIRST, asked, synthetic_ids=True).errors == 0  # holds it already


def test_a_school_registrar_cannot_import_into_the_school_next_door(f: Fittings) -> None:
    school = somebody(f, "校登记员", Role.REGISTRAR, FIRST)
    assert roster.check(f, school, FIRST, [row(school_code=SECOND)], synthetic_ids=True).errors == 1


def test_identity_numbers_are_in_no_report_record_or_log(
    f: Fittings, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    city = somebody(f, "市登记员", Role.REGISTRAR, "410300")
    good, bad = row(), row(3, id_number=id_number(2), name="x")
    reports = [
        roster.check(f, city, "410300", [good, bad], synthetic_ids=True),
        bring_in(f, city, "410300", [good]),
    ]
    told = "".join(str(r) + roster_out.report_json(r) + roster_out.report_csv(r).decode() for r in reports)
    kept = str(see(engine, "SELECT * FROM roster_imports")) + str(see(engine, "SELECT id_masked FROM people"))
    for number in (id_number(1), id_number(2)):
        assert number not in told + kept + caplog.text
    assert f"{id_number(1)[:4]}**********{id_number(1)[-4:]}" in told


def test_first_passwords_are_told_once_and_kept_only_as_hashes(f: Fittings, engine: Engine) -> None:
    city = somebody(f, "市登记员", Role.REGISTRAR, "410300")
    report = bring_in(f, city, "410300", [row()])
    password = report.first_passwords[0].password
    assert password in roster_out.passwords_csv(report).decode()
    assert password not in roster_out.report_csv(report).decode() + roster_out.report_json(report)
    kept = see(engine, "SELECT password_hash FROM credentials") + see(engine, "SELECT * FROM roster_imports")
    assert password not in str(kept)


def test_a_schools_administrator_brings_in_the_schools_own_people_and_nobody_elses(f: Fittings) -> None:
    admin = somebody(f, "校长", Role.SCHOOL_ADMIN, FIRST)
    assert roster.check(f, admin, FIRST, [row()], synthetic_ids=True).errors == 0
    assert (
        "上级教育局"
        in roster.check(f, admin, FIRST, [row(role="学校管理员")], synthetic_ids=True).lines[0].notes[0]
    )
    assert roster.check(f, admin, FIRST, [row(school_code=SECOND)], synthetic_ids=True).errors == 1
    assert refusal(f, Role.SCHOOL_ADMIN, FIRST, SECOND) == "access.denied"
    far = somebody(f, "栾川登记员", Role.REGISTRAR, "410324")
    bring_in(f, far, "410324", [row(school_code=FAR)])
    assert "上级单位" in roster.check(f, admin, FIRST, [row()], synthetic_ids=True).lines[0].notes[0]
