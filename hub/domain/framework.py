"""What holds of a framework: what is in force on a day, what follows what, whether a draft may be published."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from hub.domain.competency import Crosswalk, Framework, FrameworkState, Node
from hub.domain.dossier import Guide

ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,30}[A-Za-z0-9])?")
RESERVED = frozenset({"new", "import"})  # words that stand in an id's place in addresses
MOST_NODES = 500


class Standing(StrEnum):
    """How a framework stands on a day."""

    DRAFT = "draft"
    AHEAD = "ahead"  # published, not yet valid
    IN_FORCE = "in_force"
    OVER = "over"


STANDING_NAMES = {
    Standing.DRAFT: "草稿",
    Standing.AHEAD: "已发布，尚未生效",
    Standing.IN_FORCE: "现行",
    Standing.OVER: "已失效",
}


@dataclass(frozen=True)
class Whole:
    """A framework with everything that belongs to it: places, guides (the latest of each code), correspondences."""

    framework: Framework
    nodes: tuple[Node, ...]
    guides: tuple[Guide, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()


def standing(framework: Framework, day: date) -> Standing:
    """How a framework stands on ``day``; ``valid_to`` is the day after the last."""
    if framework.state is FrameworkState.DRAFT:
        return Standing.DRAFT
    if day < framework.valid_from:
        return Standing.AHEAD
    if framework.valid_to is not None and day >= framework.valid_to:
        return Standing.OVER
    return Standing.IN_FORCE


def in_force(frameworks: Iterable[Framework], day: date) -> tuple[Framework, ...]:
    """Those in force on ``day``, the newest first."""
    found = [f for f in frameworks if standing(f, day) is Standing.IN_FORCE]
    return tuple(sorted(found, key=lambda f: (f.valid_from, f.id), reverse=True))


def lineage(frameworks: Iterable[Framework], id: str) -> tuple[Framework, ...]:
    """A framework with what it succeeds and what published ones succeed it, the oldest first."""
    known = {f.id: f for f in frameworks}
    followed = {
        f.succeeds: f.id for f in known.values() if f.succeeds and f.state is FrameworkState.PUBLISHED
    }
    first, seen = id, {id}
    while (before := known[first].succeeds) and before in known and before not in seen:
        first = before
        seen.add(before)
    chain, at = [first], first
    while at != id and (step := _towards(known, at, id)):  # a draft is followed by its own line alone
        chain.append(step)
        at = step
    while (after := followed.get(at)) and after not in chain:
        chain.append(after)
        at = after
    return tuple(known[one] for one in chain)


def _towards(known: dict[str, Framework], above: str, id: str) -> str:
    """Of what succeeds ``above``, the one that leads to ``id``."""
    at = id
    while at and known[at].succeeds != above:
        at = known[at].succeeds or ""
        if at not in known:
            return ""
    return at


def arranged(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes as a tree reads: each below its parent, in the order of their positions; level and position follow.

    What hangs on a parent that is not there, or on itself, comes last and is left for ``problems`` to name.
    """
    children: dict[str | None, list[Node]] = {}
    for node in sorted(nodes, key=lambda n: n.position):
        children.setdefault(node.parent, []).append(node)
    found: list[Node] = []
    taken: set[int] = set()

    def walk(parent: str | None, level: int) -> None:
        for node in children.get(parent, ()):
            if id(node) in taken:
                continue
            taken.add(id(node))
            found.append(replace(node, level=level, position=len(found)))
            walk(node.code, level + 1)

    walk(None, 1)
    for node in sorted(nodes, key=lambda n: n.position):
        if id(node) not in taken:
            found.append(replace(node, position=len(found)))
    return tuple(found)


def moved(nodes: Sequence[Node], code: str, step: int) -> tuple[Node, ...]:
    """The nodes with ``code`` changing places with its neighbour above (-1) or below (+1) under the same parent."""
    ordered = list(arranged(nodes))
    node = next(n for n in ordered if n.code == code)
    row = [n for n in ordered if n.parent == node.parent]
    at = row.index(node) + step
    if not 0 <= at < len(row):
        return tuple(ordered)
    other = row[at]
    swapped = {node.code: other.position, other.code: node.position}
    return arranged([replace(n, position=swapped.get(n.code, n.position)) for n in ordered])


