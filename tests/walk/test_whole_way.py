"""One walk through the whole platform in a real browser: from a released assignment to a certificate that strangers verify."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from courses.loader import load_catalogue
from courses.release import build_release, solved_notebook
from tests.walk.conftest import House, Someone, kernel_is_idle, save_notebook

Arrive = Callable[..., Someone]
COURSE = load_catalogue()["it2-data-literacy"]
FIRST, SECOND, THIRD = COURSE.assignments

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Saves a whole notebook through the room's own contents API, with the learner's own cookie and form token.
_SAVE = """async ([path, content]) => {
  const config = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  const token = document.cookie.split('; ').find(c => c.startsWith('_xsrf='))?.slice(6) ?? '';
  const answer = await fetch(config.baseUrl + 'api/contents/' + path, {
    method: 'PUT', headers: {'X-XSRFToken': token, 'Content-Type': 'application/json'},
    body: JSON.stringify({type: 'notebook', format: 'json', content: JSON.parse(content)})});
  return answer.status;
}"""


def solve_in_room(teacher: Someone, run: str, number: int, *, picture: str = "") -> None:
    """Open an assignment by the portal's button, put the answers in, run everything, save."""
    assignment = COURSE.assignments[number]
    teacher.go(f"/learn/{run}/{assignment.key}")
    teacher.press("打开作业")
    page = teacher.page
    page.wait_for_url(re.compile(r"/notebooks/"), timeout=60_000)
    expect(page.locator(".jp-Notebook:visible").first).to_be_visible(timeout=60_000)
    name = assignment.release_name(assignment.source)
    solved = solved_notebook(assignment, build_release(assignment)).decode()
    status = page.evaluate(_SAVE, [f"{run}/{assignment.key}/{name}", solved])
    assert status == 200, status
    page.reload()
    expect(page.locator(".jp-Notebook:visible").first).to_be_visible(timeout=60_000)
    page.get_by_role("menuitem", name="运行", exact=True).click()
    page.get_by_text("运行所有单元格", exact=True).first.click()
    page.wait_for_timeout(1500)
    kernel_is_idle(page)
    assert (
        page.locator(
            ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'] >> text=Traceback"
        ).count()
        == 0
    )
    save_notebook(page)
    if picture:
        teacher.picture(picture, whole=False)


