"""The pages of second factors, accounts and approvals over HTTP and in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from hub.domain.organisation import CITY
from hub.domain.people import Role
from hub.journey import appoint, approvals
from hub.journey.ports import Fittings
from tests.conftest import HandClock, rows
from tests.people import OTHER_SCHOOL, PASSWORD, SCHOOL, WEST
from tests.portal.conftest import Site, Visitor
from tests.portal.test_queue_page import browser
from tests.walk.conftest import SHOTS

assert browser  # the fixture
NUMBER = "999999198003085525"


@pytest.fixture
def f(f: Fittings) -> Fittings:
    """A house that asks for second factors."""
    return replace(f, second_factor=True)


@pytest.fixture
def staff(site: Site) -> Site:
    """Personnel staff, security administrator, and a teacher with a number."""
    f = site.town.f
    encoded = f.passwords.hash(PASSWORD)
    for key, name, role, org in (
        ("hr", "人事甲", Role.COUNTY_HR, WEST), ("hr2", "人事乙", Role.COUNTY_HR, WEST), ("sec", "安全员", Role.SEC_ADMIN, CITY),
        ("audit", "审计员", Role.AUDIT_ADMIN, CITY),
    ):  # fmt: skip
        person, _ = appoint.appoint(f, name, role, org)
        site.town.uids[key] = person.uid
        with f.work() as work:
            work.entry.put_credential(person.uid, encoded, must_change=False, at=f.clock.now())
    with f.work() as work:
        from sqlalchemy import update

        from hub.store import tables as t

        work.people.connection.execute(  # type: ignore[attr-defined]
            update(t.people)
            .where(t.people.c.uid == site.town.uids["teacher"])
            .values(id_cipher=f.vault.seal(NUMBER), id_masked="9999**********5525")
        )
    return site


def key_of(page: str) -> str:
    shown = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert shown is not None
    return shown.group(1).replace(" ", "")


def sealed_of(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def post(visitor: Visitor, path: str, data: dict[str, str]):  # type: ignore[no-untyped-def]
    """A form with the token that this browser holds (somebody halfway in cannot fetch another page for it)."""
    token = visitor.session.cookies["_xsrf"]
    return visitor.session.post(
        visitor.base + path, data={"_xsrf": token} | data, allow_redirects=False, timeout=20
    )


def signed_in(site: Site, who: str) -> tuple[Visitor, str]:
    """Somebody with password and a factor that they just set up, and its key."""
    visitor = site.visitor(who)
    page = visitor.get("/second-factor").text
    key = key_of(page)
    code = pyotp.TOTP(key).at(site.town.f.clock.now())
    answer = post(visitor, "/second-factor", {"sealed": sealed_of(page), "code": code})
    assert answer.status_code == 200 and "恢复码" in answer.text
    return visitor, key


def test_after_the_password_every_page_leads_to_the_second_factor(site: Site) -> None:
    visitor = site.visitor()
    login = {"login": site.town.actor("city").login, "password": PASSWORD, "next": "/overview"}
    answer = visitor.post("/login", login)
    assert answer.headers["Location"] == "/second-factor?next=%2Foverview"
    half = visitor.session.cookies["luojiao"]
    for path in ("/overview", "/", "/login", "/password", "/verify", "/issued"):
        location = urlsplit(visitor.get(path).headers["Location"])
        assert location.path == "/second-factor" and parse_qs(location.query)["next"] == [path]
    assert post(visitor, "/password", {"old": PASSWORD}).headers["Location"].startswith("/second-factor")
    query = urlencode(
        {"client_id": "boards", "response_type": "code", "redirect_uri": f"{site.settings.boards_url}/oidc/callback",
         "scope": "openid read", "code_challenge": "x" * 43, "code_challenge_method": "S256"}
    )  # fmt: skip
    assert visitor.get(f"/oidc/authorize?{query}").headers["Location"].startswith("/second-factor?")
    page = visitor.get("/second-factor?next=/overview").text
    assert '<nav class="rail"' not in page and "<svg" in page
    code = pyotp.TOTP(key_of(page)).at(site.town.f.clock.now())
    wrong = post(
        visitor, "/second-factor", {"sealed": sealed_of(page), "code": "000000", "next": "/overview"}
    )
    assert wrong.status_code == 400 and key_of(wrong.text) == key_of(page)
    done = post(visitor, "/second-factor", {"sealed": sealed_of(page), "code": code, "next": "/overview"})
    assert done.status_code == 200 and len(re.findall(r"<li><code>", done.text)) == 8
    assert 'href="/overview"' in done.text
    assert visitor.session.cookies["luojiao"] != half
    assert visitor.get("/overview").status_code == 200
    assert "已启用" in visitor.get("/second-factor").text
    visitor.session.cookies.set("luojiao", half, domain=urlsplit(site.base).hostname or "")
    assert (
        "/login"
        in Visitor(site.base, visitor.host).get("/overview", cookies={"luojiao": half}).headers["Location"]
    )


def test_the_next_time_a_code_of_the_phone_or_a_recovery_code_is_enough(site: Site, clock: HandClock) -> None:
    _, key = signed_in(site, "city")
    clock.pass_(seconds=60)
    visitor = site.visitor("city")
    page = visitor.get("/second-factor").text
    assert "<svg viewBox" in page and 'name="sealed"' not in page
    wrong = post(visitor, "/second-factor", {"code": "123456"})
    assert wrong.status_code == 401 and "second.failed" in wrong.text
    code = pyotp.TOTP(key).at(clock.now())
    evil = post(visitor, "/second-factor", {"code": code, "next": "//evil.example"})
    assert evil.headers["Location"] == "/"
    assert visitor.get("/overview").status_code == 200
    again = site.visitor("city")
    assert post(again, "/second-factor", {"code": code}).status_code == 401
    for _ in range(3):
        post(again, "/second-factor", {"code": "123456"})
    locked = post(again, "/second-factor", {"code": "123456"})
    assert locked.status_code == 401
    locked = post(again, "/second-factor", {"code": pyotp.TOTP(key).at(clock.now())})
    assert "auth.locked" in locked.text and 'name="password"' in locked.text


def test_whoever_is_halfway_in_can_turn_back(site: Site) -> None:
    visitor = site.visitor("city")
    assert "退出" in visitor.get("/second-factor").text
    post(visitor, "/logout", {})
    assert visitor.get("/second-factor").headers["Location"].startswith("/login")


def test_the_security_administrator_gives_and_ends_a_role_and_freezes(staff: Site) -> None:
    sec, _ = signed_in(staff, "sec")
    login = staff.town.actor("colleague").login
    assert "没有找到" in sec.post("/accounts", {"find": "查无此人"}).text
    assert f"/accounts/{login}" in sec.post("/accounts", {"find": "单志"}).text
    for act, more, told in (
        ("grant", {"role": "county_hr", "org": WEST, "reason": "appointed"}, "县（市、区）教育局人事"),
        ("end", {"role": "county_hr", "org": WEST, "reason": "moved"}, "已办好"),
        ("freeze", {"reason": "incident"}, "已冻结"),
        ("revive", {"reason": "checked"}, "正常"),
        ("password", {"reason": "lost"}, "新密码"),
    ):
        answer = sec.post(f"/accounts/{login}", {"act": act, **more})
        assert answer.status_code == 200 and told in answer.text, act
    refused = sec.post(
        f"/accounts/{login}", {"act": "grant", "role": "city_hr", "org": WEST, "reason": "moved"}
    )
    assert refused.status_code == 409 and f'value="{WEST}"' in refused.text  # what was typed is kept
    own = staff.town.actor("sec").login
    assert "不能改" in sec.get(f"/accounts/{own}").text
    assert sec.post(f"/accounts/{own}", {"act": "freeze", "reason": "left"}).status_code == 403
    for act in ("password", "factor"):
        answer = sec.post(f"/accounts/{staff.town.actor('audit').login}", {"act": act, "reason": "lost"})
        assert answer.status_code == 403 and "account.operator" in answer.text
    assert sec.post(f"/accounts/{login}", {"act": "explode", "reason": "left"}).status_code == 400
    assert sec.get("/accounts/t99999999").status_code == 404
    assert sec.get("/overview").status_code == 403


def test_a_county_appoints_a_schools_administrator(staff: Site) -> None:
    county, _ = signed_in(staff, "county")
    assert "还没有" in county.get("/school-admins").text
    made = county.post("/school-admins", {"org": OTHER_SCHOOL, "name": "新校长"})
    assert "新校长" in made.text and "首次密码" in made.text
    foreign = county.post("/school-admins", {"org": "2141900003", "name": "某某某"})
    assert foreign.status_code == 404 and "某某某" in foreign.text


def test_a_number_is_asked_for_approved_shown_once_and_on_record(staff: Site, engine) -> None:  # type: ignore[no-untyped-def]
    hr, _ = signed_in(staff, "hr")
    hr2, _ = signed_in(staff, "hr2")
    login = staff.town.actor("teacher").login
    address = f"/people/{login}/identity"
    assert "先经批准" in hr.get(address).text
    assert hr.post(address).status_code == 403
    short = hr.post("/approvals", {"resource": "id_numbers", "org": WEST, "purpose": "看看"})
    assert short.status_code == 400 and 'value="看看"' in short.text
    assert (
        hr.post(
            "/approvals", {"resource": "id_numbers", "org": WEST, "purpose": "核对年度报送名单"}
        ).status_code
        == 302
    )
    assert "待决定" in hr.get("/approvals").text and "等您决定" in hr.get("/approvals").text
    form = re.search(r'action="(/approvals/[a-z0-9-]+)"', hr2.get("/approvals").text)
    assert form is not None
    assert hr.post(form.group(1), {"answer": "yes"}).status_code == 403
    assert hr2.post(form.group(1), {"answer": "yes"}).status_code == 302
    assert hr.post("/identity", {"login": login}).headers["Location"] == address
    before = hr.get(address)
    assert NUMBER not in before.text and "9999**********5525" in before.text
    shown = hr.post(address)
    assert NUMBER in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert NUMBER not in hr.get(address).text
    assert hr2.post(address).status_code == 403  # who decided may not read
    told = rows(engine, "SELECT actor, subject, scope FROM audit_events WHERE verb = 'read.id_numbers'")
    assert told == [(staff.town.uids["hr"], staff.town.uids["teacher"], SCHOOL)]


def test_a_demo_says_loudly_that_it_asks_for_no_second_factor(site: Site) -> None:
    """The settings of the tests are a demo's; the banner is for those whom it concerns."""
    assert not site.settings.second_factor
    visitor, _ = signed_in(site, "city")
    assert "没有要求第二步验证" in visitor.get("/overview").text
    assert "没有要求第二步验证" not in site.visitor("teacher").get("/learn").text