def problems(whole: Whole) -> tuple[str, ...]:
    """Why a draft cannot be published yet, a sentence each; none means it can."""
    nodes, known = whole.nodes, {n.code for n in whole.nodes}
    said = [*node_faults(nodes)]
    if not any(n.assessable for n in nodes):
        said.append("还没有一项是要考核的能力")
    assessed = {n.code for n in nodes if n.assessable}
    said += [f"“{g.code}”有提交指南，但不是要考核的能力" for g in whole.guides if g.code not in assessed]
    said += [
        f"对应关系里的“{c.to_code}”不在这套标准里"
        for c in whole.crosswalks
        if c.to_framework == whole.framework.id and c.to_code not in known
    ]
    if whole.framework.valid_to is not None and whole.framework.valid_to <= whole.framework.valid_from:
        said.append("失效日期要晚于生效日期")
    return tuple(dict.fromkeys(said))


def node_faults(nodes: Sequence[Node]) -> tuple[str, ...]:
    """What is wrong with the places of a draft, a sentence each."""
    codes = [n.code for n in nodes]
    known = set(codes)
    said = [
        f"编码“{c}”用了 {codes.count(c)} 次，每个编码只能用一次" for c in sorted(known) if codes.count(c) > 1
    ]
    said += [fault for node in nodes for fault in _faults(node, nodes, known)]
    said += _circles(nodes)
    if len(nodes) > MOST_NODES:
        said.append(f"一套标准最多 {MOST_NODES} 项，现在有 {len(nodes)} 项")
    return tuple(said)


def successor(every: Iterable[Framework], id: str) -> Framework | None:
    """The published framework that succeeds ``id``; there is at most one."""
    return next((f for f in every if f.succeeds == id and f.state is FrameworkState.PUBLISHED), None)


def days_fault(
    made: Framework, before: Framework | None, every: Iterable[Framework], today: date
) -> str | None:
    """Why these days of validity cannot be, or None; ``before`` is what the framework succeeds."""
    if not date(2000, 1, 1) <= made.valid_from <= date(2100, 1, 1):
        return "生效日期要在 2000 年到 2100 年之间"
    if made.valid_to is not None and not made.valid_from < made.valid_to <= date(2200, 1, 1):
        return "失效日期要晚于生效日期"
    if before is None:
        return None
    other = successor(every, before.id)
    if other and other.id != made.id:
        return f"“{before.name}”已经由“{other.name}”接续，同一套标准只能接续一次"
    if made.valid_from <= before.valid_from:
        return f"要晚于它接续的“{before.name}”的生效日期"
    if made.valid_from < today:
        return "接续的标准从今天或以后生效，已经按旧标准办的事不改"
    return None


def unguided(whole: Whole) -> tuple[str, ...]:
    """Codes of competencies that do not say yet what to hand in; nobody can begin a dossier for them."""
    guided = {g.code for g in whole.guides if g.pieces}
    return tuple(n.code for n in whole.nodes if n.assessable and n.code not in guided)


def _faults(node: Node, nodes: Sequence[Node], known: set[str]) -> list[str]:
    said = []
    if not CODE.fullmatch(node.code):
        said.append(f"编码“{node.code}”只能用英文字母、数字、点和短横，最长 32 个")
    if not node.name.strip():
        said.append(f"“{node.code}”没有名称")
    if node.parent is not None and node.parent not in known:
        said.append(f"“{node.code}”的上级“{node.parent}”不存在")
    if node.assessable and not node.dimension.strip():
        said.append(f"“{node.code}”是要考核的能力，要写明维度")
    if node.assessable and any(n.parent == node.code for n in nodes):
        said.append(f"“{node.code}”下面还有别的项，只能作分组，不能同时是要考核的能力")
    return said


def _circles(nodes: Sequence[Node]) -> list[str]:
    parent = {n.code: n.parent for n in nodes}
    said = []
    for code, above in parent.items():
        at, seen = above, {code}
        while at is not None and at in parent and at not in seen:
            seen.add(at)
            at = parent[at]
        if at == code:
            said.append(f"“{code}”的上级绕回了它自己")
    return said


def node_stamp(node: Node | None) -> str:
    """The stamp of one place; where it stands among the others is not part of it."""
    return stamp(replace(node, position=0, level=0) if node else None)


def stamp(*things: Any) -> str:
    """A short digest of what somebody was shown: a change that was not made on the latest state is refused by it."""
    listed = [asdict(t) if is_dataclass(t) and not isinstance(t, type) else t for t in things]
    return hashlib.sha256(json.dumps(listed, sort_keys=True, default=str).encode()).hexdigest()[:20]
