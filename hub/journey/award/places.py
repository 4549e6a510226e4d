"""The places of a draft, what each asks for as evidence, and what the predecessor's places correspond to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.domain import framework as rules
from hub.domain.competency import Crosswalk, FrameworkState, Node
from hub.domain.dossier import Guide, Wanted
from hub.domain.errors import refuse
from hub.domain.framework import node_stamp, stamp
from hub.domain.guide import guide_fault
from hub.domain.organisation import CITY
from hub.domain.people import Actor
from hub.journey import audit
from hub.journey.award import drafts
from hub.journey.ports import Fittings, Work


def put_node(f: Fittings, who: Actor, id: str, node: Node, seen: str, was: str = "") -> tuple[Node, ...]:
    """Add a place to a draft, or change the one whose code ``was``; ``seen`` is the stamp of that one as shown."""
    node = _checked(node)
    with drafts.edited(f, who, id, "node") as (work, _):
        nodes = work.frameworks.nodes(id)
        old = next((n for n in nodes if n.code == was), None)
        if was:
            drafts.unchanged(node_stamp(old) if old else "", seen or "-")
        if any(n.code == node.code for n in nodes if n.code != was):
            raise refuse("framework.node", why=f"编码“{node.code}”已经用过")
        at = old.position if old and old.parent == node.parent else len(nodes)
        made = replace(node, framework=id, position=at)
        changed = [made if n.code == was else n for n in nodes] if old else [*nodes, made]
        if old and old.code != made.code:
            changed = [replace(n, parent=made.code) if n.parent == was else n for n in changed]
        arranged = rules.arranged(changed)
        fault = next(iter(rules.node_faults(arranged)), None)
        if fault:
            raise refuse("framework.node", why=fault)
        work.frameworks.set_nodes(id, arranged)
        if old and (old.code != made.code or not made.assessable):
            _follow(work, id, old.code, made.code if made.assessable else "")
    return arranged


def drop_node(f: Fittings, who: Actor, id: str, code: str, seen: str) -> None:
    """Take a place out of a draft; what lies below it must go or move first."""
    with drafts.edited(f, who, id, "node") as (work, _):
        nodes = work.frameworks.nodes(id)
        drafts.unchanged(node_stamp(next((n for n in nodes if n.code == code), None)), seen)
        if any(n.parent == code for n in nodes):
            raise refuse("framework.node", why=f"“{code}”下面还有别的项，请先移走或删去它们")
        work.frameworks.set_nodes(id, rules.arranged([n for n in nodes if n.code != code]))
        _follow(work, id, code, "")


def move_node(f: Fittings, who: Actor, id: str, code: str, step: int, seen: str) -> None:
    """Let a place change places with its neighbour; ``seen`` is the stamp of the order as it was shown."""
    with drafts.edited(f, who, id, "order") as (work, _):
        nodes = work.frameworks.nodes(id)
        drafts.unchanged(stamp([n.code for n in nodes]), seen)
        if all(n.code != code for n in nodes):
            raise refuse("thing.missing", what="这一项")
        work.frameworks.set_nodes(id, rules.moved(nodes, code, step))


def set_guide(
    f: Fittings, who: Actor, id: str, code: str, describes: str, pieces: Sequence[Wanted], seen: str
) -> Guide:
    """What a competency asks for; of a draft it is written over, of a published framework it is a new version.

    Dossiers that were begun under an earlier version stay under it.
    """  # fmt: skip
    fault = guide_fault(describes, pieces)
    if fault:
        raise refuse("framework.guide", why=fault)
    with f.work() as work:
        framework = drafts.known(work, who, id, lock=True)
        if not any(n.code == code and n.assessable for n in work.frameworks.nodes(id)):
            raise refuse("thing.missing", what="这项能力")
        old = work.frameworks.guide(id, code)
        drafts.unchanged(stamp(old), seen)
        draft = framework.state is FrameworkState.DRAFT
        version = (old.version if draft else old.version + 1) if old else 1
        made = Guide(id, code, version, describes.strip(), tuple(pieces), f.clock.now())
        work.frameworks.put_guide(made)
        verb = "framework.edited" if draft else "guide.published"
        audit.note(
            f,
            work,
            who,
            verb,
            id,
            {"part": "guide", "code": code, "version": version, "digest": stamp(made)},
            org=CITY,
        )
    return made  # fmt: skip


def set_crosswalks(
    f: Fittings, who: Actor, id: str, pairs: Sequence[tuple[str, str, int]], seen: str
) -> None:
    """What the places of the predecessor correspond to in a draft: (old code, new code, strength)."""
    with drafts.edited(f, who, id, "crosswalk") as (work, draft):
        if not draft.succeeds:
            raise refuse("framework.base")
        drafts.unchanged(stamp(*work.frameworks.crosswalks(to=id)), seen)
        made = [Crosswalk(draft.succeeds, old, id, new, strength, who.uid) for old, new, strength in pairs]
        known = {n.code for n in work.frameworks.nodes(id)}
        faults = [
            *drafts.unknown(work, made),
            *(f"“{c.to_code}”不在这套标准里" for c in made if c.to_code not in known),
        ]
        if len({(c.from_code, c.to_code) for c in made}) < len(made):
            faults.append("同一对写了两次")
        if faults:
            raise refuse("framework.crosswalk", why="；".join(faults[:5]))
        work.frameworks.set_crosswalks(draft.succeeds, id, made)  # fmt: skip


def _checked(node: Node) -> Node:
    """A place as it may be kept. Raises Refusal for what is too long."""
    kept = replace(
        node, code=node.code.strip(), name=node.name.strip(), dimension=node.dimension.strip(),
        environment=node.environment.strip(), text=node.text.strip(), parent=node.parent or None,
    )  # fmt: skip
    if max(len(kept.name), len(kept.dimension), len(kept.environment)) > 100 or len(kept.text) > 2000:
        raise refuse("framework.node", why="名称、维度、环境最长 100 个字，说明最长 2000 个字")
    return kept


def _follow(work: Work, id: str, was: str, now: str) -> None:
    """The guide and the correspondences of a place go with it to its new code, or away with it."""
    guide = work.frameworks.guide(id, was)
    if guide:
        work.frameworks.drop_guide(id, was)
        if now:
            work.frameworks.put_guide(replace(guide, code=now))
    pairs = work.frameworks.crosswalks(to=id)
    for from_ in sorted({c.from_framework for c in pairs}):
        mine = [c for c in pairs if c.from_framework == from_]
        kept = [replace(c, to_code=now) if c.to_code == was else c for c in mine]
        work.frameworks.set_crosswalks(from_, id, [c for c in kept if c.to_code])
