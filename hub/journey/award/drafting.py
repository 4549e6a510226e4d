"""The bureau's editor: a framework is begun as a draft, published with its days, and from then on succeeded only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from hub.domain import framework as rules
from hub.domain.competency import Crosswalk, Framework, FrameworkState
from hub.domain.correspondence import COPIED
from hub.domain.errors import refuse
from hub.domain.framework import Whole, stamp
from hub.domain.guide import guide_fault
from hub.domain.organisation import CITY
from hub.domain.people import Actor
from hub.journey import audit
from hub.journey.award import drafts, frameworks
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Facts:
    """What a framework says of itself; its days are a proposal until it is published."""

    name: str
    doc_no: str = ""
    issuer: str = ""
    version: str = "1"


def begin(
    f: Fittings, who: Actor, id: str, facts: Facts, *, base: str = "", succeeds: bool = False
) -> Framework:
    """A new draft: empty, or with all that ``base`` has, as its successor or as a list of its own."""
    with f.work() as work:
        drafts.bureau(work, who)
        made = _made(work, id, facts, beijing_day(f.clock.now()))
        source = frameworks.published(work, base) if base else None
        if succeeds and source is None:
            raise refuse("framework.base")
        made = replace(made, succeeds=source.id if source and succeeds else None)
        after = source and succeeds and rules.successor(work.frameworks.frameworks(), source.id)
        if source and after:
            raise refuse("framework.days", why=f"“{source.name}”已经由“{after.name}”接续，请接续后者")
        work.frameworks.save(made)
        if source:
            _copy(f, work, source, made)
        audit.note(
            f, work, who, "framework.drafted", id, {"base": base, "succeeds": made.succeeds or ""}, org=CITY
        )
    return made  # fmt: skip


def take_in(f: Fittings, who: Actor, given: Whole, id: str = "") -> Framework:
    """A draft from a file, under its own id or another one; nothing of it counts until it is published."""
    with f.work() as work:
        drafts.bureau(work, who)
        named = given.framework
        made = _made(work, id or named.id, facts_of(named), named.valid_from)
        if named.succeeds:
            frameworks.published(work, named.succeeds)
        made = replace(made, valid_to=named.valid_to, succeeds=named.succeeds)
        for from_ in {c.from_framework for c in given.crosswalks}:
            frameworks.published(work, from_)
        nodes = rules.arranged([replace(n, framework=made.id) for n in given.nodes])
        guides = [replace(g, framework=made.id, version=1, published_at=f.clock.now()) for g in given.guides]
        pairs = [replace(c, to_framework=made.id) for c in given.crosswalks]
        faults = rules.problems(Whole(made, nodes, tuple(guides), tuple(pairs)))
        faults += tuple(drafts.unknown(work, pairs))
        whys = ((g.code, guide_fault(g.describes, g.pieces)) for g in guides)
        faults += tuple(f"“{code}”的提交指南：{why}" for code, why in whys if why)
        if faults:
            raise refuse("framework.file", why="；".join(faults[:5]))
        work.frameworks.save(made)
        work.frameworks.set_nodes(made.id, nodes)
        work.frameworks.add_guides(guides)
        work.frameworks.add_crosswalks(pairs)
        audit.note(
            f,
            work,
            who,
            "framework.drafted",
            made.id,
            {"file": stamp(given), "succeeds": made.succeeds or ""},
            org=CITY,
        )
    return made  # fmt: skip


def set_facts(f: Fittings, who: Actor, id: str, facts: Facts, seen: str) -> Framework:
    """Change what a draft says of itself; ``seen`` is the stamp of the facts as they were shown."""
    with drafts.edited(f, who, id, "facts") as (work, draft):
        drafts.unchanged(stamp(facts_of(draft)), seen)
        _valid(facts)
        made = replace(
            draft, name=facts.name.strip(), doc_no=facts.doc_no.strip(), issuer=facts.issuer.strip(),
            version=facts.version.strip(),
        )  # fmt: skip
        work.frameworks.save(made)
    return made


def publish(
    f: Fittings, who: Actor, id: str, valid_from: date, valid_to: date | None, seen: str
) -> Framework:
    """Let a draft count from a day on; what it succeeds ends on that day, and neither is ever edited again.

    ``seen`` is the stamp of the whole draft as it was shown.
    """
    with f.work() as work:
        work.frameworks.lock_lineages()
        draft = drafts.draft(work, who, id)
        drafts.unchanged(stamp(frameworks.whole(work, draft)), seen)
        made = replace(draft, valid_from=valid_from, valid_to=valid_to, state=FrameworkState.PUBLISHED)
        faults = rules.problems(replace(frameworks.whole(work, draft), framework=made))
        if faults:
            raise refuse("framework.unfit", why="；".join(faults[:5]))
        before = work.frameworks.framework(draft.succeeds, lock=True) if draft.succeeds else None
        fault = rules.days_fault(made, before, work.frameworks.frameworks(), beijing_day(f.clock.now()))
        if fault:
            raise refuse("framework.days", why=fault)
        work.frameworks.save(made)
        if before and (before.valid_to is None or before.valid_to > valid_from):
            work.frameworks.save(replace(before, valid_to=valid_from))
        detail = {
            "digest": stamp(frameworks.whole(work, made)), "valid_from": str(valid_from),
            "valid_to": str(valid_to or ""), "succeeds": made.succeeds or "",
        }  # fmt: skip
        audit.note(f, work, who, "framework.published", id, detail, org=CITY)
    return made


def discard(f: Fittings, who: Actor, id: str) -> None:
    """Throw a draft away."""
    with f.work() as work:
        drafts.draft(work, who, id)
        work.frameworks.discard(id)
        audit.note(f, work, who, "framework.discarded", id, {}, org=CITY)


def facts_of(framework: Framework) -> Facts:
    """What a framework says of itself."""
    return Facts(framework.name, framework.doc_no, framework.issuer, framework.version)


def _made(work: Work, id: str, facts: Facts, day: date) -> Framework:
    """A draft under an id that nobody has."""
    if not rules.ID.fullmatch(id) or id in rules.RESERVED:
        raise refuse("framework.id")
    work.frameworks.lock_lineages()
    if work.frameworks.framework(id):
        raise refuse("framework.taken", id=id)
    _valid(facts)
    return Framework(
        id, facts.name.strip(), facts.doc_no.strip(), day, None, facts.issuer.strip(), facts.version.strip(),
        FrameworkState.DRAFT,
    )  # fmt: skip


def _valid(facts: Facts) -> None:
    if not 2 <= len(facts.name.strip()) <= 100:
        raise refuse("request.invalid", why="名称要有 2 到 100 个字")
    if not 1 <= len(facts.version.strip()) <= 20:
        raise refuse("request.invalid", why="版本要有 1 到 20 个字")
    if max(len(facts.doc_no), len(facts.issuer)) > 100:
        raise refuse("request.invalid", why="文号和发布机构最长 100 个字")


def _copy(f: Fittings, work: Work, source: Framework, made: Framework) -> None:
    """All places and guides of ``source``; a successor's places correspond to those they were copied from."""
    nodes = [replace(n, framework=made.id) for n in work.frameworks.nodes(source.id)]
    work.frameworks.set_nodes(made.id, nodes)
    now = f.clock.now()
    guides = work.frameworks.guides(source.id)
    work.frameworks.add_guides([replace(g, framework=made.id, version=1, published_at=now) for g in guides])
    if made.succeeds:
        pairs = [Crosswalk(source.id, n.code, made.id, n.code, 3, COPIED) for n in nodes if n.assessable]
        work.frameworks.add_crosswalks(pairs)
