"""What a room's walls let through: the system and the code read-only, the own home, the network; nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hub.settings import CHECKOUT
from hub.spawning.homes import Home
from zygote.spec import Limits, Tmpfs, WallSpec

MB = 1024 * 1024
ETC = Path(__file__).parent / "etc"
# What runs in a learner's process: the HTTP client and the exchange. No courses, no graders: they hold the tests.
PORCH = ("hub/__init__.py", "hub/client.py", "hub/exchange", "hub/spawning/__init__.py", "hub/spawning/etc")

LIMITS = Limits(
    wall_seconds=None,
    cpu_seconds=None,
    memory_bytes=2048 * MB,
    address_bytes=None,
    processes=512,
    file_bytes=512 * MB,
    open_files=8192,
)


def inside_home(login: str) -> str:
    """Where a learner's home is seen from within the room."""
    return f"/home/{login}"


def room_spec(login: str, home: Home, argv: tuple[str, ...], env: Mapping[str, str]) -> WallSpec:
    """The walls of one room."""
    place = inside_home(login)
    return WallSpec(
        argv=argv,
        env=env,
        read_only=tuple((str(CHECKOUT / p), str(CHECKOUT / p)) for p in PORCH if (CHECKOUT / p).exists()),
        read_write=((str(home.path), place),),
        tmpfs=(Tmpfs("/tmp", 256 * MB, 65536), Tmpfs("/dev/shm", 128 * MB)),  # noqa: S108 - inside the walls
        cwd=place,
        network=True,
        limits=LIMITS,
        hostname="room",
        uid=home.uid or 65534,
        gid=home.gid or 65534,
    )
