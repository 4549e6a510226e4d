"""Frames between two processes: a header in JSON and raw buffers; every size is checked before it is believed."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

MB = 1024 * 1024
MAX_HEADER, MAX_BUFFER, MAX_BUFFERS, MAX_FRAME = 16 * MB, 64 * MB, 4096, 96 * MB
_HEAD = struct.Struct(">4sII")
_SIZE = struct.Struct(">I")
_MAGIC = b"ljx1"
_dumps = json.JSONEncoder(separators=(",", ":")).encode
_loads = json.JSONDecoder().decode

Buffer = bytes | bytearray | memoryview


class Closed(Exception):  # noqa: N818 - it is an end, not always an error
    """The other side is gone."""


class Malformed(Exception):  # noqa: N818 - says what the message is
    """The other side sent something that is no message, or more than is allowed; there is no way back from it."""


class TooLarge(Exception):  # noqa: N818 - says what the value is
    """A value of ours does not fit into a message."""


def text_of(value: Any) -> bytes:
    """JSON of plain lists and scalars; halves of characters are kept by escaping."""
    return _dumps(value).encode("ascii")


class Line:
    """One end of a connected stream socket that carries whole messages."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fileno(self) -> int:
        """The descriptor, to wait on."""
        return self._end.fileno()

    def send(self, message: Any, buffers: Sequence[Buffer] = ()) -> None:
        """Send one message; raises TooLarge before anything is sent, Closed when nobody listens."""
        try:
            header = text_of(message)
        except RecursionError as error:
            raise TooLarge("too deep") from error
        sizes = [len(one) if isinstance(one, bytes | bytearray) else one.nbytes for one in buffers]
        if len(header) > MAX_HEADER or len(sizes) > MAX_BUFFERS or sum(sizes) + len(header) > MAX_FRAME:
            raise TooLarge(f"{len(header) + sum(sizes)} bytes")
        head = _HEAD.pack(_MAGIC, len(header), len(sizes)) + b"".join(map(_SIZE.pack, sizes)) + header
        try:
            self._end.sendall(head)
            for one in buffers:
                self._end.sendall(one)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed from error

    def receive(self) -> tuple[Any, list[bytearray]]:
        """Wait for one message: what `send` was given, and its buffers."""
        magic, header_size, count = _HEAD.unpack(self._exactly(_HEAD.size))
        if magic != _MAGIC or header_size > MAX_HEADER or count > MAX_BUFFERS:
            raise Malformed("head")
        sizes = [_SIZE.unpack(self._exactly(_SIZE.size))[0] for _ in range(count)]
        if any(size > MAX_BUFFER for size in sizes) or sum(sizes) + header_size > MAX_FRAME:
            raise Malformed("size")
        header = self._exactly(header_size)
        buffers = [self._exactly(size) for size in sizes]
        try:
            return _loads(header.decode("ascii")), buffers
        except (ValueError, RecursionError) as error:
            raise Malformed("header") from error

    def set_patience(self, seconds: float | None) -> None:
        """How long one read or write may take before TimeoutError."""
        self._end.settimeout(seconds)

    def close(self) -> None:
        """Give the descriptor back."""
        self._end.close()

    def _exactly(self, size: int) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                got = self._end.recv_into(view)
            except TimeoutError:
                raise
            except OSError as error:
                raise Closed from error
            if got == 0:
                raise Closed
            view = view[got:]
        return data
