"""A class of the other process, as a class here: to construct, to compare types with, to catch as an exception."""

from __future__ import annotations

import collections
import dataclasses
import enum
import sys
import types
from typing import Any

from graders.inside.remote.asking import Asking
from graders.inside.remote.data import data_body
from graders.inside.remote.facts import OPERATORS
from graders.inside.remote.proxies import (
    ASKED,
    NUMBER,
    Proxy,
    attribute,
    operator,
    refused_truth,
    remote_dict,
)
from graders.inside.remote.raised import StudentError
from graders.inside.wire.frames import Malformed
from graders.inside.wire.standard import check_names

_HIDDEN = {
    "builtins.generator": types.GeneratorType,
    "builtins.module": types.ModuleType,
    "builtins.mappingproxy": types.MappingProxyType,
}
_NOT_THESE = {"unittest", "pytest", "_pytest", "doctest", "IPython", "graders", "zygote", "__main__"}
_MIXED: dict[Any, type] = {"str": str, "int": int, "float": float}
_ENUMS: dict[str, Any] = {
    one.__name__: one for one in (enum.IntFlag, enum.Flag, enum.StrEnum, enum.IntEnum, enum.Enum)
}


class LearnerClass(type):
    """Metaclass of the classes here that stand for classes there."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **more: Any) -> Any:
        """A `class` statement of a test on top of a learner's class: its methods would have to run on both sides."""
        raise TypeError("a test cannot derive a class from a learner's class")

    def __call__(cls, /, *args: Any, **named: Any) -> Any:
        return Asking.ask("call", cls, args, tuple(named.items()))

    def __getattr__(cls, name: str) -> Any:
        ours = name.startswith("_luojiao_")  # what we look up in the middle of reading a message
        if ours or (name.startswith("__") and name.endswith("__") and name not in ASKED):
            raise AttributeError(name)
        return attribute(cls, name)

    def __getattribute__(cls, name: str) -> Any:
        if name.startswith("__") and name in type.__getattribute__(cls, "_luojiao_own"):
            return Asking.ask("attr", cls, name)
        if name == "__dict__" and not _dict_of(cls).get("_luojiao_lib"):
            return Asking.ask("vars", cls)
        return type.__getattribute__(cls, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        Asking.ask("setattr", cls, name, value)

    def __delattr__(cls, name: str) -> None:
        Asking.ask("delattr", cls, name)

    def __dir__(cls) -> list[str]:
        return [str(name) for name in Asking.ask("dir", cls)]


_OWN_HERE = {"__name__", "__qualname__", "__module__", "__doc__", "__dict__", "__class__", "__weakref__", "__slots__", "__bases__", "__mro__"}  # fmt: skip


def own_dict(kind: type) -> Any:
    """What a class here consists of, without asking anybody."""
    return _dict_of(kind)


_dict_of: Any = type.__dict__["__dict__"].__get__


def _text(found: Any, otherwise: str) -> str:
    return found if isinstance(found, str) and found else otherwise


def make_class(number: int, facts: dict[str, Any], bases: list[Any]) -> type:
    """The class for the facts of a class there."""
    name = _text(facts.get("n"), "Class").replace("\x00", "")
    if facts.get("enum"):
        return _make_enum(number, name, facts)
    raised = facts.get("x") is True
    body = _body(number, facts, raised)
    if isinstance(facts.get("nt"), list):
        fields, defaults = check_names(facts["nt"]), facts.get("defaults")
        plain = name if name.isidentifier() else "Row"
        base: Any = collections.namedtuple(plain, fields, defaults=defaults)  # type: ignore[misc]
        body = {key: value for key, value in body.items() if key not in OPERATORS and key != "__dict__"}
        return type(
            name, (base,), {**body, "__slots__": (), "_luojiao_tuple": True, "__getattr__": _ask_attr}
        )
    if raised:
        return _first_that_fits(name, [one for one in bases if _is_raised(one)], StudentError, body)
    below, more = data_body(facts.get("data"))
    body |= more
    shared = [one for one in bases if isinstance(one, type) and own_dict(one).get("__module__") == "__main__"]
    learned: list[type] = [one for one in bases if isinstance(one, LearnerClass)]
    if any(not isinstance(one, LearnerClass) for one in shared):
        body["__getattribute__"] = _ask_public
        learned = [*learned, Proxy, *(one for one in shared if one not in learned)]
    if below is not None:
        body["__getattribute__"] = _ask_public
        learned = [*(learned or [Proxy]), below]
    made = _first_that_fits(name, learned, Proxy, body)
    if getattr(made, "__abstractmethods__", None):
        type.__setattr__(made, "__abstractmethods__", frozenset())
    return made


def _is_raised(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)


def _first_that_fits(name: str, wanted: list[Any], otherwise: type, body: dict[str, Any]) -> type:
    """A class with these bases; bases whose orders or metaclasses contradict each other give way to a plain one."""
    for parents in (tuple(dict.fromkeys(wanted)), (otherwise,)):
        kinds = tuple({type(one): None for one in parents if type(one) not in (type, LearnerClass)})
        try:
            meta = type("LearnerClass", (LearnerClass, *kinds), {}) if kinds else LearnerClass
            if parents:
                return type.__new__(meta, name, parents, dict(body))
        except TypeError:
            continue
    raise Malformed("class")


def _ask_public(self: Any, name: str) -> Any:
    """An object whose class stands on a class that we have too: its attributes are all over there, not in ours."""
    if name.startswith("_"):
        return object.__getattribute__(self, name)
    return Proxy.__getattr__(self, name)


def _field(name: str) -> Any:
    """A field of a dataclass, as `dataclasses.fields` shows it."""
    made: Any = dataclasses.field()
    made.name, made._field_type = name, dataclasses._FIELD  # type: ignore[attr-defined]
    return made


def _ask_attr(self: Any, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return attribute(self, name)


def _body(number: int, facts: dict[str, Any], raised: bool) -> dict[str, Any]:
    own = facts.get("own")
    body: dict[str, Any] = {
        "_luojiao_lib": isinstance(facts.get("lib"), str),
        "__module__": _text(facts.get("m"), "__main__"),
        "__qualname__": _text(facts.get("q"), "Class"),
        "__doc__": facts.get("doc") if isinstance(facts.get("doc"), str) else None,
        NUMBER: number,
        "_luojiao_own": frozenset(own if isinstance(own, list) else ()) & ASKED - _OWN_HERE,
    }
    if raised:
        return body | {"_luojiao_raised": True, "__getattr__": _ask_attr, "__str__": _raised_text}
    for name in facts.get("d") or ():
        if name in OPERATORS:
            body[name] = operator(name)
    if "__iter__" not in body and "__getitem__" in body:
        body["__iter__"] = None if not facts.get("len") else _walk
    body["__bool__"] = refused_truth if facts.get("len") else lambda self: True
    if isinstance(facts.get("lib"), str):
        body["__class__"] = property(lambda self: _real_class(facts) or type(self))
    body["__dict__"] = property(remote_dict)
    if isinstance(facts.get("fields"), list):
        body["__dataclass_fields__"] = {name: _field(name) for name in check_names(facts["fields"])}
    return body


def _walk(self: Any) -> Any:
    """Iteration of what has only `__getitem__`, as Python does it."""
    at = 0
    while True:
        try:
            value = self[at]
        except IndexError:
            return
        yield value
        at += 1


def _raised_text(self: Any) -> str:
    found = vars(self).get("_luojiao_text")
    return found if isinstance(found, str) else Exception.__str__(self)


def _real_class(facts: dict[str, Any]) -> type | None:
    """Our own class of that name, where both sides have the library: only `isinstance` sees it."""
    path = facts.get("lib")
    if not isinstance(path, str):
        return None
    if path in _HIDDEN:
        return _HIDDEN[path]
    home, _, name = path.rpartition(":")
    if home.split(".")[0] in _NOT_THESE:
        return None
    found = getattr(sys.modules.get(home), name, None)
    return found if isinstance(found, type) and not issubclass(found, BaseException) else None


def _is_special(name: Any) -> bool:
    """Whether a name in the body of an enum would be more than a member."""
    return not isinstance(name, str) or (name.startswith("_") and name.endswith("_")) or name == "mro"


def _make_enum(number: int, name: str, facts: dict[str, Any]) -> type:
    members = facts.get("members")
    base = _ENUMS[facts["enum"]]
    if not isinstance(members, list) or any(_is_special(key) for key, _ in members):
        raise Malformed("enum")
    mixed = _MIXED.get(facts.get("mixed")) if base is enum.Enum else None
    made: Any = base(name, members, type=mixed)
    setattr(made, NUMBER, number)
    return made  # type: ignore[no-any-return]
