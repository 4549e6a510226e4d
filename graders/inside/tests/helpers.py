"""What a test can use besides Python: same, captured, facts, submission.source and .value, and the parts that rewritten cells call."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import math
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from graders.inside.remote.asking import Asking, conclude
from graders.inside.remote.classes import LearnerClass
from graders.inside.remote.proxies import name_of, number_of
from graders.inside.tests.space import Space
from graders.inside.tests.texts import Texts
from graders.inside.wire.unordered import fabs


class Submission:
    """The learner's answers as text."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def source(self, grade_id: str) -> str:
        """What the learner wrote into a solution cell; KeyError for a cell that is none."""
        return self._texts[grade_id]

    def value(self, name: str) -> Any:
        """What a name means to the learner's code, also one that the teacher's cells bind; NameError if there is none."""
        there, found = Asking.ask("get", name)
        if not there:
            raise NameError(name)
        return found


def same(one: Any, other: Any) -> bool:
    """Whether two of the learner's objects call themselves equal: the learner's own code decides."""
    if _remote(one) or _remote(other):
        conclude("ask:same")
    return bool(Asking.ask("same", one, other))


def captured(function: Callable[..., Any], /, *args: Any, **named: Any) -> str:
    """What a call prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        function(*args, **named)
    return out.getvalue()


def display(*shown: Any, **how: Any) -> None:
    """The notebook's `display`: nobody looks."""


def facts(figure: Any) -> Any:
    """Plain data of a matplotlib or plotly figure; see figures.figure_facts."""
    return Asking.ask("figure", figure)


class Rewritten:
    """What prepared cells call as ``__luojiao__``."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def ask(self, value: Any, name: str) -> Any:
        """`x.__eq__` and the like, asked for in so many words."""
        if not _remote(value):
            return getattr(value, name)
        conclude(f"ask:{name}")
        return Asking.ask("attr", value, name)

    def names(self) -> dict[str, Any]:
        """`globals()`, `locals()` and `vars()` at the top of a cell."""
        return self._space.everything()

    def theirs(self, *bases: Any) -> bool:
        """Whether a class of the learner is among these."""
        return any(isinstance(one, LearnerClass) for one in bases)

    def derive(self, name: str, text: str, read: list[str]) -> Any:
        """A class of the test on top of a learner's: made over there, with what it reads of ours."""
        own = {one: self._space.globals[one] for one in read if one in self._space.globals}
        modules = {one: kind.__name__ for one, kind in own.items() if isinstance(kind, types.ModuleType)}
        given = {one: value for one, value in own.items() if one not in modules}
        return Asking.ask("derive", name, text, given, modules)

    @contextlib.contextmanager
    def capturing(self) -> Iterator[Any]:
        """What stands under `%%capture`; text is all there is, displays show nothing here."""
        made = types.SimpleNamespace(stdout="", stderr="", outputs=[], show=lambda: None)
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            try:
                yield made
            finally:
                made.stdout, made.stderr = out.getvalue(), err.getvalue()

    def dir(self) -> list[str]:
        """`dir()` at the top of a cell."""
        return sorted(self._space.everything())


def _remote(value: Any) -> bool:
    return number_of(value) is not None or isinstance(value, LearnerClass)


def patch_libraries() -> None:
    """Teach inspect, asyncio and pyplot of this process what a learner's function, coroutine and figure are."""
    getsource = inspect.getsource

    def source(thing: Any) -> str:
        return Texts.known.segment(name_of(thing)) if _remote(thing) else getsource(thing)

    replaced: dict[str, Callable[[Any], Any]] = {
        "getsource": source,
        "getsourcelines": lambda thing: (source(thing).splitlines(keepends=True), 1),
    }
    vars(inspect).update(replaced)
    vars(math)["fabs"] = fabs
    run = asyncio.run

    def run_any(main: Any, **named: Any) -> Any:
        return Asking.ask("await", main) if _remote(main) else run(main, **named)

    vars(asyncio)["run"] = run_any
    _follow_patches()
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        fignums = pyplot.get_fignums
        for name in _OF_CURRENT_FIGURE:
            setattr(pyplot, name, _either(name, getattr(pyplot, name), fignums))


def _follow_patches() -> None:
    """`patch("random.randint", ...)` in a test reaches the learner's copy of that module too, as long as it lasts."""
    kind: Any = mock._patch
    enter, leave = kind.__enter__, kind.__exit__

    def entered(self: Any) -> Any:
        made = enter(self)
        if _is_library(self.target):
            Asking.ask("patch", self.target.__name__, self.attribute, getattr(self.target, self.attribute))
        return made

    def left(self: Any, *error: Any) -> Any:
        if _is_library(self.target):
            Asking.ask("unpatch", self.target.__name__, self.attribute)
        return leave(self, *error)

    kind.__enter__, kind.__exit__ = entered, left


def _is_library(target: Any) -> bool:
    return isinstance(target, types.ModuleType) and target.__name__ not in ("__main__", "builtins")


_OF_CURRENT_FIGURE = (
    "gcf",
    "gca",
    "get_fignums",
    "get_figlabels",
    "fignum_exists",
    "xlim",
    "ylim",
    "xticks",
    "yticks",
    "close",
)


def _either(name: str, own: Callable[..., Any], fignums: Callable[[], list[int]]) -> Callable[..., Any]:
    """The function of pyplot on our own figures if there are any, else on the learner's."""

    def use(*args: Any, **named: Any) -> Any:
        if fignums() or any(not isinstance(one, str | int) for one in args) or named:
            return own(*args, **named)
        return Asking.ask("pyplot", name, *args)

    return use


def close_figures() -> None:
    """Forget the current figures, ours and the learner's, as the notebook does at the end of a cell; whoever holds one keeps it."""
    helpers: Any = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is not None:
        helpers.Gcf.destroy_all()
        Asking.ask("pyplot", "close", "all")
