"""The init process of a walled program: waits, reaps, keeps time and memory, ends everybody, tells how it went."""

# Few and small imports: this starts before every walled program.
# ruff: noqa: PTH208

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import time
from typing import Any

from zygote.inside import kernel as k
from zygote.inside import weigh

TICK = 0.1


def report(fd: int, message: dict[str, Any]) -> None:
    """One line of JSON to the caller; a caller that is gone needs none."""
    try:
        os.write(fd, json.dumps(message).encode() + b"\n")
    except OSError:
        os._exit(72)


def watch(child: int, status_fd: int, lifeline: int, spec: dict[str, Any]) -> None:
    """Stay until the program has ended, is overdue, too big, or its caller is gone. Never returns."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as init: ignored when it comes from inside
    os.chdir("/")
    k.drop_privileges(frozenset({k.CAP_KILL}) if spec["root"] else frozenset())
    k.close_others({status_fd, lifeline})  # the pipes' end of file is then the program's own
    started = time.monotonic()
    poller = select.poll()
    pidfd = os.pidfd_open(child)
    poller.register(pidfd, select.POLLIN)
    orphans, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    poller.register(orphans, select.POLLIN)
    if lifeline >= 0:
        poller.register(lifeline, select.POLLIN)
    weigh = spec["memory"] is not None and not spec["joins"]
    hit: list[str] = []
    while True:
        wall = None if spec["wall"] is None else started + spec["wall"] - time.monotonic()
        waits = [*([TICK] if weigh else []), *([] if wall is None else [max(0.0, wall)])]
        ready = dict(poller.poll(1000 * min(waits) if waits else None))
        if pidfd in ready or lifeline in ready:
            break
        if orphans in ready:
            os.read(orphans, 4096)
        k.reap_orphans(child)
        if wall is not None and wall <= 0:
            hit.append("wall")
            break
        if weigh and _resident() > spec["memory"]:
            hit.append("memory")
            break
    status = _end(child)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        hit.append("cpu")
    report(
        status_fd,
        {
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "hit": hit,
            "cpu": usage.ru_utime + usage.ru_stime,
            "rss": usage.ru_maxrss * 1024,
            "wall": time.monotonic() - started,
        },
    )
    os._exit(0)


def _end(child: int) -> int:
    """Kill whatever is left in this pid namespace and collect it; gives the program's own wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    status = 0
    while True:
        try:
            pid, got = os.waitpid(-1, 0)
        except ChildProcessError:
            return status
        if pid == child:
            status = got


def _resident() -> int:
    """Bytes of memory of all processes here: the bound that holds where there are no cgroups."""
    return sum(weigh.held(int(name)) for name in os.listdir("/proc") if name.isdigit() and name != "1")
