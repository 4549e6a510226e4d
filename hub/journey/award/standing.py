"""Where a teacher stands: every competency of a framework as a tile, and one of them with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain import attainment as rules
from hub.domain.attainment import Carried, TileState
from hub.domain.competency import Evidence, Framework, Node
from hub.domain.dossier import Dossier, DossierState, Guide, Piece
from hub.domain.errors import refuse
from hub.domain.people import Actor
from hub.domain.rating import Rating
from hub.journey.award import frameworks
from hub.journey.award.courses import Practice, practising
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Tile:
    """One competency as its tile shows it."""

    node: Node
    state: TileState
    carried: tuple[Carried, ...]


@dataclass(frozen=True)
class Map:
    """A framework as tiles: environment -> dimension -> tiles, each in the order of the framework."""

    framework: Framework
    others: tuple[Framework, ...]  # in force beside it
    groups: dict[str, dict[str, list[Tile]]]

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return tuple(t for dimensions in self.groups.values() for tiles in dimensions.values() for t in tiles)

    def count(self, *states: str) -> int:
        """How many tiles are in one of these states."""
        return sum(1 for t in self.tiles if t.state.value in states)


@dataclass(frozen=True)
class Place:
    """One competency: what it is, what is wanted, what this person has, and what is missing."""

    framework: Framework
    node: Node
    state: TileState
    guide: Guide | None
    evidence: tuple[tuple[Evidence, str], ...]  # with the title of its assignment
    dossiers: tuple[Dossier, ...]  # the latest first
    open: Dossier | None  # that is not rated yet
    laid: tuple[Piece, ...]  # what lies in it
    rating: Rating | None
    missing: str
    carried: tuple[Carried, ...]
    practices: tuple[Practice, ...]
    in_force: bool

    @property
    def may_begin(self) -> bool:
        """Whether a dossier can be begun now: one at a time, none beyond 优秀, none without a guide or out of force."""
        wanted = self.guide is not None and bool(self.guide.pieces)
        return self.in_force and wanted and self.open is None and self.rating is not Rating.EXCELLENT


def mine(f: Fittings, work: Work, who: Actor, framework: str = "") -> Map:
    """One's own map over ``framework``, or over the one that certificates go by today."""
    day = beijing_day(f.clock.now())
    chosen = frameworks.published(work, framework or frameworks.of_certificates(f, work, day))
    others = tuple(
        one for one in frameworks.current(f, work, day)
        if one.id != chosen.id and any(n.assessable for n in work.frameworks.nodes(one.id))
    )  # fmt: skip
    dossiers = _standing(work, who)
    beside = frameworks.carried(work, chosen, dossiers)
    shown = {e.code for e in work.evidence.evidence(who.uid) if e.framework == chosen.id}
    groups: dict[str, dict[str, list[Tile]]] = {}
    for node in work.frameworks.nodes(chosen.id):
        if node.assessable:
            own = [d for d in dossiers if (d.framework, d.code) == (chosen.id, node.code)]
            state = rules.tile(own, evidence=node.code in shown)
            tile = Tile(node, state, tuple(beside.get(node.code, ())))
            groups.setdefault(node.environment, {}).setdefault(node.dimension, []).append(tile)
    return Map(chosen, others, groups)


def place(f: Fittings, who: Actor, framework: str, code: str) -> Place:
    """One competency as this person stands to it."""
    day = beijing_day(f.clock.now())
    with f.work() as work:
        chosen = frameworks.published(work, framework)
        node = next((n for n in work.frameworks.nodes(framework) if n.code == code and n.assessable), None)
        if node is None:
            raise refuse("thing.missing", what="这项能力")
        every = _standing(work, who)
        own = tuple(d for d in every if (d.framework, d.code) == (framework, code))
        evidence = tuple(
            (e, _title(f, work, e)) for e in work.evidence.evidence(who.uid) if (e.framework, e.code) == (framework, code)
        )  # fmt: skip
        unrated = next((d for d in own if d.state is not DossierState.RATED), None)
        laid = work.dossiers.pieces(unrated.id) if unrated else ()
        guide = work.frameworks.guide(framework, code, unrated.guide if unrated else None)
        facts: dict[str, Any] = {
            "state": rules.tile(own, evidence=bool(evidence)), "guide": guide, "evidence": evidence, "dossiers": own,
            "open": unrated, "laid": laid, "rating": rules.best(own),
            "missing": rules.missing(guide, {p.key for p in laid}, len(evidence)),
            "carried": tuple(frameworks.carried(work, chosen, every).get(code, ())),
            "practices": practising(f, work, who, framework, [code]),
            "in_force": chosen in frameworks.current(f, work, day),
        }  # fmt: skip
    return Place(chosen, node, **facts)


def _standing(work: Work, who: Actor) -> tuple[Dossier, ...]:
    return tuple(d for d in work.dossiers.dossiers(who.uid) if d.state is not DossierState.WITHDRAWN)


def _title(f: Fittings, work: Work, evidence: Evidence) -> str:
    run = work.study.run(evidence.run)
    course = f.catalogue.get(run.course) if run else None
    found = (
        next((a.title for a in course.assignments if a.key == evidence.assignment), None) if course else None
    )
    return found or evidence.assignment