def test_the_whole_way_from_release_to_a_verified_certificate(house: House, someone: Arrive) -> None:
    run = "run-demo-now"

    # The instructor releases what is not released yet.
    instructor = someone("instructor")
    instructor.sign_in(house.account("授课教师"))
    for assignment in (SECOND, THIRD):
        instructor.go(f"/teach/{run}")
        form = instructor.page.locator(f"section#{assignment.key}")
        form.get_by_role("button", name="发布", exact=True).click(
            timeout=180_000
        )  # the gates take half a minute
        expect(instructor.page.locator(f"section#{assignment.key}")).to_contain_text(
            "已发布", timeout=180_000
        )
    instructor.picture("01-instructor-releases")

    # A teacher enrols, works in Notebook, hands in.
    teacher = someone("teacher")
    account = house.account("教师")
    teacher.sign_in(account)
    teacher.go("/courses")
    teacher.picture("02-courses")
    teacher.press("报名")
    teacher.sees("0 / 3 份通过")
    teacher.go("/learn")
    teacher.picture("03-my-learning")
    for number, assignment in enumerate((FIRST, SECOND, THIRD)):
        solve_in_room(teacher, run, number, picture="04-lesson-in-jupyterlab" if number == 0 else "")
        if number == 1:  # once by nbgrader's own assignment list
            submit_from_room(teacher, run, assignment.key)
        else:
            teacher.go(f"/learn/{run}/{assignment.key}")
            teacher.press("提交作业")
        teacher.go(f"/learn/{run}/{assignment.key}")
        teacher.sees("待教师批阅", within=90)
        expect(teacher.page.locator(".tag.good", has_text="✓ 通过")).to_have_count(6)
        with teacher.page.expect_download() as download:
            teacher.page.get_by_role("link", name="回执").first.click()
        assert download.value.path().read_text().count(".") == 2
    teacher.go(f"/learn/{run}/{FIRST.key}")
    teacher.picture("05-feedback")
    teacher.go("/certificates")
    teacher.sees("还没有证书")

    # The city before.
    city = someone("city")
    city.sign_in(house.account("市教育局"))
    city.go("/overview")
    before = certified(city)
    city.picture("06-city-before")

    # The instructor marks the open questions of this teacher, blind.
    instructor.go("/marking")
    instructor.picture("07-to-mark")
    marked = 0
    while instructor.page.get_by_role("link", name="批改", exact=True).count():
        instructor.page.get_by_role("link", name="批改", exact=True).last.click()
        assert account["name"] not in instructor.page.content()
        for group in instructor.page.locator("fieldset").all():
            group.locator("input[type=radio]").last.check()
        instructor.page.get_by_label("给学员的话（可不填）").fill("依据充分，写得具体。")
        if marked == 0:
            instructor.picture("08-marking-desk")
        instructor.page.get_by_role("button", name=re.compile("^保存")).click()
        marked += 1
        assert marked < 40
        instructor.go("/marking")
    teacher.go(f"/learn/{run}")
    teacher.sees("3 / 3 份通过")
    teacher.go("/competencies")
    teacher.sees("有材料")
    teacher.picture("09-competencies")

    # A record of last term has been posted in full: the teacher sees where it stands, school and county do their part
    # for others, the city confirms this one and issues it.
    teacher.go("/applications")
    teacher.sees("在这一步")
    teacher.picture("09b-application")
    for role, path, picture in (
        ("学校管理员", "/review", "10-review"), ("县（市、区）教育局人事", "/review", "10b-county"),
        ("市教育局人事", "/review", "10c-city"),
    ):  # fmt: skip
        reviewer = someone(role)
        reviewer.sign_in(house.account(role))
        reviewer.go(path)
        reviewer.picture(picture)
        if not reviewer.page.locator("input[name=application]:checked").count():
            reviewer.page.locator("input[name=application]:enabled").first.check()
        reviewer.press("看看通过后会怎样")
        reviewer.page.get_by_role("button", name=re.compile("^确认通过")).click()
        reviewer.sees("已通过")
        if role == "县（市、区）教育局人事":
            reviewer.go("/publicity")
            reviewer.page.get_by_role("button", name="张榜公示").first.click()
            reviewer.sees("现予公示")
            reviewer.picture("10d-poster")
    reviewer.page.get_by_role("link", name=account["name"]).click()
    reviewer.page.get_by_role("button", name="发证", exact=True).click()
    reviewer.sees("已发证")
    teacher.go("/certificates")
    teacher.press("查看")
    teacher.sees("能力认证证书")
    teacher.picture("11-certificate")
    number = re.search(r"LY-IT-[A-Z0-9-]+", teacher.page.content())
    assert number is not None
    with teacher.page.expect_download() as download:
        teacher.press("数字凭证 JWT")
    credential = download.value.path().read_text()
    pdf = teacher.page.evaluate(
        "p => fetch(p).then(r => r.text().then(t => [r.headers.get('content-type'), t.slice(0, 5)]))",
        f"/certificates/{number.group(0)}.pdf",
    )
    assert pdf == ["application/pdf", "%PDF-"]

    # A stranger verifies it, and an altered copy is refused.
    stranger = someone("stranger", width=360, height=740)
    stranger.go(f"/v/{number.group(0)}")
    stranger.sees("有效")
    assert account["name"] not in stranger.page.content()
    assert account["login"] not in stranger.page.content()
    stranger.picture("12-verified-360")
    paste(stranger, credential)
    stranger.sees("签名有效")
    head, body, tail = credential.split(".")
    paste(stranger, f"{head}.{body[:-8]}{'A' * 8}.{tail}")
    stranger.sees("无法确认")
    stranger.picture("13-altered-copy-refused-360")

    # The officials see the numbers change, on the page and on the board.
    city.go("/overview")
    assert certified(city) == before + 1
    city.go(f"{house.settings.boards_url}/city-overview")
    city.sees("全市概览", within=60)
    city.sees("已认证", within=60)
    city.page.wait_for_timeout(2500)
    city.picture("14-city-board")
    teacher.go(f"{house.settings.boards_url}/my-competencies")
    teacher.sees("我的能力", within=60)
    teacher.sees("A13", within=60)
    teacher.page.wait_for_timeout(1500)
    teacher.picture("15-my-board")

    # What is not theirs is refused.
    student = someone("student")
    student.sign_in(house.account("学生"))
    for path in (
        f"/teach/{run}",
        "/marking",
        "/review",
        "/applications",
        "/publicity",
        "/overview",
        "/people",
        "/roster",
        "/issued",
        f"/learn/{run}/{FIRST.key}",
        f"/certificates/{number.group(0)}",
    ):
        assert student.asks(path) in (403, 404), path
    student.go(f"{house.settings.boards_url}/city-overview")
    student.sees(re.compile("不在您的权限范围"), within=60)
    for path in ("/learn", "/teach", "/review", "/overview", f"/certificates/{number.group(0)}"):
        stranger.go(path)
        assert "/login" in stranger.page.url
    assert stranger.asks("/api/runs") == 401

    # One sign-out for all: Hub, room and boards are gone with the portal.
    room = f"http://{account['login']}.{house.settings.hub_url.removeprefix('http://')}/user/{account['login']}/api/status"
    answer = teacher.page.goto(room)
    assert answer is not None
    assert answer.status == 200
    teacher.go("/learn")
    teacher.press("退出")
    teacher.sees("已退出", within=30)
    teacher.picture("16-signed-out")
    teacher.go(f"{house.settings.hub_url}/hub/home")
    assert "/login" in teacher.page.url
    teacher.go(f"{house.settings.boards_url}/my-competencies")
    assert "/login" in teacher.page.url


