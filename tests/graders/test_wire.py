"""Values that arrive from the learner's process are checked before a library is trusted with them."""

from __future__ import annotations

import typing
from typing import Any

import numpy as np
import pytest

from graders.inside.wire import arrays, generators, hints, plain, standard  # noqa: F401 - they register what can travel
from graders.inside.wire.codec import Decoder, Encoder
from graders.inside.wire.frames import Malformed


class Nobody:
    """A side that knows no objects."""

    def write_object(self, encoder: Encoder, value: Any) -> list[Any]:
        raise AssertionError(value)

    def read_object(self, decoder: Decoder, tag: str, body: list[Any]) -> Any:
        raise Malformed(tag)

    def link_of(self, value: Any) -> int | None:
        return None

    def linked(self, number: int) -> Any:
        raise Malformed("link")

    def hear(self, text: Any) -> None:
        """Texts are nothing to it."""

    def vacuous(self, what: str) -> bool:
        return False


def written(value: Any) -> tuple[Any, list[Any]]:
    """(JSON, table) of a value."""
    encoder = Encoder(Nobody())
    told = encoder.value(value)
    encoder.finish()
    return told, encoder.table


def read(told: Any, table: list[Any]) -> Any:
    """The value of (JSON, table)."""
    return Decoder(Nobody(), table, []).value(told)


@pytest.mark.parametrize("kind", generators._KINDS)
def test_a_generator_goes_on_where_it_was(kind: str) -> None:
    one = np.random.Generator(getattr(np.random, kind)(7))
    one.random(3)
    assert (read(*written(one)).random(20) == one.random(20)).all()


@pytest.mark.parametrize("position", [-1, 625, 2**31 - 1, "0", None])
def test_a_generator_whose_position_lies_outside_its_state_is_refused(position: object) -> None:
    told, table = written(np.random.Generator(np.random.MT19937(1)))
    state = dict(pair[1:] for pair in table[0][2][1:])
    pairs = [one for one in state["state"][1:] if one[1] == "pos"]
    pairs[0][2] = position
    with pytest.raises(Malformed):
        read(told, table)


def test_a_hint_with_a_text_in_it_is_refused_for_somebody_would_evaluate_it() -> None:
    assert read(*written(list[int])) == list[int]
    assert read(*written(typing.Optional[int])) == typing.Optional[int]  # noqa: UP045 - the old way is meant
    for tag in (
        ["hg", ["ty", "list"], "print()"],
        ["ht", "print()"],
        ["hn", "List", "print()"],
        ["hw", "os"],
    ):
        with pytest.raises(Malformed):
            read(tag, [])
    assert {"List", "Dict", "Callable"} <= hints._NAMED