def sign(page: Page, site: Site, who: str, key: str = "") -> None:
    page.goto(site.settings.address + "/login")
    page.get_by_label("账号").fill(site.town.actor(who).login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    if key:
        page.get_by_label("动态码，或一个恢复码").fill(pyotp.TOTP(key).at(site.town.f.clock.now()))
        page.get_by_role("button", name="进入").click()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_fit_their_screens(staff: Site, clock: HandClock, browser: Browser, width: int) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    site = staff
    f = site.town.f

    def shot(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)

    def fresh() -> Page:
        return browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()

    page = fresh()
    sign(page, site, "sec")
    shot(page, "second-factor-new")
    key = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("6 位数字").fill(pyotp.TOTP(key).at(clock.now()))
    page.get_by_role("button", name="完成设置").click()
    expect(page.locator("body")).to_contain_text("请记下恢复码")
    shot(page, "recovery-codes")
    page.get_by_role("link", name="已经记下，继续").click()
    page.goto(site.settings.address + "/accounts")
    page.get_by_label("账号，或姓名的一部分").fill("干部")
    page.get_by_role("button", name="查找").click()
    shot(page, "accounts")
    page.get_by_role("link", name="县干部").click()
    shot(page, "account")
    hr, _ = signed_in(site, "hr")
    who, other = site.town.actor("hr"), site.town.actor("hr2")
    first = approvals.ask(f, who, "id_numbers", WEST, "核对年度报送人社局的名单")
    approvals.decide(f, other, first.id, grant=True)
    approvals.ask(f, who, "reviewers", WEST, "答复一件申诉，需要知道是谁评的")
    approvals.ask(f, other, "bulk_export", SCHOOL, "督导组要一份全校的学时")
    clock.pass_(seconds=61)
    page.goto(site.settings.address + "/approvals")
    shot(page, "approvals-sec")
    page.get_by_role("button", name="退出").click()
    again = fresh()
    again.goto(site.settings.address + "/login")
    again.context.add_cookies(
        [{"name": "luojiao", "value": hr.session.cookies["luojiao"], "url": site.settings.address}]
    )
    again.goto(site.settings.address + "/approvals")
    shot(again, "approvals-hr")
    again.goto(site.settings.address + f"/people/{site.town.actor('teacher').login}/identity")
    shot(again, "identity")
    again.get_by_role("button", name="显示完整号码").click()
    expect(again.locator("body")).to_contain_text(NUMBER)
    shot(again, "identity-shown")
    county, _ = signed_in(site, "county")
    again.context.add_cookies(
        [{"name": "luojiao", "value": county.session.cookies["luojiao"], "url": site.settings.address}]
    )
    again.goto(site.settings.address + "/school-admins")
    shot(again, "school-admins")
    last = fresh()
    last.goto(site.settings.address + "/login")
    sign(last, site, "sec")
    shot(last, "second-factor")
