"""Every route, every role, own and foreign things: each cell asked over HTTP of the real portal, against rules that are data.

The rules are in ``tests.portal.matrix``; a route without a rule fails, and so does a rule without a route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
import requests

from hub.domain.people import PERMISSIONS, Role
from hub.journey import enter
from hub.journey.ports import Fittings
from hub.portal.app import ROUTES
from hub.portal.base import PUBLIC, Api
from tests.portal.conftest import Site
from tests.portal.makers import WHERE, World
from tests.portal.matrix import RULES, Rule
from tests.portal.test_access import verbs

_PLACE = re.compile(r"\([^()]*\)\??")
_TOKEN = ["openid", "profile", "read", "study", "teach"]
CELLS = {
    f"{verb.upper()} {_PLACE.sub('{}', path).replace(chr(92), '')}": handler
    for path, handler in ROUTES
    for verb in verbs(handler)
}


@pytest.fixture
def f(f: Fittings) -> Fittings:
    """A house that asks for second factors."""
    return replace(f, second_factor=True)


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    """A new route: one line in tests/portal/matrix.py."""
    assert sorted(set(CELLS) - set(RULES)) == []
    assert sorted(set(RULES) - set(CELLS)) == []


def test_a_rule_says_public_where_the_handler_does_and_gives_nobody_more_than_the_handlers_verb() -> None:
    for cell, handler in CELLS.items():
        rule = RULES[cell]
        assert rule.public == (handler.scope == PUBLIC), cell
        if handler.verb:
            assert set(rule.reach) <= {role.value for role in PERMISSIONS[handler.verb]}, cell


def test_every_verb_stands_before_a_route_or_is_asked_by_a_journey() -> None:
    """A verb that nothing asks for protects nothing."""
    import subprocess

    from hub.settings import CHECKOUT

    told = subprocess.run(
        ["grep", "-rhoE", r'"[a-z_]+\.[a-z_]+"', "hub/journey", "hub/portal", "--include=*.py"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    asked = {line.strip('"') for line in told.splitlines()}
    # verbs of areas that are being built: take a line out when its journey is there
    waiting = {
        "application.school",
        "application.county", "application.confirm", "notice.open", "notice.read", "objection.raise", "objection.answer",
    }  # fmt: skip
    assert set(PERMISSIONS) - asked <= waiting


@dataclass
class Asker:
    """Somebody at the door, by cookie for pages and by token for programs."""

    site: Site
    cookie: str = ""
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, cell: str, handler: type, rule: Rule, places: tuple[str, ...]) -> int:
        """The status with which the portal answers."""
        method, _, address = cell.partition(" ")
        path = address.replace("{}", "%s") % places
        headers = {"Host": urlsplit(self.site.settings.address).netloc}
        if issubclass(handler, Api):
            if self.token:
                headers["Authorization"] = f"Bearer {self.token}"
            body = {"json": dict(rule.form)}
        else:
            headers["Cookie"] = "_xsrf=abcdefgh" + (f"; luojiao={self.cookie}" if self.cookie else "")
            body = {"data": {"_xsrf": "abcdefgh"} | dict(rule.form)}
        self.session.cookies.clear()
        answer = self.session.request(
            method, self.site.base + path, headers=headers, allow_redirects=False, timeout=30,
            **(body if method != "GET" else {}),
        )  # fmt: skip
        assert answer.status_code < 500 or answer.status_code == 503, (cell, answer.text[-500:])
        if answer.status_code == 302 and method == "GET":
            for door in ("/login", "/second-factor"):
                if answer.headers["Location"].startswith(door + "?"):
                    return 401
        return answer.status_code


def asker(world: World, site: Site, role: Role) -> Asker:
    """Somebody of one role who has given both factors."""
    f, who = world.f, world.actor(world.roles[role])
    with f.work() as work:
        cookie = enter.open_session(f, work, who, proved=True)
    enter.grant_code(f, cookie, "boards", {}, role.value)
    code = enter.redeem_code(f, role.value, "boards")
    assert code is not None
    return Asker(site, cookie, enter.issue_token(f, code, _TOKEN)[0])


def addresses(world: World, cell: str, rule: Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where a thing lies, and what fills the address; an address that names nothing is asked once."""
    places = cell.count("{}")
    if rule.maker is None:
        yield "own", ("x",) * places
        return
    for where in WHERE:
        yield where, rule.maker(world, where)[:places]


