"""The pages of a regrade over HTTP and in a real browser: asking, the list, deciding, and what a learner reads of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from hub.domain.regrade import Choice
from hub.journey import regrade, sample
from tests.assess.class_ import Class, class_of
from tests.assess.test_regrade import AFTER, BEFORE, apply_for
from tests.conftest import rows
from tests.people import FIRST
from tests.portal.conftest import Site, Visitor
from tests.portal.test_queue_page import browser, opened
from tests.walk.conftest import SHOTS

assert browser  # the fixture


@pytest.fixture
def c(site: Site) -> Class:
    """A class whose release was mended: 0 and 3 rise, 2 falls, 1 and 4 stay."""
    made = class_of(site.town.f, 3)
    site.town = made.town
    for who, points in BEFORE.items():
        made.hand_in(who, who, points)
    made.judge.mended |= AFTER
    made.release()
    return made


def place(c: Class, id: str = "") -> str:
    return f"/teach/{c.run}/{FIRST}/regrade" + (f"/{id}" if id else "")


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found.group(1)


def decided(visitor: Visitor, c: Class, id: str, choice: str, page: str, reason: str = "题 2 的检查有误"):  # type: ignore[no-untyped-def]
    fields = {"choice": choice, "reason": reason, "digest": digest_on(page)}
    return visitor.post(place(c, id) + "/decide", fields)


def test_an_instructor_asks_watches_looks_and_accepts(site: Site, c: Class) -> None:
    visitor = site.visitor("instructor")
    assert place(c) in visitor.get(f"/teach/{c.run}").text
    page = visitor.get(place(c)).text
    assert "重评 5 份" in page and "最新的第 2 版" in page
    answer = visitor.post(place(c), {"release": "newest"})
    assert answer.status_code == 302
    id = answer.headers["Location"].rsplit("/", 1)[1]
    page = visitor.get(place(c, id)).text
    assert "0 / 5" in page and 'http-equiv="refresh"' in page and 'name="digest"' not in page
    assert "另有 5 人还在评" in page and "没有评成" not in page
    page = visitor.get(place(c, id) + "?stop=1").text
    assert 'http-equiv="refresh"' not in page and 'value="all"' not in page and 'value="discard"' in page
    again = visitor.post(place(c), {"release": "own"})
    assert again.status_code == 409 and "regrade.pending" in again.text
    early = decided(visitor, c, id, "all", page)
    assert early.status_code == 409 and "regrade.running" in early.text and "题 2 的检查有误" in early.text
    c.grade(id)
    page = visitor.get(place(c, id)).text
    assert "变为通过" in page and "变为未达标" in page and 'http-equiv="refresh"' not in page
    assert "0/3 运行结果与要求不符 → 3/3 通过" in page
    assert decided(visitor, c, id, "rises", page).status_code == 302
    page = visitor.get(place(c, id)).text
    assert "接受了上升的" in page and "题 2 的检查有误" in page and 'name="digest"' not in page
    assert c.grade_of(0) == (5, True) and c.grade_of(2) == (5, True)
    assert "接受了上升的" in visitor.get(place(c)).text


def test_the_pages_name_no_learner(site: Site, c: Class) -> None:
    id = c.ask()
    visitor = site.visitor("instructor")
    pages = visitor.get(place(c)).text + visitor.get(place(c, id)).text
    with c.f.work() as work:
        for uid in c.people:
            person = work.people.person(uid)
            assert person and not any(x in pages for x in (person.name, person.login, person.uid))
    assert re.search(r"学员 00\d", pages)


def test_a_list_that_changed_is_refused_and_the_new_one_is_shown_with_what_was_typed(
    site: Site, c: Class
) -> None:
    id = c.ask()
    visitor = site.visitor("instructor")
    page = visitor.get(place(c, id)).text
    c.hand_in(0, 80, (0, 0))
    answer = decided(visitor, c, id, "all", page, "我的原因")
    assert answer.status_code == 409 and "regrade.changed" in answer.text and "我的原因" in answer.text
    assert digest_on(answer.text) != digest_on(page) and "另有提交" in answer.text
    assert decided(visitor, c, id, "all", answer.text).status_code == 302
    twice = decided(visitor, c, id, "all", answer.text)
    assert twice.status_code == 409 and "regrade.decided" in twice.text


def test_a_decision_without_choice_or_reason_or_with_a_forged_form_is_refused(site: Site, c: Class) -> None:
    id = c.ask()
    visitor = site.visitor("instructor")
    page = visitor.get(place(c, id)).text
    assert decided(visitor, c, id, "everything", page).status_code == 400
    assert "regrade.reason" in decided(visitor, c, id, "discard", page, " ").text
    assert visitor.post(place(c), {"release": "both"}).status_code == 400
    forged = visitor.session.post(
        site.base + place(c, id) + "/decide", data={"choice": "discard"}, timeout=10
    )
    assert forged.status_code == 403
    assert c.view(id).decision is None
    assert visitor.get(place(c, id).replace(FIRST, "a13-charts")).status_code == 404


@pytest.mark.parametrize("who", ["teacher", "colleague", "school_admin", "city", "sys_admin", "stranger"])
def test_nobody_else_reaches_it(site: Site, c: Class, who: str) -> None:
    id = c.ask()
    visitor = site.visitor(who)
    for path in (place(c), place(c, id)):
        assert visitor.get(path).status_code in (403, 404)
    for path in (place(c), place(c, id) + "/decide", place(c, id) + "/again"):
        sent = visitor.post(path, {"release": "own", "choice": "discard", "reason": "x"})
        assert sent.status_code in (403, 404)
    assert c.view(id).decision is None


def test_a_reason_is_text_and_never_markup(site: Site, c: Class) -> None:
    id = c.ask()
    c.decide(id, Choice.ALL, reason="<script>alert(1)</script>")
    learner = site.visitor("teacher")
    for page in (site.visitor("instructor").get(place(c, id)), learner.get(f"/learn/{c.run}/{FIRST}")):
        assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text


def test_a_learner_reads_the_decision_after_it_was_taken_and_not_before(site: Site, c: Class) -> None:
    id = c.ask()
    learner = site.visitor("teacher")  # number 0
    assert "重新评阅过" not in learner.get(f"/learn/{c.run}/{FIRST}").text
    c.decide(id, Choice.ALL)
    page = learner.get(f"/learn/{c.run}/{FIRST}").text
    assert "重新评阅过" in page and "成绩 2/5 → 5/5" in page and "题 2 的检查有误" in page
    feedback = "作业评阅" in page or "得 5 分" in page
    assert feedback
    unmoved = site.visitor("colleague")  # number 1, of whom nothing differs
    assert "重新评阅过" not in unmoved.get(f"/learn/{c.run}/{FIRST}").text


def test_the_operator_sees_what_the_nights_found_and_nobodys_name(site: Site, c: Class) -> None:
    visitor = site.visitor("sys_admin")
    assert "还没有抽查过" in visitor.get("/queue").text
    c.f.clock.pass_(seconds=1)  # type: ignore[attr-defined]
    sample.draw(c.f, (2, 30), 10)
    c.judge.points[1] = (0, 3)
    for (item,) in rows(c.f.work.__self__._engine, "SELECT id FROM regrade_items"):  # type: ignore[attr-defined]
        regrade.grade(c.f, str(item))
    page = visitor.get("/queue").text
    assert "近 30 天有 1 份评出了不同的结果" in page and "tests.q1-clean-number-test.points" in page
    assert not any(uid in page for uid in c.people) and "单志强" not in page


def crowd(c: Class) -> str:
    """A regrade with every sort of outcome in its list."""
    c.judge.faults[4] = "submission.encoding"
    c.hand_in(1, 11, (0, 3))
    c.judge.mended |= {1: (2, 0), 11: (1, 3)}
    id = c.ask()
    apply_for(c, 2)
    c.hand_in(3, 90, (1, 1))
    return id


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_fit_their_screens_and_a_list_is_accepted_in_the_browser(
    site: Site,
    c: Class,
    browser: Browser,
    width: int,
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)

    def shot(name: str) -> None:
        page.screenshot(path=SHOTS / f"regrade-{name}-{width}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)

    page = opened(browser, site, "instructor", width, f"/teach/{c.run}")
    shot("run")
    page.get_by_role("link", name="重新评阅全部提交").first.click()
    shot("ask")
    page.get_by_role("button", name="重评 5 份").click()
    expect(page.get_by_role("heading", name="正在重评")).to_be_visible()
    shot("running")
    page.get_by_role("link", name="放弃这次重评").click()
    page.get_by_label("原因").fill("先不评了")
    page.get_by_label("放弃").check()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("body")).to_contain_text("什么也没有改")
    shot("discarded")
    id = crowd(c)
    page.goto(site.settings.address + place(c, id))
    shot("list")
    page.get_by_label("全部接受").check()
    page.get_by_label("原因").fill("题 2 的检查写错了，已改正重发")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("body")).to_contain_text("下面是当时接受的名单")
    shot("accepted")
    page.goto(site.settings.address + place(c))
    shot("history")
    page.context.close()
    page = opened(browser, site, "teacher", width, f"/learn/{c.run}/{FIRST}")
    expect(page.locator("body")).to_contain_text("重新评阅过")
    shot("learner")
    page.context.close()
    c.f.clock.pass_(seconds=1)  # type: ignore[attr-defined]
    sample.draw(c.f, (2, 30), 10)
    c.judge.points[1] = c.judge.mended[1] = (1, 1)
    with c.f.work() as work:
        items = rows(work.study.connection.engine, "SELECT id FROM regrade_items WHERE state = 'queued'")  # type: ignore[attr-defined]
    for (item,) in items:
        regrade.grade(replace(c.f, judge=c.judge), str(item))
    page = opened(browser, site, "sys_admin", width, "/queue")
    expect(page.locator("body")).to_contain_text("评出了不同的结果")
    page.locator("details summary").first.click()
    shot("sample")
    page.context.close()
