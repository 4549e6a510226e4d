"""A framework as one JSON file: how a draft leaves the platform, and how a list that the bureau supplies comes in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from hub.domain.competency import Crosswalk, Framework, FrameworkState, Node
from hub.domain.dossier import Guide, PieceKind, Wanted
from hub.domain.errors import Refusal, refuse
from hub.domain.framework import MOST_NODES, Whole

FORMAT = "luojiao-framework/1"
LARGEST = 2 * 2**20
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # whoever takes a guide in says when


def write(whole: Whole) -> bytes:
    """The file; whoever reads it in again gets the same places, guides and correspondences."""
    one = whole.framework
    told = {
        "format": FORMAT,
        "framework": {
            "id": one.id, "name": one.name, "doc_no": one.doc_no, "issuer": one.issuer, "version": one.version,
            "valid_from": one.valid_from.isoformat(), "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            "succeeds": one.succeeds,
        },
        "nodes": [
            {"code": n.code, "name": n.name, "parent": n.parent, "dimension": n.dimension, "environment": n.environment,
             "text": n.text, "assessable": n.assessable}
            for n in whole.nodes
        ],
        "guides": [
            {"code": g.code, "describes": g.describes, "pieces": [asdict(p) for p in g.pieces]} for g in whole.guides
        ],
        "crosswalks": [
            {"from_framework": c.from_framework, "from_code": c.from_code, "to_code": c.to_code,
             "strength": c.strength, "author": c.author}
            for c in whole.crosswalks
        ],
    }  # fmt: skip
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes, today: date) -> Whole:
    """What a file holds, as a draft that would begin ``today`` where it names no day. Raises Refusal ``framework.file``, which names the place, for anything else."""
    if len(data) > LARGEST:
        raise _no(f"文件超过 {LARGEST // 2**20} MB")
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _no("不是 JSON 文件。请用本平台导出的文件，或照它的样子做") from None
    top = _object(told, "文件", {"format", "framework", "nodes"}, {"guides", "crosswalks"})
    if top["format"] != FORMAT:
        raise _no(f"format 要写 {FORMAT}")
    framework = _framework(top["framework"], today)
    nodes = _list(top["nodes"], "nodes", MOST_NODES)
    guides, pairs = _list(top.get("guides", []), "guides"), _list(top.get("crosswalks", []), "crosswalks")
    return Whole(
        framework,
        tuple(_node(n, framework.id, at) for at, n in enumerate(nodes)),
        tuple(_guide(g, framework.id, at) for at, g in enumerate(guides, 1)),
        tuple(_crosswalk(c, framework.id, at) for at, c in enumerate(pairs, 1)),
    )


def _framework(told: Any, today: date) -> Framework:
    where = "framework"
    one = _object(
        told, where, {"id", "name"}, {"doc_no", "issuer", "version", "valid_from", "valid_to", "succeeds"}
    )
    return Framework(
        _text(one, "id", where, 40), _text(one, "name", where, 100), _text(one, "doc_no", where, 100),
        _day(one.get("valid_from"), "valid_from") or today, _day(one.get("valid_to"), "valid_to"),
        _text(one, "issuer", where, 100), _text(one, "version", where, 20) or "1", FrameworkState.DRAFT,
        _text(one, "succeeds", where, 40) or None,
    )  # fmt: skip


def _node(told: Any, framework: str, at: int) -> Node:
    where = f"nodes 第 {at + 1} 项"
    one = _object(
        told, where, {"code", "name"}, {"parent", "dimension", "environment", "text", "assessable", "level"}
    )
    assessable = one.get("assessable", True)
    if not isinstance(assessable, bool):
        raise _no(f"{where}的 assessable 要写 true 或 false")
    return Node(
        framework, _text(one, "code", where, 32), _text(one, "name", where, 100), _text(one, "dimension", where, 100),
        _text(one, "environment", where, 100), at, _text(one, "parent", where, 32) or None, 1,
        _text(one, "text", where, 2000), assessable,
    )  # fmt: skip


def _guide(told: Any, framework: str, at: int) -> Guide:
    where = f"guides 第 {at} 项"
    one = _object(told, where, {"code", "describes", "pieces"}, set())
    pieces = tuple(
        _piece(p, f"{where}的第 {n} 份材料") for n, p in enumerate(_list(one["pieces"], where, 8), 1)
    )
    return Guide(
        framework, _text(one, "code", where, 32), 1, _text(one, "describes", where, 2000), pieces, _NO_TIME
    )


def _piece(told: Any, where: str) -> Wanted:
    one = _object(told, where, {"key", "name", "kinds", "guide", "passing", "excellent"}, set())
    kinds = _texts(one["kinds"], f"{where}的 kinds")
    if not kinds or not set(kinds) <= set(PieceKind):
        raise _no(f"{where}的 kinds 只能是 {'、'.join(PieceKind)}，至少一种")
    return Wanted(
        _text(one, "key", where, 40), _text(one, "name", where, 40), tuple(PieceKind(k) for k in kinds),
        _text(one, "guide", where, 2000), _texts(one["passing"], f"{where}的 passing"),
        _texts(one["excellent"], f"{where}的 excellent"),
    )  # fmt: skip


def _crosswalk(told: Any, framework: str, at: int) -> Crosswalk:
    where = f"crosswalks 第 {at} 项"
    one = _object(told, where, {"from_framework", "from_code", "to_code", "strength"}, {"author"})
    strength = one["strength"]
    if isinstance(strength, bool) or not isinstance(strength, int):
        raise _no(f"{where}的 strength 要写 1、2 或 3")
    return Crosswalk(
        _text(one, "from_framework", where, 40), _text(one, "from_code", where, 32), framework,
        _text(one, "to_code", where, 32), strength, _text(one, "author", where, 100),
    )  # fmt: skip


def _object(told: Any, where: str, must: Iterable[str], may: Iterable[str]) -> dict[str, Any]:
    must, may = set(must), set(may)
    if not isinstance(told, dict):
        raise _no(f"{where}要是一个对象")
    if lacking := must - told.keys():
        raise _no(f"{where}缺少 {'、'.join(sorted(lacking))}")
    if more := told.keys() - must - may:
        raise _no(f"{where}有不认识的字段 {'、'.join(sorted(more))[:60]}，请检查拼写")
    return told


def _list(told: Any, where: str, most: int = 5000) -> list[Any]:
    if not isinstance(told, list) or len(told) > most:
        raise _no(f"{where}要是一个列表，最多 {most} 项")
    return told


def _texts(told: Any, where: str) -> tuple[str, ...]:
    listed = _list(told, where, 10)
    if not all(isinstance(one, str) and len(one) <= 300 and _plain(one) for one in listed):
        raise _no(f"{where}里每条要是文字，最长 300 个字")
    return tuple(one.strip() for one in listed if one.strip())


def _text(one: dict[str, Any], name: str, where: str, most: int) -> str:
    value = one.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or not _plain(value):
        raise _no(f"{where}的 {name} 要是文字，最长 {most} 个字")
    return value.strip()


def _plain(text: str) -> bool:
    """Whether a database can keep it: no NUL, no half of a character."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _day(value: Any, name: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _no(f"{name} 要写成 2026-09-01 这样的日期") from None


def _no(why: str) -> Refusal:
    return refuse("framework.file", why=why)
