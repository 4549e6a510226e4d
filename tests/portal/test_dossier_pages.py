"""The pages of assessment over HTTP and in a real browser: collecting, submitting, assessing blind, the result, the desk."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, expect

from hub.domain.dossier import DossierState
from hub.domain.people import Role
from hub.journey.award import drafting
from hub.journey.award.drafting import Facts
from hub.portal.award.assessing import ROUTES as ASSESS
from hub.portal.award.dossiers import ROUTES as OWN
from tests.award.panels import FRAMEWORK, PDF, Hall, build_hall
from tests.people import OTHER_SCHOOL, WEST
from tests.portal.conftest import Site, Visitor
from tests.portal.test_access import filled, verbs
from tests.portal.test_queue_page import browser, opened
from tests.walk.conftest import SHOTS

assert browser  # the fixture


@pytest.fixture
def hall(site: Site) -> Hall:
    """The hall in the portal's town."""
    return build_hall(site.town.f, site.town)


def begun(visitor: Visitor, code: str = "A1") -> str:
    answer = visitor.post("/dossiers/new", {"competency": f"{FRAMEWORK}/{code}"})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def send(visitor: Visitor, place: str, name: str, data: bytes, key: str = "plan"):  # type: ignore[no-untyped-def]
    return visitor.post(
        f"{place}/pieces", {"key": key, "kind": "file", "note": ""}, files={"file": (name, data, "text/html")}
    )


def link(visitor: Visitor, place: str, url: str, note: str = ""):  # type: ignore[no-untyped-def]
    return visitor.post(f"{place}/pieces", {"key": "video", "kind": "video", "url": url, "note": note})


def submit(visitor: Visitor, place: str):  # type: ignore[no-untyped-def]
    page = visitor.get(place + "/submit").text
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return visitor.post(place + "/submit", {"digest": found.group(1)})


def test_a_form_made_by_hand_begins_nothing_that_the_page_does_not_offer(site: Site, hall: Hall) -> None:
    facts = Facts("新微能力", "", "", "1")
    drafting.begin(site.town.f, site.town.actor("city"), "draft-one", facts, base=FRAMEWORK, succeeds=True)
    teacher = site.visitor("teacher")
    page = teacher.get("/dossiers/new").text
    assert not re.search(r'value="(std2014|dl2022|draft-one)/', page) and "新微能力" not in page
    with site.town.f.work() as work:
        codes = {
            x: next(n.code for n in work.frameworks.nodes(x) if n.assessable) for x in ("std2014", "dl2022")
        }
    for wanted, status, told in (
        (f"std2014/{codes['std2014']}", 409, "dossier."), (f"dl2022/{codes['dl2022']}", 409, "dossier.no_guide"),
        ("draft-one/A1", 404, "thing.missing"), ("", 404, "thing.missing"), ("/", 404, "thing.missing"),
    ):  # fmt: skip
        answer = teacher.post("/dossiers/new", {"competency": wanted})
        assert answer.status_code == status and told in answer.text, wanted
    assert "还没有考核材料" in teacher.get("/dossiers").text


def test_a_teacher_begins_collects_submits_and_keeps_a_receipt(site: Site, hall: Hall) -> None:
    teacher = site.visitor("teacher")
    assert "还没有考核材料" in teacher.get("/dossiers").text
    page = teacher.get("/dossiers/new").text
    assert "A1" in page
    place = begun(teacher)
    assert "还缺 1 份学情分析方案；还缺 1 份课堂实录" in teacher.get(place).text
    assert "去提交" not in teacher.get(place).text
    assert send(teacher, place, "C:\\桌面\\方案.pdf", PDF).status_code == 302
    assert link(teacher, place, "https://v.example.cn/1").status_code == 302
    assert "材料齐全，可以提交" in teacher.get(place).text
    assert "确认提交" in teacher.get(place + "/submit").text
    assert submit(teacher, place).headers["Location"] == place
    page = teacher.get(place).text
    assert "2026年12月7日（含）前完成" in page and "添加文件" not in page
    receipt = teacher.get(place + "/receipt")
    assert receipt.headers["Content-Type"] == "application/jwt" and receipt.text.count(".") == 2
    again = teacher.post(place + "/submit", {"digest": "0" * 64})
    assert again.status_code == 409 and "dossier.submitted" in again.text