def submit_from_room(teacher: Someone, run: str, key: str) -> None:
    """Hand in by nbgrader's assignment list, as its menu above a room's files offers it."""
    page = teacher.page
    page.goto(re.sub(r"/notebooks/.*", "/tree", page.url))
    page.get_by_role("menuitem", name="Nbgrader").click(timeout=30_000)
    page.get_by_text("Assignment List", exact=True).first.click()
    panel = page.locator(
        ".nbgrader-AssignmentListWidget, .nbgrader-mainPanel, #nbgrader-assignment-list, [id*='assignment']"
    ).first
    expect(panel).to_be_visible(timeout=30_000)
    row = page.locator("#fetched_assignments_list, .fetched-assignments, [id*=fetched]").first
    expect(row).to_contain_text(key, timeout=30_000)
    teacher.picture("04b-assignment-list", whole=False)
    row.locator(".row, .list_item", has_text=key).first.get_by_role("button", name="Submit").click()
    expect(page.locator("[id*=submitted]").first).to_contain_text(key, timeout=60_000)


def paste(stranger: Someone, credential: str) -> None:
    """Present a credential at the public page."""
    stranger.go("/verify")
    stranger.page.get_by_text("核验数字凭证、证书 PDF 或回执文件").click()
    stranger.page.get_by_label("或者粘贴内容").fill(credential)
    stranger.page.locator('form[enctype="multipart/form-data"] button').click()


def certified(official: Someone) -> int:
    """How many teachers of the city hold a certificate, as the page says it."""
    cells = official.page.locator("tr", has_text="合计").locator("td").all_inner_texts()
    return int(cells[-1].split()[0])


def test_the_pictures_of_the_walk_are_kept() -> None:
    from tests.walk.conftest import SHOTS

    assert {p.name[:2] for p in SHOTS.glob("*.png")} >= {f"{n:02d}" for n in range(1, 17)}
