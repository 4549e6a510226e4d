"""What a caller says about one walled program, and what it is told when the program has ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


# One thread for every numerical library: a template may not have two, and a fork is one learner's.
WARM_ENV: Mapping[str, str] = {
    "HOME": "/room",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_MAX_THREADS": "1",
}


@dataclass(frozen=True)
class TemplateSpec:
    """A template: what it imports before anybody's code runs, and what each of its forks sees.

    `module` is imported inside, after site-packages and the inside folders `path` are on sys.path. It has
    `prepare(argument: dict) -> None`, run once, and `serve(task: bytes, fds: tuple[int, ...]) -> None`, run in each fork
    behind its own walls. `tmpfs` folders are fresh, empty and the fork's own each time; nothing may be bound below them.

    `residents`: its forks live on when it and its caller end (see `zygote.residents`). `stores` are (outside, inside) folders
    of which each resident is given parts to write in; the rest of them it does not see.
    """

    name: str
    module: str
    argument: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    read_only: tuple[tuple[str, str], ...] = ()
    env: Mapping[str, str] = field(default_factory=lambda: dict(WARM_ENV))
    tmpfs: tuple[Tmpfs, ...] = (Tmpfs("/tmp"), Tmpfs("/dev/shm"), Tmpfs("/room"))  # noqa: S108 - inside the walls
    cwd: str = "/room"
    hostname: str = "luojiao"
    uid: int = 65534
    gid: int = 65534
    residents: bool = False
    stores: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse relative inside paths, binds that the fresh folders would cover, root as the forks' user."""
        tops = [t.path.rstrip("/") for t in self.tmpfs]
        bound = [dst for _, dst in (*self.read_only, *self.stores)]
        for path in (*bound, *tops, *self.path, self.cwd):
            if not path.startswith("/") or ".." in path.split("/"):
                raise ValueError(f"not an absolute inside path: {path!r}")
        for path in bound:
            if any(path == top or path.startswith(top + "/") for top in tops):
                raise ValueError(f"covered by a fork's own fresh folder: {path!r}")
        if not self.module or self.uid <= 0 or self.gid <= 0:
            raise ValueError("a template needs a module and an unprivileged uid and gid")


@dataclass(frozen=True)
class Residence:
    """Where one resident lives: folders of the template's stores that are its own, its account, its ways out.

    `own` are (folder in a store, inside path); the inside path lies below one of the template's fresh folders, and `disk_bytes`
    bounds what may lie in all of them together (looked at again and again: there is no quota an ordinary user may set).
    `doors` are (port on its own loopback, path of a unix socket in the template's tree): its whole network.
    With `log_bytes` the first of its descriptors is its log, a file outside of its folders, which is emptied where it is larger.
    """

    account: str
    home: str
    own: tuple[tuple[str, str], ...] = ()
    doors: tuple[tuple[int, str], ...] = ()
    uid: int = 65534
    gid: int = 65534
    disk_bytes: int | None = None
    log_bytes: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no account or no place."""
        for path in (
            self.home,
            *(one for pair in self.own for one in pair),
            *(path for _, path in self.doors),
        ):
            if not path.startswith("/") or ".." in path.split("/"):
                raise ValueError(f"not an absolute inside path: {path!r}")
        if not self.account.isalnum() or not self.account.isascii() or self.uid <= 0 or self.gid <= 0:
            raise ValueError(
                "a resident needs an account of letters and digits and an unprivileged uid and gid"
            )


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


def rlimits(limits: Limits) -> dict[str, int | None]:
    """The limits each process is given by the kernel, by their RLIMIT_ names."""
    return {
        "CPU": limits.cpu_seconds,
        "AS": limits.address_bytes,
        "NPROC": limits.processes,
        "FSIZE": limits.file_bytes,
        "NOFILE": limits.open_files,
        "STACK": limits.stack_bytes,
        "CORE": 0,
    }


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
            "rlimits": rlimits(limits),
        }
    ).encode()
