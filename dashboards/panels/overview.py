"""全市概览, one level of it as HTML: totals with their denominators, bars sorted by gap, and the same in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.panels.html import HIDDEN, esc, figure, moment, number, percent, table
from dashboards.panels.style import rate_bars

Facts = Mapping[str, Any]
MEASURES = {"certified": "已认证", "completed": "已结业", "enrolled": "已报名"}
BELOW = {"city": "管理单元", "unit": "单位", "school": "单位", "point": "单位"}
MAX_BARS = 30  # more would be a wall; the table has them all


def level(facts: Facts, measure: str) -> str:
    """What the portal told of one organisation, seen by ``measure``."""
    rows = by_gap(facts, measure)
    if not rows:
        return '<div class="empty">这里还没有在册教师。</div>' + _read_at(facts)
    parts = [_totals(facts["total"]), _chart(facts, rows, measure), _table(facts, rows)]
    hidden = sum(1 for row in rows if row["staff"] is None)
    if hidden:
        still = "" if facts["total"]["staff"] is None else "；合计仍含这些人"
        parts.append(
            f'<p class="soft">{hidden} 个单位在册教师不足 5 人，或为防止推算而一并隐去，标为“{HIDDEN}”{still}。</p>'
        )
    return "".join(parts) + _read_at(facts)


def by_gap(facts: Facts, measure: str) -> list[Facts]:
    """The rows, those first that lack most; then those without teachers, then the suppressed."""

    def key(row: Facts) -> tuple[int, float, int, str]:
        if row["staff"] is None:
            return (2, 0.0, 0, row["code"])
        if not row["staff"]:
            return (1, 0.0, 0, row["code"])
        return (0, row[measure] / row["staff"], row[measure] - row["staff"], row["code"])

    return sorted(facts["rows"], key=key)


def name(facts: Facts, row: Facts) -> str:
    """What a row is called; an organisation's own staff stand beside the organisations below it."""
    own = row["code"] == facts["organisation"]["code"]
    return f"{row['name']}（本级）" if own and len(facts["rows"]) > 1 else str(row["name"])


def below(facts: Facts) -> list[tuple[str, str]]:
    """Name and code of each organisation that one can go down to."""
    here = facts["organisation"]["code"]
    return [(r["name"], r["code"]) for r in facts["rows"] if r["has_children"] and r["code"] != here]


def _cell(row: Facts, key: str) -> str:
    if key == "staff" or not row["staff"]:
        return number(row[key])
    return f'{number(row[key])} <span class="soft">{percent(row[key], row["staff"])}</span>'


def _totals(total: Facts) -> str:
    if total["staff"] is None:
        return f'<p class="notice">在册教师不足 5 人：{HIDDEN}。</p>'
    cards = [f'<div><dt>在册教师</dt><dd><b class="big">{number(total["staff"])}</b> 人</dd></div>']
    for key in ("enrolled", "completed", "certified"):
        rate = percent(total[key], total["staff"])
        cards.append(
            f'<div><dt>{MEASURES[key]}</dt><dd><b class="big">{number(total[key])}</b> 人 <span class="soft">占 {rate}</span></dd></div>'
        )
    return f'<dl class="totals">{"".join(cards)}</dl>'


def _chart(facts: Facts, rows: list[Facts], measure: str) -> str:
    shown = [row for row in rows if row["staff"] != 0][:MAX_BARS]
    if len(shown) < 2 or all(row["staff"] is None for row in shown):
        return ""  # there is nothing to compare
    rates = [None if row["staff"] is None else 100 * row[measure] / row["staff"] for row in shown]
    labels = [
        HIDDEN
        if row["staff"] is None
        else f"{percent(row[measure], row['staff'])}（{number(row[measure])}/{number(row['staff'])}）"
        for row in shown
    ]
    word = MEASURES[measure]
    some = f"，前 {MAX_BARS} 个" if len(shown) < len([r for r in rows if r["staff"] != 0]) else ""
    title = f"{word}人数占在册教师，差距大的在前{some}"
    drawn = rate_bars([name(facts, r) for r in shown], rates, labels, axis=f"{word}人数占在册教师的百分比")
    return f'<section class="card"><h2>{esc(title)}</h2>{figure(drawn, f"条形图：{title}；数字见下表")}</section>'


def _table(facts: Facts, rows: list[Facts]) -> str:
    keys = ("staff", "enrolled", "completed", "certified")
    gone = [f'<span class="soft">{HIDDEN}</span>']
    body = [
        [esc(name(facts, row)), *(gone if row["staff"] is None else [_cell(row, key) for key in keys])]
        for row in rows
    ]
    total = [
        "合计",
        *(gone if facts["total"]["staff"] is None else [_cell(facts["total"], key) for key in keys]),
    ]
    caption = f"{facts['organisation']['name']}：人数，及占在册教师的百分比"
    return table(("单位", "在册教师", "已报名", "已结业", "已认证"), body, caption=caption, total=total)


def _read_at(facts: Facts) -> str:
    return (
        f'<p class="soft">读取时间：{esc(moment(facts["read_at"]))}。一人只计一次；持有效证书计为已认证。</p>'
    )
