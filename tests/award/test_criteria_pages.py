"""What a credential refers to opens for anybody and is the real thing: rules in their version, published frameworks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from hub.domain.competency import Framework, FrameworkState
from hub.domain.presented import take_apart
from hub.journey.award import drafting
from hub.journey.award.drafting import Facts
from hub.journey.ports import Fittings
from hub.sources.rules import DATA, RuleFiles
from tests.award.confirmed import Desk
from tests.portal.conftest import Site, site
from tests.portal.test_queue_page import browser
from tests.walk.conftest import SHOTS

assert browser and site  # the fixtures


@pytest.fixture
def second_version() -> None:
    """Asks for a second version of the rule it2."""


@pytest.fixture
def f(f: Fittings, tmp_path: Path, request: pytest.FixtureRequest) -> Fittings:
    """A house whose rule it2 is in its second version, where a test asks for that."""
    if "second_version" not in request.fixturenames:
        return f
    folder = tmp_path / "rules"
    shutil.copytree(DATA, folder)
    told = json.loads((folder / "rules.json").read_text("utf-8"))
    rule = told["assessment_rules"][0]
    told["former_assessment_rules"] = [rule | {"valid_to": "2026-11-01"}]
    told["assessment_rules"][0] = rule | {
        "version": "2", "count": 5, "environments": ["智慧学习环境"], "valid_from": "2026-11-01",
    }  # fmt: skip
    (folder / "rules.json").write_text(json.dumps(told), "utf-8")
    return replace(f, rules=RuleFiles(folder))


def addresses(thing: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(thing, dict):
        for value in thing.values():
            yield from addresses(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from addresses(value)
    elif isinstance(thing, str):
        yield thing


def test_every_address_of_ours_in_a_credential_opens_for_a_stranger(site: Site, desk: Desk) -> None:
    made = desk.issued()
    body = take_apart(made.credential).body
    ours = {text for text in addresses(body) if text.startswith(desk.f.issuer)}
    paths = {text.removeprefix(desk.f.issuer) for text in ours}
    assert {p.split("#")[0] for p in paths} >= {
        "", f"/v/{made.number}", "/rules/it2/1", "/frameworks/micro2019", "/status/revocation/1",
    }  # fmt: skip
    stranger = site.visitor()
    assert 'href="/rules/it2/1"' in stranger.get(f"/v/{made.number}").text
    for path in sorted(paths):
        at, _, part = path.partition("#")
        answer = stranger.get(at or "/")
        assert answer.status_code == 200, path
        if part and answer.headers["Content-Type"].startswith("text/html"):
            assert f'id="{part}"' in answer.text, path


def test_a_rule_says_what_it_asks(site: Site) -> None:
    page = site.visitor().get("/rules/it2/1").text
    for told in (
        "信息技术应用能力（提升工程2.0）", "✓ 现行", "第 1 版", "2019年3月20日 起", ">3</b> 项", ">2</b> 个维度", "不限",
        'href="/frameworks/micro2019"', ">50</b> 学时", "实践不少于 <b class=\"num\">25</b>", ">5</b> 年",
    ):  # fmt: skip
        assert told in page, told
    assert site.visitor().get("/rules/it2").text == page.replace("/rules/it2/1", "/rules/it2")
    assert "现在不接受申请" in site.visitor().get("/rules/it2-data-literacy").text
    assert "不要求" in site.visitor().get("/rules/it2-data-literacy").text
    for nothing in ("/rules/it3", "/rules/it3/1", "/rules/IT2"):
        assert site.visitor().get(nothing).status_code == 404


@pytest.mark.usefixtures("second_version")
def test_a_certificate_of_an_earlier_version_finds_that_version(site: Site) -> None:
    stranger = site.visitor()
    old, new = stranger.get("/rules/it2/1").text, stranger.get("/rules/it2/2").text
    assert (
        "已被第 2 版代替" in old and ">3</b> 项" in old and "照旧有效" in old and "2026年11月1日 失效" in old
    )
    assert "✓ 现行" in new and ">5</b> 项" in new and "智慧学习环境" in new
    assert 'href="/rules/it2/1"' in new and "✓ 现行" in stranger.get("/rules/it2").text
    lost = stranger.get("/rules/it2/7")
    assert lost.status_code == 404 and "没有第 7 版的全文" in lost.text and ">5</b> 项" in lost.text


def test_a_published_framework_shows_its_places_and_a_draft_is_nobodys(site: Site) -> None:
    f, stranger = site.town.f, site.visitor()
    page = stranger.get("/frameworks/micro2019").text
    for told in (
        "30 项",
        'id="A1"',
        "技术支持的学情分析",
        "学情分析",
        "多媒体教学环境",
        "现行",
        'href="/rules/it2"',
    ):
        assert told in page, told
    assert "提交指南" not in page and "export.json" not in page
    facts = Facts("河南微能力", "", "", "1")
    drafting.begin(f, site.town.actor("city"), "henan-draft", facts, base="micro2019", succeeds=True)
    for visitor in (stranger, site.visitor("teacher"), site.visitor("county")):
        assert visitor.get("/frameworks/henan-draft").status_code == 404
        assert "河南微能力" not in visitor.get("/frameworks/micro2019").text
        assert visitor.get("/frameworks/micro2019").status_code == 200
    assert "核对并发布" in site.visitor("city").get("/frameworks/henan-draft").text
    for part in ("facts", "export.json", "nodes/A1", "guides/A1"):
        assert stranger.get(f"/frameworks/micro2019/{part}").status_code == 302
        assert site.visitor("teacher").get(f"/frameworks/micro2019/{part}").status_code == 403
    assert stranger.get("/frameworks/nothing").status_code == 404


def test_what_followed_a_framework_is_told(site: Site) -> None:
    f = site.town.f
    with f.work() as work:
        old = work.frameworks.framework("micro2019")
        assert old is not None
        made = Framework(
            "micro2030", "新微能力", "", old.valid_from.replace(year=2030), None, state=FrameworkState.PUBLISHED,
            succeeds="micro2019",
        )  # fmt: skip
        work.frameworks.put_framework(
            made, [replace(n, framework="micro2030") for n in work.frameworks.nodes(old.id)]
        )
    page = site.visitor().get("/frameworks/micro2019").text
    assert 'href="/frameworks/micro2030">新微能力' in page and "照旧有效" in page
    after = site.visitor().get("/frameworks/micro2030").text
    assert 'href="/frameworks/micro2019"' in after and "尚未生效" in after


@pytest.mark.usefixtures("second_version")
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_fit_a_desk_and_a_phone(site: Site, browser: Browser, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, path in (
        ("rule", "/rules/it2"), ("rule-old", "/rules/it2/1"), ("framework", "/frameworks/micro2019"), ("framework-2014", "/frameworks/std2014"),
    ):  # fmt: skip
        page.goto(site.settings.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.screenshot(path=SHOTS / f"criteria-{name}-{width}.png", full_page=name != "framework-2014")
