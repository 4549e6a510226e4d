"""The pages of the audit log over HTTP and in a real browser: numbers and identifiers, one's own log-ins, the checkpoint."""

from __future__ import annotations

from datetime import date

import pytest
import requests
from playwright.sync_api import Browser

from hub.domain.people import Role
from hub.journey import appoint, audit_log, enter
from hub.journey.audit import note
from tests.conftest import HandClock
from tests.people import PASSWORD
from tests.portal.conftest import Site
from tests.portal.test_queue_page import SHOTS, browser, opened  # noqa: F401 - browser is a fixture


@pytest.fixture
def audited(site: Site, clock: HandClock) -> Site:
    """The town with an audit administrator of the city and one of a county, and something to read."""
    f, town = site.town.f, site.town
    person, _ = appoint.appoint(f, "某审计", Role.AUDIT_ADMIN, "410300")
    with f.work() as work:
        work.entry.put_credential(person.uid, f.passwords.hash(PASSWORD), must_change=False, at=clock.now())
        # nobody can be appointed like this; should it ever stand in the table, it opens nothing
        work.people.grant(town.uids["far_admin"], Role.AUDIT_ADMIN, "410304", date(2020, 9, 1), "test")
        note(f, work, None, "office.given", town.uids["far_admin"], {}, org="410304")
    town.uids |= {"auditor": person.uid, "county_auditor": town.uids["far_admin"]}
    return site


def test_the_auditor_reads_identifiers_and_nobodys_name(audited: Site) -> None:
    town = audited.town
    visitor = audited.visitor("auditor")
    page = visitor.get("/audit").text
    assert "还没有核对过" in page and "任命" in page and town.uids["county_auditor"] in page
    for person in (town.actor("auditor"), town.actor("county_auditor")):
        assert person.login not in page
    assert page.count("某审计") == 1  # oneself, in the top bar
    audit_log.checkpoint(town.f)
    assert "还没有核对过" not in visitor.get("/audit").text


def test_filters_find_keep_what_was_typed_and_break_nothing(audited: Site, clock: HandClock) -> None:
    town, visitor = audited.town, audited.visitor("auditor")
    clock.pass_(days=1)
    visitor = audited.visitor("auditor")
    with town.f.work() as work:
        note(town.f, work, None, "hours.imported", "hour-1", {"rows": 3, "odd": "<b>x</b>"})
    for query, seen in (
        ("subject=hour-1", 1), ("verb=hours.imported", 1), ("verb=office.given", 2), ("day=2026-11-24", 2),
        ("day=2026-11-23&verb=office.given", 2), ("day=2026-11-22", 0), (f"actor={town.uids['auditor']}", 2),
    ):  # fmt: skip
        page = visitor.get(f"/audit?{query}").text
        assert page.count('class="letter event"') == seen, query
    assert "&lt;b&gt;x&lt;/b&gt;" in visitor.get("/audit?subject=hour-1").text
    answer = visitor.get("/audit?day=昨天&subject=per-1")
    assert answer.status_code == 400 and 'value="per-1"' in answer.text and "request.invalid" in answer.text
    for odd in ("before=x", "before=-1", "before=99999999999999999999", "day=0001-01-01", "day=9999-12-31",
                "subject=%00", "subject=%FF", "verb=' OR 1=1", "subject=" + "x" * 5000, "before=²"):  # fmt: skip
        answer = visitor.get(f"/audit?{odd}")
        assert answer.status_code in (200, 400), odd


def test_the_log_is_denied_to_everybody_else(audited: Site) -> None:
    for who in ("teacher", "city", "sys_admin", "registrar", "county_auditor"):
        visitor = audited.visitor(who)
        assert visitor.get("/audit").status_code == 403, who
        assert 'href="/audit"' not in visitor.get("/password").text


