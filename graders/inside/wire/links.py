"""Containers that both processes hold: each change on one side reaches the other with the next message.

A list handed to the other side is there a copy; by its number the two copies stay one thing: what `sort()` does there is
seen here when the call returns, and the object that comes back is the object that was sent.
"""

from __future__ import annotations

import copy
import hashlib
import io
import sys
from collections.abc import Callable
from typing import Any, Protocol

from graders.inside.wire.codec import Decoder, Encoder, References, is_container
from graders.inside.wire.frames import Malformed, TooLarge, text_of

MAX_LINKS = 512
_HELD_HERE = 2  # what getrefcount says of a container that only the table still holds


class Watch(Protocol):
    """Who on one side minds that its containers change."""

    def offered(self, number: int, mark: str, asked: bool) -> None:
        """Called when a container is sent for the first time; `asked`: with a question of the outermost call."""

    def may_change(self, number: int) -> bool:
        """Called before a change of theirs is made here; False leaves our container alone and gives the change another."""


class Links:
    """One side's table; `step` keeps the numbers of the two sides apart."""

    watch: Watch | None = None

    def __init__(self, references: References, first: int) -> None:
        self._references = references
        self._next = first
        self._held: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._prints: dict[int, bytes] = {}

    def number_of(self, value: Any) -> int | None:
        """The number of a container that the other side holds too."""
        return self._numbers.get(id(value))

    def held(self, number: Any) -> Any:
        """The container of a number."""
        if type(number) is not int or number not in self._held:
            raise Malformed("link")
        return self._held[number]

    def offer(self, value: Any, asked: bool) -> int:
        """A number for a container that is about to be sent for the first time."""
        number, self._next = self._next, self._next + 2
        self.take(number, value)
        if self.watch is not None:
            self.watch.offered(number, self._prints[number].hex(), asked)
        return number

    def take(self, number: int, value: Any) -> None:
        """Hold a container under a number, ours or theirs."""
        if number in self._held or not is_container(value):
            raise Malformed("link")
        self._held[number] = value
        self._numbers[id(value)] = number
        self._prints[number] = self._print(value)

    def drop(self, number: Any) -> None:
        """Forget a container."""
        if number in self._held:
            del self._numbers[id(self._held.pop(number))], self._prints[number]

    def forget_unused(self, needed: set[int]) -> list[int]:
        """Forget what nobody here holds any more, and the oldest beyond the bound; their numbers."""
        gone = []
        for number in list(self._held):
            if number in needed:
                continue
            if len(self._held) > MAX_LINKS or sys.getrefcount(self._held[number]) <= _HELD_HERE:
                self.drop(number)
                gone.append(number)
        return gone

    def changed(self) -> list[tuple[int, Any]]:
        """What was changed here since the other side last heard of it."""
        found = []
        for number, value in self._held.items():
            now = self._print(value)
            if now != self._prints[number]:
                self._prints[number] = now
                found.append((number, value))
        return found

    def set_apart(self, updates: Any) -> None:
        """Before a message is read: what may not change here keeps its content, and its number goes to another container."""
        if self.watch is None or not isinstance(updates, list):
            return
        for pair in updates:
            number = pair[0] if isinstance(pair, list) and pair else None
            if type(number) is not int or number not in self._held or self.watch.may_change(number):
                continue
            ours = self._held[number]
            made = self._held[number] = _another(ours)
            del self._numbers[id(ours)]
            self._numbers[id(made)] = number

    def update(self, number: Any, value: Any) -> None:
        """Make our copy what theirs has become."""
        ours = self.held(number)
        refill(ours, value)
        self._prints[number] = self._print(ours)

    def _print(self, value: Any) -> bytes:
        encoder = Encoder(self._references, plain_facts=True)
        try:
            top = encoder.value(value)
            encoder.finish()
        except TooLarge:
            return b""
        made = hashlib.blake2b(text_of([top, encoder.table]), digest_size=16)
        for one in encoder.buffers:
            made.update(one)
        return made.digest()


def _another(ours: Any) -> Any:
    """A container of the same kind that shares nothing with this one that could be changed through it."""
    kind = type(ours)
    home = kind.__module__.split(".")[0]
    if home in ("numpy", "pandas"):
        return ours.copy()
    if isinstance(ours, io.IOBase):
        return kind()
    if hasattr(ours, "clear"):
        made = copy.copy(ours)
        made.clear()
        return made
    return copy.copy(ours) if home == "array" else object.__new__(kind)


def refill(ours: Any, theirs: Any) -> None:
    """Give a container the content of another of its kind, keeping the containers inside that still match."""
    if ours is theirs or type(ours) is not type(theirs):
        return
    kind: Any = type(ours)
    for base in kind.__mro__:
        if base in _REFILL:
            _REFILL[base](ours, theirs)
            return
    for name in ("numpy", "pandas"):
        if kind.__module__.split(".")[0] == name:
            _refill_library(name, ours, theirs)
            return
    if hasattr(ours, "__dict__"):
        _refill_dict(vars(ours), vars(theirs))


def _merged(old: Any, new: Any) -> Any:
    if type(old) is type(new) and is_container(old):
        refill(old, new)
        return old
    return new


def _refill_list(ours: Any, theirs: Any) -> None:
    merged = [_merged(ours[at], one) if at < len(ours) else one for at, one in enumerate(theirs)]
    ours.clear()
    ours.extend(merged)


def _refill_dict(ours: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    merged = {key: _merged(ours[key], one) if key in ours else one for key, one in theirs.items()}
    ours.clear()
    ours.update(merged)


def _refill_set(ours: set[Any], theirs: set[Any]) -> None:
    ours.clear()
    ours.update(theirs)


def _refill_bytes(ours: bytearray, theirs: bytearray) -> None:
    ours[:] = theirs


def _refill_stream(ours: Any, theirs: Any) -> None:
    ours.seek(0)
    ours.truncate()
    ours.write(theirs.getvalue())
    ours.seek(theirs.tell())


def _refill_random(ours: Any, theirs: Any) -> None:
    ours.setstate(theirs.getstate())


def _refill_library(name: str, ours: Any, theirs: Any) -> None:
    if name == "numpy" and hasattr(ours, "bit_generator"):
        ours.bit_generator.state = theirs.bit_generator.state
    elif name == "numpy" and hasattr(ours, "get_state"):
        ours.set_state(theirs.get_state())
    elif name == "numpy":
        if ours.shape == theirs.shape and ours.dtype == theirs.dtype:
            ours[...] = theirs
    else:
        ours._update_inplace(theirs)
        if hasattr(ours, "name"):
            ours.name = theirs.name


def _containers() -> dict[type, Callable[[Any, Any], None]]:
    import collections
    import io
    import random

    lists: dict[type, Callable[[Any, Any], None]] = {list: _refill_list, collections.deque: _refill_list}
    return lists | {
        dict: _refill_dict,
        set: _refill_set,
        bytearray: _refill_bytes,
        io.StringIO: _refill_stream,
        io.BytesIO: _refill_stream,
        random.Random: _refill_random,
    }


_REFILL = _containers()


def read_updates(links: Links, decoder: Decoder, updates: Any) -> None:
    """Apply the changes a message brings: pairs of a link's number and a table entry."""
    if not isinstance(updates, list):
        raise Malformed("updates")
    for pair in updates:
        number, entry = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
        links.update(number, decoder.entry(entry))
