"""The mother of kernels: a process with everything imported and one thread, which forks a kernel whenever its owner asks.

Its owner is the process that made it by `start`, before it had threads or an event loop of its own; nobody else can ask.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from zygote.kernels.attending import LARGEST, Become, attend

_PATIENCE = 60.0  # seconds; a mother that has just been launched is still importing


class Gone(Exception):  # noqa: N818 - says what it is
    """The mother has ended, or cannot fork."""


class Kernel:
    """One kernel, with the face of `subprocess.Popen` that jupyter_client's provisioners look at."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line
        self._pidfd = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Its exit code once it has ended, negative for a signal; None while it runs."""
        if self.returncode is None and _readable(self._pidfd, 0):
            self.returncode = self._told()
            self._line.close()
            os.close(self._pidfd)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended; TimeoutError if that takes longer than so many seconds."""
        if self.returncode is None and not _readable(self._pidfd, timeout):
            raise TimeoutError(self.pid)
        found = self.poll()
        return -signal.SIGKILL if found is None else found

    def send_signal(self, number: int) -> None:
        """To the kernel alone; one that has ended takes none."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _told(self) -> int:
        """What the mother says of its end; a mother that has gone says nothing, which is as good as killed."""
        if not _readable(self._line.fileno(), 5):
            return -signal.SIGKILL
        with contextlib.suppress(OSError, ValueError, KeyError):
            return int(json.loads(self._line.recv(4096))["exit"])
        return -signal.SIGKILL


class Mother:
    """The owner's end of the line. Not for several threads."""

    def __init__(self, pid: int, control: socket.socket, ready: bool) -> None:
        self.pid = pid
        self._control = control
        self._ready = ready

    def ready(self) -> bool:
        """Whether a kernel would be there at once: she has imported everything. Gone if she has ended."""
        while _readable(self._control.fileno(), 0):
            try:
                heard = self._control.recv(4096)
            except OSError as error:
                raise Gone(str(error)) from error
            if not heard:
                raise Gone("the mother of kernels ended")
            self._ready = True
        return self._ready

    def fork(self, argv: Sequence[str], env: Mapping[str, str], cwd: str, stdio: Sequence[int]) -> Kernel:
        """A kernel that has begun to run `become(argv)` in a session of its own; Gone if there can be none.

        `stdio` are the descriptors of its standard input, output and error.
        """
        request = json.dumps({"argv": list(argv), "env": dict(env), "cwd": cwd}).encode()
        if len(request) > LARGEST:
            raise Gone(f"a request of {len(request)} bytes")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", (theirs.fileno(), *stdio)))]
        try:
            with theirs:
                self._control.sendmsg([request], rights, socket.MSG_NOSIGNAL)
            ours.settimeout(_PATIENCE)
            born = ours.recv(4096)
            if not born:
                raise Gone("the mother of kernels ended")
            ours.settimeout(None)
            return Kernel(int(json.loads(born)["born"]), ours)
        except (OSError, KeyError, ValueError) as error:
            ours.close()
            raise Gone(str(error)) from error
        except Gone:
            ours.close()
            raise


def start(become: Become, prepare: Callable[[], None] = lambda: None) -> Mother:
    """Fork the mother off this process, which must still have one thread. `become` is run in each kernel."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * LARGEST)
    pid = os.fork()
    if pid:
        theirs.close()
        return Mother(pid, ours, ready=True)  # or about to be: worth waiting for
    try:
        ours.close()
        prepare()
        attend(theirs, become)
    finally:
        os._exit(1)


def launch(module: str, env: Mapping[str, str]) -> Mother:
    """The same as a program of its own, for an owner with secrets in its memory: `python -m module FD` calls `attend` with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * LARGEST)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(theirs.fileno())],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
    return Mother(process.pid, ours, ready=False)


def _readable(fd: int, seconds: float | None) -> bool:
    waiting = select.poll()
    waiting.register(fd, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else 1000 * seconds))