def test_a_broken_chain_is_shown_on_top(audited: Site) -> None:
    f = audited.town.f
    f.checkpoints.note_state(
        {
            "day": "2026-11-23",
            "at": "2026-11-23T01:00:00+00:00",
            "size": 1,
            "wrong": {"seq": 2, "how": "changed", "until": 0},
        }
    )
    page = audited.visitor("auditor").get("/audit").text
    assert "第 2 条内容被改过" in page
    f.checkpoints.note_state({"odd": 1})
    assert "还没有核对过" in audited.visitor("auditor").get("/audit").text


def test_everybody_sees_their_own_log_ins_and_nobody_elses(site: Site) -> None:
    town = site.town
    for password in ("wrong-one", "wrong-two", PASSWORD):
        site.visitor().post("/login", {"login": town.actor("teacher").login, "password": password})
    site.visitor().post("/login", {"login": town.actor("colleague").login, "password": "wrong-too"})
    page = site.visitor("teacher").get("/log-ins").text
    assert page.count("密码不对") == 2 and page.count("登录成功") == 2
    page = site.visitor("stranger").get(f"/log-ins?subject={town.uids['teacher']}").text
    assert page.count("登录成功") == 1 and "密码不对" not in page
    assert site.visitor().get("/log-ins").status_code == 302


def test_anybody_may_keep_the_last_checkpoint_and_check_its_signature(site: Site) -> None:
    f = site.town.f
    answer = requests.get(f"{site.base}/audit/checkpoint", timeout=10)
    assert answer.status_code == 404 and answer.json()["code"] == "audit.no_checkpoint"
    with f.work() as work:
        note(f, work, None, "some.thing", "x", {})
    made = audit_log.checkpoint(f)
    told = requests.get(f"{site.base}/audit/checkpoint", timeout=10).json()
    assert told["token"] == made.token and told["size"] == 1 and told["root"] == made.checkpoint.root
    from hub.signing.published import published

    keys = published(requests.get(f"{site.base}{told['keys']}", timeout=10).json())
    assert keys is not None
    claims = keys.verify(told["token"], "luojiao-checkpoint")
    assert claims and {n: claims[n] for n in ("size", "head", "root", "at")} == vars(made.checkpoint)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_fit_their_screens(audited: Site, browser: Browser, clock: HandClock, width: int) -> None:  # noqa: F811
    f, town = audited.town.f, audited.town
    SHOTS.mkdir(parents=True, exist_ok=True)
    for verb, subject, detail in (
        ("grade.settled", "grd-5f2c1d90aa7b3e41c0de", {"points": "27", "max_points": "30", "passed": True}),
        ("certificate.issued", "LY-IT-MICRO2019-2026-410305-000012-K", {"credential": "ab" * 32}),
        ("dossier.submitted", "dos-8c1fa1", {"pieces": 3}),
    ):
        with f.work() as work:
            note(f, work, town.actor("school_admin"), verb, subject, detail, org="2141900001")
    for _ in range(5):
        with pytest.raises(Exception, match=r"auth\.failed"):
            enter.sign_in(f, town.actor("auditor").login, "wrong")
    clock.pass_(minutes=16)
    audit_log.checkpoint(f)
    page = opened(browser, audited, "auditor", width, "/audit")
    page.screenshot(path=SHOTS / f"audit-{width}.png", full_page=True)
    page.locator("summary").nth(8).click()
    page.get_by_label("事件").select_option("certificate.issued")
    page.get_by_role("button", name="查找").click()
    page.locator("summary").first.click()
    page.screenshot(path=SHOTS / f"audit-found-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    f.checkpoints.note_state(
        dict(f.checkpoints.state()) | {"size": 4, "wrong": {"seq": 5, "how": "missing", "until": 7}}
    )
    page.goto(page.url.partition("?")[0] + "?subject=nobody")
    page.screenshot(path=SHOTS / f"audit-broken-{width}.png", full_page=True)
    page.goto(page.url.partition("/audit")[0] + "/log-ins")
    page.screenshot(path=SHOTS / f"log-ins-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
