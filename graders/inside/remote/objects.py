"""Objects that do not travel: each side numbers its own, and stands in for the other's by proxies."""

from __future__ import annotations

import contextlib
import enum
import sys
import types
from collections.abc import Mapping
from typing import Any

from graders.inside.remote.classes import LearnerClass, make_class, own_dict
from graders.inside.remote.data import FIXED, data_facts, fixed_value
from graders.inside.remote.facts import facts_of
from graders.inside.remote.proxies import NUMBER, make_function, make_object, number_of
from graders.inside.remote.raised import RAISED, allowed_raised
from graders.inside.remote.readers import READERS
from graders.inside.remote.state import FLAT, flattened, library_path, pairs, state_of, travels
from graders.inside.wire import codec
from graders.inside.wire.codec import Decoder, Encoder
from graders.inside.wire.frames import Malformed, TooLarge
from graders.inside.wire.peer import Peer
from graders.inside.wire.unordered import Unordered

MAX_OBJECTS = 200_000
_BUILTIN_RAISED = {one: name for name, one in RAISED.items()}


class AsHandle:
    """Around a value that is to be handed over as an object, although its content could travel."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Objects:
    """The tables of one side; its subclasses say what the other side may ask."""

    peer: Peer

    def __init__(self) -> None:
        self._own: dict[int, Any] = {}
        self._own_ids: set[int] = set()
        self._numbers: dict[Any, int] = {}
        self._told: set[int] = set()
        self._theirs: dict[int, Any] = {}
        self._in_cause = False
        self.shared: dict[str, type] = {}  # classes of the teacher's cells: both sides have their own
        self._shared_names: dict[type, str] = {}

    def link_of(self, value: Any) -> int | None:
        """See codec.References."""
        return self.peer.links.number_of(value)

    def linked(self, number: int) -> Any:
        """See codec.References."""
        return self.peer.links.held(number)

    def share(self, name: str, kind: Any) -> None:
        """From now on objects of this class travel by content: the other side has the class too."""
        if not isinstance(kind, type) or kind in self._shared_names:
            return
        self.shared[name] = kind
        self._shared_names[kind] = name
        plain = all(base.__module__ != "builtins" or base is object for base in kind.__mro__)
        if plain and not issubclass(kind, enum.Enum):
            codec.contents[kind] = lambda encoder, value: ["in", name, *pairs(encoder, state_of(value))]

    def hear(self, text: Any) -> None:
        """See codec.References."""

    def vacuous(self, what: str) -> bool:
        """See codec.References."""
        return False

    def unsent(self) -> None:
        """A message did not leave: nobody knows what has been told."""
        self._told.clear()

    # writing

    def write_object(self, encoder: Encoder, value: Any) -> list[Any]:
        """An object by number; the first time with what there is to know of it."""
        if isinstance(value, AsHandle):
            return self._write_own(encoder, value.value)
        theirs = self._number_of_proxy(value)
        if theirs is not None:
            return ["H", theirs]
        if isinstance(value, type):
            return self._write_class(encoder, value)
        if isinstance(value, BaseException):
            return self._write_raised(encoder, value)
        kind = type(value)
        if isinstance(value, enum.Enum) and isinstance(value.name, str):
            return ["en", encoder.value(kind), value.name]
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            return ["nt", encoder.value(kind), *encoder.values(tuple(value))]
        base = self.travels_as(kind)
        if base is not None and not self.stays(kind):
            return encoder.value(flattened(value, base))  # type: ignore[no-any-return]
        return self._write_own(encoder, value)

    def stays(self, kind: type) -> bool:
        """Whether instances of a class made on top of a plain type stay here all the same."""
        return False

    def travels_as(self, kind: type) -> type | None:
        """The plain type below a class, if that is what an instance of it travels as."""
        below = (one for one in kind.__mro__[1:] if one not in self._shared_names and one not in codec.exact)
        return next((one for one in below if one in codec.contents or one in FLAT), None)

    def _number_of_proxy(self, value: Any) -> int | None:
        if isinstance(value, type):
            own = own_dict(value).get(NUMBER)
            return own if isinstance(own, int) and self._theirs.get(own) is value else None
        return number_of(value)

    def _write_class(self, encoder: Encoder, value: type) -> list[Any]:
        if value in self._shared_names:
            return ["tc", self._shared_names[value]]
        if value in _BUILTIN_RAISED:
            return ["ty", _BUILTIN_RAISED[value]]
        for library in ("numpy", "pandas"):
            module = sys.modules.get(codec._late[library])
            if module is not None:
                for path, one in module.TYPES.items():
                    if one is value:
                        return ["tl", path]
        return self._write_own(encoder, value)

    def _write_raised(self, encoder: Encoder, value: BaseException) -> list[Any]:
        told = ""
        with contextlib.suppress(Exception):
            told = str(value)[:20_000]
        args = tuple(one if travels(one) else None for one in value.args)
        state = state_of(value) if type(value) in self._shared_names else {}
        found = ["x", encoder.value(type(value)), self._keep(value), encoder.value(args), told]
        return [*found, *pairs(encoder, state), self._write_cause(encoder, value)]

    def _write_cause(self, encoder: Encoder, value: BaseException) -> Any:
        """What `raise ... from` names; a cause's own cause stays where it is."""
        if self._in_cause or not isinstance(value.__cause__, Exception):
            return None
        self._in_cause = True
        try:
            return encoder.value(value.__cause__)
        finally:
            self._in_cause = False

    def _write_own(self, encoder: Encoder, value: Any) -> list[Any]:
        number = self._keep(value)
        if encoder.plain_facts or number in self._told:
            return ["h", number]
        self._told.add(number)
        return ["h", number, self._facts(encoder, value)]

    def _keep(self, value: Any) -> int:
        method = isinstance(value, types.MethodType)  # made anew at each access, but the same thing
        key: Any = (id(value.__self__), id(value.__func__)) if method else id(value)
        number = self._numbers.get(key)
        if number is None:
            if len(self._own) >= MAX_OBJECTS:
                raise TooLarge("too many objects")
            number = self._numbers[key] = len(self._own) + 1
            self._own[number] = value
            self._own_ids.add(id(value))
        return number

    def _facts(self, encoder: Encoder, value: Any) -> dict[str, Any]:
        facts = facts_of(value, lambda kind: self._reference(encoder, kind, value))
        if isinstance(value, type):
            facts["lib"] = library_path(value)
            base = self.travels_as(value) if self.stays(value) else None
            facts["data"] = data_facts(value, base) if base is not None else None
            if facts.get("enum"):
                members: Mapping[str, Any] = value.__members__  # type: ignore[attr-defined]
                facts["members"] = [[name, encoder.value(one.value)] for name, one in members.items()]
            if facts.get("nt"):
                defaults = getattr(value, "_field_defaults", None)
                known = list(defaults.values()) if isinstance(defaults, dict) else ()
                facts["defaults"] = encoder.values(known)
        elif isinstance(value, FIXED) and facts["k"] == "object":
            base = self.travels_as(type(value))
            facts["content"] = encoder.value(flattened(value, base)) if base in FIXED else None
        return facts

    def _reference(self, encoder: Encoder, kind: type, value: Any) -> Any:
        """The class of an object that stays here stays here too, also where the other side has one of that name."""
        here = kind is type(value) and kind.__module__ == "builtins"
        return self._write_own(encoder, kind) if here else encoder.value(kind)

    # reading

    def read_object(self, decoder: Decoder, tag: str, body: list[Any]) -> Any:
        """What a tag of the tables means here."""
        read = READERS.get(tag)
        if read is None:
            raise Malformed(f"tag {tag[:20]!r}")
        return read(self, decoder, body)

    def own(self, number: Any) -> Any:
        """An object of ours that the other side names."""
        if type(number) is not int or number not in self._own:
            raise Malformed("object")
        return self._own[number]

    def _read_theirs(self, decoder: Decoder, body: list[Any]) -> Any:
        number = body[1]
        if type(number) is not int:
            raise Malformed("object")
        if number in self._theirs:
            return self._theirs[number]
        if len(body) != 3 or not isinstance(body[2], dict) or len(self._theirs) >= MAX_OBJECTS:
            raise Malformed("an object nobody knows")
        facts = dict(body[2])
        for value in facts.values():
            self.hear(value)
        made = self._make(number, facts, decoder)
        self._theirs[number] = made
        return made

    def _make(self, number: int, facts: dict[str, Any], decoder: Decoder) -> Any:
        if facts.get("k") == "class":
            known = allowed_raised(facts) if facts.get("x") else None
            if known is not None:
                return known
            if facts.get("enum"):
                facts["members"] = [[key, decoder.value(value)] for key, value in facts.get("members") or ()]
            if facts.get("nt"):
                facts["defaults"] = decoder.values(facts.get("defaults"))
            return make_class(number, facts, decoder.values(facts.get("b")))
        if facts.get("k") == "object":
            kind = decoder.value(facts.get("of"))
            if not isinstance(kind, LearnerClass) or getattr(kind, "_luojiao_raised", False):
                kind = _ANYTHING
            made = fixed_value(kind, decoder.value(facts.get("content")))
            return made if type(made) is Unordered else make_object(number, kind, made)
        return make_function(number, facts)

    def shared_class(self, name: Any) -> Any:
        """The class of a teacher's cell."""
        if name not in self.shared:
            raise Malformed("class")
        return self.shared[name]


_ANYTHING = make_class(
    0, {"n": "object", "d": ["__call__", "__iter__", "__len__", "__getitem__"], "len": True}, []
)
