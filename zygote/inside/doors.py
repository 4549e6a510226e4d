"""The only ways out of a resident's network: ports on its own loopback, each leading to one unix socket outside."""

from __future__ import annotations

import contextlib
import os
import select
import socket
from typing import TYPE_CHECKING

from zygote.inside import kernel as k

if TYPE_CHECKING:
    from zygote.inside.bounds import Bounds

_PIECE = 65536
_MOST = 128  # lines at once; one more is closed as soon as it is opened


class _Way:
    """One direction of one line: what was read and is not written yet."""

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self.source, self.target = source, target
        self.pending = b""
        self.ended = False


class Doors:
    """Made while the walls go up, served by the first process for as long as the resident lives."""

    def __init__(self, doors: list[list[object]]) -> None:
        self._targets: dict[int, str] = {}
        self._listeners: dict[int, socket.socket] = {}
        self._lines: dict[int, tuple[_Way, _Way]] = {}  # by descriptor: (what it says, what it hears)
        self._silent: set[int] = set()  # closed at their end: the kernel would not stop telling so
        for port, path in doors:
            listener = socket.create_server(("127.0.0.1", int(str(port))), backlog=64)
            listener.setblocking(False)
            self._listeners[listener.fileno()] = listener
            self._targets[listener.fileno()] = str(path)

    def fds(self) -> tuple[int, ...]:
        """The listening descriptors."""
        return tuple(self._listeners)

    def close(self) -> None:
        """In a process that serves no doors."""
        for listener in self._listeners.values():
            listener.close()
        self._listeners.clear()

    def serve(self, child: int, bounds: Bounds) -> int:
        """Until the child has ended; its exit status."""
        ended = os.pidfd_open(child)
        poller = select.poll()
        for fd in (ended, *self._listeners):
            poller.register(fd, select.POLLIN)
        while True:
            ready = dict(poller.poll(1000 * bounds.patience()))
            if ended in ready:
                _, status = os.waitpid(child, 0)
                return os.waitstatus_to_exitcode(status) & 0xFF
            for fd, event in ready.items():
                if fd in self._listeners:
                    self._accept(fd, poller)
                elif fd in self._lines:
                    self._move(fd, event, poller)
            k.reap_orphans(child)
            bounds.look(child)

    def _accept(self, fd: int, poller: select.poll) -> None:
        try:
            near, _ = self._listeners[fd].accept()
        except OSError:
            return
        if len(self._lines) >= 2 * _MOST:
            near.close()
            return
        far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            far.connect(self._targets[fd])
        except OSError:  # nobody is at home there just now: the caller sees a refused line
            near.close()
            far.close()
            return
        out, back = _Way(near, far), _Way(far, near)
        for one, ways in ((near, (out, back)), (far, (back, out))):
            one.setblocking(False)
            self._lines[one.fileno()] = ways
            poller.register(one, select.POLLIN)

    def _move(self, fd: int, event: int, poller: select.poll) -> None:
        said, heard = self._lines[fd]
        if event & (select.POLLHUP | select.POLLERR) and said.ended:
            self._silent.add(fd)
            poller.unregister(fd)
        try:
            if event & select.POLLOUT:
                _write(heard)
            if (
                event & (select.POLLIN | select.POLLHUP | select.POLLERR)
                and not said.ended
                and not said.pending
            ):
                said.pending = said.source.recv(_PIECE)
                said.ended = not said.pending
                _write(said)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(fd, poller)
            return
        if said.ended and heard.ended and not said.pending and not heard.pending:
            self._drop(fd, poller)
            return
        for one in (said, heard):
            self._want(one.source, poller)

    def _want(self, one: socket.socket, poller: select.poll) -> None:
        if one.fileno() in self._silent:
            return
        said, heard = self._lines[one.fileno()]
        reads = select.POLLIN if not said.ended and not said.pending else 0
        poller.modify(one, reads | (select.POLLOUT if heard.pending else 0))

    def _drop(self, fd: int, poller: select.poll) -> None:
        for way in self._lines[fd]:
            number = way.source.fileno()
            if self._lines.pop(number, None):
                if number in self._silent:
                    self._silent.discard(number)
                else:
                    poller.unregister(number)
                way.source.close()


def _write(way: _Way) -> None:
    """As much as the other side takes; the end of one side is told to the other."""
    with contextlib.suppress(BlockingIOError):
        while way.pending:
            way.pending = way.pending[way.target.send(way.pending, socket.MSG_NOSIGNAL) :]
    if way.ended and not way.pending:
        way.target.shutdown(socket.SHUT_WR)