def test_what_is_refused_says_why_and_keeps_what_was_typed(site: Site, hall: Hall) -> None:
    teacher = site.visitor("teacher")
    place = begun(teacher)
    for name, data, said in (
        ("网页.pdf", b"<html><script>alert(1)</script></html>", "内容不是完好的 pdf 文件"),
        ("空.pdf", b"", "文件是空的"),
        ("图.svg", b"<svg onload=alert(1)></svg>", "只收 PDF"),
        ("包.zip", b"PK\x03\x04" + b"\0" * 40, "压缩包请拆开"),
    ):
        answer = send(teacher, place, name, data)
        assert answer.status_code == 400 and said in answer.text, name
        assert "<script>alert" not in answer.text
    nothing = teacher.post(f"{place}/pieces", {"key": "plan", "kind": "file"})
    assert nothing.status_code == 400 and "还没有选择文件" in nothing.text
    bad = link(teacher, place, "http://v.example.cn/课", "第二课时")
    assert bad.status_code == 400 and 'value="http://v.example.cn/课"' in bad.text and "第二课时" in bad.text
    evil = link(teacher, place, 'https://v.example.cn/"><script>alert(1)</script>', "<b>")
    assert "<script>alert" not in evil.text + teacher.get(place).text
    large = send(teacher, place, "大.pdf", PDF.ljust(21 * 2**20))
    assert large.status_code == 413 and "dossier.file_too_large" in large.text
    huge = send(teacher, place, "更大.pdf", PDF.ljust(32 * 2**20))
    assert huge.status_code == 413
    for kind in ("", "folder", "notebook"):
        assert teacher.post(f"{place}/pieces", {"key": "plan", "kind": kind}).status_code == 400
    twice = teacher.post("/dossiers/new", {"competency": f"{FRAMEWORK}/A1"})
    assert twice.status_code == 409 and "已经有一份进行中" in twice.text
    assert teacher.post("/dossiers/new", {"competency": "x"}).status_code == 404
    early = teacher.post(place + "/submit", {"digest": ""})
    assert early.status_code == 409 and "材料还不齐" in early.text


def test_a_page_that_grew_old_submits_nothing(site: Site, hall: Hall) -> None:
    teacher = site.visitor("teacher")
    place = begun(teacher)
    send(teacher, place, "方案.pdf", PDF)
    link(teacher, place, "https://v.example.cn/1")
    page = teacher.get(place + "/submit").text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest is not None
    send(teacher, place, "又一份.txt", "补充".encode())
    answer = teacher.post(place + "/submit", {"digest": digest.group(1)})
    assert answer.status_code == 409 and "又一份.txt" in answer.text and "确认提交" in answer.text
    assert hall.state(place.rsplit("/", 1)[1]).state is DossierState.DRAFT


def test_files_are_saved_and_never_shown_and_tell_nobody_whose_they_are(site: Site, hall: Hall) -> None:
    teacher = site.visitor("teacher")
    place = begun(teacher)
    send(teacher, place, "陈晓燕 的方案.pdf", PDF)
    link(teacher, place, "https://v.example.cn/1")
    submit(teacher, place)
    id = place.rsplit("/", 1)[1]
    seat = hall.open_seats(id)[0]
    assessor = site.visitor(hall.who(seat.assessor))
    page = assessor.get(f"/assess/{seat.id}").text
    for told in ("陈晓燕", "涧西第一小学", hall.actor("teacher").login, hall.uid("teacher"), id):
        assert told not in page, told
    address = re.search(rf"/assess/{seat.id}/pieces/[a-z0-9-]+", page)
    assert address is not None
    given = assessor.get(address.group(0))
    assert given.content == PDF and given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    saved = unquote(given.headers["Content-Disposition"])
    assert saved.startswith("attachment;") and hall.state(id).label in saved and "陈晓燕" not in saved
    assert teacher.get(address.group(0)).status_code == 403
    other = hall.open_seats(id)[1]
    assert site.visitor(hall.who(other.assessor)).get(address.group(0)).status_code == 404


