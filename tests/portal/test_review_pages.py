"""The pages of the chain over HTTP: a record walks through them, and what is not theirs stays shut."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from hub.domain.review import State
from hub.journey.award import review
from tests.award.chain import CODES, Chain, chain_of
from tests.conftest import rows
from tests.people import SCHOOL
from tests.portal.conftest import Site, Visitor
from tests.portal.test_queue_page import browser, opened
from tests.walk.conftest import SHOTS

assert browser  # the fixture
REASON = "公开课的日期在他外出学习期间，材料不是本校课堂。"


@pytest.fixture
def c(site: Site, engine: Engine) -> Chain:
    return chain_of(site.town, engine)


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


def together(visitor: Visitor, office: str, ids: list[str], digest: str = ""):  # type: ignore[no-untyped-def]
    return visitor.post("/review/together", {"office": office, "application": ids, "digest": digest})  # type: ignore[dict-item]


def walked(site: Site, c: Chain) -> str:
    """From the teacher's page to the list on the wall; the notice."""
    c.hours("teacher")
    ids = [c.dossier("teacher", code) for code in CODES]
    teacher = site.visitor("teacher")
    page = teacher.get("/applications").text
    assert "条件已满足" in page and hidden(page, "dossier") == ids
    answer = teacher.post("/applications", {"rule": "it2", "dossier": ids, "act": "submit"})  # type: ignore[dict-item]
    assert answer.status_code == 302, answer.text
    assert "待学校审核" in teacher.get("/applications").text
    for who, office in (("school_admin", "school"), ("county_hr", "county")):
        visitor = site.visitor(who)
        page = visitor.get("/review").text
        found = hidden(page, "application")
        assert len(found) == 1 and "材料齐全" in page
        plan = together(visitor, office, found).text
        assert "将要通过 1 份" in plan
        done = together(visitor, office, found, hidden(plan, "digest")[0])
        assert "已通过 1 份" in done.text
    county = site.visitor("county_hr")
    found = hidden(county.get("/publicity").text, "application")
    answer = county.post("/publicity", {"school": SCHOOL, "application": found, "days": "5"})  # type: ignore[dict-item]
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_a_record_walks_through_the_pages_to_its_certificate(site: Site, c: Chain) -> None:
    id = walked(site, c)
    with c.f.work() as work:
        notice = work.publicity.notice(id)
    assert notice is not None
    c.at_end_of(notice)
    application = notice.applications[0]
    city = site.visitor("city_hr")
    assert city.post(f"/review/{application}", {"decision": "pass", "office": "city"}).status_code == 302
    assert "待发证" in city.get(f"/review/{application}").text
    assert city.post(f"/review/{application}", {"decision": "issue"}).status_code == 302
    assert city.post(f"/review/{application}", {"decision": "issue"}).status_code == 409
    page = site.visitor("teacher").get("/applications").text
    assert "已有证书" in page and "已发证" in page
    assert "✓ 有效　合格" in site.visitor("teacher").get("/certificates").text
    assert c.now(application).state is State.ISSUED


def test_a_list_for_the_wall_shows_what_it_may_to_whom_it_may(site: Site, c: Chain) -> None:
    id = walked(site, c)
    page = site.visitor("colleague").get(f"/publicity/{id}").text
    assert "陈晓燕" in page and "A13" in page and "合格" in page
    assert site.town.actor("teacher").login not in page and "身份证" not in page
    for who in ("student", "stranger", "far_admin", "east_hr"):
        assert site.visitor(who).get(f"/publicity/{id}").status_code in (403, 404), who
    assert site.visitor().get(f"/publicity/{id}").status_code == 302


def test_an_objection_is_raised_answered_and_read_and_keeps_what_was_typed(site: Site, c: Chain) -> None:
    id = walked(site, c)
    with c.f.work() as work:
        notice = work.publicity.notice(id)
    assert notice is not None
    c.f.clock.time = c.f.clock.time.replace(day=notice.opens_on.day, month=notice.opens_on.month)  # type: ignore[attr-defined]
    colleague, fields = (
        site.visitor("colleague"),
        {"application": notice.applications[0], "reason": "太短的理由"},
    )
    refused = colleague.post(f"/publicity/{id}", fields)
    assert refused.status_code == 400 and "太短的理由" in refused.text and "objection.reason" in refused.text
    assert colleague.post(f"/publicity/{id}", fields | {"reason": REASON}).status_code == 302
    assert REASON in colleague.get("/objections").text
    assert REASON not in site.visitor("school_admin").get("/objections").text
    county = site.visitor("county_hr")
    page = county.get("/objections").text
    assert "单志强" in page and REASON in page
    answer = {
        "objection": hidden(page, "objection")[0],
        "answer": "经查课表和录像，公开课日期属实。",
        "decision": "reject",
    }
    assert county.post("/objections", answer).status_code == 302
    assert "异议不成立" in site.visitor("teacher").get("/applications").text
    assert "单志强" not in site.visitor("teacher").get("/applications").text


