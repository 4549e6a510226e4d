"""Finding, marking and ending processes, so that nothing the platform started is ever left behind."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

# Every process of one installation carries this name with ``mark(home)`` in its environment, rooms too.
MARK = "LUOJIAO_MARK"
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def mark(home: Path) -> str:
    """The mark of the installation whose data is in ``home``: a digest, so that a room learns no path."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


def ends_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A ``preexec_fn``: the child gets ``death_signal`` when the thread that started it ends."""
    parent = os.getpid()

    def arm() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return arm


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent ends (Linux; elsewhere no effect)."""
    prctl = getattr(_libc, "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap(known: set[int]) -> None:
    """Collect ended children, up to the first in ``known``: a ``Popen`` wants the status of that one."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in known:
            return
        os.waitpid(ended.si_pid, 0)


def belonging(home: Path) -> list[psutil.Process]:
    """Every living process of this installation but ourselves and our parents: by its mark, or as a noted room."""
    ours = {os.getpid(), *(p.pid for p in psutil.Process().parents())}
    return [p for p in {*_marked(mark(home)), *rooms(home)} if p.pid not in ours]


def rooms(home: Path) -> list[psutil.Process]:
    """First processes of the rooms by what the spawner wrote down: they carry no mark."""
    found = []
    for note in (home / "run" / "rooms").glob("*"):
        try:
            pid, born = note.read_text(encoding="ascii").split()
            process = psutil.Process(int(pid))
            if abs(process.create_time() - float(born)) < 1 and _alive(process):
                found.append(process)
        except (psutil.Error, OSError, ValueError):
            continue
    return found


def _marked(wanted: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == wanted:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def inside(folder: Path, name: str) -> list[psutil.Process]:
    """Living processes called ``name`` whose working folder is ``folder``."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == name and process.cwd() == str(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def descendants() -> list[psutil.Process]:
    """Every living process below this one."""
    return [p for p in psutil.Process().children(recursive=True) if _alive(p)]


def end(processes: Iterable[psutil.Process], grace: float, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask each to end by ``first``, wait ``grace`` seconds for all of them, then kill what is left."""
    left = list(processes)
    for each_signal, seconds in ((first, grace), (signal.SIGKILL, 5.0)):
        for process in left:
            try:
                process.send_signal(each_signal)
            except (psutil.Error, OSError):
                continue
        deadline = time.monotonic() + seconds
        while left and time.monotonic() < deadline:
            left = [p for p in left if _alive(p)]
            if left:
                time.sleep(0.05)
        if not left:
            return


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
