"""The pages of frameworks, competencies and self-diagnosis over HTTP."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from hub.domain.dossier import Dossier, DossierState, Piece, PieceKind
from hub.domain.rating import Rating
from hub.journey import study
from hub.store.award import tables as t
from hub.store.rows import add
from tests.people import SCHOOL
from tests.portal.conftest import Site, Visitor
from tests.portal.test_access import tokens

FACTS = {"name": "河南省微能力", "doc_no": "豫教〔2023〕1号", "issuer": "省教育厅", "version": "1"}
HENAN = "/frameworks/henan2023"


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found, page
    return found[1]


def form(page: str) -> dict[str, Any]:
    """Everything that a form of many lines would send as it stands."""
    sent: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        sent.setdefault(name, []).append(html.unescape(value))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent.setdefault(name, []).append(chosen[1] if chosen else "")
    return sent


@pytest.fixture
def city(site: Site) -> Visitor:
    return site.visitor("city")


def begun(city: Visitor) -> None:
    answer = city.post("/frameworks/new", FACTS | {"id": "henan2023", "how": "succeed", "base": "micro2019"})
    assert answer.status_code == 302 and answer.headers["Location"] == HENAN, answer.text


def test_a_successor_is_begun_edited_and_published_by_clicking(site: Site, city: Visitor) -> None:
    assert 'href="/frameworks/new"' in city.get("/frameworks").text
    assert 'value="micro2019" selected' in city.get("/frameworks/new?base=micro2019").text
    begun(city)
    page = city.get(HENAN).text
    assert "草稿" in page and "可以发布了" in page and page.count('value="A1:up"') == 1
    edit = city.get(f"{HENAN}/nodes/C7").text
    assert city.post(f"{HENAN}/nodes/C7", {"do": "drop", "seen": seen(edit)}).status_code == 302
    node = {
        "code": "C6",
        "name": "应用数据分析模型（省定）",
        "parent": "",
        "dimension": "学业评价",
        "environment": "智慧学习环境",
        "text": "",
        "assessable": "yes",
    }
    assert (
        city.post(f"{HENAN}/nodes/C6", node | {"seen": seen(city.get(f"{HENAN}/nodes/C6").text)}).status_code
        == 302
    )
    more = city.post(
        f"{HENAN}/add", node | {"code": "C9", "do": "more", "seen": seen(city.get(f"{HENAN}/add").text)}
    )
    assert more.headers["Location"] == f"{HENAN}/add?under="
    page = city.get(HENAN).text
    assert "有 1 项还没有提交指南（C9）" in page and "省定" in page
    assert city.post(f"{HENAN}/order", {"move": "A2:up", "seen": seen(page)}).status_code == 302
    assert city.get(HENAN).text.index('id="n-A2"') < city.get(HENAN).text.index('id="n-A1"')
    confirm = city.get(f"{HENAN}/publish").text
    assert "到这一天失效" in confirm and "共 30 项能力" in confirm
    day = (site.town.f.clock.now() + timedelta(days=40)).date().isoformat()
    answer = city.post(f"{HENAN}/publish", {"seen": seen(confirm), "valid_from": day, "valid_to": ""})
    assert answer.status_code == 302, answer.text
    assert "已发布，尚未生效" in city.get(HENAN).text and "已由" in city.get("/frameworks/micro2019").text
    for path in (f"{HENAN}/nodes/A1", f"{HENAN}/crosswalk"):
        assert city.get(path).status_code == 409
    assert city.post(f"{HENAN}/facts", FACTS | {"seen": "x"}).status_code == 409  # fmt: skip


def test_what_was_typed_stays_where_it_is_refused_and_a_stale_form_shows_both(
    site: Site, city: Visitor
) -> None:
    answer = city.post("/frameworks/new", FACTS | {"id": "坏的", "how": "succeed", "base": "micro2019"})
    assert (
        answer.status_code == 400
        and 'value="河南省微能力"' in answer.text
        and 'value="micro2019" selected' in answer.text
    )
    assert (
        "framework.base" in city.post("/frameworks/new", FACTS | {"id": "x1", "how": "vary", "base": ""}).text
    )
    begun(city)
    node = {
        "code": "A1",
        "name": "甲写的",
        "parent": "",
        "dimension": "学情分析",
        "environment": "多媒体教学环境",
        "text": "",
        "assessable": "yes",
    }
    stamp = seen(city.get(f"{HENAN}/nodes/A1").text)
    assert city.post(f"{HENAN}/nodes/A1", node | {"seen": stamp}).status_code == 302
    other = site.visitor("city").post(f"{HENAN}/nodes/A1", node | {"name": "乙写的", "seen": stamp})
    assert other.status_code == 409 and "甲写的" in other.text and 'value="乙写的"' in other.text
    again = site.visitor("city").post(
        f"{HENAN}/nodes/A1", node | {"name": "乙写的", "seen": seen(other.text)}
    )
    assert again.status_code == 302
    gone = city.post(f"{HENAN}/nodes/A1", {"do": "drop", "seen": seen(city.get(f"{HENAN}/nodes/A1").text)})
    assert gone.status_code == 302
    late = site.visitor("city").post(f"{HENAN}/nodes/A1", node | {"name": "丙写的", "seen": stamp})
    assert late.status_code == 409 and "已经被删去" in late.text and f'action="{HENAN}/add"' in late.text
    twice = city.post(f"{HENAN}/add", node | {"code": "A2", "seen": ""})
    assert twice.status_code == 400 and "已经用过" in twice.text and 'value="甲写的"' in twice.text
    assert city.post(f"{HENAN}/publish", {"seen": "x", "valid_from": "明天"}).status_code == 400
    facts = city.post(f"{HENAN}/facts", FACTS | {"name": "迟到的名字", "seen": "x"})
    assert facts.status_code == 409 and 'value="迟到的名字"' in facts.text and "现在保存着的：河南省微能力" in facts.text  # fmt: skip


def test_a_guide_is_written_line_by_line(site: Site, city: Visitor) -> None:
    path = "/frameworks/micro2019/guides/A5"
    page = city.get(path).text
    assert "第 2 版" in page and page.count("再加一份") == 2
    sent = {
        "seen": seen(page), "describes": "市教育局公布的能力描述", "key-1": "design", "name-1": "教学设计", "kinds-1": "file",
        "guide-1": "一课时", "passing-1": "目标明确\n\n 过程完整 ", "excellent-1": "", "key-2": "", "name-2": "课堂实录",
        "kinds-2": "video", "guide-2": "", "passing-2": "声音清楚", "excellent-2": "有互动",
    }  # fmt: skip
    wrong = city.post(path, sent | {"passing-2": " "})
    assert (
        wrong.status_code == 400 and "要写明合格的标准" in wrong.text and "目标明确\n过程完整" in wrong.text
    )
    assert city.post(path, sent).status_code == 302
    with site.town.f.work() as work:
        made = work.frameworks.guide("micro2019", "A5")
    assert made is not None and made.version == 2
    assert [(p.key, p.kinds, p.passing) for p in made.pieces] == [
        ("design", (PieceKind.FILE,), ("目标明确", "过程完整")), ("piece1", (PieceKind.VIDEO,), ("声音清楚",)),
    ]  # fmt: skip
    stale = city.post(path, sent)
    assert stale.status_code == 409 and "framework.changed" in stale.text
    assert city.get("/frameworks/micro2019/guides/Z9").status_code == 404
    assert city.get("/frameworks/std2014/guides/I-TECH").status_code == 404


def test_correspondences_are_kept_as_chosen(site: Site, city: Visitor) -> None:
    begun(city)
    page = city.get(f"{HENAN}/crosswalk").text
    sent = form(page)
    sent.pop("_xsrf")
    assert len(sent["from"]) == len(sent["to"]) == len(sent["strength"]) == 33
    at = sent["from"].index("C7")
    sent["to"][at], sent["strength"][at] = "C6", "1"
    sent["to"][0] = ""
    sent["from"][30], sent["to"][30] = "A2", "A4"
    sent["strength"] = [s or "1" for s in sent["strength"]]
    assert city.post(f"{HENAN}/crosswalk", sent).status_code == 302
    with site.town.f.work() as work:
        pairs = {(c.from_code, c.to_code): c.strength for c in work.frameworks.crosswalks(to="henan2023")}
    assert (
        ("A1", "A1") not in pairs and pairs["C7", "C6"] == 1 and pairs["A2", "A4"] == 1 and len(pairs) == 30
    )
    assert city.post(f"{HENAN}/crosswalk", sent).status_code == 409


def test_a_file_goes_out_and_in(city: Visitor) -> None:
    out = city.get("/frameworks/micro2019/export.json")
    assert "micro2019.json" in out.headers["Content-Disposition"]
    answer = city.post("/frameworks/import", {"id": "again"}, files={"file": ("x.json", out.content)})
    assert answer.status_code == 302 and "可以发布了" in city.get("/frameworks/again").text
    taken = city.post("/frameworks/import", {}, files={"file": ("x.json", out.content)})
    assert taken.status_code == 409 and "framework.taken" in taken.text
    assert "还没有选择文件" in city.post("/frameworks/import", {}).text
    bad = city.post("/frameworks/import", {}, files={"file": ("x.json", b"<xml>")})
    assert bad.status_code == 400 and "不是 JSON" in bad.text
    assert city.post("/frameworks/again/discard", {}).status_code == 400
    assert city.post("/frameworks/again/discard", {"sure": "yes"}).status_code == 302
    assert city.get("/frameworks/again").status_code == 404


def test_names_never_become_markup(city: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    city.post("/frameworks/new", FACTS | {"id": "evil", "how": "empty", "base": "", "name": evil})
    node = {
        "code": "A1",
        "name": evil,
        "parent": "",
        "dimension": evil,
        "environment": evil,
        "text": evil,
        "assessable": "yes",
    }
    city.post("/frameworks/evil/add", node | {"seen": ""})
    for path in (
        "/frameworks",
        "/frameworks/evil",
        "/frameworks/evil/nodes/A1",
        "/frameworks/evil/publish",
        "/frameworks/evil/guides/A1",
    ):
        page = city.get(path)
        assert page.status_code == 200 and "<script" not in page.text, path  # fmt: skip


def test_the_map_shows_every_framework_in_force_and_says_what_is_missing(site: Site, engine: Engine) -> None:
    teacher, uid = site.visitor("teacher"), site.town.uids["teacher"]
    now = site.town.f.clock.now()
    one = Dossier(
        "dos-a",
        uid,
        SCHOOL,
        "micro2019",
        "A5",
        1,
        "D1",
        DossierState.RATED,
        1,
        now,
        rating=Rating.EXCELLENT,
        rated_at=now,
    )
    with engine.begin() as connection:
        for d in (
            one, replace(one, id="dos-b", code="B2", rating=Rating.PASS), replace(one, id="dos-c", code="C1", rating=Rating.FAIL),
            replace(one, id="dos-d", code="A6", state=DossierState.DRAFT, rating=None, rated_at=None),
            replace(one, id="dos-e", code="A7", state=DossierState.ASSESSING, rating=None, rated_at=None),
            replace(one, id="dos-f", person=site.town.uids["colleague"], code="A8"),
        ):  # fmt: skip
            add(connection, t.dossiers, d)
        add(
            connection,
            t.pieces,
            Piece("pc-1", "dos-d", "design", PieceKind.FILE, "我的设计", "0" * 64, 1, now),
        )
    page = teacher.get("/competencies").text
    tiles = dict(
        re.findall(r'href="/competencies/micro2019/([A-Z0-9]+)">.*?<span class="tag[^"]*">(.*?)</span>', page)
    )
    assert len(tiles) == 30
    assert {c: tiles[c] for c in ("A5", "B2", "C1", "A6", "A7", "A8", "A1")} == {
        "A5": "★ 优秀", "B2": "✓ 合格", "C1": "◐ 有材料", "A6": "◐ 有材料", "A7": "… 评审中", "A8": "○ 暂无", "A1": "○ 暂无",
    }  # fmt: skip
    assert '共 <span class="num">30</span> 项' in page
    other = teacher.get("/competencies?framework=std2014").text
    assert other.count('<a class="tile') == 50 and "应用信息技术转变学习方式" in other
    assert teacher.get("/competencies?framework=dl2022").text.count('<a class="tile') == 33
    assert teacher.get("/competencies?framework=nothing").status_code == 404
    a6 = teacher.get("/competencies/micro2019/A6").text
    assert (
        "还缺 1 份课堂讲授实录、1 份教学反思。" in a6
        and 'href="/dossiers/dos-d"' in a6
        and "dossiers/new" not in a6
    )
    a1 = teacher.get("/competencies/micro2019/A1").text
    assert "还缺 1 份学情分析作业、1 份学情分析报告、1 份教学反思。" in a1
    assert 'href="/dossiers/new?framework=micro2019&amp;code=A1"' in a1 and "用数据看懂课堂" in a1
    assert "重新申报" in teacher.get("/competencies/micro2019/B2").text
    assert "不用再申报" in teacher.get("/competencies/micro2019/A5").text
    assert "上次评定：不合格" in teacher.get("/competencies/micro2019/C1").text
    assert "还没有公布提交指南" in teacher.get("/competencies/std2014/I-1").text
    for path in ("micro2019/Z1", "std2014/I-TECH", "nothing/A1"):
        assert teacher.get(f"/competencies/{path}").status_code == 404


def test_a_self_diagnosis_names_the_weakest_places_and_what_practises_them(site: Site) -> None:
    teacher = site.visitor("teacher")
    run = site.town.run()
    paper = teacher.get("/diagnosis").text
    assert paper.count("<fieldset") == 4 and 'href="/courses"' in paper
    none = teacher.post("/diagnosis?framework=micro2019", {})
    assert none.status_code == 400 and "至少答一项" in none.text
    for bad in ({"q:学情分析": "9"}, {"q:没有": "1"}, {"q:refusal": "1"}):
        assert teacher.post("/diagnosis?framework=micro2019", bad | {"q:教学设计": "3"}).status_code == 400
    kept = teacher.post("/diagnosis?framework=micro2019", {"q:无": "9", "q:教学设计": "3"}).text
    assert re.search(r'name="q:教学设计" value="3" checked', kept)
    made = teacher.post(
        "/diagnosis?framework=micro2019", {"q:学情分析": "1", "q:教学设计": "4", "q:学业评价": "2"}
    )
    page = teacher.get(made.headers["Location"]).text
    assert page.index("学情分析") < page.index("学业评价") and "正好练它" in page
    assert "练的是 A1 技术支持的学情分析" in page and "报名：秋季第1期" in page
    study.enrol(site.town.f, site.town.actor("teacher"), run)
    assert f'href="/learn/{run}"' in teacher.get(made.headers["Location"]).text
    site.town.f.clock.pass_(minutes=5)  # type: ignore[attr-defined]
    later = teacher.post(
        "/diagnosis?framework=micro2019",
        {"q:学情分析": "3", "q:教学设计": "3", "q:学业评价": "3", "q:学法指导": "3"},
    )
    page = teacher.get(later.headers["Location"]).text
    assert "没有明显的短处" in page and "与以前比较" in page and "↑" in page and "↓" in page
    for who in ("colleague", "school_admin", "instructor"):
        assert site.visitor(who).get(made.headers["Location"]).status_code == 404
    for who in ("student", "city", "county", "sys_admin"):
        assert site.visitor(who).get(made.headers["Location"]).status_code == 403  # fmt: skip


def test_the_ten_values_of_2014_lead_to_courses_by_correspondence(site: Site) -> None:
    teacher = site.visitor("teacher")
    site.town.run()
    paper = teacher.get("/diagnosis?framework=std2014").text
    assert paper.count("<fieldset") == 10
    made = teacher.post("/diagnosis?framework=std2014", {"q:I-EVAL": "1", "q:II-GROW": "2"})
    page = teacher.get(made.headers["Location"]).text
    assert "按标准之间的对应关系" in page and "用数据看懂课堂" in page and "目录里还没有" in page
    assert teacher.get("/diagnosis?framework=std2014&each=1").text.count("<fieldset") == 50
    each = teacher.post("/diagnosis?framework=std2014&each=1", {"q:I-17": "1"})
    assert "用数据看懂课堂" in teacher.get(each.headers["Location"]).text
    assert teacher.get("/diagnosis?framework=dl2022").text.count("<fieldset") == 13
    for nothing in ("themes2014", "nothing"):
        assert teacher.get(f"/diagnosis?framework={nothing}").status_code == 404
        assert teacher.post(f"/diagnosis?framework={nothing}", {"q:T1": "1"}).status_code == 404


def test_the_board_is_told_the_framework_and_the_states(site: Site) -> None:
    token = next(t for t, *scopes in tokens(site, "teacher") if "read" in scopes)
    told = requests.get(
        site.base + "/api/read/competencies", headers={"Authorization": f"Bearer {token}"}, timeout=20
    ).json()
    assert told["framework"]["id"] == "micro2019" and len(told["nodes"]) == len(told["states"]) == 30
    assert set(told["states"].values()) == {"none"}
