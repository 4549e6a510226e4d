"""Who reaches what: every route against every role, generated from the portal's own route table."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from hub.domain.people import PERMISSIONS, Role
from hub.journey import enter, study
from hub.portal.app import ROUTES
from hub.portal.base import PUBLIC, Api
from hub.portal.menu import entries
from tests.people import FIRST
from tests.portal.conftest import Site

SCOPES = {PUBLIC, "openid", "study", "teach", "read", "all", "second"}
_VERBS = ("get", "post", "put", "delete", "patch")


def verbs(handler: type) -> list[str]:
    """The verbs that a handler answers itself."""
    from hub.portal.base import Page

    base = {v: getattr(Page, v) for v in _VERBS}
    return [v for v in _VERBS if getattr(handler, v) is not base[v]]


def filled(path: str) -> str:
    """A route with something in its places that no town holds."""
    path = re.sub(r"\(\[A-Z0-9-\]\{1,64\}\)", "LY-IT-NOBODY", path)
    path = re.sub(r"\(\[[^)]*\)", "nobody-there", path)
    path = (
        path.replace("(\\.pdf|\\.jwt)?", "")
        .replace("\\.(csv|xlsx)", ".csv")
        .replace("(csv|xlsx)", "csv")
        .replace("\\.", ".")
    )
    return path.replace(".*", "x")


def test_every_route_names_the_scope_it_needs() -> None:
    nameless = [path for path, handler in ROUTES if handler.scope not in SCOPES]
    assert nameless == []


def test_every_verb_of_the_permissions_has_a_role_and_every_role_a_verb() -> None:
    assert all(PERMISSIONS.values())
    assert {role for roles in PERMISSIONS.values() for role in roles} == set(Role)


def test_no_route_but_the_public_ones_answers_a_stranger(site: Site) -> None:
    visitor = site.visitor()
    for path, handler in ROUTES:
        if handler.scope == PUBLIC:
            continue
        for verb in verbs(handler):
            answer = visitor.get(filled(path)) if verb == "get" else visitor.post(filled(path))
            wanted = (302,) if verb == "get" and not issubclass(handler, Api) else (401,)
            assert answer.status_code in wanted, (verb, path, answer.status_code)


@pytest.mark.parametrize(
    "who", ["teacher", "student", "instructor", "school_admin", "county", "city", "registrar", "sys_admin"]
)
def test_no_route_breaks_for_anybody_with_something_that_is_not_there(site: Site, who: str) -> None:
    visitor = site.visitor(who)
    for path, handler in ROUTES:
        if issubclass(handler, Api) or path == "/logout":
            continue
        for verb in verbs(handler):
            answer = visitor.get(filled(path)) if verb == "get" else visitor.post(filled(path))
            assert answer.status_code < 500, (who, verb, path, answer.text[-400:])


@pytest.mark.parametrize(
    "who", ["teacher", "student", "instructor", "school_admin", "county", "city", "registrar", "sys_admin"]
)
def test_everything_in_the_menu_opens_and_nothing_else_of_the_menus_does(site: Site, who: str) -> None:
    visitor, actor = site.visitor(who), site.town.actor(who)
    own = {address for entry in entries(actor) for _, address in entry.pages}
    assert own
    for address in sorted(own):
        assert visitor.get(address).status_code == 200, address
    guarded = {"/teach", "/marking", "/overview", "/people", "/roster", "/queue", "/system", "/issued"} - own
    for address in sorted(guarded):
        answer = visitor.get(address)
        assert answer.status_code == 403, (who, address, answer.status_code)


def tokens(site: Site, who: str) -> Iterator[tuple[str, ...]]:
    """Tokens of every narrowness for one person."""
    for scopes in (["openid"], ["openid", "profile", "read"], ["study", "teach"]):
        secret = enter.sign_in(site.town.f, site.town.actor(who).login, "Mudan-2026-kaihua").secret
        enter.grant_code(site.town.f, secret, "boards", {}, f"{who}{scopes}")
        code = enter.redeem_code(site.town.f, f"{who}{scopes}", "boards")
        assert code is not None
        yield enter.issue_token(site.town.f, code, scopes)[0], *scopes


def test_a_token_reaches_exactly_as_far_as_its_scopes(site: Site) -> None:
    for token, *scopes in tokens(site, "teacher"):
        for path, handler in ROUTES:
            if not issubclass(handler, Api) or handler.scope == PUBLIC:
                continue
            for verb in verbs(handler):
                answer = requests.request(
                    verb,
                    site.base + filled(path),
                    headers={"Authorization": f"Bearer {token}"},
                    json={},
                    timeout=10,
                )
                if handler.scope in scopes:
                    assert answer.status_code not in (401, 403) or answer.json()["code"] == "access.denied", (
                        path,
                        answer.text,
                    )
                else:
                    assert answer.status_code == 403, (scopes, verb, path, answer.status_code)


def test_a_token_is_no_cookie_and_a_cookie_is_no_token(site: Site) -> None:
    secret = enter.sign_in(site.town.f, site.town.actor("teacher").login, "Mudan-2026-kaihua").secret
    assert (
        requests.get(
            site.base + "/api/runs", headers={"Authorization": f"Bearer {secret}"}, timeout=10
        ).status_code
        == 401
    )
    assert requests.get(site.base + "/api/runs", cookies={"luojiao": secret}, timeout=10).status_code == 401


def test_one_learner_never_sees_another_ones_things(site: Site) -> None:
    town = site.town
    run = town.run()
    study.enrol(town.f, town.actor("teacher"), run)
    town.released(run)
    name = next(n for n in study.files_for(town.f, town.actor("teacher"), run, FIRST) if n.endswith(".ipynb"))
    made = study.submit(
        town.f,
        town.actor("teacher"),
        run,
        FIRST,
        {name: b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'},
    )
    for who in ("colleague", "stranger", "student", "school_admin", "city", "sys_admin", "other_instructor"):
        visitor = site.visitor(who)
        for path in (
            f"/learn/{run}",
            f"/learn/{run}/{FIRST}",
            f"/learn/{run}/{FIRST}/receipts/{made.id}",
            f"/marking/{made.id}",
            f"/teach/{run}",
        ):
            assert visitor.get(path).status_code in (403, 404), (who, path)
    assert site.visitor("teacher").get(f"/learn/{run}/{FIRST}/receipts/{made.id}").text == made.receipt


def test_a_county_official_sees_their_county_alone_and_a_school_its_own(site: Site) -> None:
    from tests.people import EAST, FAR_SCHOOL, SCHOOL, WEST

    county, school = site.visitor("county"), site.visitor("school_admin")
    assert county.get(f"/overview?org={WEST}").status_code == 200
    for org in (EAST, FAR_SCHOOL, "410300", "nowhere"):
        assert county.get(f"/overview?org={org}").status_code == 404, org
        assert school.get(f"/overview?org={org}").status_code == 404, org
        assert school.get(f"/people?org={org}").status_code == 404, org
    assert school.get(f"/people?org={SCHOOL}").status_code == 200


def test_what_was_typed_into_an_address_is_never_reflected_as_markup(site: Site) -> None:
    evil = "<script>alert(1)</script>"
    for visitor, path in (
        (site.visitor(), "/verify?number="),
        (site.visitor("registrar"), "/people?find="),
        (site.visitor("city"), "/issued?number="),
    ):
        answer = visitor.get(path + evil)
        assert evil not in answer.text
