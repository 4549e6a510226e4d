"""The rules of a panel: what pieces make of a rating, what two or three make of a round, and how lots are drawn."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.dossier import Seat, SeatState
from hub.domain.panel import Candidate, drawn, outcome, vacant
from hub.domain.rating import Rating, agreed, lowest

ratings = st.sampled_from(list(Rating))
candidates = st.lists(
    st.builds(Candidate, st.text("abcdefgh", min_size=1, max_size=4), st.booleans(), st.integers(0, 4)),
    unique_by=lambda one: one.uid,
    max_size=12,
)
SEAT = Seat("s", "d", 1, 1, "a", SeatState.OPEN, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 15), {}, {})


def lots(seed: int) -> Callable[[int], int]:
    """Lots that replay."""
    return Random(seed).randrange  # noqa: S311


def rated(number: int, rating: Rating, round: int = 1) -> Seat:
    return replace(SEAT, id=f"s{number}", number=number, round=round, state=SeatState.RATED, rating=rating)


@given(st.lists(ratings, min_size=1, max_size=8))
def test_a_whole_is_excellent_only_where_all_of_it_is_and_fails_where_any_part_does(
    parts: list[Rating],
) -> None:
    whole = lowest(parts)
    assert (whole is Rating.EXCELLENT) == all(one is Rating.EXCELLENT for one in parts)
    assert (whole is Rating.FAIL) == any(one is Rating.FAIL for one in parts)
    assert whole in parts and whole.rank == min(one.rank for one in parts)
    assert all(lowest(order) is whole for order in itertools.islice(itertools.permutations(parts), 24))


@given(ratings, ratings, ratings)
def test_two_who_agree_settle_it_and_three_settle_in_the_middle_whatever_their_order(
    one: Rating, two: Rating, three: Rating
) -> None:
    assert agreed((one, two)) is (one if one is two else None) is agreed((two, one))
    middles = {agreed(order) for order in itertools.permutations((one, two, three))}
    assert middles == {sorted((one, two, three), key=lambda r: r.rank)[1]}
    if one is two:  # a third could not have changed what two agreed on
        assert agreed((one, two, three)) is one


@given(st.lists(ratings, min_size=0, max_size=3))
def test_a_round_wants_two_and_a_third_only_where_they_disagree(given: list[Rating]) -> None:
    if len(given) == 3 and given[0] is given[1]:
        given = given[:2]
    seats = [rated(n, rating) for n, rating in enumerate(given, 1)]
    wanted = vacant(seats, 1)
    if len(given) < 2:
        assert wanted == tuple(range(len(given) + 1, 3))
        assert outcome(seats, 1) is None
    elif len(given) == 2 and given[0] is not given[1]:
        assert wanted == (3,)
        assert outcome(seats, 1) is None
    else:
        assert wanted == ()
        assert outcome(seats, 1) is not None
    assert vacant(seats, 2) == (1, 2)
    gone = [
        *seats,
        replace(SEAT, id="x", state=SeatState.RECUSED),
        replace(SEAT, id="y", state=SeatState.LAPSED),
    ]
    assert vacant(gone, 1) == wanted


@given(candidates, st.integers(0, 3), st.integers())
def test_lots_fall_on_the_county_first_then_the_least_loaded_and_never_twice_on_one(
    pool: list[Candidate], wanted: int, seed: int
) -> None:
    chosen = drawn(pool, wanted, lots(seed))
    assert len(chosen) == len(set(chosen)) == min(wanted, len(pool))
    assert drawn(pool, wanted, lots(seed)) == chosen
    by_uid = {one.uid: one for one in pool}
    ranks = sorted((not one.near, one.load) for one in pool)
    assert [(not by_uid[u].near, by_uid[u].load) for u in chosen] == ranks[: len(chosen)]


def test_work_is_spread_evenly_and_every_pair_comes_up() -> None:
    below, load, pairs = lots(7), Counter({f"a{n}": 0 for n in range(6)}), Counter[frozenset[str]]()
    for _ in range(300):
        chosen = drawn([Candidate(u, True, n) for u, n in load.items()], 2, below)
        load.update(chosen)
        pairs[frozenset(chosen)] += 1
    assert max(load.values()) - min(load.values()) <= 1
    assert len(pairs) == 15
