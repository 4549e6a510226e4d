"""How a proxy reaches the other process, and which questions are refused there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class AskExplicitly(TypeError):  # noqa: N818 - tells what to do
    """Truth or order of a learner's object is not taken from the object itself: the test has to ask in so many words."""


class Asking:
    """How a proxy reaches the other process; one a process, set when the conversation begins."""

    ask: Callable[..., Any]
    granted: frozenset[str] | None = None  # None: everything, as when the reference solution is watched
    test_file = ""
    touched: Callable[[str], None] = staticmethod(lambda what: None)
    code_of: Callable[[Any], Any] = staticmethod(lambda proxy: None)


def conclude(question: str) -> None:
    """A question that would decide a test: noted, and refused unless the reference solution is asked the same."""
    Asking.touched(question)
    if Asking.granted is not None and question not in Asking.granted:
        raise AskExplicitly(f"a learner's object is not asked for {question.partition(':')[2]} here")