def wrong(rule: Rule, role: Role, where: str, status: int) -> bool:
    """Whether a status is not what the rule expects."""
    letters = rule.reach.get(role.value, "")
    if rule.public or where[0] in letters:
        return status in {401, 403, 404} - set(rule.says)
    if rule.maker is None:
        return status != 403
    return status not in (403, 404)


@pytest.mark.timeout(1200)  # thousands of requests; half a minute on a machine of one's own
def test_every_cell_of_the_matrix_is_as_its_rule_says(site: Site) -> None:
    world = World(site.town)
    askers = {role: asker(world, site, role) for role in Role}
    found = []
    for cell, handler in CELLS.items():
        rule = RULES[cell]
        for where, places in addresses(world, cell, rule):
            for role, who in askers.items():
                one = asker(world, site, role) if cell == "POST /logout" else who
                status = one.ask(cell, handler, rule, places)
                if wrong(rule, role, where, status):
                    found.append(f"{cell} · {role.value} · {where}: {status}")
    assert found == [], "\n".join(found)


@pytest.mark.timeout(900)
def test_neither_a_stranger_nor_somebody_halfway_in_reaches_anything_that_is_not_public(site: Site) -> None:
    world = World(site.town)
    town = site.town
    halfway = enter.sign_in(town.f, town.actor("city").login, "Mudan-2026-kaihua")
    assert halfway.second
    for one in (Asker(site), Asker(site, halfway.secret, halfway.secret), Asker(site, "forged", "forged")):
        found = []
        for cell, handler in CELLS.items():
            rule = RULES[cell]
            if rule.public or (one.cookie == halfway.secret and cell.endswith(" /second-factor")):
                continue
            for where, places in list(addresses(world, cell, rule))[
                :1
            ]:  # turned away before anything is looked up
                status = one.ask(cell, handler, rule, places)
                halted = status == 302 and one.cookie == halfway.secret  # a form is led to the second factor
                if status != 401 and not halted:
                    found.append(f"{cell} · {where}: {status}")
        assert found == []


def test_scope_by_query_is_held_as_well(site: Site) -> None:
    """Addresses that take an organisation as ``?org=``: beside one's own scope it does not exist."""
    from tests.people import EAST, FAR_SCHOOL, OTHER_SCHOOL, SCHOOL, WEST

    reach = {
        Role.SCHOOL_ADMIN: {SCHOOL},
        Role.COUNTY_OFFICIAL: {SCHOOL, OTHER_SCHOOL, WEST},
        Role.COUNTY_HR: {SCHOOL, OTHER_SCHOOL, WEST},
        Role.CITY_OFFICIAL: {SCHOOL, OTHER_SCHOOL, WEST, FAR_SCHOOL, EAST, "410300"},
        Role.REGISTRAR: {SCHOOL, OTHER_SCHOOL, WEST, FAR_SCHOOL, EAST, "410300"},
    }
    world = World(site.town)
    plain = Rule({}, False, None)
    for role, orgs in reach.items():
        one = asker(world, site, role)
        for address in ("/overview", "/people", "/api/read/overview"):
            able = role.value in RULES[f"GET {address}"].reach
            for org in (SCHOOL, OTHER_SCHOOL, FAR_SCHOOL, WEST, EAST, "410300", "nowhere"):
                handler = CELLS[f"GET {address}"]
                status = one.ask(f"GET {address}?org={org}", handler, plain, ())
                wanted = (403, 404) if not able else (200,) if org in orgs else (404,)
                assert status in wanted, (role, address, org, status)
