"""An object of the other process, as it is used here: what is asked of it is asked there; what it is equal to is decided here."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Generator
from typing import Any

from graders.inside.remote.asking import AskExplicitly, Asking, conclude
from graders.inside.remote.conclusions import ARITHMETIC, BINARY, PREDICATES, is_yes_or_no, raised_on_purpose
from graders.inside.remote.facts import OPERATORS

NUMBER = "_luojiao_number"
# Attributes with double underscores that may be asked for; all others would only mislead libraries that try what a thing can do.
ASKED = frozenset(OPERATORS) | {
    "__name__", "__doc__", "__qualname__", "__annotations__", "__defaults__", "__kwdefaults__", "__module__", "__wrapped__",
    "__init__", "__new__", "__str__", "__repr__", "__slots__", "__closure__", "__self__", "__func__",
    "__match_args__", "__members__", "__cause__", "__context__", "__version__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__",
    "__ge__", "__hash__", "__bool__", "__contains__", "__format__", "__len__", "__getattr__", "__setattr__", "__del__",
}  # fmt: skip
_KINDS: dict[str, type] = {
    "function": types.FunctionType,
    "method": types.MethodType,
    "builtin": types.BuiltinFunctionType,
}


def number_of(value: Any) -> int | None:
    """The other side's number of an object that is a proxy."""
    kind = type(value)
    if issubclass(kind, Proxy) or getattr(kind, "_luojiao_raised", False):
        found = object.__getattribute__(value, "__dict__") if not issubclass(kind, Proxy) else _own(value)
        return found.get(NUMBER)
    return None


def _own(proxy: Any) -> dict[str, Any]:
    made: dict[str, Any] = _instance_dict(proxy)
    return made


class Proxy:
    """Base of all of them. Two are equal when they are the same object over there; asking more takes `same(a, b)`."""

    def __eq__(self, other: object) -> bool:
        Asking.touched("eq")
        return self is other

    def __ne__(self, other: object) -> bool:
        Asking.touched("eq")
        return self is not other

    def __hash__(self) -> int:
        Asking.touched("hash")
        return object.__hash__(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in ASKED:
            raise AttributeError(name)
        return attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        Asking.ask("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        Asking.ask("delattr", self, name)

    def __dir__(self) -> list[str]:
        return [str(name) for name in Asking.ask("dir", self)]

    def __repr__(self) -> str:
        return str(Asking.ask("text", self, "repr", ""))

    def __str__(self) -> str:
        return str(Asking.ask("text", self, "str", ""))

    def __format__(self, spec: str) -> str:
        return str(Asking.ask("text", self, "format", spec))


_instance_dict: Any = Proxy.__dict__["__dict__"].__get__  # before any class below hides it behind a property


def remote_dict(self: Any) -> Any:
    """What `vars(x)` gives."""
    return Asking.ask("vars", self)


def _order(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        Asking.touched("order")
        return NotImplemented

    compare.__name__ = name
    return compare


for _name in ("__lt__", "__le__", "__gt__", "__ge__"):
    setattr(Proxy, _name, _order(_name))


def refused_truth(self: Any) -> bool:
    """For classes that define a truth or a length of their own."""
    Asking.touched("bool")
    raise AskExplicitly("the truth of a learner's object is not asked for implicitly")


def operator(name: str) -> Callable[..., Any]:
    """The method of a proxy that stands for an operator of the object."""

    def use(self: Any, *args: Any) -> Any:
        if name in BINARY:
            conclude(f"op:{name}")
        return Asking.ask("operate", name, self, *args)

    def step(self: Any) -> Any:
        there, value = Asking.ask("next", self)
        if not there:
            raise StopIteration
        return value

    def call(self: Any, /, *args: Any, **named: Any) -> Any:
        found = Asking.ask("call", self, args, tuple(named.items()))
        asked = _own(self).get("_luojiao_predicate")
        if asked and (is_yes_or_no(found) or asked in ARITHMETIC):
            conclude(f"ask:{asked}")
        return found

    def leave(self: Any, kind: Any, value: Any, trace: Any) -> Any:
        swallowed = bool(Asking.ask("leave", self, value))
        own = raised_on_purpose(trace, Asking.test_file) and not isinstance(value, AssertionError)
        return swallowed and own

    def wait(self: Any) -> Generator[None, None, Any]:
        yield from ()
        return Asking.ask("await", self)

    def as_array(self: Any, dtype: Any = None, copy: Any = None) -> Any:
        found = Asking.ask("operate", "__array__", self)
        return found if dtype is None else found.astype(dtype)

    special: dict[str, Callable[..., Any]] = {
        "__next__": step,
        "__call__": call,
        "__exit__": leave,
        "__await__": wait,
        "__array__": as_array,
    }
    return special.get(name, use)


def signature(self: Any) -> inspect.Signature:
    """The parameters of a learner's function."""
    if self is None:
        raise AttributeError("__signature__")
    parameters = []
    told, noted, returned = Asking.ask("signature", self)
    for name, kind, has_default, default, has_note, note in told:
        parameters.append(
            inspect.Parameter(
                name,
                inspect._ParameterKind(kind),
                default=default if has_default else inspect.Parameter.empty,
                annotation=note if has_note else inspect.Parameter.empty,
            )
        )
    return inspect.Signature(parameters, return_annotation=returned if noted else inspect.Signature.empty)


def code(self: Any) -> Any:
    """The code object of a learner's function, from the text that was handed in."""
    return Asking.code_of(self)


def _function_class(kind: str) -> type:
    body: dict[str, Any] = {
        "__call__": operator("__call__"),
        "__class__": property(lambda self: _KINDS[kind]),
        "__signature__": property(signature),
        "__code__": property(code),
        "__bool__": lambda self: True,
    }
    return type(kind, (Proxy,), body)


_FUNCTIONS = {kind: _function_class(kind) for kind in _KINDS}


def make_function(number: int, facts: dict[str, Any]) -> Any:
    """A proxy of a function, with its name and documentation."""
    made: Any = object.__new__(_FUNCTIONS[facts["k"]])
    own = _own(made)
    own[NUMBER] = number
    for name, key in (("__name__", "n"), ("__qualname__", "q"), ("__doc__", "doc"), ("__module__", "m")):
        value = facts.get(key)
        own[name] = value if isinstance(value, str) else None
    own["_luojiao_facts"] = facts
    return made


def called(value: Any, name: str) -> None:
    """Remember under which name a test found a function: its text is looked up by that, not by what it calls itself."""
    if type(value) in _FUNCTIONS.values():
        _own(value)["_luojiao_called"] = name


def attribute(value: Any, name: str) -> Any:
    """An attribute of whatever is over there; refused if it decides by itself and the reference solution's is not asked for."""
    found = Asking.ask("attr", value, name)
    if name in PREDICATES:
        if is_yes_or_no(found) or (callable(found) and not isinstance(found, Proxy)):
            conclude(f"ask:{name}")
        else:
            predicate(found, name)
    return found


def predicate(value: Any, name: str) -> None:
    """A learner's object that stands under a name like `equals`: what it says when it is called decides."""
    if name in PREDICATES and isinstance(value, Proxy):
        _own(value)["_luojiao_predicate"] = name


def name_of(value: Any) -> str:
    """The name under which a test found a function or class, or the one it has."""
    own = _own(value) if isinstance(value, Proxy) else {}
    return str(own.get("_luojiao_called") or value.__name__)


def make_object(number: int, kind: type, made: Any = None) -> Any:
    """A proxy of an object of a class proxy; `made` is one that holds its content."""
    made = object.__new__(kind) if made is None else made
    _own(made)[NUMBER] = number
    return made
