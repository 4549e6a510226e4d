"""The one interpreter that learner's cells and tests share, and putting it back in order before each test."""

from __future__ import annotations

import builtins
import importlib
import os
import platform
import random
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

_update, _get, _items, _list, _callable = dict.update, dict.get, dict.items, list, callable


class Settled:
    """Made before any learner's code runs; remembers what is genuine and restores it."""

    def __init__(
        self, modules: Iterable[str], seed: int, guards: Iterable[str], refuse_input: Callable[..., str]
    ) -> None:
        os.set_inheritable(0, True)
        builtins.input = refuse_input
        warnings.simplefilter("default")
        self.shell = _shell()
        self.space: dict[str, Any] = self.shell.user_ns
        self.versions = {"python": platform.python_version(), "ipython": _version("IPython")}
        self.numpy_scalar: type | None = None
        self.numpy_item: Callable[[Any], object] = lambda value: value
        self._seed(seed)
        named = [module for module in map(_load, modules) if module is not None]
        sys.path.append(str(Path.cwd()))  # last: a file of the learner's never stands in for a library
        self._builtins = dict(vars(builtins))
        self._guards = {f"__luojiao_{name}__": self._builtins[name] for name in guards}
        self._modules = dict(sys.modules)
        self._parts = [(vars(one), {k: v for k, v in vars(one).items() if _callable(v)}) for one in named]
        self._paths: tuple[list[Any], ...] = (_list(sys.meta_path), _list(sys.path_hooks), _list(sys.path))
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._kept: dict[str, object] = {}
        self._trace, self._profile = sys.settrace, sys.setprofile
        self._sys: Any = sys
        self._builtins_home = vars(builtins)

    def run(self, text: str) -> Any:
        """A learner's cell, with magics and all, as a notebook would run it."""
        shell: Any = self.shell
        return shell.run_cell(text, store_history=False)

    def settle(self) -> None:
        """Undo what would make a test mean something else: tracers, builtins, import hooks, teacher's names."""
        self._trace(None)
        self._profile(None)
        _update(self._builtins_home, self._builtins)
        system = self._sys
        if type(system.modules) is dict:
            _update(system.modules, self._modules)
        for current, genuine in zip(
            (system.meta_path, system.path_hooks, system.path), self._paths, strict=True
        ):
            added = [one for one in current if not any(one is old for old in genuine)]
            current[:] = [*genuine, *added]
        system.stdin, system.stdout, system.stderr = self._streams
        for home, genuine_parts in self._parts:
            _update(home, genuine_parts)
        _update(self.space, self._guards)
        _update(self.space, self._kept)
        self.space["__builtins__"] = builtins

    def keep(self, names: Iterable[str]) -> None:
        """Remember helpers a teacher's cell has just defined."""
        for name in names:
            if name in self.space:
                self._kept[name] = self.space[name]

    def _seed(self, seed: int) -> None:
        """The same numbers every time, also from numpy's global generator."""
        random.seed(seed)
        numpy = _load("numpy")
        if numpy is not None:
            numpy.random.seed(seed % 2**32)
            self.numpy_scalar, self.numpy_item = numpy.generic, numpy.generic.item
            self.versions["numpy"] = numpy.__version__


def _shell() -> InteractiveShell:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.InteractiveShell.cache_size = 0
    shell = InteractiveShell.instance(config=config)
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror"):
        setattr(shell, name, lambda *_, **__: None)  # nobody reads it, and formatting is slow
    manager: Any = shell.magics_manager
    for name in ("matplotlib", "config"):  # where figures go is settled: nowhere
        manager.magics["line"][name] = _ignore
    return shell


def _ignore(line: str) -> None:
    """Stands in for a magic that only makes sense with a screen."""


def _load(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception:  # a module that cannot be loaded is the test's to report
        return None


def _version(name: str) -> str:
    return str(getattr(sys.modules.get(name), "__version__", ""))
