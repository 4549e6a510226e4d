"""A password that is too old leads to the page that changes it, whichever way somebody comes; the last days are told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Browser, expect

from hub.portal import app
from tests.conftest import HandClock
from tests.people import PASSWORD
from tests.portal.conftest import Site
from tests.portal.test_queue_page import browser
from tests.walk.conftest import SHOTS

assert browser  # the fixture

NEW = "Luoyang-2026-hua"


@pytest.fixture
def vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Hub for which every token is the login that it says."""

    async def vouch(token: str) -> str:
        return token

    monkeypatch.setattr(app, "_vouch", lambda _: vouch)


def aged(site: Site, clock: HandClock, days: int, who: str = "city") -> None:
    clock.pass_(days=days // 2)
    with site.town.f.work() as work:
        work.entry.note_use(site.town.uids[who], clock.now())
    clock.pass_(days=days - days // 2)


def test_an_old_password_of_an_office_opens_the_page_that_changes_it_and_nothing_else(
    site: Site, clock: HandClock
) -> None:
    aged(site, clock, 90)
    visitor = site.visitor()
    login = {"login": site.town.actor("city").login, "password": PASSWORD, "next": "/overview"}
    assert visitor.post("/login", login).headers["Location"] == "/password"
    query = urlencode({"client_id": "hub", "response_type": "code", "scope": "openid"})
    for path in ("/", "/overview", "/frameworks", "/verify", f"/oidc/authorize?{query}", "/log-ins"):
        assert visitor.get(path).headers["Location"] == "/password", path
    page = visitor.get("/password").text
    assert "密码每 90 天要换一次" in page and "别人交给您" not in page
    refused = visitor.session.post(
        visitor.base + "/frameworks/new", data={"_xsrf": visitor.session.cookies["_xsrf"]},
        allow_redirects=False, timeout=20,
    )  # fmt: skip
    assert refused.headers["Location"] == "/password"


def test_after_the_change_the_way_is_open_and_the_old_password_is_over(site: Site, clock: HandClock) -> None:
    aged(site, clock, 120)
    visitor = site.visitor("city")

    def send(new: str) -> requests.Response:
        token = visitor.session.cookies["_xsrf"]
        sent = {"_xsrf": token, "old": PASSWORD, "new": new, "again": new}
        return visitor.session.post(visitor.base + "/password", data=sent, allow_redirects=False, timeout=20)

    weak = send(PASSWORD)
    assert weak.status_code == 400 and "不能和原来的密码一样" in weak.text and "要换一次" in weak.text
    assert send(NEW).headers["Location"] == "/login?changed=1"
    login = site.town.actor("city").login
    assert site.visitor().post("/login", {"login": login, "password": PASSWORD}).status_code == 401
    assert site.visitor().post("/login", {"login": login, "password": NEW}).headers["Location"] != "/password"


@pytest.mark.parametrize(("days", "told"), [(79, None), (80, 10), (89, 1)])
def test_the_last_ten_days_are_told_at_home_and_where_it_is_changed(
    site: Site, clock: HandClock, days: int, told: int | None
) -> None:
    aged(site, clock, days)
    visitor = site.visitor("city")
    for path in ("/overview", "/password"):
        assert (f"您的密码还有 {told} 天到期" in visitor.get(path).text) is (told is not None), path
    assert "到期" not in visitor.get("/issued").text
    assert "您的密码还有" not in site.visitor("teacher").get("/learn").text


def test_a_room_and_a_token_are_no_way_around(vouched: Any, site: Site, clock: HandClock) -> None:
    def asked(login: str) -> requests.Response:
        return requests.get(site.base + "/api/me", headers={"Authorization": f"Token {login}"}, timeout=20)

    f, city, teacher = (site.town.f, site.town.actor("city").login, site.town.actor("teacher").login)
    assert asked(city).status_code == 403 and asked(city).json()["code"] == "access.denied"  # no openid there
    runs = requests.get(site.base + "/api/runs", headers={"Authorization": f"Token {city}"}, timeout=20)
    assert runs.status_code == 200
    aged(site, clock, 90)
    runs = requests.get(site.base + "/api/runs", headers={"Authorization": f"Token {city}"}, timeout=20)
    assert runs.status_code == 403 and runs.json()["code"] == "auth.change_password"
    with f.work() as work:  # one that was handed out, likewise
        encoded = f.passwords.hash(PASSWORD)
        work.entry.put_credential(site.town.uids["teacher"], encoded, must_change=True, at=clock.now())
    runs = requests.get(site.base + "/api/runs", headers={"Authorization": f"Token {teacher}"}, timeout=20)
    assert runs.status_code == 403 and "换一个新密码" in runs.json()["message"]


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_told_fits_a_desk_and_a_phone(
    site: Site, clock: HandClock, browser: Browser, width: int
) -> None:  # fmt: skip
    SHOTS.mkdir(parents=True, exist_ok=True)
    for days, name in ((85, "warned"), (5, "aged")):  # five days later it is over
        aged(site, clock, days)
        page = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()
        page.goto(site.settings.address + "/login")
        page.get_by_label("账号").fill(site.town.actor("city").login)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        told = "您的密码还有 5 天到期" if name == "warned" else "密码每 90 天要换一次"
        expect(page.get_by_text(told)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SHOTS / f"password-{name}-{width}.png")
