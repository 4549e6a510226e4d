"""The tests' process: runs the teacher's cells and tests, asks the learner's process for data, reports to the controller."""

from __future__ import annotations

import ast
import asyncio
import gc
import importlib
import inspect
import os
import socket
import sys
from collections.abc import Mapping
from typing import Any

from graders.inside.kinds import OTHER, YES, kind_of
from graders.inside.remote.asking import Asking
from graders.inside.starting import seed_all, start
from graders.inside.tests.evaluating import ask_instead_of_evaluating
from graders.inside.tests.guards import guard, prepare_guards, watch
from graders.inside.tests.helpers import (
    Rewritten,
    Submission,
    captured,
    close_figures,
    display,
    facts,
    patch_libraries,
    same,
)
from graders.inside.tests.modules import TheirModules
from graders.inside.tests.seeding import watch_seeds
from graders.inside.tests.side import TestSide
from graders.inside.tests.space import Names, Space
from graders.inside.tests.tainted import Tainted
from graders.inside.tests.texts import Texts
from graders.inside.wire import hints, plain, standard  # noqa: F401 - they register what can travel
from graders.inside.wire.frames import Line

_CELL = "<检查>"


class Run:
    """One job: its steps in order, one record to the controller after each."""

    def __init__(self, control: Line, learner: Line, job: Mapping[str, Any]) -> None:
        self._control = control
        self._job = job
        self._nonce = job["nonce"]
        self._draws = any("matplotlib" in name for name in (*job["modules"], *job["aliases"].values()))
        theirs = frozenset(job["theirs"])
        self.side = TestSide(learner, job, self._lose)
        names = Names(self.side.ask, theirs, dict(job["aliases"]))
        self.space = Space(self.side.ask, names, theirs, frozenset(job["read"]), frozenset(job["rebound"]))
        texts = dict(job["texts"])
        names.helpers = {
            "same": same,
            "captured": captured,
            "facts": facts,
            "display": display,
            "submission": Submission(texts),
            "__luojiao__": Rewritten(self.space),
        }
        looked_up = Texts(job["ran"])
        own = [step[part] for step in job["steps"] for part in ("body", "last") if part in step]
        self.side.tainted = Tainted(job["ran"], own, theirs)
        watch(self.side.tainted, job["kept"])
        sys.meta_path.append(TheirModules(frozenset(job["written"])))
        Asking.code_of = looked_up.code_of
        Asking.granted = frozenset()
        Asking.test_file = _CELL
        Texts.known = looked_up

    def go(self, files: dict[str, bytes], brought: dict[str, bytes]) -> None:
        """Everything, then the end."""
        job = self._job
        versions = self.side.ask("start", files, brought, job["learner_seed"], list(job["modules"]))
        self._tell("ready", versions)
        for number, step in enumerate(job["steps"]):
            doubts, is_test = self.side.doubts, step["do"] == "test"
            doubts.begin(step["admitted"], is_test)
            error, value = getattr(self, "_" + step["do"])(step)
            self._tell("done", number, error, value, sorted(self.side.touched), sorted(doubts.noted))
            self.side.touched.clear()
            if is_test:
                doubts.noted.clear()
        self._tell("over")

    def _learner(self, step: Mapping[str, Any]) -> tuple[str, Any]:
        self.space.give_up(step["binds"])
        return str(self.side.ask("cell", step["text"])), None

    def _teacher(self, step: Mapping[str, Any]) -> tuple[str, Any]:
        if step["text"]:
            self.side.ask("cell", step["text"])
        self.space.pushing = False  # the learner's process has just run the same cell
        error, _ = self._execute(step["body"], "")
        self.space.pushing = True
        for name in step["classes"]:
            self.side.share(name, self.space.globals.get(name))
        if step["classes"]:
            self.side.ask("share", list(step["classes"]))
        self.side.seeding.note()
        return error, None

    def _test(self, step: Mapping[str, Any]) -> tuple[str, Any]:
        Asking.granted = None if step["granted"] is None else frozenset(step["granted"])
        self.side.failed_inside = False
        error, value = self._execute(step["body"], step["last"])
        if self._draws:
            close_figures()
        return ("wrong", None) if self.side.failed_inside and not error else (error, value)

    def _execute(self, body: str, last: str) -> tuple[str, Any]:
        space, value = self.space, None
        try:
            _run(body, "exec", space)
            value = _run(last, "eval", space) if last else None
        except BaseException as error:  # a test must end in an answer, whatever was raised
            return kind_of(error), None
        finally:
            self._restore()
        return "", number_text(value)

    def _restore(self) -> None:
        sys.stdout, sys.stderr = self.side._streams

    def _tell(self, word: str, *more: Any) -> None:
        self._control.send([self._nonce, word, *more])

    def _lose(self, why: str) -> None:
        self._tell("lost", why)
        os._exit(0)


def _run(text: str, mode: str, space: Space) -> Any:
    """Statements or an expression; one that awaits at its top is run to its end, as the notebook does.

    A test may say what a learner's cell says too: it is compiled from its tree, which nobody watches for.
    """
    tree: Any = ast.parse(text, mode=mode)
    code = compile(tree, _CELL, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    found = eval(code, space.globals, space.locals)  # noqa: S307 - what this is for
    return asyncio.run(found) if code.co_flags & inspect.CO_COROUTINE else found


def number_text(value: Any) -> str | None:
    """None when there is no value, the exact digits of a plain number, YES for True, "" for False and for numbers out of all
    bounds, OTHER for everything else.
    """
    if value is None:
        return None
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        value = value.item()
    kind = type(value)
    if value is True:
        return YES
    if kind is float:
        return float.__repr__(value)
    if kind is int and -(10**9) < value < 10**9:
        return int.__repr__(value)
    return "" if kind in (bool, int, complex) else OTHER


def prepare(argument: Mapping[str, Any]) -> None:
    """In the template: load what tests import."""
    for name in argument["modules"]:
        importlib.import_module(name)
    warm = argument.get("warm")
    if warm:
        exec(warm, {})  # noqa: S102 - our own text
    prepare_guards()
    patch_libraries()
    watch_seeds()
    ask_instead_of_evaluating()


def serve(task: bytes, fds: tuple[int, ...]) -> None:
    """In a fork behind its walls: take the job, run it, end. fds: the controller's line, the learner's line."""
    gc.enable()
    guard(fds)
    control, learner = (Line(socket.socket(fileno=fd)) for fd in fds)
    job, buffers = control.receive()
    files = dict(zip(job["files"], map(bytes, buffers), strict=False))
    brought = dict(zip(job["brought"], map(bytes, buffers[len(files) :]), strict=True))
    start(files, job["test_seed"], list(job["modules"]))
    _own_modules(files)
    seed_all(job["test_seed"])
    Run(control, learner, job).go(files, brought)
    os._exit(0)


def _own_modules(files: Mapping[str, bytes]) -> None:
    """Modules shipped with the assignment are imported from a folder that the learner's files never reach."""
    place = "/tmp/assignment"  # noqa: S108 - inside the walls
    for name, data in files.items():
        if name.endswith(".py"):
            path = f"{place}/{name}"
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            with open(path, "wb") as out:  # noqa: PTH123
                out.write(data)
    here = os.getcwd()  # noqa: PTH109
    sys.path[:] = [*(one for one in sys.path if one not in ("", here)), place]