def test_an_assessor_goes_from_piece_to_piece_and_hands_in_once(site: Site, hall: Hall) -> None:
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    assessor = site.visitor(hall.who(seat.assessor))
    assert made.label in assessor.get("/assess").text
    place = f"/assess/{seat.id}"
    page = assessor.get(place).text
    pieces = list(dict.fromkeys(re.findall(rf"{place}\?piece=([a-z0-9-]+)", page)))
    assert len(pieces) == 2
    bad = assessor.post(place, {"piece": pieces[0], "level": "fail", "comment": ""})
    assert bad.status_code == 400 and "要写评语" in bad.text
    gone = assessor.post(place, {"piece": pieces[0], "level": "fail", "comment": "缺少工具说明 <b>"})
    assert gone.headers["Location"] == f"{place}?piece={pieces[1]}"
    assert "还有 1 件没有评定" in assessor.get(place + "/finish").text
    assert assessor.post(place + "/finish").status_code == 409
    gone = assessor.post(place, {"piece": pieces[1], "level": "excellent", "comment": ""})
    assert gone.headers["Location"] == place + "/finish"
    assert "评定为“不合格”" in assessor.get(place + "/finish").text
    assert assessor.post(place + "/finish").headers["Location"] == "/assess"
    for again in (
        assessor.get(place), assessor.get(place + "/finish"), assessor.post(place + "/finish"),
        assessor.post(place, {"piece": pieces[0], "level": "pass"}), assessor.post(place + "/recuse", {"reason": "x"}),
    ):  # fmt: skip
        assert again.status_code == 409 and "seat.closed" in again.text
    assert "已提交" in assessor.get("/assess").text
    hall.rate(hall.open_seats(made.id)[0], "fail")
    page = site.visitor("teacher").get(f"/dossiers/{made.id}").text
    assert "评定结果：不合格" in page and "缺少工具说明 &lt;b&gt;" in page and "对结果有异议" in page


def test_giving_a_seat_up_wants_a_reason(site: Site, hall: Hall) -> None:
    made = hall.submitted()
    seat = hall.open_seats(made.id)[0]
    assessor = site.visitor(hall.who(seat.assessor))
    assert assessor.post(f"/assess/{seat.id}/recuse", {"reason": " "}).status_code == 400
    assert assessor.post(f"/assess/{seat.id}/recuse", {"reason": "听过这节课"}).status_code == 302
    assert assessor.get(f"/assess/{seat.id}").status_code == 409


def test_a_teacher_appeals_once_and_withdraws_in_time(site: Site, hall: Hall) -> None:
    made = hall.rated("fail")
    teacher = site.visitor("teacher")
    place = f"/dossiers/{made.id}"
    blank = teacher.post(place + "/appeal", {"reason": " "})
    assert blank.status_code == 400 and "appeal.reason" in blank.text
    assert teacher.post(place + "/appeal", {"reason": "请看第 6 分钟"}).status_code == 302
    assert "申诉复评中" in teacher.get(place).text
    assert teacher.post(place + "/appeal", {"reason": "再来"}).status_code == 409
    assert teacher.post(place + "/withdraw").status_code == 409
    other = begun(teacher, "A3")
    assert teacher.post(other + "/withdraw").headers["Location"] == "/dossiers"
    assert "已撤回" in teacher.get(other).text


def test_the_desk_shows_what_waits_in_ones_own_county_and_no_names(site: Site, hall: Hall) -> None:
    made = hall.submitted()
    hall.f.clock.pass_(days=15)  # type: ignore[attr-defined]
    page = site.visitor("county_hr").get("/panels").text
    assert made.label in page and "已超期" in page
    assert "陈晓燕" not in page and all(
        hall.actor(hall.who(s.assessor)).name not in page for s in hall.seats(made.id)
    )
    assert made.label not in site.visitor("east_hr").get("/panels").text
    assert "瀍河" not in page


