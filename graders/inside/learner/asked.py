"""What the learner's process does when the tests ask: names, calls, attributes, operators, figures."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import operator
import subprocess
import sys
import typing
from typing import Any

from graders.inside.kinds import kind_of
from graders.inside.learner.figures import figure_facts
from graders.inside.learner.shell import run
from graders.inside.remote.facts import CONCLUSIONS, OPERATORS
from graders.inside.remote.objects import AsHandle, Objects
from graders.inside.remote.state import flattened

_DIRECT: dict[str, Any] = {
    "__add__": operator.add, "__sub__": operator.sub, "__mul__": operator.mul, "__matmul__": operator.matmul,
    "__truediv__": operator.truediv, "__floordiv__": operator.floordiv, "__mod__": operator.mod, "__pow__": operator.pow,
    "__and__": operator.and_, "__or__": operator.or_, "__xor__": operator.xor, "__lshift__": operator.lshift,
    "__rshift__": operator.rshift, "__neg__": operator.neg, "__pos__": operator.pos, "__abs__": operator.abs,
    "__invert__": operator.invert, "__len__": len, "__iter__": iter, "__getitem__": operator.getitem,
    "__setitem__": operator.setitem, "__delitem__": operator.delitem, "__index__": operator.index, "__int__": int,
    "__float__": float, "__complex__": complex, "__round__": round, "__reversed__": reversed,
}  # fmt: skip
_MISSING = object()


class Answers:
    """One method a verb; `to` finds it."""

    def __init__(self, side: Objects, shell: Any) -> None:
        self._side = side
        self._shell = shell
        self._patched: list[tuple[str, str, Any]] = []
        self._space: dict[str, Any] = shell.user_ns

    def to(self, verb: str, values: list[Any]) -> Any:
        """The answer to one question; raises whatever the learner's code raises."""
        return getattr(self, "_" + verb)(*values)

    def _cell(self, text: str) -> str:
        error = run(self._shell, text)
        pyplot: Any = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")  # as the notebook's inline figures are, at the end of their cell
        return kind_of(error)

    def _share(self, names: list[str]) -> None:
        for name in names:
            self._side.share(name, self._space.get(name))

    def _get(self, name: str) -> tuple[bool, Any]:
        found = self._space.get(name, _MISSING)
        return (False, None) if found is _MISSING else (True, found)

    def _names(self) -> list[str]:
        return [
            name for name in self._space if isinstance(name, str) and name not in self._shell.user_ns_hidden
        ]

    def _set(self, name: str, value: Any) -> None:
        self._space[name] = value

    def _delete(self, name: str) -> bool:
        return self._space.pop(name, _MISSING) is not _MISSING

    def _call(self, function: Any, args: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> Any:
        return function(*args, **dict(named))

    def _content(self, value: Any) -> Any:
        base = self._side.travels_as(type(value))
        return None if base is None else flattened(value, base)

    def _attr(self, value: Any, name: str) -> Any:
        if name in CONCLUSIONS:
            return AsHandle(getattr(value, name))
        return getattr(value, name)

    def _setattr(self, value: Any, name: str, new: Any) -> None:
        setattr(value, name, new)

    def _delattr(self, value: Any, name: str) -> None:
        delattr(value, name)

    def _dir(self, value: Any) -> list[str]:
        return [name for name in dir(value) if isinstance(name, str)]

    def _vars(self, value: Any) -> dict[str, Any]:
        return dict(vars(value))

    def _operate(self, name: str, value: Any, *args: Any) -> Any:
        if name not in OPERATORS:
            raise AttributeError(name)
        if name == "__array__":
            import numpy

            return numpy.asarray(value)
        if name in _DIRECT:
            return _DIRECT[name](value, *args)
        return getattr(value, name)(*args)

    def _next(self, value: Any) -> tuple[bool, Any]:
        try:
            return True, next(value)
        except StopIteration:
            return False, None

    def _leave(self, value: Any, error: Any) -> Any:
        kind = type(error) if isinstance(error, BaseException) else None
        return bool(value.__exit__(kind, error if kind else None, None))

    def _text(self, value: Any, how: str, spec: str) -> str:
        if how == "repr":
            return str.__str__(repr(value))
        return str.__str__(format(value, spec) if how == "format" else str(value))

    def _patch(self, module: str, name: str, value: Any) -> None:
        home = importlib.import_module(module)
        self._patched.append((module, name, getattr(home, name, _MISSING)))
        setattr(home, name, value)

    def _unpatch(self, module: str, name: str) -> None:
        for at in reversed(range(len(self._patched))):
            if self._patched[at][:2] == (module, name):
                old = self._patched.pop(at)[2]
                home = importlib.import_module(module)
                if old is _MISSING:
                    delattr(home, name)
                else:
                    setattr(home, name, old)
                return

    def _program(self, args: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
        """Run a program as `subprocess.run` does, for a test."""
        wanted = dict(named) | {"check": False, "timeout": 60}
        done = subprocess.run(*args, **wanted)  # noqa: PLW1510 - the test checks
        return done.returncode, done.stdout, done.stderr, done.args

    def _same(self, one: Any, other: Any) -> bool:
        return bool(one == other)

    def _await(self, value: Any) -> Any:
        async def finish() -> Any:
            return await value

        return asyncio.run(finish())

    def _signature(self, function: Any) -> tuple[list[tuple[Any, ...]], bool, Any]:
        empty = inspect.Parameter.empty
        found = []
        whole = inspect.signature(function)
        for one in whole.parameters.values():
            default = None if one.default is empty else one.default
            note = None if one.annotation is empty else one.annotation
            found.append(
                (
                    one.name,
                    int(one.kind),
                    one.default is not empty,
                    default,
                    one.annotation is not empty,
                    note,
                )
            )
        noted = whole.return_annotation is not empty
        return found, noted, whole.return_annotation if noted else None

    def _hints(self, value: Any) -> dict[str, Any]:
        return typing.get_type_hints(value)

    def _module(self, name: str) -> Any:
        importlib.invalidate_caches()
        return AsHandle(importlib.import_module(name))

    def _derive(self, name: str, text: str, given: dict[str, Any], modules: dict[str, str]) -> Any:
        imported = {one: importlib.import_module(path) for one, path in modules.items()}
        space = {**self._space, **given, **imported}
        exec(compile(text, "<cell>", "exec", dont_inherit=True), space)  # noqa: S102 - a class statement of a test
        return space[name]

    def _figure(self, value: Any) -> Any:
        return figure_facts(value)

    def _pyplot(self, verb: str, *args: Any) -> Any:
        plt: Any = importlib.import_module("matplotlib.pyplot")
        return getattr(plt, verb)(*args)
