"""A conversation of two processes: one asks, the other answers, and may ask back before it does.

Both sides take turns strictly, so that a call that calls back that calls again is one nesting of waits. Values travel by
the codec, objects by number, containers stay linked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from graders.inside.wire.codec import Decoder, Encoder
from graders.inside.wire.frames import Closed, Line, Malformed, TooLarge
from graders.inside.wire.links import Links, read_updates

MAX_NESTING = 60


class Side(Protocol):
    """What one side of the conversation does with it."""

    def link_of(self, value: Any) -> int | None:
        """See codec.References."""

    def linked(self, number: int) -> Any:
        """See codec.References."""

    def write_object(self, encoder: Encoder, value: Any) -> list[Any]:
        """See codec.References."""

    def read_object(self, decoder: Decoder, tag: str, body: list[Any]) -> Any:
        """See codec.References."""

    def hear(self, text: Any) -> None:
        """See codec.References."""

    def vacuous(self, what: str) -> bool:
        """See codec.References."""

    def unsent(self) -> None:
        """A message of ours did not leave."""

    def answer(self, verb: str, values: list[Any]) -> Any:
        """Do what the other side asks; whatever it raises is told by `describe`."""

    def describe(self, error: BaseException) -> Any:
        """What the other side is told of an exception: JSON."""

    def raise_told(self, told: Any, value: Any) -> None:
        """Raise here what the other side told of an exception there."""

    def outgoing(self) -> dict[str, Any]:
        """JSON that goes along with every message of ours: output, files."""

    def incoming(self, extras: Mapping[str, Any]) -> None:
        """What came along with a message of theirs."""


class Peer:
    """Our end of the conversation."""

    def __init__(self, line: Line, side: Side, first_number: int) -> None:
        self.line = line
        self.side = side
        self.links = Links(side, first_number)
        self._nesting = 0

    @property
    def idle(self) -> bool:
        """Whether no question of ours is open."""
        return self._nesting == 0

    def ask(self, verb: str, *values: Any) -> Any:
        """Ask the other side and give its answer, or raise what it raised; answers its questions meanwhile."""
        if self._nesting >= MAX_NESTING:
            raise RecursionError("calls between answer and test are nested too deeply")
        self._nesting += 1
        try:
            self._send("?", verb, list(values))
            while True:
                kind, word, found = self._receive()
                if kind == "=":
                    return found[0] if found else None
                if kind == "!":
                    self.side.raise_told(word, found[0] if found else None)
                    raise Malformed("nothing was raised")
                self._reply(word, found)
        finally:
            self._nesting -= 1

    def serve(self) -> None:
        """Answer questions until the other side is gone (Closed)."""
        while True:
            kind, word, found = self._receive()
            if kind != "?":
                raise Malformed("an answer to no question")
            self._reply(word, found)

    def _reply(self, verb: Any, values: list[Any]) -> None:
        if not isinstance(verb, str):
            raise Malformed("verb")
        try:
            self._send("=", "", [self.side.answer(verb, values)])
        except (Malformed, SystemError):
            raise
        except BaseException as error:
            if isinstance(error, Closed):
                raise
            if isinstance(error, TooLarge):
                self.side.unsent()
            value = error if isinstance(error, Exception) else None
            try:
                self._send("!", self.side.describe(error), [value])
            except (TooLarge, TypeError, ValueError, AttributeError):
                self.side.unsent()
                self._send("!", self.side.describe(error), [])

    def _send(self, kind: str, word: Any, values: list[Any]) -> None:
        changed = dict(self.links.changed())
        dropped = self.links.forget_unused(set(changed))
        encoder = Encoder(self.side)
        updates = [[number, encoder.number(value)] for number, value in changed.items()]
        del changed
        told = encoder.values(values)
        encoder.finish()
        asked = kind == "?" and self._nesting == 1
        fresh = [
            [encoder.number(one), self.links.offer(one, asked)]
            for one in _containers(values, encoder, self.links)
        ]
        message = [kind, word, told, encoder.table, updates, fresh, dropped, self.side.outgoing()]
        self.line.send(message, encoder.buffers)

    def _receive(self) -> tuple[str, Any, list[Any]]:
        message, buffers = self.line.receive()
        try:
            return self._read(message, buffers)
        except Malformed:
            raise
        except Exception as error:  # nothing that came from outside may look like an error of a test
            raise Malformed(type(error).__name__) from error

    def _read(self, message: Any, buffers: list[bytearray]) -> tuple[str, Any, list[Any]]:
        if not isinstance(message, list) or len(message) != 8 or message[0] not in ("?", "=", "!"):
            raise Malformed("message")
        kind, word, told, table, updates, fresh, dropped, extras = message
        self.links.set_apart(updates)
        decoder = Decoder(self.side, table, buffers)
        if not isinstance(extras, dict) or not isinstance(fresh, list) or not isinstance(dropped, list):
            raise Malformed("message")
        read_updates(self.links, decoder, updates)
        values = decoder.values(told)
        for pair in fresh:
            entry, number = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
            if type(number) is not int:
                raise Malformed("link")
            self.links.take(number, decoder.entry(entry))
        for number in dropped:
            self.links.drop(number)
        self.side.incoming(extras)
        return kind, word, values


def _containers(values: list[Any], encoder: Encoder, links: Links) -> list[Any]:
    """The containers among the values of a message, and in tuples, lists and dicts of arguments, that get a number."""
    found: list[Any] = []
    waiting = list(values)
    while waiting and len(found) < 64:
        one = waiting.pop(0)
        if type(one) is tuple:
            waiting[:0] = one
        elif encoder.known(one) and links.number_of(one) is None and not any(one is old for old in found):
            found.append(one)
    return found
