"""What the forks of a template weigh, read from the template's own /proc: the bound that holds without cgroups."""

# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import os


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


def held(pid: int) -> int:
    """Bytes a process holds that are not pages of files, memory that it shares with others included; 0 when it has ended."""
    found = _sizes(f"/proc/{pid}/status", (b"RssAnon:", b"RssShmem:"))
    return sum(found) if found else 0


def proportional(pid: int) -> int | None:
    """The same, but pages that several processes share count in parts; slow. None where it may not be read."""
    found = _sizes(f"/proc/{pid}/smaps_rollup", (b"Pss_Anon:", b"Pss_Shmem:"))
    return sum(found) if found else None


def session(pid: int) -> int:
    """The session that a process belongs to; 0 when it has ended."""
    words = _words(f"/proc/{pid}/stat", after=b") ")
    return int(words[3]) if words else 0


def threads(pid: int) -> int:
    """How many threads a process has; 0 when it has ended."""
    words = _words(f"/proc/{pid}/stat", after=b") ")
    return int(words[17]) if words else 0


def _sizes(path: str, names: tuple[bytes, ...]) -> list[int]:
    """Bytes behind some names of a file of `name: number kB`."""
    try:
        with open(path, "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    return [int(words[1]) * 1024 for line in lines if (words := line.split()) and words[0] in names]


def _words(path: str, after: bytes = b"") -> list[bytes]:
    try:
        with open(path, "rb") as line:
            text = line.read()
    except OSError:
        return []
    return (text.rpartition(after)[2] if after else text).split()