def test_what_changed_in_between_is_refused_and_the_new_list_is_shown(site: Site, c: Chain) -> None:
    ids = [c.submitted(who).id for who in ("teacher", "colleague")]
    admin = site.visitor("school_admin")
    digest = hidden(together(admin, "school", ids).text, "digest")[0]
    review.take_back(c.f, c.actor("teacher"), ids[0])
    answer = together(admin, "school", ids, digest)
    assert answer.status_code == 409 and "review.changed" in answer.text and "将要通过 1 份" in answer.text
    assert c.now(ids[1]).state is State.SUBMITTED
    assert together(admin, "school", []).status_code == 400
    assert together(admin, "county", ids).status_code == 403
    assert together(admin, "nonsense", ids).status_code == 400


def test_a_return_without_reason_keeps_the_page_and_says_so(site: Site, c: Chain) -> None:
    made = c.submitted()
    admin = site.visitor("school_admin")
    assert admin.post(f"/review/{made.id}", {"decision": "return", "reason": "x"}).status_code == 400
    assert admin.post(f"/review/{made.id}", {"decision": "else"}).status_code == 400
    assert (
        admin.post(f"/review/{made.id}", {"decision": "return", "reason": "请补交听课记录"}).status_code
        == 302
    )
    assert "请补交听课记录" in site.visitor("teacher").get("/applications").text
    again = admin.post(f"/review/{made.id}", {"decision": "return", "reason": "又退一次试试"})
    assert (
        again.status_code == 409 and "又退一次试试" not in site.visitor("teacher").get("/applications").text
    )


@pytest.mark.parametrize("who", ["student", "stranger", "east_hr", "far_admin", "county", "city"])
def test_other_peoples_records_are_not_there(site: Site, c: Chain, who: str) -> None:
    made = c.reviewed()
    visitor = site.visitor(who)
    for path, data in (
        (f"/review/{made.id}", {"decision": "pass", "office": "county"}),
        (f"/applications/{made.id}/back", {}),
        ("/publicity", {"school": SCHOOL, "application": made.id, "days": "5"}),
    ):
        assert visitor.post(path, data).status_code in (403, 404), path
    assert visitor.get(f"/review/{made.id}").status_code in (403, 404)
    assert rows(c.engine, "SELECT count(*) FROM reviews") == [(3,)]


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_the_pages_at_both_widths(site: Site, c: Chain, browser: Browser) -> None:
    """Looked at by eye in SHOTS; here: nothing runs out of the side."""
    for n in range(8):
        c.person(f"t{n}", name=f"教师{n:02d}")
        c.submitted(f"t{n}")
    review.send_back(
        c.f,
        c.actor("school_admin"),
        rows(c.engine, "SELECT id FROM applications LIMIT 1")[0][0],
        "材料与听课记录对不上",
    )  # type: ignore[arg-type]
    id = walked_beside(c)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in (1280, 360):
        for who, path, name in (
            ("colleague", "/applications", "applications"), ("teacher", "/applications", "line"),
            ("school_admin", "/review", "desk"), ("colleague", f"/publicity/{id}", "poster"),
            ("county_hr", "/publicity", "board"), ("county_hr", "/objections", "objections"),
            ("county_hr", f"/review/{c.now_of('teacher')}", "one"),
        ):  # fmt: skip
            page = opened(browser, site, who, width, path)
            page.screenshot(path=SHOTS / f"review-{name}-{width}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, width, wide)
            page.context.close()


def walked_beside(c: Chain) -> str:
    """A notice with an objection, and one that waits to be posted."""
    from hub.journey.award import objections

    c.hours("colleague")
    for code in CODES:
        c.dossier("colleague", code)
    c.person("ready", name="待公示者")
    c.reviewed("ready")
    notice = c.posted("teacher")
    c.f.clock.time = c.f.clock.time.replace(day=notice.opens_on.day, month=notice.opens_on.month)  # type: ignore[attr-defined]
    objections.object_to(c.f, c.actor("colleague"), notice.id, notice.applications[0], REASON)
    return notice.id
