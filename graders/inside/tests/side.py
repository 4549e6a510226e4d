"""The tests' side of the conversation: what goes along with a question, and what may come back."""

from __future__ import annotations

import builtins
import sys
import warnings
from collections.abc import Mapping
from typing import Any

from graders.inside.files import Folder
from graders.inside.remote.asking import Asking
from graders.inside.remote.objects import Objects
from graders.inside.remote.raised import RAISED, StudentError
from graders.inside.tests.doubts import FILE, Doubts
from graders.inside.tests.granted import grant
from graders.inside.tests.seeding import Seeding
from graders.inside.tests.tainted import Tainted
from graders.inside.wire.codec import Encoder
from graders.inside.wire.frames import Closed, Line, Malformed
from graders.inside.wire.peer import Peer


class LearnerExit(StudentError):  # noqa: N818 - as the verdict calls it
    """The learner's code wanted to end its process."""


class InputRefused(EOFError):  # noqa: N818 - as the learner's process calls it
    """The learner's code waited for a keyboard."""


class TestSide(Objects):
    """What the tests' process does with the conversation."""

    __test__ = False

    def __init__(self, line: Line, job: Mapping[str, Any], lost: Any) -> None:
        super().__init__()
        self.peer = Peer(line, self, first_number=1)
        self.folder = Folder(frozenset(job["kept"]))
        self.touched: set[str] = set()
        self.doubts = Doubts()
        self.peer.links.watch = self.doubts
        self.tainted: Tainted | None = None  # not before there is something of the learner's
        self.folder.hear = self.hear
        self.folder.may_replace = lambda name: self.doubts.admits(FILE)
        self._lost = lost
        self._warning: Warning | None = None
        self.seeding = Seeding(bool(job["random"]))
        self._all = dict(vars(builtins))
        self._genuine = {name: one for name, one in vars(builtins).items() if callable(one)}
        self._streams = (sys.stdout, sys.stderr)
        self._replaced: dict[str, Any] = {}
        self.failed_inside = False  # an assertion of a function that the learner's code called
        Asking.ask = self.ask
        Asking.touched = self.touched.add

    def ask(self, verb: str, *values: Any) -> Any:
        """Ask the learner's process. If it is gone or speaks nonsense the run is over, whatever the test would catch."""
        here = vars(builtins)
        if here == self._all:
            return self._ask(verb, values)
        replaced = {name: here.get(name) for name, own in self._genuine.items() if here.get(name) is not own}
        self._replaced = {name: one for name, one in replaced.items() if callable(one)}
        here.update({name: self._genuine[name] for name in replaced})
        try:
            return self._ask(verb, values)
        finally:
            self._replaced = {}
            here.update(replaced)

    def _ask(self, verb: str, values: tuple[Any, ...]) -> Any:
        self._warning = None
        try:
            found = self.peer.ask(verb, *values)
            if self._warning is not None:
                raise self._warning
            return found
        except Closed:
            self._lost("gone")
        except Malformed:
            self._lost("protocol")
        finally:
            if self.peer.idle:
                self.doubts.undo()

    def answer(self, verb: str, values: list[Any]) -> Any:
        """The learner's code uses something of the test's that it was given."""
        replaced = self._replaced
        vars(builtins).update(replaced)
        try:
            return grant(verb, values, self.is_ours, replaced, self.doubts.setting)
        except AssertionError:
            self.failed_inside = True
            raise
        finally:
            vars(builtins).update({name: self._genuine[name] for name in replaced})
            self._replaced = replaced

    def hear(self, text: Any) -> None:
        """See codec.References."""
        if self.tainted is not None:
            self.tainted.hear(text)

    def vacuous(self, what: str) -> bool:
        """See codec.References."""
        return not self.doubts.admits(what)

    def is_ours(self, value: Any) -> bool:
        """Whether this very object was handed to the learner's code."""
        return id(value) in self._own_ids

    def _write_raised(self, encoder: Encoder, value: BaseException) -> list[Any]:
        """An assertion of the test travels without its words."""
        if isinstance(value, AssertionError):
            return ["x", ["ty", "AssertionError"], 0, ["t"], "", [], []]
        return super()._write_raised(encoder, value)

    def describe(self, error: BaseException) -> Any:
        """Nothing of a test's error but that there was one; its exception travels by name and text."""
        return "raised"

    def raise_told(self, told: Any, value: Any) -> None:
        """Raise what the learner's code raised, by a class that cannot steer the test."""
        if told == "input":
            raise InputRefused
        if told == "exit":
            raise LearnerExit
        raise value if isinstance(value, Exception) else StudentError("")

    def outgoing(self) -> dict[str, Any]:
        """What this call needs to be as if it were made in one process."""
        found: dict[str, Any] = {}
        if (sys.stdout, sys.stderr) != self._streams:
            found["o"] = True
        if self._replaced:
            found["b"] = list(self._replaced)
        files = self.folder.changes()
        if files:
            found["f"] = files
        return found | self.seeding.news()

    def incoming(self, extras: Mapping[str, Any]) -> None:
        """Output, warnings and files of the call."""
        written = extras.get("o")
        if isinstance(written, list) and len(written) == 2 and all(isinstance(one, str) for one in written):
            for text, stream, own in zip(written, (sys.stdout, sys.stderr), self._streams, strict=True):
                if text and stream is not own:
                    self.hear(text)
                    stream.write(text)
        if "f" in extras:
            self.folder.apply(extras["f"])
        for pair in extras.get("w") or ():
            if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str):
                kind: Any = RAISED.get(str(pair[0]))
                self._warned(kind if kind and issubclass(kind, Warning) else UserWarning, pair[1])

    def _warned(self, kind: type[Warning], text: str) -> None:
        try:
            warnings.warn(text, kind, stacklevel=4)
        except Warning as error:  # the test made errors of them
            self._warning = self._warning or error
