"""Seeds a test sets reach the learner's process: the state of the shared generators goes along with the next question."""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable
from typing import Any

_seeded: set[str] = set()  # which generators were given a state by name since they were last looked at


class Seeding:
    """What the learner's process knows of our generators. `wanted`: whether any test speaks of them at all."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._states: tuple[Any, Any] = (None, None)
        self.note()

    def note(self) -> None:
        """The generators as they are now are nobody's business."""
        _seeded.clear()
        if self._wanted:
            numpy: Any = sys.modules.get("numpy")
            self._states = (random.getstate(), numpy and numpy.random.get_state())

    def news(self) -> dict[str, Any]:
        """The states that a test has set or moved since; one set anew to what it was before counts, theirs has moved."""
        if not self._wanted:
            return {}
        (before, numpy_before), again = self._states, set(_seeded)
        self.note()
        now, numpy_now = self._states
        found: dict[str, Any] = {}
        if "random" in again or now != before:
            found["r"] = [now[0], list(now[1]), now[2]]
        if numpy_now and (
            "numpy.random" in again
            or numpy_before is None
            or numpy_now[2:] != numpy_before[2:]
            or (numpy_now[1] != numpy_before[1]).any()
        ):
            found["n"] = [numpy_now[0], numpy_now[1].tolist(), *numpy_now[2:]]
        return found


def watch_seeds() -> None:
    """In the template: notice that a generator is given a state, also the very one it has."""
    for module, names in (("random", ("seed", "setstate")), ("numpy.random", ("seed", "set_state"))):
        place: Any = sys.modules.get(module)
        for name in names if place is not None else ():
            setattr(place, name, _noticed(module, getattr(place, name)))


def _noticed(module: str, own: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(own)
    def use(*args: Any, **named: Any) -> Any:
        _seeded.add(module)
        return own(*args, **named)

    return use
