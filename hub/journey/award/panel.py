"""The panel of a dossier: assessors drawn by lot, replaced where they give up or let the day pass, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from hub.domain import panel as rules
from hub.domain.dossier import Dossier, DossierState, Seat, SeatState
from hub.domain.errors import Refusal
from hub.journey.audit import Told, note_all
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

Events = list[Told]  # what happened, to be noted last in the unit of work
_WAITING = (DossierState.SUBMITTED, DossierState.ASSESSING)


def fill(f: Fittings) -> int:
    """Take seats back that are overdue and draw whoever is wanted, over all dossiers; how many seats were given.

    Called by the worker now and then, and after somebody was made an assessor. Twice at once is once.
    """
    today, given = beijing_day(f.clock.now()), 0
    with f.work() as work:
        waiting = work.panels.waiting(today)
    for id in waiting:
        with f.work() as work:
            dossier = work.dossiers.dossier(id, lock=True)
            if dossier and dossier.state in _WAITING:
                told = draw(f, work, dossier)
                given += sum(one.verb == "seat.assigned" for one in told)
                tell(f, work, told)
    return given


def draw(f: Fittings, work: Work, dossier: Dossier) -> Events:
    """Fill what is vacant in the present round of a locked dossier, as far as there are people for it.

    The dossier is ASSESSING when every place is held and SUBMITTED while one is not.
    """
    now = f.clock.now()
    today, told = beijing_day(now), _lapse(f, work, dossier, now)
    places = rules.vacant(work.panels.seats(dossier.id), dossier.round)
    due = due_day(work, today, rules.DUE_DAYS) if places else None
    chosen = (
        rules.drawn(eligible(f, work, dossier), len(places), f.ids.below) if due else ()
    )  # no calendar, no due day, no seat: tried again when there is one
    for number, uid in zip(places, chosen, strict=False):
        if due is not None:
            seat = Seat(
                f.ids.new("sea"), dossier.id, dossier.round, number, uid, SeatState.OPEN, now, due, {}, {}
            )
            work.panels.add_seat(seat)
            told.append(Told("seat.assigned", seat.id, _about(seat) | {"due_on": str(due)}))
    state = DossierState.SUBMITTED if len(chosen) < len(places) else DossierState.ASSESSING
    if state is not dossier.state:
        work.dossiers.put_dossier(replace(dossier, state=state))
    return told


def eligible(f: Fittings, work: Work, dossier: Dossier) -> tuple[rules.Candidate, ...]:
    """The assessors over the school who have not sat here and are not too close."""
    today = beijing_day(f.clock.now())
    path = work.people.path(dossier.school)
    pool = work.panels.pool(dossier.id, path, today) if path else ()
    close = work.panels.close_to(dossier, [c.uid for c in pool], since(dossier, today), today)
    return tuple(c for c in pool if c.uid not in close and c.uid != dossier.person)


def since(dossier: Dossier, today: date) -> date:
    """From which day on a common school counts."""
    return beijing_day(dossier.submitted_at) if dossier.submitted_at else today


def _lapse(f: Fittings, work: Work, dossier: Dossier, now: datetime) -> Events:
    today, told = beijing_day(now), Events()
    for seat in work.panels.seats(dossier.id):
        if seat.state is SeatState.OPEN and seat.due_on < today:
            work.panels.put_seat(replace(seat, state=SeatState.LAPSED, closed_at=now))
            told.append(Told("seat.lapsed", seat.id, _about(seat)))
    return told


def close_all(f: Fittings, work: Work, dossier: Dossier) -> Events:
    """Take back the open seats of a dossier that was withdrawn."""
    told = Events()
    for seat in work.panels.seats(dossier.id):
        if seat.state is SeatState.OPEN:
            work.panels.put_seat(replace(seat, state=SeatState.LAPSED, closed_at=f.clock.now()))
            told.append(Told("seat.lapsed", seat.id, _about(seat)))
    return told


def move_on(f: Fittings, work: Work, dossier: Dossier) -> Events:
    """After a rating: the round's result where there is one, else whoever is wanted now."""
    seats = work.panels.seats(dossier.id)
    rating = rules.outcome(seats, dossier.round)
    if rating is None:
        return draw(f, work, dossier)
    work.dossiers.put_dossier(
        replace(dossier, state=DossierState.RATED, rating=rating, rated_at=f.clock.now())
    )
    detail = {
        "round": dossier.round, "rating": rating.value, "digest": dossier.digest, "before": dossier.rating and dossier.rating.value,
        "seats": [seat.id for seat in rules.standing(seats, dossier.round)],
    }  # fmt: skip
    return [Told("dossier.rated", dossier.id, detail)]


def due_day(work: Work, today: date, days: int) -> date | None:
    """The last of so many working days after today, or None in a year whose holidays nobody knows yet."""
    try:
        return work.workdays.calendar().after(today, days)
    except Refusal as refusal:
        if refusal.code != "calendar.unknown":
            raise
        return None


def tell(f: Fittings, work: Work, told: Events) -> None:
    """Note what the platform did of itself."""
    if told:
        note_all(f, work, None, told)


def _about(seat: Seat) -> dict[str, Any]:
    return {
        "dossier": seat.dossier,
        "round": seat.round,
        "number": seat.number,
        "assessor": seat.assessor,
    }


def sat(work: Work, dossiers: Sequence[str]) -> tuple[Seat, ...]:
    """Every seat there ever was on these dossiers, with who held it.

    For the rules that keep assessors out of the later reviews, and for whoever holds an approval to know who assessed;
    the caller sees to that, no page here shows it.
    """
    return tuple(seat for id in dossiers for seat in work.panels.seats(id))
