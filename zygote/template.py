"""A warm template behind outer walls, and its forks: each a fresh process that stands behind walls of its own."""

from __future__ import annotations

import array
import json
import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any

from zygote import stock
from zygote.errors import TemplateBroken, WallsMissing
from zygote.launch import in_memory, launch
from zygote.spec import Limits, Outcome, TemplateSpec, rlimits

_PREPARE_SECONDS = 120.0
_SEND_SECONDS = 30.0
_GRACE = 60.0  # seconds; the template keeps the time, the caller only steps in when that one fails
_MOST_FDS = 32


class Forked:
    """One fork. Dropping it without `finish` kills it, and so does the caller's own end."""

    def __init__(self, template: Template, link: socket.socket, lent: stock.Lent, wall: float | None) -> None:
        self.started = time.monotonic()
        self._template = template
        self._link = link
        self._lent = lent
        self._wall = wall
        self._outcome: Outcome | None = None
        self._killed = False
        self._lock = threading.Lock()

    def kill(self) -> None:
        """End everything in it, at once; `finish` then still says what it used. May be called from any thread."""
        self._killed = True
        try:
            self._link.shutdown(socket.SHUT_WR)
        except OSError:
            return  # it has ended

    def ends_within(self, seconds: float) -> bool:
        """Whether it ends by itself so soon; nothing is collected yet."""
        waiting = select.poll()
        waiting.register(self._link, 0)  # only the template's closing of it counts
        return bool(waiting.poll(1000 * seconds))

    def finish(self) -> Outcome:
        """Wait until everything of the fork is gone; raise WallsMissing if its walls did not stand, so that nothing ran."""
        with self._lock:
            if self._outcome is None:
                self._outcome = self._collect()
            return self._outcome

    def __del__(self) -> None:
        if self._outcome is None and self._link.fileno() >= 0:
            self._link.close()
            self._template.take_back(self._lent, empty=False)

    def _heard(self) -> dict[str, Any] | None:
        try:
            return packet(self._link)
        except TimeoutError:  # the template keeps the time; one that does not is broken
            self._template.close()
            return None

    def _collect(self) -> Outcome:
        self._link.settimeout(None if self._wall is None else self._wall + _GRACE)
        up = False
        final: dict[str, Any] = {}
        trouble: dict[str, Any] = {}
        while (message := self._heard()) is not None:
            up = up or "up" in message
            trouble = message if "error" in message else trouble
            final = message if "exit" in message else final
        if not final and not trouble:
            self._template.wait()  # it has died, and is gone only when all its forks are
        self._link.close()
        hits = tuple(dict.fromkeys((*final.get("hit", ()), *self._lent.hits())))
        self._template.take_back(self._lent)
        if trouble:
            raise explain(trouble)
        if final and not up and not self._killed and not hits:
            raise WallsMissing("walls.setup", "a fork ended before its task began")
        return Outcome(
            exit_code=final.get("exit", -1),
            signal=final.get("signal", 9),
            stdout=b"",
            stderr=b"",
            timed_out="wall" in hits,
            limits_hit=hits,
            wall_seconds=final.get("wall", time.monotonic() - self.started),
            cpu_seconds=final.get("cpu", 0.0),
            max_rss=final.get("rss", 0),
            cgroup=self._lent.kind,
        )


