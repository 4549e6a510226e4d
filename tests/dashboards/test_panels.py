"""What the boards say, without a browser: over facts as the portal tells them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboards.panels import ask, competencies, overview
from dashboards.panels.html import number, percent, plain
from dashboards.panels.style import rate_bars
from hub.client import PortalError

READ_AT = "2026-11-23T21:00:00+00:00"


def row(code: str, staff: int | None, certified: int | None = 0, **more: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("enrolled", "completed", "certified"), certified)
    return (
        {"code": code, "name": code, "level": "unit", "kind": "unit", "has_children": True, "staff": staff}
        | counts
        | more
    )


def told(*rows: dict[str, Any]) -> dict[str, Any]:
    total = {k: sum(r[k] or 0 for r in rows) for k in ("staff", "enrolled", "completed", "certified")}
    city = {"code": "410300", "name": "洛阳市"}
    return {"organisation": city, "trail": [city], "rows": list(rows), "total": total, "read_at": READ_AT}


def test_the_largest_gap_comes_first_then_the_empty_then_the_suppressed() -> None:
    facts = told(
        row("full", 10, 10),
        row("hidden", None, None),
        row("empty", 0),
        row("half", 10, 5),
        row("none", 10, 0),
    )
    assert [r["code"] for r in overview.by_gap(facts, "certified")] == [
        "none",
        "half",
        "full",
        "empty",
        "hidden",
    ]


def test_every_figure_is_one_that_plotly_knows_with_bars_from_zero_and_no_legend() -> None:
    page = overview.level(told(row("甲", 10, 9), row("乙", 1200, 100), row("丙", None, None)), "certified")
    found = re.search(r'data-figure="([^"]+)"', page)
    assert found
    drawn = go.Figure(json.loads(html.unescape(found[1])))
    assert drawn.layout.xaxis.range == (0, 100) and drawn.layout.template.layout.showlegend is False
    [bars] = drawn.data
    assert bars.orientation == "h" and list(bars.text) == [
        "8.3%（100/1\u2009200）",
        "90.0%（9/10）",
        "人数少，不显示",
    ]


def test_a_suppressed_row_shows_no_number_at_all() -> None:
    page = overview.level(told(row("甲", 10, 9), row("乙", 12, 3), row("丙", None, None)), "certified")
    line = re.search(r'<th scope="row">丙</th>(.*?)</tr>', page)
    assert line and re.sub(r"<[^>]*>", "", line[1]) == "人数少，不显示"


def test_names_cannot_become_markup() -> None:
    bad = '<script>alert(1)</script>"'
    page = overview.level(told(row("a", 10, 1, name=bad), row("b", 10, 2)), "certified")
    assert "<script" not in page
    assert "<script" not in competencies.page(teacher(name_of_a1=bad))


def test_one_can_go_down_to_what_has_something_below_and_not_to_oneself() -> None:
    facts = told(row("410300", 5), row("410305", 5), row("2141", 5, has_children=False))
    assert overview.below(facts) == [("410305", "410305")]
    assert overview.name(facts, facts["rows"][0]) == "410300（本级）"


def teacher(name_of_a1: str = "学情分析", **more: Any) -> dict[str, Any]:
    node = {"framework": "m", "dimension": "学情分析", "environment": "多媒体教学环境", "position": 0}
    facts: dict[str, Any] = {
        "nodes": [node | {"code": c, "name": name_of_a1 if c == "A1" else c} for c in ("A1", "A2", "A3")],
        "evidence": [
            {
                "code": "A1",
                "points": "9.000",
                "max_points": "10.000",
                "assignment": "a",
                "recorded_at": READ_AT,
            },
            {"code": "A2", "points": "3.5", "max_points": "10", "assignment": "b", "recorded_at": READ_AT},
            {"code": "A2", "points": "8", "max_points": "10", "assignment": "c", "recorded_at": READ_AT},
        ],
        "hours": [],
        "requirements": [
            {"id": "r", "name": "能力", "codes": ["A1"], "met": True, "rating": "合格", "missing": []}
        ],
        "certificates": [],
        "read_at": READ_AT,
    }
    return facts | more


def certificate(**more: Any) -> dict[str, Any]:
    made = {
        "number": "LY-1",
        "requirement": "r",
        "rating": "合格",
        "issued_at": READ_AT,
        "valid_to": "2027-01-01",
        "revoked": False,
    }
    return made | more


@pytest.mark.parametrize(
    ("certificates", "state"),
    [
        ([certificate()], "certified"),
        ([certificate(revoked=True)], "evidence"),
        ([certificate(valid_to="2026-11-24")], "evidence"),  # the day after the last, in Luoyang
        ([], "evidence"),
    ],
)
def test_only_a_standing_certificate_certifies(certificates: list[dict[str, Any]], state: str) -> None:
    states = competencies.node_states(teacher(certificates=certificates))
    assert states == {"A1": state, "A2": "evidence", "A3": "none"}


def test_the_best_evidence_is_shown_in_points() -> None:
    page = competencies.page(teacher())
    assert "● 有证据 8/10 分" in page and "3.5" not in page and "○ 暂无" in page


def test_hours_say_what_is_missing_of_which_kind() -> None:
    rule = {
        "rule": "x",
        "name": "提升工程",
        "needed": "50",
        "years": "2024—2028 年",
        "hours": "50",
        "practice": "20",
        "practice_needed": "25",
        "met": False,
        "sentence": "学时已够（50/50），实践还缺 5 学时（已有 20，要求 25）；请在 2028年12月31日前完成。",
    }
    page = competencies.page(teacher(hours=[rule]))
    assert "学时已够（50/50），实践还缺 5 学时（已有 20，要求 25）；请在 2028年12月31日前完成。" in page
    assert "2024—2028 年 50 / 50 学时" in page and "thin done" not in page


def test_a_no_of_the_portal_and_a_fault_of_ours_become_sentences(capfd: pytest.CaptureFixture[str]) -> None:
    def refused() -> str:
        raise PortalError("access.denied", "这项操作不在您的权限范围内。", 403)

    def broken() -> str:
        raise KeyError("secret detail")

    assert "这项操作不在您的权限范围内" in ask.told(refused) and "管理员核对角色" in ask.told(refused)
    shown = ask.told(broken)
    assert "编号" in shown and "secret detail" not in shown
    assert "secret detail" in capfd.readouterr().err


def test_numbers_are_written_one_way() -> None:
    assert [number(None), number(72000), percent(1, 3), percent(0, 0), plain("12.000"), plain("0")] == [
        "人数少，不显示", "72\u2009000", "33.3%", "—", "12", "0",
    ]  # fmt: skip


def test_a_long_bar_carries_its_label_inside_and_a_short_one_beside_it() -> None:
    [bars] = rate_bars(["a", "b"], [90.0, 10.0], ["", ""], axis="%")["data"]
    assert bars["textposition"] == ["inside", "outside"]
