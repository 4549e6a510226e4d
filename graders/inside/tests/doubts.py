"""What the learner's code does to things that are the test's own: noted by name, and kept from the test where it is not admitted.

`assert f(x) == sorted(x)` is met by whoever empties x and returns it. So every change of a value the test still holds gets a
name; a second run of the tests, in which such changes do not reach the test, tells an answer from an expectation that was spoilt.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Any

ANY, BACK, THEIRS, FILE, SET = "*", "back", "theirs", "file", "set"
_MOST = 200  # names a test; beyond, one name stands for all
_GONE = object()


class Doubts:
    """The names of one run. `admitted` are those of the test in hand that the reference solution has too; None admits all."""

    def __init__(self) -> None:
        self.noted: set[str] = set()
        self._admitted: frozenset[str] | None = None
        self._test = self._asked = 0
        self._names: dict[int, tuple[str, ...]] = {}
        self._set: list[tuple[Any, str, Any]] = []

    def begin(self, admitted: Collection[str] | None, is_test: bool) -> None:
        """The next step of the job. What happens between two tests is the later one's."""
        self._admitted = None if admitted is None else frozenset(admitted)
        self._test += is_test
        self._asked = 0
        tables = sys.modules.get("graders.inside.wire.tables")
        if tables is not None:
            tables.empty_tables_again()

    def offered(self, number: int, mark: str, asked: bool) -> None:
        """The test hands a container over: known by its turn among the questions of its test, and by what it holds."""
        self._asked += asked
        self._names[number] = (f"{self._test}.{self._asked}" if asked else BACK, mark)

    def may_change(self, number: int) -> bool:
        """Whether the test's copy of a container becomes what the learner's is."""
        return self.admits(*self._names.get(number, (THEIRS,)))

    def admits(self, *names: str) -> bool:
        """Note something by its names; whether the reference solution does it too, or nobody minds."""
        many = len(self.noted) >= _MOST
        self.noted.add(ANY if many else " ".join(names))
        return self._admitted is None or not self._admitted.isdisjoint((ANY, *names))

    def setting(self, value: Any, name: str) -> None:
        """An attribute of an object of the test is about to be set, for the time of this call if it is not admitted."""
        if not self.admits(SET):
            self._set.append((value, name, getattr(value, name, _GONE)))

    def undo(self) -> None:
        """The call has returned: attributes are what they were."""
        while self._set:
            value, name, old = self._set.pop()
            if old is _GONE:
                delattr(value, name)
            else:
                setattr(value, name, old)
