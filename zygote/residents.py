"""Forks that live on when their template and their caller end: rooms that people work in. Found again by pid and time of birth."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from zygote import cgroups
from zygote.errors import TemplateBroken, WallsMissing
from zygote.launch import in_memory
from zygote.spec import Limits, Residence
from zygote.template import Template, explain

_SETTLE_SECONDS = 30.0
_CREDENTIALS = struct.Struct("=iII")


@dataclass(frozen=True)
class Resident:
    """One that lives, or lived: its first process as this process sees it, and its cgroup's folders. Plain data, to be kept."""

    pid: int
    born: float
    folders: tuple[str, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether that very process still runs; a pid alone may be somebody else's."""
        try:
            process = psutil.Process(self.pid)
            return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - self.born) < 1
        except psutil.Error:
            return False

    def ask_to_end(self) -> None:
        """SIGTERM to its task: the child of its first process."""
        if self.alive:
            for child in psutil.Process(self.pid).children()[:1]:
                child.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """At once, with everything in it."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)

    def clear(self) -> None:
        """After its end: give its cgroup back."""
        cgroups.Group("", tuple(map(Path, self.folders))).remove()


class ResidentTemplate(Template):
    """A template whose forks are residents. Closing it ends the template alone."""

    _pidfd = -1

    @property
    def alive(self) -> bool:
        """Whether it can still fork; its namespace's first process may live longer."""
        return not self._closed and self._pidfd >= 0 and not _ended(self._pidfd)

    def close(self) -> None:
        """No more forks from now on; may be called twice."""
        with self._sending:
            first, self._closed = not self._closed, True
        if first:
            self._control.close()
            if self._pidfd >= 0:
                os.close(self._pidfd)
            self._process.poll()

    def _hear(self) -> dict[str, Any] | None:
        """Remember which process it is: its namespace's first one outlives it, and so does our line to that."""
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        message, pid = _introduced(self._control)
        if message and "ready" in message:
            self._pidfd = os.pidfd_open(pid)
        return message

    def settle(self, task: bytes, fds: Sequence[int], limits: Limits, residence: Residence) -> Resident:
        """Have a fork run `serve(task, (*fds, counts))` in that place; returns when its walls stand.

        `counts` is a file in memory, see `zygote.inside.bounds`. WallsMissing or TemplateBroken if it cannot be.
        """
        group = cgroups.make(
            limits.memory_bytes, limits.processes, prefix=f"luojiao-room-{residence.account}"
        )
        opened: list[int] = []
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            with ours:
                with theirs:
                    joins = [_opened(opened, path, os.O_WRONLY) for path in group.joins()]
                    counters = [str(file) for bound, file, _ in group.counters() if bound == "memory"]
                    counts = [_opened(opened, path, os.O_RDONLY) for path in counters]
                    told = in_memory(task)
                    opened.append(told)
                    place: dict[str, Any] = asdict(residence) | {"counts": len(counts)}
                    self._send(
                        limits, (theirs.fileno(), told, *joins, *counts, *fds), len(joins), residence=place
                    )
                pid = self._settled(ours)
            return Resident(pid, psutil.Process(pid).create_time(), tuple(map(str, group.folders)))
        except BaseException as error:
            group.remove()
            if isinstance(error, psutil.NoSuchProcess):
                raise WallsMissing("walls.setup", "it ended as soon as its walls stood") from None
            raise
        finally:
            for fd in opened:
                os.close(fd)

    def _settled(self, line: socket.socket) -> int:
        """The pid of whoever says that its walls stand."""
        waiting = select.poll()
        waiting.register(line, select.POLLIN)
        waiting.register(self._pidfd, select.POLLIN)
        ready = dict(waiting.poll(1000 * _SETTLE_SECONDS))
        if line.fileno() not in ready:
            why = "the template ended" if ready else f"nothing for {_SETTLE_SECONDS:.0f} s"
            raise TemplateBroken(f"{self.spec.name}: {why} while a resident was to settle")
        message, pid = _introduced(line)
        if message and "up" in message:
            return pid
        raise explain(message) if message else TemplateBroken("a resident ended while it settled")


def _opened(opened: list[int], path: str, flags: int) -> int:
    opened.append(os.open(path, flags | os.O_CLOEXEC))
    return opened[-1]


def _ended(pidfd: int) -> bool:
    waiting = select.poll()
    waiting.register(pidfd, select.POLLIN)
    return bool(waiting.poll(0))


def _introduced(line: socket.socket) -> tuple[dict[str, Any] | None, int]:
    """(message, pid of its sender here, as the kernel translates it); no message when the line has ended."""
    try:
        data, extra, _, _ = line.recvmsg(65536, socket.CMSG_SPACE(_CREDENTIALS.size))
    except ConnectionResetError:
        return None, 0
    pids = [_CREDENTIALS.unpack(content)[0] for _, kind, content in extra if kind == socket.SCM_CREDENTIALS]
    return (json.loads(data) if data else None), int(pids[0]) if pids else 0
