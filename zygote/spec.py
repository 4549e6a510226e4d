"""What a caller says about one walled program, and what it is told when the program has ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on one walled program and everything it starts; None means no bound.

    `memory_bytes` bounds the whole group (cgroup where writable, else a poll by the init process);
    `address_bytes` is RLIMIT_AS of each process. `processes` counts threads too, as the kernel does.
    """

    wall_seconds: float | None = 60.0
    cpu_seconds: int | None = 60
    memory_bytes: int | None = 1024 * MB
    address_bytes: int | None = 2048 * MB
    processes: int | None = 64
    file_bytes: int | None = 64 * MB
    open_files: int = 256
    stack_bytes: int = 8 * MB
    output_bytes: int = 1 * MB


@dataclass(frozen=True)
class Tmpfs:
    """An empty writable folder in memory: where, how many bytes, how many files."""

    path: str
    size: int = 64 * MB
    inodes: int = 4096


@dataclass(frozen=True)
class WallSpec:
    """One program behind walls. Paths of binds are (outside, inside); outside paths are resolved beforehand.

    `uid`/`gid` matter for a caller that is root: the program runs as them and never as root.
    `system` binds the system's and this Python's folders read-only.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    read_only: tuple[tuple[str, str], ...] = ()
    read_write: tuple[tuple[str, str], ...] = ()
    tmpfs: tuple[Tmpfs, ...] = (Tmpfs("/tmp"), Tmpfs("/dev/shm"), Tmpfs("/room"))  # noqa: S108 - inside the walls
    cwd: str = "/room"
    network: bool = False
    limits: Limits = field(default_factory=Limits)
    pass_fds: tuple[int, ...] = ()
    hostname: str = "luojiao"
    uid: int = 65534
    gid: int = 65534
    system: bool = True

    def __post_init__(self) -> None:
        """Refuse what could never run: no program, relative inside paths, root as the payload's user."""
        inside = [dst for _, dst in (*self.read_only, *self.read_write)] + [t.path for t in self.tmpfs]
        for path in (*inside, self.cwd):
            if not path.startswith("/") or ".." in path.split("/"):
                raise ValueError(f"not an absolute inside path: {path!r}")
        if not self.argv or self.uid <= 0 or self.gid <= 0:
            raise ValueError("a walled program needs an argv and an unprivileged uid and gid")


@dataclass(frozen=True)
class Outcome:
    """How a walled program ended. `limits_hit` holds some of: wall, cpu, memory, processes, output.

    `signal` is 0 when it ended by itself. `cgroup` is "v1", "v2" or "" when there were none to be had.
    """

    exit_code: int
    signal: int
    stdout: bytes
    stderr: bytes
    timed_out: bool
    limits_hit: tuple[str, ...]
    wall_seconds: float
    cpu_seconds: float
    max_rss: int
    cgroup: str


def to_bytes(
    spec: WallSpec, binds: list[list[str]], links: list[list[str]], root: bool, joins: list[str]
) -> bytes:
    """The message `zygote.inside.enter` reads: plain JSON, all decisions taken."""
    limits = spec.limits
    return json.dumps(
        {
            "argv": list(spec.argv),
            "env": dict(spec.env),
            "cwd": spec.cwd,
            "hostname": spec.hostname,
            "root": root,
            "uid": spec.uid,
            "gid": spec.gid,
            "links": links,
            "binds": binds,
            "tmpfs": [[t.path, t.size, t.inodes] for t in spec.tmpfs],
            "keep": list(spec.pass_fds),
            "joins": joins,
            "wall": limits.wall_seconds,
            "memory": limits.memory_bytes,
            "rlimits": {
                "CPU": limits.cpu_seconds,
                "AS": limits.address_bytes,
                "NPROC": limits.processes,
                "FSIZE": limits.file_bytes,
                "NOFILE": limits.open_files,
                "STACK": limits.stack_bytes,
                "CORE": 0,
            },
        }
    ).encode()
