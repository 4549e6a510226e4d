"""Modules that the learner writes: a test that imports one asks the learner's process, where it is loaded; no line of it runs here."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import types
from collections.abc import Collection
from typing import Any

from graders.inside.remote.asking import Asking


class TheirModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Last of all finders, and only for names of files that the reference solution writes: it replaces no library."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Called by `import` for a name that nobody else knows."""
        return importlib.machinery.ModuleSpec(name, self) if name in self._names else None

    def create_module(self, spec: Any) -> types.ModuleType:
        """Called by `import`; ModuleNotFoundError if the learner wrote none, or what its code raises."""
        return _Module(spec.name, Asking.ask("module", spec.name))

    def exec_module(self, module: Any) -> None:
        """Called by `import`: it ran over there."""


class _Module(types.ModuleType):
    """Stands for a module of the learner."""

    def __init__(self, name: str, theirs: Any) -> None:
        text = Asking.ask("attr", theirs, "__doc__")
        super().__init__(name, text if isinstance(text, str) else None)
        vars(self)["_theirs"] = theirs

    def __getattr__(self, name: str) -> Any:
        theirs = vars(self)["_theirs"]
        if name == "__all__":
            return [one for one in Asking.ask("dir", theirs) if not str(one).startswith("_")]
        if name.startswith("__"):
            raise AttributeError(name)
        return Asking.ask("attr", theirs, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            Asking.ask("setattr", vars(self)["_theirs"], name, value)
