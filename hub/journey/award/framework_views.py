"""What the bureau's editor shows: every framework with its state, and one with its places, guides and correspondences."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain import framework as rules
from hub.domain.competency import Crosswalk, Framework, Node
from hub.domain.dossier import Guide
from hub.domain.errors import refuse
from hub.domain.framework import Standing, Whole
from hub.domain.people import Actor
from hub.journey.award import drafts, frameworks
from hub.journey.award.drafting import facts_of
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings


@dataclass(frozen=True)
class Row:
    """One framework in the list."""

    framework: Framework
    standing: Standing
    competencies: int
    guided: int


@dataclass(frozen=True)
class View:
    """One framework for those who edit, with the stamps that a change has to name."""

    whole: Whole
    standing: Standing
    predecessor: Framework | None
    successor: Framework | None
    drafts: tuple[Framework, ...]  # that would succeed it
    before: tuple[Node, ...]  # the predecessor's competencies
    problems: tuple[str, ...]
    unguided: tuple[str, ...]
    seen: str  # the whole
    facts_seen: str
    order_seen: str
    crosswalk_seen: str

    @property
    def framework(self) -> Framework:
        return self.whole.framework

    @property
    def draft(self) -> bool:
        return self.standing is Standing.DRAFT

    @property
    def guides(self) -> dict[str, Guide]:
        return {g.code: g for g in self.whole.guides}

    @property
    def pairs(self) -> dict[str, list[Crosswalk]]:
        """Code of the predecessor -> what it corresponds to."""
        found: dict[str, list[Crosswalk]] = {}
        for pair in self.whole.crosswalks:
            if pair.from_framework == self.framework.succeeds:
                found.setdefault(pair.from_code, []).append(pair)
        return found


@dataclass(frozen=True)
class NodeView:
    """One place of a framework and its guide, with their stamps; ``node`` None is one that is not there yet."""

    view: View
    node: Node | None
    guide: Guide | None
    seen: str
    guide_seen: str


def listing(f: Fittings, who: Actor) -> tuple[Row, ...]:
    """Every framework, what is in force first, then drafts, then what is over."""
    day = beijing_day(f.clock.now())
    order = (Standing.IN_FORCE, Standing.AHEAD, Standing.DRAFT, Standing.OVER)
    with f.work() as work:
        drafts.bureau(work, who)
        rows = []
        for one in work.frameworks.frameworks():
            own = {n.code for n in work.frameworks.nodes(one.id) if n.assessable}
            guided = sum(1 for g in work.frameworks.guides(one.id) if g.code in own)
            rows.append(Row(one, rules.standing(one, day), len(own), guided))
    newest = sorted(rows, key=lambda r: r.framework.valid_from, reverse=True)
    return tuple(sorted(newest, key=lambda r: order.index(r.standing)))


def view(f: Fittings, who: Actor, id: str) -> View:
    """One framework for those who edit."""
    day = beijing_day(f.clock.now())
    with f.work() as work:
        one = drafts.known(work, who, id)
        whole = frameworks.whole(work, one)
        every = work.frameworks.frameworks()
        following = [x for x in every if x.succeeds == id and rules.standing(x, day) is Standing.DRAFT]
        return View(
            whole,
            rules.standing(one, day),
            work.frameworks.framework(one.succeeds) if one.succeeds else None,
            rules.successor(every, id),
            tuple(following),
            tuple(n for n in work.frameworks.nodes(one.succeeds or "") if n.assessable),
            rules.problems(whole),
            rules.unguided(whole),
            rules.stamp(whole),
            rules.stamp(facts_of(one)),
            rules.stamp([n.code for n in whole.nodes]),
            rules.stamp(*whole.crosswalks),
        )


def node(f: Fittings, who: Actor, id: str, code: str = "") -> NodeView:
    """One place of a framework, or the empty form of a new one."""
    shown = view(f, who, id)
    found = next((n for n in shown.whole.nodes if n.code == code), None)
    if code and found is None:
        raise refuse("thing.missing", what="这一项")
    guide = shown.guides.get(code)
    return NodeView(shown, found, guide, rules.node_stamp(found), rules.stamp(guide))
