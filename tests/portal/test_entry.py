"""The front door over HTTP: sign-in, form tokens, open redirects, and the OpenID Connect flow with everything wrong."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from hub.identity.secrets import secret
from tests.people import PASSWORD
from tests.portal.conftest import Site, Visitor

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def authorize(site: Site, visitor: Visitor, **changed: str | None) -> requests.Response:
    asked = {
        "client_id": "boards",
        "response_type": "code",
        "redirect_uri": f"{site.settings.boards_url}/oidc/callback",
        "scope": "openid profile read",
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changed
    return visitor.get("/oidc/authorize?" + urlencode({k: v for k, v in asked.items() if v is not None}))


def redeem(site: Site, code: str, /, **changed: str) -> requests.Response:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{site.settings.boards_url}/oidc/callback",
        "code_verifier": VERIFIER,
        "client_id": "boards",
        "client_secret": secret("oidc_boards", site.settings.secrets_dir),
    } | changed
    return requests.post(site.base + "/oidc/token", data=sent, timeout=10)


def code_of(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def test_a_stranger_is_sent_to_sign_in_and_comes_back_with_a_code_that_works_once(site: Site) -> None:
    visitor = site.visitor()
    away = authorize(site, visitor)
    assert away.status_code == 302
    assert away.headers["Location"].startswith("/login?next=%2Foidc%2Fauthorize")
    back = visitor.post(
        away.headers["Location"],
        {
            "login": site.town.actor("teacher").login,
            "password": PASSWORD,
            "next": parse_qs(urlsplit(away.headers["Location"]).query)["next"][0],
        },
    )
    answer = visitor.get(back.headers["Location"])
    assert answer.headers["Location"].startswith(f"{site.settings.boards_url}/oidc/callback?")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["state"] == ["s1"]
    code = code_of(answer)
    token = redeem(site, code)
    assert token.status_code == 200, token.text
    claims = json.loads(base64.urlsafe_b64decode(token.json()["id_token"].split(".")[1] + "=="))
    assert claims["aud"] == "boards"
    assert claims["sub"] == site.town.uids["teacher"]
    told = requests.get(
        site.base + "/oidc/userinfo",
        headers={"Authorization": f"Bearer {token.json()['access_token']}"},
        timeout=10,
    ).json()
    assert told == {
        "sub": site.town.uids["teacher"],
        "preferred_username": site.town.actor("teacher").login,
        "name": "陈晓燕",
        "roles": ["teacher"],
        "terminal": False,
    }
    assert redeem(site, code).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"client_secret": "wrong"},
        {"client_id": "hub"},
        {"code_verifier": "w" * 64},
        {"redirect_uri": "http://evil.example/"},
        {"grant_type": "password"},
        {"code": "made-up"},
    ],
)
def test_a_code_with_anything_wrong_gives_no_token_and_is_gone(site: Site, changed: dict[str, str]) -> None:
    code = code_of(authorize(site, site.visitor("teacher")))
    assert redeem(site, code, **changed).status_code in (400, 401)


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "evil"},
        {"redirect_uri": "http://evil.example/cb"},
        {"redirect_uri": None},
        {"client_id": None},
    ],
)
def test_an_unknown_application_or_address_is_never_sent_anywhere(
    site: Site, changed: dict[str, str | None]
) -> None:
    answer = authorize(site, site.visitor("teacher"), **changed)
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "未登记" in answer.text


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"scope": "openid teach"},
    ],
)
def test_a_request_for_more_than_is_allowed_gets_an_error_and_no_code(
    site: Site, changed: dict[str, str | None]
) -> None:
    answer = authorize(site, site.visitor("teacher"), **changed)
    assert "code=" not in answer.headers.get("Location", "")
    assert "error=" in answer.headers.get("Location", "error=")


def test_signing_out_ends_the_tokens_of_the_boards_too(site: Site) -> None:
    visitor = site.visitor("teacher")
    token = redeem(site, code_of(authorize(site, visitor))).json()["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    assert requests.get(site.base + "/api/read/competencies", headers=header, timeout=10).status_code == 200
    out = visitor.post("/logout")
    assert out.headers["Location"] == f"{site.settings.boards_url}/logout"
    assert requests.get(site.base + "/api/read/competencies", headers=header, timeout=10).status_code == 401
    assert visitor.get("/learn").headers["Location"].startswith("/login")


def test_a_form_without_its_token_changes_nothing(site: Site) -> None:
    visitor = site.visitor("teacher")
    answer = visitor.session.post(site.base + "/logout", allow_redirects=False, timeout=10)
    assert answer.status_code == 403
    assert "auth.form_expired" in answer.text
    assert visitor.get("/learn").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "javascript:alert(1)"],
)
def test_sign_in_leads_nowhere_but_home(site: Site, target: str) -> None:
    visitor = site.visitor()
    answer = visitor.post(
        "/login", {"login": site.town.actor("teacher").login, "password": PASSWORD, "next": target}
    )
    assert answer.headers["Location"] == "/"


def test_somebody_with_a_first_password_changes_it_before_anything_else(site: Site) -> None:
    from hub.journey import resets

    fresh = resets.reset_password(
        site.town.f, site.town.actor("school_admin"), site.town.actor("teacher").login
    )
    visitor = site.visitor()
    assert (
        visitor.post("/login", {"login": site.town.actor("teacher").login, "password": fresh}).headers[
            "Location"
        ]
        == "/password"
    )
    assert visitor.get("/learn").headers["Location"] == "/password"
    assert authorize(site, visitor).headers["Location"] == "/password"
    changed = visitor.post(
        "/password", {"old": fresh, "new": "Luo-yang-2026-mudan", "again": "Luo-yang-2026-mudan"}
    )
    assert changed.headers["Location"] == "/login?changed=1"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    visitor = site.visitor()
    answer = visitor.post("/login", {"login": site.town.actor("teacher").login, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain=" not in cookie


def test_whoever_types_the_machines_number_is_led_to_its_name(site: Site) -> None:
    answer = requests.get(site.base + "/verify?number=x", allow_redirects=False, timeout=10)
    assert answer.headers["Location"] == f"{site.settings.address}/verify?number=x"


def test_every_page_carries_a_policy_that_lets_no_foreign_script_in(site: Site) -> None:
    answer = site.visitor().get("/login")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("to", "back"),
    [
        ("notebooks/run-1/A13 数据/1.ipynb", "notebooks/run-1/A13%20%E6%95%B0%E6%8D%AE/1.ipynb"),
        ("lab", "lab"),
        ("//evil.example/x", "tree"),
        ("https://evil.example/", "tree"),
        ("notebooks/../../../hub/logout", "tree"),
        ("notebooks//evil.example", "tree"),
        ("notebooks/a\\b", "tree"),
        ("logout", "tree"),
        ("", "tree"),
    ],
)
def test_the_way_back_from_a_rest_leads_into_ones_own_room_and_nowhere_else(
    site: Site, to: str, back: str
) -> None:
    page = site.visitor().get("/resting?" + urlencode({"to": to})).text
    assert f'href="{site.settings.hub_url}/hub/user-redirect/{back}"' in page
