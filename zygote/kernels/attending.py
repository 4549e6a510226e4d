"""A mother's own side: fork whenever the owner asks, tell how each kernel ended, and what a kernel does first and last."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

NAME = "kernels"  # what `ps` shows; `zygote.inside.bounds` spares a process of this name
LARGEST = 262_144  # bytes of a request; an environment and a command line fit in
READY = b"ready"  # said to the owner once
Become = Callable[[list[str]], None]


def attend(control: socket.socket, become: Become) -> None:
    """Fork whenever the owner asks, which is when everything should be imported. Never returns."""
    gc.collect()
    gc.freeze()  # a collection in a kernel would write to every page that it shares with the others
    _name()
    with contextlib.suppress(BrokenPipeError):  # the owner has ended; the loop hears of it
        control.send(READY)
    _Loop(control, become).run()


class _Loop:
    def __init__(self, control: socket.socket, become: Become) -> None:
        self._control = control
        self._become = become
        self._lines: dict[int, socket.socket] = {}

    def run(self) -> None:
        wake_out, wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wake_in, warn_on_full_buffer=False)
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        poller.register(wake_out, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poller.poll()}
            if wake_out in ready:
                os.read(wake_out, 4096)
                self._collect()
            if self._control.fileno() in ready:
                self._hear()

    def _hear(self) -> None:
        try:
            request, fds, _, _ = socket.recv_fds(self._control, LARGEST, 8, socket.MSG_CMSG_CLOEXEC)
        except ConnectionResetError:  # an owner that ends before it has read what was said to it
            request, fds = b"", []
        if not request:
            self._end()
        self._fork(json.loads(request), fds)

    def _fork(self, request: dict[str, Any], fds: list[int]) -> None:
        line = socket.socket(fileno=fds[0])
        try:
            pid = os.fork()
        except OSError:
            line.close()
            pid = -1
        if pid == 0:
            self._control.close()
            for other in self._lines.values():
                other.close()
            signal.set_wakeup_fd(-1)
            _live(request, line, fds[1:], self._become)
        for fd in fds[1:]:
            os.close(fd)
        if pid > 0:
            self._lines[pid] = line

    def _end(self) -> None:
        """The owner has ended: nobody is left whom its kernels could answer."""
        for pid in self._lines:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        os._exit(0)

    def _collect(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            line = self._lines.pop(pid, None)
            if line is not None:
                with contextlib.suppress(OSError):
                    line.send(
                        json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode(), socket.MSG_NOSIGNAL
                    )
                line.close()


def _live(request: dict[str, Any], line: socket.socket, stdio: list[int], become: Become) -> None:
    """All of a kernel's life. Never returns."""
    code = 1
    try:
        os.setsid()
        for number, fd in enumerate(stdio):
            os.dup2(fd, number)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL if number != signal.SIGPIPE else signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["env"])
        time.tzset()
        os.chdir(request["cwd"])
        line.send(json.dumps({"born": os.getpid()}).encode())
        line.close()
        for fd in stdio:
            os.close(fd)
        _reseed()
        _volunteer()
        become(request["argv"])
        code = 0
    except SystemExit as leaving:
        code = leaving.code & 0xFF if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        _farewell(code)


def _farewell(code: int) -> None:
    """As Python ends: other threads, exit functions, buffers; then nothing of the mother's."""
    import atexit
    import threading

    for last in (threading._shutdown, atexit._run_exitfuncs, sys.stdout.flush, sys.stderr.flush):  # type: ignore[attr-defined]
        with contextlib.suppress(Exception):
            last()
    os._exit(code)


def _reseed() -> None:
    """Random numbers start anew: `random` does so by itself, numpy's global generator was copied."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _volunteer() -> None:
    """When memory is short a kernel goes before its server."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as out:  # noqa: PTH123
        out.write("900")


def _name() -> None:
    with contextlib.suppress(OSError), open("/proc/self/comm", "w", encoding="ascii") as out:  # noqa: PTH123
        out.write(NAME)
