"""Run a program behind walls: own namespaces, read-only system, bounded resources, killed as a whole."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

from zygote import cgroups, system
from zygote.capture import exchange
from zygote.errors import WallsMissing
from zygote.spec import Outcome, WallSpec, to_bytes

_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from zygote.inside.enter import main; main()"
_PACKAGES = str(Path(__file__).resolve().parent.parent)
_GRACE = 5.0  # the init process keeps the time; the caller only steps in when that one fails
Stream = int | IO[Any] | None


class Walled:
    """A started program. Killing `process` kills everything behind the walls; so does the caller's own end, unless `start` was told otherwise."""

    def __init__(
        self, process: subprocess.Popen[bytes], status: int, lifeline: int, group: cgroups.Group
    ) -> None:
        self.process = process
        self.started = time.monotonic()
        self._status = status
        self._lifeline = lifeline
        self._group = group
        self._buffer = b""
        self._final: dict[str, Any] = {}

    def wait_up(self) -> None:
        """Return when the walls stand and the program is being executed; raise WallsMissing when they do not."""
        entered = False
        while (message := self._message()) is not None:
            entered = entered or "entered" in message
            if "up" in message:
                return
            if "error" in message:
                self.close()
                raise _explain(message)
        self.close()
        if entered:
            raise WallsMissing("walls.setup", "ended before the program")
        raise WallsMissing("walls.no_namespaces" if os.geteuid() == 0 else "walls.no_user_namespace")

    def stop(self) -> None:
        """Have the init process end everything and still report how it was; without a lifeline, just kill."""
        if self._lifeline < 0:
            self.kill()
            return
        os.close(self._lifeline)
        self._lifeline = -1

    def kill(self) -> None:
        """End the program and everything it started, at once and without a report."""
        self.process.kill()

    def finish(self, stdout: bytes = b"", stderr: bytes = b"", hit: tuple[str, ...] = ()) -> Outcome:
        """Wait for the end and say how it was; the cgroup and all descriptors are given back."""
        while (message := self._message()) is not None:
            if "exit" in message:
                self._final = message
        self.process.wait()
        hits = tuple(dict.fromkeys((*self._final.get("hit", ()), *self._group.hits(), *hit)))
        self.close()
        wall = self._final.get("wall", time.monotonic() - self.started)
        return Outcome(
            exit_code=self._final.get("exit", -1),
            signal=self._final.get("signal", 9),
            stdout=stdout,
            stderr=stderr,
            timed_out="wall" in hits,
            limits_hit=hits,
            wall_seconds=wall,
            cpu_seconds=self._final.get("cpu", 0.0),
            max_rss=self._final.get("rss", 0),
            cgroup=self._group.kind,
        )

    def leave(self) -> tuple[str, ...]:
        """Let a program that was started without a lifeline go on alone; the folders of its cgroup, to be removed some day."""
        os.close(self._status)
        self._status = -1
        return tuple(map(str, self._group.folders))

    def close(self) -> None:
        """Kill, collect and give everything back; may be called twice."""
        self.process.kill()
        self.process.wait()
        for fd in (self._status, self._lifeline):
            if fd >= 0:
                os.close(fd)
        self._status = self._lifeline = -1
        self._group.remove()
        self._group = cgroups.Group(self._group.kind, ())

    def _message(self) -> dict[str, Any] | None:
        while b"\n" not in self._buffer:
            chunk = os.read(self._status, 4096) if self._status >= 0 else b""
            if not chunk:
                return None
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        return message


def start(
    spec: WallSpec,
    *,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.DEVNULL,
    stderr: Stream = subprocess.DEVNULL,
    lifeline: bool = True,
) -> Walled:
    """Start a program behind walls; call `wait_up` next. Without a lifeline it outlives this process."""
    tool = shutil.which("unshare")
    if tool is None:
        raise WallsMissing("walls.no_unshare")
    root = os.geteuid() == 0
    group = cgroups.make(spec.limits.memory_bytes, spec.limits.processes)
    message = os.memfd_create(f"luojiao-{secrets.token_hex(4)}", os.MFD_CLOEXEC)
    status_out, status_in = os.pipe()
    life_out, life_in = os.pipe() if lifeline else (-1, -1)
    ours = [fd for fd in (message, status_in, life_out) if fd >= 0]
    try:
        with os.fdopen(os.dup(message), "wb") as out:
            out.write(_message_for(spec, root, group))
        namespaces = ["--mount", "--pid", "--ipc", "--uts", *([] if spec.network else ["--net"])]
        if not root:
            namespaces += ["--user", "--map-root-user"]
        inner = [sys.executable, "-I", "-S", "-B", "-c", _BOOT, _PACKAGES]
        process = subprocess.Popen(
            [
                tool,
                *namespaces,
                "--fork",
                "--kill-child=SIGKILL",
                "--",
                *inner,
                *map(str, (message, status_in, life_out)),
            ],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=(*ours, *spec.pass_fds),
            env={"LC_ALL": "C"},
            cwd="/",
        )
    except BaseException:
        group.remove()
        for fd in (status_out, *([life_in] if life_in >= 0 else [])):
            os.close(fd)
        raise
    finally:
        for fd in ours:
            os.close(fd)
    return Walled(process, status_out, life_in, group)


def run(spec: WallSpec, stdin: bytes = b"") -> Outcome:
    """Run a program to its end, with bounded copies of what it wrote; raise WallsMissing if the walls do not stand."""
    walled = start(spec, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        walled.wait_up()
        wall = spec.limits.wall_seconds
        deadline = None if wall is None else time.monotonic() + wall + _GRACE
        stdout, stderr, hit = exchange(walled.process, stdin, spec.limits.output_bytes, deadline)
        return walled.finish(stdout, stderr, hit)
    finally:
        walled.close()


def _message_for(spec: WallSpec, root: bool, group: cgroups.Group) -> bytes:
    binds: list[tuple[str, str]] = []
    links: list[list[str]] = []
    if spec.system:
        binds, links = system.system_tree()
        binds += system.python_tree()
    told = [[os.path.realpath(src), dst, "ro"] for src, dst in (*binds, *spec.read_only)]
    told += [[os.path.realpath(src), dst, "rw"] for src, dst in spec.read_write]
    return to_bytes(spec, told, links, root, group.joins())


def _explain(message: dict[str, Any]) -> WallsMissing:
    """EPERM while mounting as an ordinary user is a kernel that gives user namespaces without power (AppArmor)."""
    detail = f"{message['error']}: {message['text']}"
    if message["error"] == "program":
        return WallsMissing("walls.no_program", detail)
    if message["error"] == "mount" and message["errno"] in (1, 13) and os.geteuid() != 0:
        return WallsMissing("walls.no_user_namespace", detail)
    return WallsMissing("walls.setup", detail)
