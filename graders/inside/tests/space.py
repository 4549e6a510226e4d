"""What a name means in a test: the test's own, the teacher's, a builtin, a helper, and last the learner's."""

from __future__ import annotations

import builtins
import importlib
import sys
import types
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from graders.inside.remote.proxies import called, number_of

_MISSING = object()


class Names(dict[str, Any]):
    """Stands where Python looks for builtins: a name that is none is the learner's, asked for each time it is read."""

    def __init__(self, ask: Callable[..., Any], theirs: frozenset[str], aliases: dict[str, str]) -> None:
        super().__init__(
            {name: getattr(builtins, name) for name in ("__import__", "__build_class__", "__name__")}
        )
        self._ask = ask
        self._theirs = theirs
        self._aliases = aliases
        self.helpers: dict[str, Any] = {}

    def __missing__(self, name: str) -> Any:
        if name not in self._theirs:
            for own in (vars(builtins), self.helpers):
                if name in own:
                    return own[name]
            if name in self._aliases:
                return self._imported(name)
        there, value = self._ask("get", name)
        if there:
            called(value, name)
            return value
        if name in vars(builtins):
            return vars(builtins)[name]
        raise KeyError(name)

    def _imported(self, name: str) -> Any:
        """A library that the reference solution imports: the test gets our own copy, never the learner's word for it."""
        module, _, part = self._aliases[name].partition(":")
        found: Any = importlib.import_module(module)
        return getattr(found, part) if part else found


class Space:
    """The namespace of the teacher's cells and tests."""

    def __init__(
        self,
        ask: Callable[..., Any],
        names: Names,
        theirs: frozenset[str],
        read: frozenset[str],
        rebound: frozenset[str],
    ) -> None:
        self.module = _Main("__main__")
        self.globals = vars(self.module)
        object.__setattr__(self.module, "_luojiao_space", self)
        self.globals["__builtins__"] = names
        self.locals = _Locals(self)
        self._ask = ask
        self._theirs = theirs
        self._read = read
        self._rebound = rebound
        self._pushed: set[str] = set()
        self.pushing = True
        sys.modules["__main__"] = self.module

    def give_up(self, names: list[str]) -> None:
        """A solution cell binds these now: what a test had put there is gone."""
        for name in names:
            self.globals.pop(name, None)

    def bind(self, name: str, value: Any) -> None:
        """A test binds a name; the learner's process hears of it where its code reads that name."""
        moved = name in self._theirs and (number_of(value) is not None or callable(value))
        given_up = (
            self.pushing and name in self._rebound
        )  # from now on the learner's functions say what it is
        if self.pushing and (moved or given_up or name in self._read):
            self._ask("set", name, value)
            self._pushed.add(name)
        if given_up or (moved and number_of(value) is not None):
            self.globals.pop(name, None)
        else:
            self.globals[name] = value

    def unbind(self, name: str) -> None:
        """`del name` in a test."""
        mine = self.globals.pop(name, _MISSING) is not _MISSING
        if (not mine or name in self._pushed) and not name.startswith("_"):
            mine = bool(self._ask("delete", name)) or mine
            self._pushed.discard(name)
        if not mine:
            raise KeyError(name)

    def find(self, name: str) -> Any:
        """A name as a test sees it; KeyError if there is none."""
        names: Any = self.globals["__builtins__"]
        return self.globals[name] if name in self.globals else names[name]

    def everything(self) -> dict[str, Any]:
        """What `globals()` shows: ours over theirs. Values of theirs are fetched."""
        found = {str(name): _Later(self._ask, str(name)) for name in self._ask("names")}
        return _Shown({**found, **{k: v for k, v in self.globals.items() if k != "__builtins__"}})


class _Main(types.ModuleType):
    """The module `__main__`, for whoever patches or inspects it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return vars(self)["_luojiao_space"].find(name)
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)["_luojiao_space"].bind(name, value)

    def __delattr__(self, name: str) -> None:
        try:
            vars(self)["_luojiao_space"].unbind(name)
        except KeyError:
            raise AttributeError(name) from None


class _Later:
    def __init__(self, ask: Callable[..., Any], name: str) -> None:
        self._ask = ask
        self._name = name

    def get(self) -> Any:
        return self._ask("get", self._name)[1]


class _Shown(dict[str, Any]):
    """A dict whose values are fetched when they are read."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        return value.get() if isinstance(value, _Later) else value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401 - fetched by the first, not by dict.get

    def __iter__(self) -> Iterator[str]:  # so that `dict(...)` and `{**...}` fetch too
        return super().__iter__()

    def copy(self) -> Any:
        return _Shown(super().copy())

    def values(self) -> Any:
        return [self[name] for name in self]

    def items(self) -> Any:
        return [(name, self[name]) for name in self]


class _Locals(MutableMapping[str, Any]):
    """Where the statements of a test bind and delete names; reading falls through to the globals and beyond."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def __getitem__(self, name: str) -> Any:
        return self._space.globals[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._space.bind(name, value)

    def __delitem__(self, name: str) -> None:
        self._space.unbind(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._space.globals)

    def __len__(self) -> int:
        return len(self._space.globals)
