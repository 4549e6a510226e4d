"""An empty house: its ground is laid once, and its first people come from the operator."""

from __future__ import annotations

import pytest

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.journey import enter
from hub.journey.appoint import appoint, found
from hub.journey.ports import Fittings
from hub.sources import regions
from tests.conftest import rows


def test_the_ground_is_laid_once_with_units_of_today_and_of_the_past(f: Fittings, engine) -> None:  # type: ignore[no-untyped-def]
    assert found(f, regions.organisations()) > 17
    assert found(f, regions.organisations()) == 0
    assert (
        rows(engine, "SELECT valid_to, successor FROM organisations WHERE code = '410306'")[0][1] == "410308"
    )
    assert rows(engine, "SELECT count(*) FROM nodes WHERE framework = 'micro2019'") == [(30,)]


def test_the_first_registrar_signs_in_with_a_password_that_must_be_changed(f: Fittings) -> None:
    found(f, regions.organisations())
    person, password = appoint(f, "张三丰", Role.REGISTRAR, "410300")
    session = enter.sign_in(f, person.login, password)
    assert session.must_change_password
    again, none = appoint(f, "", Role.ASSESSOR, "410300", person.login)
    assert (again.uid, none) == (person.uid, "")
    with f.work() as work:
        actor = enter.actor(work, person.uid, f.clock.now())
    assert actor is not None
    assert actor.roles == {Role.REGISTRAR, Role.ASSESSOR}


@pytest.mark.parametrize(
    ("name", "role", "org", "login"),
    [
        ("张三丰", Role.TEACHER, "410300", ""),
        ("张三丰", Role.REGISTRAR, "nowhere", ""),
        ("", Role.REGISTRAR, "410300", ""),
        ("", Role.REGISTRAR, "410300", "t99999999"),
    ],
)
def test_what_makes_no_sense_appoints_nobody(
    f: Fittings, engine, name: str, role: Role, org: str, login: str
) -> None:  # type: ignore[no-untyped-def]
    found(f, regions.organisations())
    with pytest.raises(Refusal):
        appoint(f, name, role, org, login)
    assert rows(engine, "SELECT count(*) FROM people") == [(0,)]
