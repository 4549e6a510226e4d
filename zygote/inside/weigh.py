"""What the forks of a template weigh, read from the template's own /proc: the bound that holds without cgroups."""

# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import os

PAGE = os.sysconf("SC_PAGE_SIZE")


def family(first: int) -> list[int]:
    """A fork's first process and everything below it; orphans become its children, as it is the first of its namespace."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (words := _words(f"/proc/{name}/stat", after=b") ")):
            children.setdefault(int(words[1]), []).append(int(name))
    found = [first]
    for pid in found:
        found += children.get(pid, [])
    return found


def private(pid: int) -> int:
    """Bytes a process holds that are not pages of files or shared memory; 0 when it has ended."""
    words = _words(f"/proc/{pid}/statm")
    return (int(words[1]) - int(words[2])) * PAGE if words else 0


def proportional(pid: int) -> int | None:
    """The same, but pages that several processes share count in parts; slow. None where it may not be read."""
    for line in _lines(f"/proc/{pid}/smaps_rollup"):
        if line.startswith(b"Pss_Anon:"):
            return int(line.split()[1]) * 1024
    return None


def threads(pid: int) -> int:
    """How many threads a process has; 0 when it has ended."""
    words = _words(f"/proc/{pid}/stat", after=b") ")
    return int(words[17]) if words else 0


def _lines(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as lines:
            return lines.read().splitlines()
    except OSError:
        return []


def _words(path: str, after: bytes = b"") -> list[bytes]:
    try:
        with open(path, "rb") as line:
            text = line.read()
    except OSError:
        return []
    return (text.rpartition(after)[2] if after else text).split()
