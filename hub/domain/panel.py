"""Who sits: drawing assessors by lot among those free of conflict, which places are vacant, and what a round comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hub.domain.dossier import Seat, SeatState
from hub.domain.rating import Rating, agreed

DUE_DAYS = 10  # working days that an assessor has
_STANDING = (SeatState.OPEN, SeatState.RATED)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be drawn: ``near`` is of the county's own pool, ``load`` their open seats."""

    uid: str
    near: bool
    load: int


def drawn(candidates: Iterable[Candidate], wanted: int, below: Callable[[int], int]) -> tuple[str, ...]:
    """Up to ``wanted`` people: the county's pool before the city's, the least loaded first, by lot among equals.

    ``below`` answers n with a random whole number under n.
    """
    left = sorted(candidates, key=lambda one: (not one.near, one.load, one.uid))
    chosen: list[str] = []
    while left and len(chosen) < wanted:
        equal = [one for one in left if (one.near, one.load) == (left[0].near, left[0].load)]
        lot = equal[below(len(equal))]
        left.remove(lot)
        chosen.append(lot.uid)
    return tuple(chosen)


def standing(seats: Iterable[Seat], round: int) -> tuple[Seat, ...]:
    """The open and rated seats of a round, by their number."""
    held = (seat for seat in seats if seat.round == round and seat.state in _STANDING)
    return tuple(sorted(held, key=lambda seat: seat.number))


def ratings(seats: Iterable[Seat], round: int) -> tuple[Rating, ...]:
    """What those who rated in a round found."""
    return tuple(seat.rating for seat in standing(seats, round) if seat.rating is not None)


def outcome(seats: Sequence[Seat], round: int) -> Rating | None:
    """What a round comes to: two who agree, or the middle of three; None while it is open."""
    return agreed(ratings(seats, round))


def vacant(seats: Sequence[Seat], round: int) -> tuple[int, ...]:
    """The numbers of the places of a round that somebody is wanted for: 1 and 2, and 3 where those disagree."""
    given = ratings(seats, round)
    third = len(given) >= 2 and agreed(given[:2]) is None
    held = {seat.number for seat in standing(seats, round)}
    return tuple(number for number in ((1, 2, 3) if third else (1, 2)) if number not in held)
