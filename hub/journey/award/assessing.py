"""What an assessor sees: their seats, and in an open one the evidence and the criteria, never whose evidence it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graders.verdict import TestResult
from hub.domain.competency import Node
from hub.domain.dossier import Dossier, Guide, Piece, PieceKind, Seat, SeatState, Wanted, in_order
from hub.domain.errors import refuse
from hub.domain.people import Actor, may
from hub.domain.rating import Rating, lowest
from hub.journey import results
from hub.journey.audit import note
from hub.journey.award import pieces, seats
from hub.journey.award.dossiers import named
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

PAGE = 100


@dataclass(frozen=True)
class Row:
    """One seat of an assessor's list."""

    seat: Seat
    label: str
    node: Node | None
    pieces: int
    done: int
    open: bool


@dataclass(frozen=True)
class Mine:
    """A page of an assessor's seats."""

    rows: tuple[Row, ...]
    open: int  # of all
    page: int
    pages: int


def mine(f: Fittings, who: Actor, page: int = 0) -> Mine:
    """An assessor's own seats, each with how far it is: the open ones first by their due day, then the latest closed."""
    if not may(who, "dossier.assess"):
        raise refuse("access.denied")
    today = beijing_day(f.clock.now())
    with f.work() as work:
        own = work.panels.seats_of(who.uid)
        open_ = [seat for seat in own if seat.state is SeatState.OPEN and seat.due_on >= today]
        waiting = {seat.id for seat in open_}
        ordered = [*open_, *(seat for seat in reversed(own) if seat.id not in waiting)]
        pages = max(1, -(-len(ordered) // PAGE))
        page = min(max(page, 0), pages - 1)
        shown = ordered[page * PAGE : (page + 1) * PAGE]
        named = sorted({seat.dossier for seat in shown})
        dossiers, many = work.review.dossiers(named), work.dossiers.pieces_in(named)
        nodes = {
            framework: {node.code: node for node in work.frameworks.nodes(framework)}
            for framework in sorted({d.framework for d in dossiers.values()})
        }
    rows = []
    for seat in shown:
        dossier = dossiers[seat.dossier]
        node = nodes[dossier.framework].get(dossier.code)
        rows.append(
            Row(seat, dossier.label, node, many.get(dossier.id, 0), len(seat.levels), seat.id in waiting)
        )
    return Mine(tuple(rows), len(open_), page, pages)


@dataclass(frozen=True)
class Notebook:
    """A graded notebook without its author: what the tests found, what was answered, how it was marked."""

    tests: tuple[TestResult, ...]
    open: tuple[results.Open, ...]


@dataclass(frozen=True)
class Chair:
    """An open seat with the evidence before it. Holds a label and no person, school, other seat or rating."""

    seat: str
    label: str
    node: Node | None
    guide: Guide
    due_on: date
    pieces: tuple[tuple[Piece, Wanted | None], ...]
    levels: dict[str, str]
    comments: dict[str, str]
    piece: Piece
    wanted: Wanted | None
    position: int
    next: str | None  # the piece that comes after it among those without a level
    notebook: Notebook | None

    @property
    def left(self) -> int:
        """How many pieces have no level yet."""
        return sum(piece.id not in self.levels for piece, _ in self.pieces)

    @property
    def rating(self) -> Rating | None:
        """What handing in now would say."""
        return None if self.left else lowest(Rating(self.levels[p.id]) for p, _ in self.pieces)


def chair(f: Fittings, who: Actor, seat_id: str, piece_id: str = "") -> Chair:
    """An open seat at one piece, or at the first that has no level yet."""
    with f.work() as work:
        dossier, seat = seats.held(f, work, who, seat_id)
        node, guide = named(work, dossier)
        wanted = {one.key: one for one in guide.pieces}
        listed = in_order(guide, work.dossiers.pieces(dossier.id))
        unrated = [p.id for p in listed if p.id not in seat.levels]
        at = piece_id or next(iter(unrated), listed[0].id)
        piece = next((p for p in listed if p.id == at), None)
        if piece is None:
            raise refuse("thing.missing", what="这件材料")
        position = listed.index(piece) + 1
        later = [p.id for p in listed[position:] + listed[: position - 1] if p.id in unrated]
        notebook = _notebook(f, work, dossier, piece) if piece.kind is PieceKind.NOTEBOOK else None
        made = Chair(
            seat.id, dossier.label, node, guide, seat.due_on,
            tuple((_blind(p), wanted.get(p.key)) for p in listed), seat.levels, seat.comments, _blind(piece),
            wanted.get(piece.key), position, later[0] if later else None, notebook,
        )  # fmt: skip
        if notebook is not None:
            _read(f, work, who, dossier, seat, piece.id)
        return made


def _blind(piece: Piece) -> Piece:
    """A piece without what its author called the file: names of files tend to hold names of people."""
    if piece.kind is not PieceKind.FILE:
        return piece
    return Piece(**{**vars(piece), "name": piece.name.rpartition(".")[2]})


def _notebook(f: Fittings, work: Work, dossier: Dossier, piece: Piece) -> Notebook | None:
    """The submission under the grade that this piece names; none where that grade no longer stands."""
    evidence = next(iter(work.evidence.evidence_by_ids([piece.evidence or ""])), None)
    grade = work.assess.grade(evidence.run, evidence.assignment, dossier.person) if evidence else None
    if evidence is None or grade is None or grade.id != evidence.grade:
        return None
    submission = work.study.submission(grade.submission)
    if submission is None or submission.person != dossier.person:
        return None
    result = results.of_submission(f, work, submission)
    return Notebook(result.tests, result.open)


def file(f: Fittings, who: Actor, seat_id: str, piece: str) -> pieces.Download:
    """A file of the dossier before an open seat."""
    with f.work() as work:
        dossier, seat = seats.held(f, work, who, seat_id)
        given = pieces.download(f, work, dossier, piece)
        _read(f, work, who, dossier, seat, piece)
        return given


def _read(f: Fittings, work: Work, who: Actor, dossier: Dossier, seat: Seat, piece: str) -> None:
    """A seat is what allows somebody to read another's evidence; that they did is accounted for."""
    detail = {"dossier": dossier.id, "piece": piece}
    note(f, work, who, "piece.read", seat.id, detail, org=seats.acting(work, who, dossier))
