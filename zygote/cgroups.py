"""A memory and process bound by cgroup where one is writable; none to be had is an answer, not an error."""

from __future__ import annotations

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

    def counters(self) -> dict[str, int]:
        """How often each bound was run into since the group was made: memory, processes."""
        found = {"memory": 0, "processes": 0}
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                found["memory"] += _counter(folder / name, "oom_kill")
            found["processes"] += _counter(folder / "pids.events", "max")
        return found

    def hits(self) -> tuple[str, ...]:
        """Which bounds were run into: memory, processes."""
        return tuple(name for name, count in self.counters().items() if count)

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
    try:
        lines = Path("/proc/self/cgroup").read_text("ascii").splitlines()
    except OSError:
        return NONE
    places = {
        controller: path
        for _, names, path in (x.split(":", 2) for x in lines)
        for controller in names.split(",")
    }
    if "memory" in places:
        wanted = {"memory": ("memory.limit_in_bytes", memory), "pids": ("pids.max", processes)}
        return _first_version(places, name, wanted)
    return _second_version(places.get("", "/"), name, memory, processes)


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
        folder.rmdir()
        return False
    return True


def _counter(file: Path, key: str) -> int:
    try:
        for line in file.read_text("ascii").splitlines():
            words = line.split()
            if words[:1] == [key]:
                return int(words[1])
    except (OSError, ValueError, IndexError):
        return 0  # that version of cgroups does not count it
    return 0
