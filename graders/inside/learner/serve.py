"""The learner's process: runs the learner's cells in IPython and answers what the tests ask, as data."""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import os
import random
import socket
import sys
import warnings
from collections.abc import Mapping
from typing import Any

from graders.inside.files import Folder
from graders.inside.kinds import kind_of
from graders.inside.learner.asked import Answers
from graders.inside.learner.output import Streams
from graders.inside.learner.shell import make_shell
from graders.inside.remote.asking import Asking
from graders.inside.remote.objects import Objects
from graders.inside.remote.raised import StudentError
from graders.inside.starting import start, write_files
from graders.inside.wire import hints, plain, standard  # noqa: F401 - they register what can travel
from graders.inside.wire.frames import Closed, Line, Malformed
from graders.inside.wire.peer import Peer

_WARNINGS = 100


class LearnerSide(Objects):
    """What the learner's process does with the conversation."""

    def __init__(self, shell: Any, line: Line) -> None:
        super().__init__()
        self.peer = Peer(line, self, first_number=2)
        self.folder = Folder()
        self._streams = Streams()
        self._answers = Answers(self, shell)
        self._warned: list[list[str]] = []
        self._wants_output = False
        self._replaced: dict[str, Any] = {}
        self._installed: tuple[str, ...] = ()
        self._genuine = dict(vars(builtins))
        Asking.ask = self.peer.ask
        self._streams.install()
        warnings.showwarning = self._warn
        warnings.simplefilter("always")

    def answer(self, verb: str, values: list[Any]) -> Any:
        """Do what the test asks; anything may be raised."""
        if verb == "start":
            files, brought, *rest = values
            versions = start(files, *rest)
            self.folder = Folder()
            write_files({name: data for name, data in brought.items() if name not in files})
            return versions
        self._install(self._replaced)
        try:
            return self._answers.to(verb, values)
        finally:
            self._install({})

    def stays(self, kind: type) -> bool:
        """An instance of a class that the test has named has methods to be called; of any other only the content counts."""
        return id(kind) in self._own_ids and kind.__module__ == "__main__" and not hasattr(kind, "_fields")

    def describe(self, error: BaseException) -> Any:
        """The family of an error, and its text for one that cannot travel."""
        return kind_of(error)

    def raise_told(self, told: Any, value: Any) -> None:
        """A callback of the test raised: so does the learner's call of it."""
        raise value if isinstance(value, Exception) else StudentError(str(told))

    def outgoing(self) -> dict[str, Any]:
        """Output, warnings and written files since the last message."""
        found: dict[str, Any] = {}
        out, err = self._streams.take()
        if self._wants_output and (out or err):
            found["o"] = [out, err]
        if self._warned:
            found["w"], self._warned = self._warned, []
        files = self.folder.changes()
        if files:
            found["f"] = files
        return found

    def incoming(self, extras: Mapping[str, Any]) -> None:
        """What the test wants for this call: output, replaced builtins, seeds, files."""
        self._wants_output = bool(extras.get("o"))
        self._replaced = {name: self._asker(name) for name in extras.get("b") or ()}
        if "f" in extras:
            self.folder.apply(extras["f"])
        if "r" in extras:
            version, internal, gauss = extras["r"]
            random.setstate((version, tuple(internal), gauss))
        if "n" in extras and "numpy" in sys.modules:
            name, keys, position, has_gauss, gauss = extras["n"]
            numpy: Any = sys.modules["numpy"]
            numpy.random.set_state((name, numpy.array(keys, dtype="uint32"), position, has_gauss, gauss))

    def _install(self, replaced: Mapping[str, Any]) -> None:
        """Builtins that the test has replaced are asked for over there while the learner's code runs, and only then."""
        for name in self._installed:
            setattr(builtins, name, self._genuine[name])
        self._installed = tuple(replaced)
        for name, asker in replaced.items():
            setattr(builtins, name, asker)

    def _asker(self, name: str) -> Any:
        def ask(*args: Any, **named: Any) -> Any:
            replaced = self._replaced
            self._install({})
            try:
                return self.peer.ask("builtin", name, args, tuple(named.items()))
            finally:
                self._install(replaced)

        ask.__name__ = name
        return ask

    def _warn(self, message: Any, category: Any, *_: Any, **__: Any) -> None:
        if len(self._warned) < _WARNINGS:
            names = [one.__name__ for one in category.__mro__ if one.__module__ == "builtins"]
            self._warned.append([names[0] if names else "UserWarning", str(message)[:2000]])


_shell: Any = None


def prepare(argument: Mapping[str, Any]) -> None:
    """In the template: make the shell and load what lessons import. Nobody's code has run."""
    global _shell  # noqa: PLW0603 - what a fork finds made
    for name in argument["modules"]:
        importlib.import_module(name)
    _shell = make_shell()
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show = lambda *_, **__: pyplot.close("all")  # as the notebook's inline figures are
    plotly: Any = sys.modules.get("plotly.io")
    if plotly is not None:
        plotly.show = lambda *_, **__: None  # nobody looks, and a page of it takes seconds to make
    warm = argument.get("warm")
    if warm:
        exec(warm, {})  # noqa: S102 - our own text


def serve(task: bytes, fds: tuple[int, ...]) -> None:
    """In a fork behind its walls: one conversation with the tests, then the end."""
    gc.enable()
    line = Line(socket.socket(fileno=fds[0]))
    side = LearnerSide(_shell, line)
    with contextlib.suppress(Closed, Malformed):
        side.peer.serve()
    os._exit(0)