class Template:
    """A started template; make one with `start`. Several threads may fork from it at the same time."""

    def __init__(self, spec: TemplateSpec, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.spec = spec
        self._process = process
        self._control = control
        self._stock = stock.Stock()
        self._closed = False
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._forks = 0

    @classmethod
    def start(cls, spec: TemplateSpec) -> Template:
        """Start it and wait until it is prepared; WallsMissing or TemplateBroken if it cannot be."""
        template = cls(spec, *launch(spec))
        try:
            template._wait_ready()
        except BaseException:
            template.close()
            raise
        return template

    @property
    def alive(self) -> bool:
        """Whether it can still fork."""
        return not self._closed and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process whose end is the end of the template and of all its forks."""
        return self._process.pid

    @property
    def forks(self) -> int:
        """How many forks have not been finished."""
        return self._forks

    def fork(self, task: bytes, fds: Sequence[int], limits: Limits) -> Forked:
        """Have a fork run `serve(task, fds)`; returns when it is asked for. TemplateBroken when the template is gone."""
        if len(fds) > _MOST_FDS:
            raise ValueError(f"a fork takes up to {_MOST_FDS} descriptors")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        lent = self._stock.take(limits.memory_bytes, limits.processes)
        try:
            with theirs:
                told = in_memory(task)
                try:
                    self._send(limits, (theirs.fileno(), told, *lent.joins, *fds), len(lent.joins))
                finally:
                    os.close(told)
        except BaseException:
            ours.close()
            self._stock.give(lent)
            raise
        with self._lock:
            self._forks += 1
        return Forked(self, ours, lent, limits.wall_seconds)

    def close(self) -> None:
        """End the template and all its forks, and give everything back; may be called twice."""
        self._process.kill()
        self._process.wait()
        with self._sending:
            first, self._closed = not self._closed, True
        if first:
            self._control.close()
        self._stock.close()

    def wait(self) -> None:
        """Until it has ended, and all its forks with it."""
        self._process.wait()

    def take_back(self, lent: stock.Lent, empty: bool = True) -> None:
        """A fork's cgroup, when everything in it has ended, or when nobody will ever know."""
        with self._lock:
            self._forks -= 1
        if empty:
            self._stock.give(lent)
        else:
            self._stock.abandon(lent)

    def _send(self, limits: Limits, fds: Sequence[int], groups: int, **more: Any) -> None:
        # One more for the kernel's own bound: the cgroup's is the one that counts its hits.
        processes = limits.processes
        header = more | {
            "groups": groups,
            "wall": limits.wall_seconds,
            "memory": limits.memory_bytes,
            "rlimits": rlimits(limits) | ({"NPROC": processes + 1} if processes and groups else {}),
        }
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        try:
            with self._sending:  # closing must not free the descriptor's number meanwhile
                if self._closed:
                    raise TemplateBroken("the template is closed")
                self._control.sendmsg([json.dumps(header).encode()], rights, socket.MSG_NOSIGNAL)
        except OSError as error:
            raise TemplateBroken(f"{self.spec.name}: it takes no more requests: {error}") from error

    def _hear(self) -> dict[str, Any] | None:
        return packet(self._control)

    def _wait_ready(self) -> None:
        entered = False
        self._control.settimeout(_PREPARE_SECONDS)
        try:
            while (message := self._hear()) is not None:
                entered = entered or "entered" in message
                if "ready" in message:
                    self._control.settimeout(_SEND_SECONDS)
                    return
                if "error" in message:
                    raise explain(message)
        except TimeoutError:
            raise TemplateBroken(f"{self.spec.name}: not prepared within {_PREPARE_SECONDS:.0f} s") from None
        if entered:
            raise TemplateBroken(f"{self.spec.name}: it ended while being prepared")
        raise WallsMissing("walls.no_namespaces" if os.geteuid() == 0 else "walls.no_user_namespace")


def packet(line: socket.socket) -> dict[str, Any] | None:
    try:
        data = line.recv(65536)
    except ConnectionResetError:
        return None
    message: dict[str, Any] | None = json.loads(data) if data else None
    return message


def explain(message: dict[str, Any]) -> WallsMissing | TemplateBroken:
    detail = f"{message['error']}: {message['text']}"
    if message["error"] in ("prepare", "fork"):
        return TemplateBroken(detail)
    if message["error"] == "mount" and message["errno"] in (1, 13) and os.geteuid() != 0:
        return WallsMissing("walls.no_user_namespace", detail)
    return WallsMissing("walls.setup", detail)
