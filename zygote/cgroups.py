"""A memory and process bound by cgroup where one is writable; none to be had is an answer, not an error."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Group:
    """The folders of one run's cgroup; `kind` is "v1", "v2" or "" for none."""

    kind: str
    folders: tuple[Path, ...]

    def joins(self) -> list[str]:
        """Files into which the first process inside writes itself."""
        return [str(folder / "cgroup.procs") for folder in self.folders]

    def counters(self) -> list[tuple[str, Path, str]]:
        """(bound, file, key in it) of every count of how often a bound was run into."""
        known = (
            ("memory", "memory.events", "oom_kill"),
            ("memory", "memory.oom_control", "oom_kill"),
            ("processes", "pids.events", "max"),
        )
        found = [(bound, folder / name, key) for folder in self.folders for bound, name, key in known]
        return [one for one in found if one[1].exists()]

    def hits(self) -> tuple[str, ...]:
        """Which bounds were run into: memory, processes."""
        hit = [bound for bound, file, key in self.counters() if _counter(file, key)]
        return tuple(dict.fromkeys(hit))

    def remove(self) -> None:
        """Give the folders back; the kernel may take a moment to forget the last process."""
        for folder in self.folders:
            for _ in range(50):
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.02)
                else:
                    break


NONE = Group("", ())


def make(memory: int | None, processes: int | None, prefix: str = "luojiao") -> Group:
    """A new group below our own, with the bounds set, or NONE."""
    if memory is None and processes is None:
        return NONE
    name = f"{prefix}-{os.getpid()}-{secrets.token_hex(8)}"
    places = _places()
    if places is None:
        return NONE
    if "memory" in places:
        wanted = {"memory": ("memory.limit_in_bytes", memory), "pids": ("pids.max", processes)}
        return _first_version(places, name, wanted)
    return _second_version(places.get("", "/"), name, memory, processes)


def home() -> Path:
    """The folder below which our groups are made, the memory controller's where each has its own."""
    places = _places() or {}
    if "memory" in places:
        return ROOT / "memory" / places["memory"].lstrip("/")
    return ROOT / places.get("", "/").lstrip("/")


def _places() -> dict[str, str] | None:
    try:
        lines = Path("/proc/self/cgroup").read_text("ascii").splitlines()
    except OSError:
        return None
    return {
        controller: path
        for _, names, path in (line.split(":", 2) for line in lines)
        for controller in names.split(",")
    }


def _first_version(places: dict[str, str], name: str, wanted: dict[str, tuple[str, int | None]]) -> Group:
    made: list[Path] = []
    for controller, (file, value) in wanted.items():
        if controller not in places or value is None:
            continue
        folder = ROOT / controller / places[controller].lstrip("/") / name
        if not _fill(folder, {file: value}):
            Group("v1", tuple(made)).remove()
            return NONE
        made.append(folder)
    return Group("v1", tuple(made)) if made else NONE


def _second_version(own: str, name: str, memory: int | None, processes: int | None) -> Group:
    folder = ROOT / own.lstrip("/") / name
    values = {"memory.max": memory, "pids.max": processes}
    if not _fill(folder, {file: value for file, value in values.items() if value is not None}):
        return NONE
    return Group("v2", (folder,))


def _fill(folder: Path, values: dict[str, int]) -> bool:
    try:
        folder.mkdir()
    except OSError:
        return False
    try:
        for file, value in values.items():
            (folder / file).open(
                "r+", encoding="ascii"
            ).close()  # never create: a missing file is a missing controller
            (folder / file).write_text(str(value), "ascii")
    except OSError:
        with contextlib.suppress(OSError):
            folder.rmdir()
        return False
    return True


def _counter(file: Path, key: str) -> int:
    try:
        return count_in(file.read_bytes(), key)
    except OSError:
        return 0


def count_in(text: bytes, key: str) -> int:
    """The number behind a key; 0 where that version of cgroups does not count it."""
    for line in text.splitlines():
        words = line.split()
        if words[:1] == [key.encode()] and words[1:2] and words[1].isdigit():
            return int(words[1])
    return 0
