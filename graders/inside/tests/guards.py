"""What keeps a learner's code and a learner's pickles from running in the tests' process, whatever a test asks for."""

from __future__ import annotations

import ast
import ctypes
import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Sequence
from typing import Any

from graders.inside.remote.asking import Asking
from graders.inside.tests.tainted import Tainted

_STARTS = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "subprocess.Popen",
    "pty.spawn",
}
_PLAIN = {
    "builtins": {"set", "frozenset", "complex", "range", "slice", "bytearray", "object"},
    "collections": {"OrderedDict", "Counter", "deque", "defaultdict"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
}


LOOKED_AT = "<cell>"  # the file name of a learner's program that is compiled to be looked at


class NotHere(RuntimeError):  # noqa: N818 - says where not
    """A learner's code, program or pickle is not run in the tests' process."""


_libc = ctypes.CDLL(None)
_PR_SET_DUMPABLE = 4


def prepare_guards() -> None:
    """In the template: pickles and programs behave as they do in a tests' process."""
    _refuse_pickles()
    _programs_run_there()


def guard(fds: Sequence[int]) -> None:
    """Before anything of the job is read: our descriptors are not inherited, nobody of our user can look into us."""
    for number in fds:
        os.set_inheritable(number, False)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def watch(tainted: Tainted, kept: Collection[str]) -> None:
    """From now on no text of the learner is compiled, and nothing of the learner's is loaded as a module or a pickle, here."""
    place = os.getcwd() + "/"  # noqa: PTH109
    own = {place + name for name in kept}

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "compile" and args[0] is not None:
            given = args[0].decode("utf-8", "replace") if isinstance(args[0], bytes) else args[0]
            if isinstance(given, str) and not _only_parsed() and tainted.refuses(given):
                raise NotHere("a learner's text")
        elif event == "exec":
            name = getattr(args[0], "co_filename", "")
            if (str(name).startswith(place) and name not in own) or name == LOOKED_AT:
                raise NotHere("a learner's module")
        elif event == "function.__new__":
            if args[0].co_filename == LOOKED_AT:
                raise NotHere("a learner's function")
        elif event == "pickle.find_class":
            if args[1] not in _PLAIN.get(args[0], ()):
                raise NotHere("a pickle")
        elif event in _STARTS:
            raise NotHere("a program")

    sys.addaudithook(hook)
    computation: Any = sys.modules.get("pandas.core.computation.eval")
    if computation is not None:
        _watch_queries(computation, tainted)


def _watch_queries(computation: Any, tainted: Tainted) -> None:
    """`df.query` and its kin call functions that a text names: not those of a learner's text."""
    evaluate = computation.eval

    def watched(expr: Any, *args: Any, **named: Any) -> Any:
        if isinstance(expr, str) and set(expr) & set("@(_") and tainted.holds(expr.strip()):
            raise NotHere("a learner's query")
        return evaluate(expr, *args, **named)

    computation.eval = watched
    sys.modules["pandas"].eval = watched  # type: ignore[attr-defined]


def _only_parsed() -> bool:
    """Whether the compiler was called by `ast.parse`: a text may be looked at."""
    caller = sys._getframe(2).f_code
    return caller is ast.parse.__code__


def _find_class(self: Any, module: str, name: str) -> Any:
    if name in _PLAIN.get(module, ()):
        return getattr(sys.modules[module], name)
    raise pickle.UnpicklingError(f"{module}.{name} is not loaded from a pickle here")


def _refuse_pickles() -> None:
    """Pickles yield plain values only, by whichever way they are read."""
    python: Any = pickle._Unpickler
    python.find_class = _find_class
    restricted = type("Unpickler", (pickle.Unpickler,), {"find_class": _find_class})

    def load(file: Any, **how: Any) -> Any:
        return restricted(file, **how).load()

    def loads(data: Any, **how: Any) -> Any:
        import io

        return load(io.BytesIO(data), **how)

    vars(pickle).update({"Unpickler": restricted, "load": load, "loads": loads})


def _programs_run_there() -> None:
    """`subprocess.run` and its kin start their program beside the learner's files, in the learner's walls."""

    def run(*args: Any, **named: Any) -> Any:
        code, out, err, argv = Asking.ask("program", args, tuple(named.items()))
        done: Any = subprocess.CompletedProcess(argv, code, out, err)
        if named.get("check"):
            done.check_returncode()
        return done

    def check_output(*args: Any, **named: Any) -> Any:
        return run(*args, **{"stdout": subprocess.PIPE, "check": True, **named}).stdout

    vars(subprocess).update({"run": run, "check_output": check_output})

    def getoutput(command: str) -> str:
        how: dict[str, Any] = {
            "shell": True,
            "text": True,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
        }
        return str(run(command, **how).stdout).rstrip("\n")

    vars(subprocess)["getoutput"] = getoutput
