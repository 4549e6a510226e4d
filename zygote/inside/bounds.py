"""A resident's bounds of memory and disk, looked at by its first process; who runs into one loses what it computes, not its room."""

# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import contextlib
import os
import signal
import struct
import time
from typing import Any

from zygote.inside import weigh

TICK, LEISURE = 0.2, 1.0
SPARED = "kernels"  # the name of the one child of the task that others come from: it holds nothing itself
FULL_LOOK = 30.0  # seconds between two counts of all files, when the disk does not fill faster
MEMORY, DISK = 0, 1
COUNTS = struct.Struct("=QQ")  # how often memory and disk were run into; what `shared` begins with
# Behind it the latest of those who were ended, in turn: its pid and its session, what was run into, and when by the
# monotonic clock. No pid where the kernel ended somebody and did not say whom.
ENDED, LATEST = struct.Struct("=iiid"), 64


class Bounds:
    """`shared` is a file in memory of two counts, and of who was ended, that the resident's task may read."""

    def __init__(
        self,
        limits: dict[str, Any],
        place: dict[str, Any],
        counts: tuple[int, ...],
        log: int | None,
        counted: bool,
    ) -> None:
        self._memory = None if counted else limits["memory"]
        self._base = weigh.held(os.getpid())
        self._counters = counts
        self._log, self._log_bytes = log, place["log_bytes"]
        self._seen = {fd: _count(fd) for fd in counts}
        self._folders = [path for _, path in place["own"]]
        self._disk = place["disk_bytes"]
        self._free = self._looked = 0.0
        self._over = False
        self._stood = 0  # bytes on the disk when somebody was last ended for it
        self.shared = os.memfd_create("bounds", os.MFD_CLOEXEC)
        self._hits = [0, 0]
        self._told = 0
        os.pwrite(self.shared, COUNTS.pack(0, 0), 0)

    def fds(self) -> tuple[int, ...]:
        """What the first process needs of it."""
        return (self.shared, *self._counters, *(() if self._log is None else (self._log,)))

    def leave(self) -> None:
        """In the task's process: only what was noted is for it to read, the cgroup's own files are not."""
        for fd in self._counters:
            os.close(fd)

    def patience(self) -> float:
        """Seconds until the next look."""
        return TICK if self._memory is not None or self._counters else LEISURE

    def look(self, child: int) -> None:
        """See what is used, and end the largest of the task's own processes where it is too much."""
        if self._memory is not None and _weight(self._base, self._memory) > self._memory:
            self._too_much(MEMORY, child)
        for fd in self._counters:
            found = _count(fd)
            if found > self._seen[fd]:
                self._seen[fd] = found
                self._note(MEMORY, [(0, 0)])
        if self._log is not None and os.fstat(self._log).st_size > self._log_bytes:
            os.ftruncate(self._log, 0)  # it lies outside of what the disk's bound counts
        if self._disk is not None and (self._over or self._worth_a_look()):
            self._keep_disk(self._disk, child)

    def _keep_disk(self, most: int, child: int) -> None:
        """Who has filled it may still tidy up, as long as it grows no further; far above the bound nobody may run."""
        used = _used(self._folders, _far(most))
        self._over = used > most
        if not self._over:
            self._stood = 0
        elif used > self._stood + most // 100 or used > _far(most):
            self._too_much(DISK, child)
            self._stood = _used(self._folders, _far(most))

    def _too_much(self, which: int, child: int) -> None:
        others = [pid for pid in _everybody() if pid not in (1, child) and not _spared(pid, child)]
        ended = []
        for pid in sorted(others, key=weigh.held, reverse=True)[: None if which == DISK else 1]:
            session = weigh.session(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                ended.append((pid, session))
        if ended:
            self._note(which, ended)
        elif which == MEMORY:
            os.kill(child, signal.SIGKILL)  # the task itself, which nobody else can be blamed for

    def _note(self, which: int, ended: list[tuple[int, int]]) -> None:
        """The counts are written last: who sees them rise finds the rest in its place."""
        for pid, session in ended:
            place = COUNTS.size + self._told % LATEST * ENDED.size
            os.pwrite(self.shared, ENDED.pack(pid, session, which, time.monotonic()), place)
            self._told += 1
        self._hits[which] += 1
        os.pwrite(self.shared, COUNTS.pack(*self._hits), 0)

    def _worth_a_look(self) -> bool:
        """Counting files takes time: often while the disk fills, now and then otherwise."""
        now = time.monotonic()
        told = os.statvfs(self._folders[0])
        free = told.f_bavail * told.f_frsize
        if self._free - free > self._disk / 20 or now - self._looked > FULL_LOOK:
            self._free, self._looked = free, now
            return True
        self._free = max(self._free, free)
        return False


def _far(most: int) -> int:
    return most + most // 4


def _weight(base: int, enough: int) -> int:
    """At first as if nothing were shared but `base`; where that is too much, pages of several processes count in parts."""
    members = _everybody()
    rough = sum(max(0, weigh.held(pid) - base) for pid in members)
    if rough <= enough:
        return rough
    exact = [(pid, weigh.proportional(pid)) for pid in members]
    return sum(max(0, weigh.held(pid) - base) if part is None else part for pid, part in exact)


def _everybody() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _spared(pid: int, child: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as line:
            before, _, after = line.read().rpartition(") ")
    except OSError:
        return False
    return before.endswith("(" + SPARED) and after.split()[1:2] == [str(child)]


def _count(fd: int) -> int:
    """The number behind `oom_kill` in a cgroup's file."""
    for line in os.pread(fd, 4096, 0).splitlines():
        words = line.split()
        if words[:1] == [b"oom_kill"] and words[1:2]:
            return int(words[1])
    return 0


def _used(folders: list[str], enough: int) -> int:
    """Bytes on the disk; counting stops where it is too much."""
    total, seen = 0, set[tuple[int, int]]()
    waiting = list(folders)
    while waiting and total <= enough:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    told = entry.stat(follow_symlinks=False)
                    key = (told.st_dev, told.st_ino)
                    if key not in seen:
                        seen.add(key)
                        total += (
                            told.st_blocks * 512 + 512
                        )  # a file of no bytes takes its place in the folder
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # it went while we looked, or is not for us to see
    return total
