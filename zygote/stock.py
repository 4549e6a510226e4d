"""A small stock of cgroups: making one per run would cost more than the run's walls, so each is used again when empty."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from zygote import cgroups

SPARE = 64
PREFIX = "luojiao-warm"
_OLD = 3600.0


@dataclass
class Lent:
    """A cgroup for one run: `joins` are open files into which its first process writes itself; bounds are set."""

    group: cgroups.Group
    joins: tuple[int, ...]
    bounds: tuple[int | None, int | None]
    locks: tuple[int, ...] = ()
    watched: tuple[tuple[str, int, str], ...] = ()  # bound, open file, key of its count
    counted: dict[int, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """v1, v2 or nothing."""
        return self.group.kind

    def hits(self) -> tuple[str, ...]:
        """Which bounds this run ran into, beyond what earlier runs did."""
        hit = []
        for bound, fd, key in self.watched:
            count = cgroups.count_in(os.pread(fd, 4096, 0), key)
            if count > self.counted.get(fd, 0):
                hit.append(bound)
            self.counted[fd] = count
        return tuple(dict.fromkeys(hit))

    def close(self) -> None:
        """Give everything back to the system."""
        self.group.remove()
        for fd in (*self.joins, *self.locks, *(fd for _, fd, _ in self.watched)):
            os.close(fd)
        self.joins = self.locks = self.watched = ()


NOTHING = Lent(cgroups.NONE, (), (None, None))


class Stock:
    """Thread-safe; a machine without a writable cgroup is asked once and then left alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: list[Lent] = []
        self._abandoned: list[Lent] = []
        self._none = False
        self._closed = False

    def take(self, memory: int | None, processes: int | None) -> Lent:
        """An empty cgroup with these bounds, or NOTHING."""
        if self._none or (memory is None and processes is None):
            return NOTHING
        bounds = (memory, processes)
        with self._lock:
            fitting = [spare for spare in self._spare if spare.bounds == bounds]
            lent = fitting[-1] if fitting else None
            if lent:
                self._spare.remove(lent)
        if lent is None:
            with _turn() as ours:
                # Where controllers have different folders, a sweep beside ours may take a new one before it is locked.
                lent = _make(bounds) or _make(bounds) or _make(bounds)
                if lent and ours:
                    _sweep(lent.group)
            if lent is None:
                self._none = True
                return NOTHING
        return lent

    def give(self, lent: Lent) -> None:
        """Back, when everything in it has ended."""
        if lent is NOTHING:
            return
        with self._lock:
            keep = not self._closed
            if keep:
                self._spare.append(lent)
            surplus = self._spare.pop(0) if len(self._spare) > SPARE else None
        if not keep:
            lent.close()
        if surplus:
            surplus.close()

    def abandon(self, lent: Lent) -> None:
        """One whose run nobody waited for: it is not used again."""
        with self._lock:
            self._abandoned.append(lent)

    def close(self) -> None:
        """Remove the spare ones; those still lent follow when they are given back."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare + self._abandoned, []
            self._abandoned = []
        for lent in spare:
            if lent is not NOTHING:
                lent.close()


@contextlib.contextmanager
def _turn() -> Iterator[bool]:
    """One maker or sweeper at a time on this machine; False when somebody sits on the lock, then nobody sweeps."""
    try:
        fd = os.open(cgroups.home(), os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except OSError:
        yield False
        return
    try:
        for _ in range(100):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.01)
        else:
            yield False
            return
        yield True
    finally:
        os.close(fd)


def _make(bounds: tuple[int | None, int | None]) -> Lent | None:
    group = cgroups.make(*bounds, prefix=PREFIX)
    if not group.folders:
        return None
    opened: list[int] = []
    locks: list[int] = []
    watched: list[tuple[str, int, str]] = []
    try:
        for folder in group.folders:
            locks.append(os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY))
            fcntl.flock(locks[-1], fcntl.LOCK_SH | fcntl.LOCK_NB)
        opened += [os.open(procs, os.O_WRONLY | os.O_CLOEXEC) for procs in group.joins()]
        for bound, file, key in group.counters():
            watched.append((bound, os.open(file, os.O_RDONLY | os.O_CLOEXEC), key))
    except OSError:
        for fd in (*opened, *locks, *(fd for _, fd, _ in watched)):
            os.close(fd)
        group.remove()
        return None
    return Lent(group, tuple(opened), bounds, tuple(locks), tuple(watched))


def _sweep(beside: cgroups.Group) -> None:
    """Remove what callers that were killed left behind: their locks went with them. Nobody's pid is trusted for this."""
    for own in beside.folders:
        for folder in own.parent.glob(PREFIX + "-*"):
            with contextlib.suppress(OSError):
                lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    folder.rmdir()
                finally:
                    os.close(lock)
        for folder in own.parent.glob(
            "luojiao-*"
        ):  # of single programs, which are not locked: empty for long enough
            with contextlib.suppress(OSError):
                if not folder.name.startswith(PREFIX) and time.time() - folder.stat().st_mtime > _OLD:
                    folder.rmdir()
