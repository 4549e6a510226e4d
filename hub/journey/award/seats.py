"""What an assessor does in their seat: a level for every piece, the rating once and for good, or giving the seat up."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hub.domain.audit import canonical
from hub.domain.dossier import Dossier, DossierState, Seat, SeatState
from hub.domain.errors import refuse
from hub.domain.people import Actor, may, scope_of
from hub.domain.rating import RATING_NAMES, Rating, lowest
from hub.journey.audit import note
from hub.journey.award import panel
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

_COMMENT, _REASON = 1000, 200


def held(
    f: Fittings, work: Work, who: Actor, seat_id: str, *, lock: bool = False, recusing: bool = False
) -> tuple[Dossier, Seat]:
    """An open seat of ``who`` and its dossier; with ``lock`` nobody moves either until the work ends.

    For everybody else there is none. A seat that was given back, let lapse or rated shows nothing any more.
    """
    found = work.panels.seat(seat_id)
    dossier = work.dossiers.dossier(found.dossier, lock=lock) if found and found.assessor == who.uid else None
    seat = work.panels.seat(seat_id) if lock else found
    path = work.people.path(dossier.school) if dossier else ()
    if dossier is None or seat is None or not may(who, "dossier.assess", path):
        raise refuse("thing.missing", what="这份评审")
    today = beijing_day(f.clock.now())
    waiting = dossier.state in (DossierState.SUBMITTED, DossierState.ASSESSING)
    if seat.state is not SeatState.OPEN or seat.due_on < today or not waiting or seat.round != dossier.round:
        raise refuse("seat.closed")
    close = work.panels.close_to(dossier, [who.uid], panel.since(dossier, today), today)
    if not recusing and (who.uid == dossier.person or who.uid in close):
        raise refuse("seat.conflict")
    return dossier, seat


def set_level(f: Fittings, who: Actor, seat_id: str, piece: str, level: str, comment: str = "") -> Seat:
    """Note what one piece is worth; until the rating is handed in it can be noted anew, and nobody else sees it."""
    comment = comment.strip()
    with f.work() as work:
        dossier, seat = held(f, work, who, seat_id, lock=True)
        if piece not in {p.id for p in work.dossiers.pieces(dossier.id)}:
            raise refuse("thing.missing", what="这件材料")
        why = level_problem(level, comment)
        if why:
            raise refuse("seat.level", why=why)
        made = replace(seat, levels=seat.levels | {piece: level}, comments=seat.comments | {piece: comment})
        work.panels.put_seat(made)
    return made


def level_problem(level: str, comment: str) -> str | None:
    """Why a piece cannot be rated so, or None."""
    if level not in set(Rating):
        return "请选择优秀、合格或不合格"
    if len(comment) > _COMMENT:
        return f"评语不超过 {_COMMENT} 字"
    if level == Rating.FAIL and not comment:
        return f"评为“{RATING_NAMES[Rating.FAIL]}”要写评语，说明差在哪里"
    return None


def rate(f: Fittings, who: Actor, seat_id: str) -> Rating:
    """Hand in the rating: the lowest of the pieces' levels. Once; the round may end by it, or a third be drawn."""
    with f.work() as work:
        dossier, seat = held(f, work, who, seat_id, lock=True)
        pieces = [p.id for p in work.dossiers.pieces(dossier.id)]
        left = sum(id not in seat.levels for id in pieces)
        if left or not pieces:
            raise refuse("seat.unfinished", count=left)
        rating = lowest(Rating(seat.levels[id]) for id in pieces)
        work.panels.put_seat(replace(seat, state=SeatState.RATED, rating=rating, closed_at=f.clock.now()))
        told = panel.move_on(f, work, dossier)
        found = canonical({"levels": seat.levels, "comments": seat.comments})
        detail = {
            "dossier": dossier.id, "round": seat.round, "number": seat.number, "rating": rating.value,
            "digest": hashlib.sha256(found).hexdigest(),
        }  # fmt: skip
        note(f, work, who, "seat.rated", seat.id, detail, org=acting(work, who, dossier))
        panel.tell(f, work, told)
    return rating


def recuse(f: Fittings, who: Actor, seat_id: str, reason: str) -> None:
    """Give the seat up, with a reason; somebody else is drawn for it."""
    reason = reason.strip()
    with f.work() as work:
        dossier, seat = held(f, work, who, seat_id, lock=True, recusing=True)
        if not reason or len(reason) > _REASON:
            raise refuse("seat.reason")
        work.panels.put_seat(replace(seat, state=SeatState.RECUSED, reason=reason, closed_at=f.clock.now()))
        told = panel.draw(f, work, dossier)
        detail = {"dossier": dossier.id, "round": seat.round, "number": seat.number}
        note(f, work, who, "seat.recused", seat.id, detail, org=acting(work, who, dossier))
        panel.tell(f, work, told)


def acting(work: Work, who: Actor, dossier: Dossier) -> str:
    """The organisation for which an assessor acts here: the nearest whose pool they are in."""
    path = work.people.path(dossier.school)
    return min((grant.org for grant in scope_of(who, "dossier.assess") if grant.org in path), key=path.index)
