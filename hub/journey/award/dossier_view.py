"""What a teacher sees of their own dossiers: the list, what could be begun, and one with what it lacks or came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hub.domain import panel as rules
from hub.domain.competency import Evidence, Framework, Node
from hub.domain.dossier import (
    Appeal,
    Dossier,
    DossierState,
    Guide,
    Piece,
    SeatState,
    Wanted,
    digest_of,
    missing,
)
from hub.domain.people import Actor, may
from hub.journey.award.dossiers import appeal_until, in_force, named, no_appeal
from hub.journey.award.pieces import own, stale
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Listed:
    """One dossier of the list; ``lacking`` only while it is prepared."""

    dossier: Dossier
    node: Node | None
    pieces: int
    lacking: tuple[str, ...]


def mine(f: Fittings, who: Actor) -> tuple[Listed, ...]:
    """One's own dossiers, the latest first; those that were withdrawn come last."""
    with f.work() as work:
        found = []
        for dossier in work.dossiers.dossiers(who.uid) if may(who, "dossier.write") else ():
            node, guide = named(work, dossier)
            pieces = work.dossiers.pieces(dossier.id)
            draft = dossier.state is DossierState.DRAFT
            lacking = missing(guide, pieces, stale(work, pieces)) if draft else ()
            found.append(Listed(dossier, node, len(pieces), lacking))
    return tuple(sorted(found, key=lambda one: one.dossier.state is DossierState.WITHDRAWN))


@dataclass(frozen=True)
class Choice:
    """A competency that could be begun: whether there is a guide, and the dossier that is open or came last."""

    node: Node
    guided: bool
    dossier: Dossier | None


@dataclass(frozen=True)
class Offer:
    """A framework in force with its competencies."""

    framework: Framework
    choices: tuple[Choice, ...]

    @property
    def by_dimension(self) -> Mapping[str, tuple[Choice, ...]]:
        """The competencies of each dimension, in the order of the framework."""
        dimensions = dict.fromkeys(choice.node.dimension for choice in self.choices)
        return {d: tuple(c for c in self.choices if c.node.dimension == d) for d in dimensions}


def offers(f: Fittings, who: Actor) -> tuple[Offer, ...]:
    """What could be begun today, by framework."""
    now, found = f.clock.now(), []
    with f.work() as work:
        latest: dict[tuple[str, str], Dossier] = {}
        for dossier in work.dossiers.dossiers(who.uid):
            if dossier.state is not DossierState.WITHDRAWN:
                latest.setdefault((dossier.framework, dossier.code), dossier)
        for framework in reversed(work.frameworks.frameworks()):
            guided = {guide.code for guide in work.frameworks.guides(framework.id) if guide.pieces}
            if in_force(framework, now) and guided:
                nodes = [n for n in work.frameworks.nodes(framework.id) if n.assessable]
                choices = tuple(
                    Choice(n, n.code in guided, latest.get((framework.id, n.code))) for n in nodes
                )
                found.append(Offer(framework, choices))
    return tuple(found)


@dataclass(frozen=True)
class Ask:
    """One thing that the guide wants, what is there for it, and the notebooks that could be."""

    wanted: Wanted
    pieces: tuple[Piece, ...]
    notebooks: tuple[tuple[Evidence, str], ...]


@dataclass(frozen=True)
class View:
    """One's own dossier. ``comments`` are the assessors', piece by piece, without who or in which seat."""

    dossier: Dossier
    node: Node | None
    guide: Guide
    asks: tuple[Ask, ...]
    lacking: tuple[str, ...]
    digest: str
    comments: Mapping[str, tuple[str, ...]]
    appeal: Appeal | None
    no_appeal: str | None
    appeal_until: date | None
    may_withdraw: bool
    due_on: date | None  # by which the assessors who sit now are to be done

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in the order of the guide."""
        return tuple(piece for ask in self.asks for piece in ask.pieces)


def view(f: Fittings, who: Actor, id: str) -> View:
    """One's own dossier with everything there is to say of it."""
    titles = {a.key: a.title for course in f.catalogue.all() for a in course.assignments}
    with f.work() as work:
        dossier = own(work, who, id)
        node, guide = named(work, dossier)
        pieces = work.dossiers.pieces(id)
        used = {p.evidence for p in pieces}
        notebooks = tuple(
            (e, titles.get(e.assignment, e.assignment))
            for e in work.evidence.evidence(who.uid)
            if (e.framework, e.code) == (dossier.framework, dossier.code) and e.id not in used
        )
        asks = tuple(
            Ask(one, tuple(p for p in pieces if p.key == one.key), notebooks) for one in guide.pieces
        )
        seats = work.panels.seats(id)
        rated = dossier.state is DossierState.RATED
        due = [s.due_on for s in rules.standing(seats, dossier.round) if s.state is SeatState.OPEN]
        untouched = dossier.round == 1 and not rules.ratings(seats, 1)
        return View(
            dossier, node, guide, asks, missing(guide, pieces, stale(work, pieces)), digest_of(dossier, pieces),
            _comments(work, dossier) if rated else {}, work.dossiers.appeal(id),
            no_appeal(f, work, dossier) if rated else "还没有评定",
            appeal_until(f, work, dossier),
            untouched and dossier.state in (DossierState.DRAFT, DossierState.SUBMITTED, DossierState.ASSESSING),
            max(due, default=None),
        )  # fmt: skip


def _comments(work: Work, dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """What the assessors of the round that counts wrote, in an order that tells nothing of who wrote it."""
    found: dict[str, list[str]] = {}
    for seat in work.panels.seats(dossier.id):
        if seat.round == dossier.round and seat.state is SeatState.RATED:
            for piece, comment in seat.comments.items():
                if comment:
                    found.setdefault(piece, []).append(comment)
    return {piece: tuple(sorted(set(said))) for piece, said in found.items()}
