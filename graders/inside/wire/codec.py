"""Values as data: exact plain types in, the same exact types out; nothing is unpickled, no class is looked up by name.

A message holds immediate values and a flat table of containers, so that sharing, cycles and long chains survive.
A scalar stands for itself; everything else is a list that opens with a tag. ``["@", n]`` is entry n of the table.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, Protocol

from graders.inside.wire.frames import MAX_BUFFER, Buffer, Malformed, TooLarge
from graders.inside.wire.unordered import Unordered

MAX_NODES, MAX_DEPTH = 2_000_000, 60
_SMALL = 1 << 62

Write = Callable[["Encoder", Any], list[Any]]
Read = Callable[["Decoder", list[Any]], Any]
Fill = Callable[["Decoder", Any, list[Any]], None]

immediate: dict[type, Write] = {}  # how a value that is itself is written
contents: dict[type, Write] = {}  # how what a container holds is written
exact: set[type] = set()  # kinds of which an instance of a subclass is no such value
readers: dict[str, Read] = {}  # tag of an immediate value, or of a table entry made whole at once
shells: dict[str, Read] = {}  # tag of a container -> an empty one
fillers: dict[str, Fill] = {}  # tag of a container -> how it is filled
_late = {"numpy": "graders.inside.wire.arrays", "pandas": "graders.inside.wire.tables"}
_late_tags = {"n": "numpy", "p": "pandas"}


class References(Protocol):
    """What only one side knows: objects that do not travel, and containers that both sides hold."""

    def write_object(self, encoder: Encoder, value: Any) -> list[Any]:
        """Called by the encoder for every value that has no codec."""

    def read_object(self, decoder: Decoder, tag: str, body: list[Any]) -> Any:
        """Called by the decoder for every tag that has no codec."""

    def link_of(self, value: Any) -> int | None:
        """Called for every container: the number under which the other side holds it already."""

    def linked(self, number: int) -> Any:
        """Called for a number the other side uses: the container it means."""

    def hear(self, text: Any) -> None:
        """Called for every text, and for bytes, that come from the other side."""

    def vacuous(self, what: str) -> bool:
        """Called for a value of which much is true ("empty", "masked", "nan"); True when it shall not be taken so."""


class Encoder:
    """Writes the values of one message; `table` and `buffers` grow along."""

    def __init__(self, references: References, *, plain_facts: bool = False) -> None:
        self.references = references
        self.plain_facts = plain_facts  # for fingerprints: handles by number alone, links by content
        self.table: list[Any] = []
        self.buffers: list[Buffer] = []
        self._numbers: dict[int, int] = {}
        self._waiting: list[tuple[int, Any, Write]] = []
        self._hold: list[Any] = []  # a number belongs to an object only as long as that lives
        self._nodes = 0
        self._depth = 0

    def value(self, value: Any) -> Any:
        """The JSON of one value; raises TooLarge. What is still to be written is written by `finish`."""
        kind = type(value)
        if kind is str or kind is float or kind is bool or value is None:
            return value
        if kind is int:
            return value if -_SMALL < value < _SMALL else ["i", hex(value)]
        self._nodes += 1
        self._depth += 1
        if self._nodes > MAX_NODES or self._depth > MAX_DEPTH:
            raise TooLarge("too many values, or too deep")
        try:
            return self._tagged(kind, value)
        finally:
            self._depth -= 1

    def values(self, values: Any) -> list[Any]:
        """One after the other."""
        return [self.value(one) for one in values]

    def number(self, value: Any) -> int:
        """The table entry of a container, made if it has none yet."""
        known = self._numbers.get(id(value))
        if known is None:
            known = self._numbers[id(value)] = len(self.table)
            self._hold.append(value)
            self.table.append(None)
            self._waiting.append((known, value, contents[type(value)]))
        return known

    def known(self, value: Any) -> bool:
        """Whether a container is in this message."""
        return id(value) in self._numbers

    def buffer(self, data: Buffer) -> int:
        """The number of a raw buffer of this message."""
        if len(memoryview(data).cast("B")) > MAX_BUFFER:
            raise TooLarge("a buffer")
        self.buffers.append(data)
        return len(self.buffers) - 1

    def finish(self) -> None:
        """Write what the containers hold, and what those hold; no nesting, however long the chain."""
        while self._waiting:
            number, value, write = self._waiting.pop()
            self.table[number] = write(self, value)

    def _tagged(self, kind: type, value: Any) -> list[Any]:
        write = immediate.get(kind)
        if write is not None:
            return write(self, value)
        if kind in contents:
            link = None if self.plain_facts else self.references.link_of(value)
            return ["L", link] if link is not None else ["@", self.number(value)]
        if _load_for(kind):
            return self._tagged(kind, value)
        return self.references.write_object(self, value)


class Decoder:
    """Reads the values of one message; raises Malformed for everything that no encoder writes."""

    def __init__(self, references: References, table: Any, buffers: list[bytearray]) -> None:
        if not isinstance(table, list) or len(table) > MAX_NODES:
            raise Malformed("table")
        self.references = references
        self.buffers = buffers
        self._table = table
        self._made: list[Any] = [None] * len(table)
        self._state = bytearray(len(table))  # 0 not begun, 1 being made, 2 there
        self._depth = 0
        for number, entry in enumerate(table):
            if not isinstance(entry, list) or not entry or not isinstance(entry[0], str):
                raise Malformed("entry")
            if entry[0] in shells:
                self._made[number] = self._guarded(shells[entry[0]], entry)
                self._state[number] = 2
        for number, entry in enumerate(table):
            if entry[0] in shells:
                fill, made = fillers[entry[0]], self._made[number]
                self._guarded(functools.partial(_filled, fill, made), entry)

    def value(self, found: Any) -> Any:
        """The value of its JSON."""
        if not isinstance(found, list):
            if isinstance(found, dict):
                raise Malformed("an object")
            if type(found) is str:
                self.references.hear(found)
            elif found != found and self.references.vacuous("nan"):  # noqa: PLR0124
                return Unordered(found)
            return found
        self._depth += 1
        if not found or not isinstance(found[0], str) or self._depth > 4 * MAX_DEPTH:
            raise Malformed("a value")
        try:
            return self._guarded(type(self)._tagged, found)
        finally:
            self._depth -= 1

    def values(self, found: Any) -> list[Any]:
        """One after the other."""
        if not isinstance(found, list):
            raise Malformed("not a list")
        return [self.value(one) for one in found]

    def buffer(self, number: Any) -> bytearray:
        """A raw buffer of this message."""
        if type(number) is not int or not 0 <= number < len(self.buffers):
            raise Malformed("buffer")
        return self.buffers[number]

    def entry(self, number: Any) -> Any:
        """The container that is entry `number`."""
        if type(number) is not int or not 0 <= number < len(self._table):
            raise Malformed("entry")
        if self._state[number] == 1:
            raise Malformed("a value that contains itself")
        if self._state[number] == 0:
            self._state[number] = 1
            entry = self._table[number]
            self._made[number] = self._guarded(type(self)._read, entry)
            self._state[number] = 2
        return self._made[number]

    def _guarded(self, read: Callable[[Any, list[Any]], Any], body: list[Any]) -> Any:
        try:
            return read(self, body)
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, ImportError) as error:
            raise Malformed(f"{body[0]}: {type(error).__name__} {error}") from error

    def _tagged(self, body: list[Any]) -> Any:
        if body[0] == "@":
            return self.entry(body[1])
        if body[0] == "L":
            return self.references.linked(body[1])
        return self._read(body)

    def _read(self, body: list[Any]) -> Any:
        tag: str = body[0]
        read = readers.get(tag)
        if read is None and tag[:1] in _late_tags and _load(_late_tags[tag[:1]]):
            read = readers.get(tag)
        if read is not None:
            return read(self, body)
        if tag in shells:
            raise Malformed("a container out of place")
        return self.references.read_object(self, tag, body)


def _filled(fill: Fill, made: Any, decoder: Decoder, body: list[Any]) -> None:
    fill(decoder, made, body)


def is_container(value: Any) -> bool:
    """Whether a value can be changed in place and travels with what it holds."""
    return type(value) in contents or (_load_for(type(value)) and type(value) in contents)


def _load_for(kind: type) -> bool:
    """Load the codecs of a library when a value of that library turns up; True if that made a difference."""
    home = getattr(kind, "__module__", None)
    return type(home) is str and home.split(".")[0] in _late and _load(home.split(".")[0])


def _load(library: str) -> bool:
    module = _late.get(library, "")
    if not module or module in sys.modules:
        return False
    __import__(module)
    return True