def test_pages_of_assessment_open_for_those_they_are_for_alone(site: Site, hall: Hall) -> None:
    for who, may_open in (
        ("teacher", {"/dossiers"}), ("near1", {"/assess"}), ("county_hr", {"/panels"}), ("city_hr", {"/panels"}),
        ("student", set()), ("school_admin", {"/dossiers"}), ("city", set()), ("county", set()), ("sys_admin", set()),
    ):  # fmt: skip
        visitor = site.visitor(who)
        for path in ("/dossiers", "/assess", "/panels"):
            assert visitor.get(path).status_code == (200 if path in may_open else 403), (who, path)
    for who in ("teacher", "near1", "county_hr"):
        visitor = site.visitor(who)
        for path, handler in (*OWN, *ASSESS):
            for verb in verbs(handler):
                answer = visitor.get(filled(path)) if verb == "get" else visitor.post(filled(path))
                assert answer.status_code < 500, (who, verb, path)
    stranger = site.visitor("colleague")
    made = hall.draft()
    for path in ("", "/submit", "/receipt"):
        assert stranger.get(f"/dossiers/{made.id}{path}").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_fit_their_screens_and_work_by_hand(
    site: Site, hall: Hall, browser: Browser, width: int
) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)

    def look(page, name: str) -> None:  # type: ignore[no-untyped-def]
        page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name

    hall.evidence()
    with hall.f.work() as work:
        work.people.grant(hall.uid("teacher"), Role.TEACHER, OTHER_SCHOOL, date(2020, 1, 1), "test")
    page = opened(browser, site, "teacher", width, "/dossiers")
    look(page, "dossiers-none")
    page.get_by_role("link", name="选择微能力").click()
    look(page, "dossier-new")
    page.get_by_role("button", name="开始", exact=True).first.click()
    look(page, "dossier-empty")
    page.get_by_text("添加已批阅的作业").click()
    page.locator('form:has(input[value="notebook"])').get_by_role("button", name="添加").click()
    page.get_by_label("网址").first.fill("http://v.example.cn/1")
    page.locator('form:has(input[value="video"])').first.get_by_role("button", name="添加").last.click()
    expect(page.get_by_role("alert")).to_contain_text("https://")
    look(page, "dossier-refused")
    page.get_by_label("网址").first.fill("https://v.example.cn/v_show/id_XNTE4ODQ4.html?from=share&t=610")
    page.locator("#video form").first.get_by_role("button", name="添加").click()
    look(page, "dossier-complete")
    page.get_by_role("link", name="去提交").click()
    look(page, "dossier-submit")
    page.get_by_role("button", name="确认提交").click()
    look(page, "dossier-assessing")
    id = page.url.rsplit("/", 1)[1].split("#")[0]
    for n, seat in enumerate(hall.open_seats(id)):
        desk = opened(browser, site, hall.who(seat.assessor), width, "/assess")
        if n == 0:
            look(desk, "assess")
        desk.get_by_role("link", name="开始评审").click()
        desk.get_by_label("合格", exact=False).nth(1).check()
        if n == 0:
            look(desk, "seat")
        desk.get_by_label("评语").fill("目的清楚，工具选得合适。")
        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")
        expect(desk.get_by_role("heading", name="2. 课堂实录")).to_be_visible()
        desk.get_by_label("不合格", exact=False).first.check()
        desk.get_by_label("评语").fill("6 分 10 秒以后听不清学生的回答，看不出用到了分析结果。")
        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")
        expect(desk.get_by_role("button", name="提交评定")).to_be_visible()
        if n == 0:
            look(desk, "seat-finish")
        desk.get_by_role("button", name="提交评定").click()
        expect(desk.get_by_text("没有待评的材料")).to_be_visible()
    look(desk, "assess-done")
    page.reload()
    expect(page.get_by_text("评定结果：不合格")).to_be_visible()
    look(page, "dossier-rated")
    page.goto(site.settings.address + "/dossiers")
    look(page, "dossiers")
    hall.submitted(code="A3")
    with hall.f.work() as work:
        work.people.ungrant(hall.uid("near1"), WEST, date(2026, 11, 1))
    hall.f.clock.pass_(days=13)  # type: ignore[attr-defined]
    look(opened(browser, site, "county_hr", width, "/panels"), "panels")
