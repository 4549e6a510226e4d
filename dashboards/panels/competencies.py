"""我的能力: a teacher's own 微能力 as a map of tiles, hours against their rules, what is missing, certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from dashboards.panels.ask import portal, told
from dashboards.panels.html import BEIJING, esc, moment, plain
from hub.client import Portal, PortalError, from_environment

Facts = Mapping[str, Any]
STATES = {
    "certified": ("✓", "有证书"),
    "excellent": ("★", "优秀"),
    "pass": ("✓", "合格"),
    "assessing": ("…", "评审中"),
    "evidence": ("●", "有证据"),
    "none": ("○", "暂无"),
}


def board() -> str:
    """The whole board as HTML; for whoever is no teacher, why not."""
    return told(lambda: page(_facts(from_environment())))


def _facts(portal: Portal) -> Facts:
    if "teacher" not in portal.me().get("roles", ()):
        raise PortalError("access.denied", "“我的能力”只对教师开放。", 403)
    return portal.competencies()


def page(facts: Facts) -> str:
    """The board over what the portal told."""
    states = node_states(facts)
    count = {state: sum(1 for s in states.values() if s == state) for state in STATES}
    told = "，".join(
        f"<b>{count[s]}</b> 项{word}" for s, (_, word) in STATES.items() if count[s] and s != "none"
    )
    lead = (
        f'<p class="lead">{len(states)} 项能力中，{told + "，" if told else ""}{count["none"]} 项暂无。</p>'
    )
    parts = [lead, _missing(facts), _hours(facts["hours"]), _map(facts, states), _certificates(facts)]
    return "".join(parts) + f'<p class="soft">读取时间：{esc(moment(facts["read_at"]))}</p>'


def node_states(facts: Facts) -> dict[str, str]:
    """Code of each competency -> its state: a certificate first, then what assessors said, then evidence."""
    now = datetime.fromisoformat(facts["read_at"]).astimezone(BEIJING).date().isoformat()
    standing = {
        c["requirement"] for c in facts["certificates"] if not c["revoked"] and str(c["valid_to"]) > now
    }
    certified = {code for r in facts["requirements"] if r["id"] in standing for code in r["codes"]}
    shown = {e["code"] for e in facts["evidence"]}
    told = facts.get("states", {})

    def state(code: str) -> str:
        if code in certified:
            return "certified"
        said = told.get(code, "none")
        return said if said != "none" and said in STATES else "evidence" if code in shown else "none"

    return {n["code"]: state(n["code"]) for n in facts["nodes"]}


def _missing(facts: Facts) -> str:
    cards = []
    for requirement in facts["requirements"]:
        if requirement["met"]:
            body = f"<p>✓ 条件已满足，评定为“{esc(requirement['rating'])}”。</p>"
            held = any(
                c["requirement"] == requirement["id"] and not c["revoked"] for c in facts["certificates"]
            )
            if not held:
                body += f'<p><a class="button" href="{esc(portal("/applications"))}">去申请证书</a></p>'
        else:
            body = (
                "<ul>" + "".join(f"<li>{esc(reason)}。</li>" for reason in requirement["missing"]) + "</ul>"
            )
        cards.append(f'<section class="card next"><h2>{esc(requirement["name"])}</h2>{body}</section>')
    return "".join(cards)


def _hours(rules: Sequence[Facts]) -> str:
    bars = "".join(_hour_bar(rule) for rule in rules)
    return f'<section class="card"><h2>学时</h2>{bars}</section>' if bars else ""


def _hour_bar(rule: Facts) -> str:
    needed, have, practice, least = (
        Decimal(rule[key]) for key in ("needed", "hours", "practice", "practice_needed")
    )
    share = min(Decimal(100), have / needed * 100) if needed else Decimal(100)
    sentence = f"✓ {rule['sentence']}" if rule["met"] else str(rule["sentence"])
    if least:
        sentence += f"其中实践 {plain(practice)} 学时，要求 {plain(least)}。"
    return (
        f'<div class="hours"><div class="row"><b>{esc(rule["name"])}</b>'
        f'<span class="num">{esc(rule["years"])} {plain(have)} / {plain(needed)} 学时</span></div>'
        f'<div class="thin{" done" if rule["met"] else ""}" role="img" aria-label="完成 {share:.0f}%">'
        f'<i style="width:{share:.1f}%"></i></div><div class="soft">{esc(sentence)}</div></div>'
    )


def _map(facts: Facts, states: Mapping[str, str]) -> str:
    best: dict[str, Facts] = {}
    for piece in facts["evidence"]:
        if piece["code"] not in best or _ratio(piece) > _ratio(best[piece["code"]]):
            best[piece["code"]] = piece
    legend = "　".join(f"{sign} {word}" for sign, word in STATES.values())
    html = [f'<section class="card"><h2>能力地图</h2><p class="soft">{legend}</p>']
    for environment in dict.fromkeys(n["environment"] for n in facts["nodes"]):
        nodes = [n for n in facts["nodes"] if n["environment"] == environment]
        html.append(f"<h3>{esc(environment)}</h3>" if environment else "")
        for dimension in dict.fromkeys(n["dimension"] for n in nodes):
            own = [n for n in nodes if n["dimension"] == dimension]
            tiles = "".join(_tile(n, states[n["code"]], best.get(n["code"])) for n in own)
            html.append(
                f'<div class="dimension"><h4>{esc(dimension)}</h4><ul class="tiles">{tiles}</ul></div>'
            )
    return "".join(html) + "</section>"


def _tile(node: Facts, state: str, piece: Facts | None) -> str:
    sign, word = STATES[state]
    points = f" {plain(piece['points'])}/{plain(piece['max_points'])} 分" if piece else ""
    return (
        f'<li class="tile {state}"><b>{esc(node["code"])}</b> {esc(node["name"])}'
        f'<span class="tag">{sign} {word}{points}</span></li>'
    )


def _ratio(piece: Facts) -> Decimal:
    most = Decimal(piece["max_points"])
    return Decimal(piece["points"]) / most if most else Decimal(0)


def _certificates(facts: Facts) -> str:
    names = {r["id"]: r["name"] for r in facts["requirements"]}
    items = "".join(
        f'<li><a href="{esc(portal("/certificates/" + quote(str(c["number"]), safe="")))}">{esc(names.get(c["requirement"], c["requirement"]))}</a>　'
        f"{esc(c['rating'])}　<span class=num>{esc(c['number'])}</span>　"
        + ("✕ 已撤销" if c["revoked"] else f"有效期至 {esc(str(c['valid_to'])[:10])}")
        + "</li>"
        for c in facts["certificates"]
    )
    body = (
        f'<ul class="plain">{items}</ul>'
        if items
        else '<p class="soft">还没有证书。满足上面的条件后，可在门户申请。</p>'
    )
    return f'<section class="card"><h2>证书</h2>{body}</section>'
