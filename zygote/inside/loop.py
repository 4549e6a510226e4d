"""The template's loop: take requests, fork, keep each fork's time and memory, tell its caller how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from zygote.inside import kernel as k
from zygote.inside import weigh

TICK = 0.1
MAX_FDS = 64


@dataclass
class Order:
    """What a fork is to do: descriptors of its link, its task and its cgroup's files, those it may keep, its limits, its place."""

    link: int
    task: int
    groups: tuple[int, ...]
    fds: tuple[int, ...]
    limits: dict[str, Any]
    residence: dict[str, Any] | None = None

    def everything(self) -> tuple[int, ...]:
        """All descriptors that came with it."""
        return (self.link, self.task, *self.groups, *self.fds)


@dataclass
class Living:
    """A fork that has not ended. `link` is a socket to its caller: its end of file is the order to kill."""

    pid: int
    pidfd: int
    link: int
    limits: dict[str, Any]
    counted: bool
    started: float = field(default_factory=time.monotonic)
    hit: list[str] = field(default_factory=list)
    killed: bool = False

    def kill(self) -> None:
        """It is the first of its pid namespace: everything in there ends with it."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def overdue(self) -> float:
        """Seconds until its time is up; infinite without a bound or when it was already killed for it."""
        wall = self.limits["wall"]
        return float("inf") if wall is None or "wall" in self.hit else self.started + wall - time.monotonic()


def alone() -> bool:
    """Whether this process has one thread: a fork copies no other, but it copies the locks they hold."""
    return os.stat("/proc/self/task").st_nlink == 3  # noqa: PTH116 - asked before every fork


class Loop:
    """All a template does after it is prepared."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.base = weigh.held(os.getpid())
        self.living: dict[int, Living] = {}  # by pidfd and by link
        self.weighed = 0.0
        self.poller = select.poll()
        self.poller.register(control, select.POLLIN)

    def run(self) -> Order:
        """Serve until the caller is gone, then end with every fork. Returns only in a fork, with its order."""
        while True:
            ready = {fd for fd, _ in self.poller.poll(self._patience())}
            for fd in ready - {self.control.fileno()}:
                self._heard(fd)
            if (
                self.control.fileno() in ready
            ):  # last: a new fork's descriptors may get the numbers of an old one's
                order = _receive(self.control)
                if self._fork(order):
                    return order
            self._keep_bounds()

    def _fork(self, order: Order) -> bool:
        """True in the fork. One that cannot be made is told to its caller."""
        try:
            if not alone():
                raise OSError(0, "the template has more than one thread")
            pid = _born(self.own)
        except OSError as error:
            _tell(order.link, {"error": "fork", "errno": error.errno or 0, "text": str(error)})
            for fd in order.everything():
                os.close(fd)
            return False
        if pid == 0:
            return True
        if order.residence is not None:  # it is nobody's any more
            for fd in order.everything():
                os.close(fd)
            return False
        one = Living(pid, os.pidfd_open(pid), order.link, order.limits, bool(order.groups))
        for fd in order.everything()[1:]:
            os.close(fd)
        for fd in (one.pidfd, one.link):
            self.living[fd] = one
            self.poller.register(fd, select.POLLIN)
        return False

    def _heard(self, fd: int) -> None:
        """A fork has ended, or its caller wants it to."""
        one = self.living.pop(fd, None)
        if one is None:
            return  # its other descriptor was dealt with a moment ago
        self.poller.unregister(fd)
        if fd == one.link:
            one.kill()
            return
        if self.living.pop(one.link, None):
            self.poller.unregister(one.link)
        _ended(one)

    def _keep_bounds(self) -> None:
        now = time.monotonic()
        weigh_now = now - self.weighed >= TICK
        if weigh_now:
            self.weighed = now
        for fd, one in self.living.items():
            if fd != one.pidfd:
                continue
            if one.overdue() <= 0:
                one.hit.append("wall")
                one.kill()
            if weigh_now and not one.counted:
                _weigh(one, self.base)

    def _patience(self) -> float | None:
        """Milliseconds to wait for something to happen."""
        waits = [max(0.0, one.overdue()) for one in self.living.values()]
        waits += [TICK for one in self.living.values() if not one.counted]
        shortest = min(waits, default=float("inf"))
        return None if shortest == float("inf") else 1000 * shortest + 1


def _receive(control: socket.socket) -> Order:
    header, fds, _, _ = socket.recv_fds(control, 65536, MAX_FDS, socket.MSG_CMSG_CLOEXEC)
    if not header:
        os._exit(0)
    said = json.loads(header)
    groups, residence = said.pop("groups"), said.pop("residence", None)
    return Order(fds[0], fds[1], tuple(fds[2 : 2 + groups]), tuple(fds[2 + groups :]), said, residence)


def _born(own: int) -> int:
    """fork(2) whose child is the first process of a new pid namespace; ours is where the next one starts from."""
    k.unshare(k.CLONE_NEWPID)
    try:
        pid = os.fork()
    except OSError:
        k.enter_namespace(own, k.CLONE_NEWPID)
        raise
    if pid:
        k.enter_namespace(own, k.CLONE_NEWPID)
    return pid


def _ended(one: Living) -> None:
    _, status, usage = os.wait4(one.pid, 0)
    os.close(one.pidfd)
    cpu, bound = usage.ru_utime + usage.ru_stime, one.limits["rlimits"]["CPU"]
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    # The kernel's clock for this limit goes by ticks, the usage told here is exact: they differ. Nobody inside can send it.
    if killed == signal.SIGKILL and not one.killed and bound and cpu >= bound - max(0.5, 0.1 * bound):
        one.hit.append("cpu")
    message = {
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        "signal": killed,
        "hit": one.hit,
        "cpu": cpu,
        "rss": usage.ru_maxrss * 1024,
        "wall": time.monotonic() - one.started,
    }
    _tell(one.link, message)
    os.close(one.link)


def _tell(link: int, message: dict[str, Any]) -> None:
    """One packet; a caller that is gone needs none, one that does not read gets none."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(link)) as line:
        line.send(json.dumps(message).encode(), socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT)


def _too_heavy(members: list[int], base: int, memory: int) -> bool:
    """At first as if nothing were shared but the template's pages once; if that is too much, as the kernel counts."""
    if sum(map(weigh.held, members)) - base <= memory:
        return False
    parts = ((pid, weigh.proportional(pid)) for pid in members)
    return sum(weigh.held(pid) if part is None else part for pid, part in parts) - base > memory


def _weigh(one: Living, base: int) -> None:
    """`base` is what the fork still shares with the template."""
    members = weigh.family(one.pid)
    memory, processes = one.limits["memory"], one.limits["rlimits"]["NPROC"]
    if memory is not None and "memory" not in one.hit and _too_heavy(members, base, memory):
        one.hit.append("memory")
        one.kill()
    if processes is not None and "processes" not in one.hit and sum(map(weigh.threads, members)) >= processes:
        one.hit.append("processes")
