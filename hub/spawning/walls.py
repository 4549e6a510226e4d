"""What a room's walls let through: the system and the code read-only, the own home, two doors; nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hub.fonts import font_folder
from hub.settings import CHECKOUT
from hub.spawning.homes import Home
from zygote.spec import WARM_ENV, Limits, Residence, TemplateSpec, Tmpfs, WallSpec

MB = 1024 * 1024
ETC = Path(__file__).parent / "etc"
FONT = "NotoSansCJKsc-Regular.otf"
# The same for everybody: what libraries work out from it while they are imported is then right in every fork.
HOME = "/home/learner"
# What runs in a learner's process: the porch and the mother of kernels. No courses, no graders: they hold the tests.
PORCH = (
    "hub/__init__.py", "hub/client.py", "hub/exchange", "hub/room", "hub/spawning/__init__.py", "hub/spawning/etc", "zygote",
)  # fmt: skip
# Inside, the code has a place of its own: a checkout may lie where a room's own fresh folders are.
_CODE, _HOMES, _DOORS = "/luojiao/code", "/luojiao/homes", "/luojiao/doors"
ETC_INSIDE = Path(_CODE) / ETC.relative_to(CHECKOUT)
_LOG_BYTES = 8 * MB
_SCRATCH = (Tmpfs("/tmp", 256 * MB, 65536), Tmpfs("/dev/shm", 128 * MB))  # noqa: S108 - inside the walls


def limits(memory_bytes: int, processes: int) -> Limits:
    """What all processes of one room may take together."""
    return Limits(
        wall_seconds=None,
        cpu_seconds=None,
        memory_bytes=memory_bytes,
        address_bytes=None,
        processes=processes,
        file_bytes=512 * MB,
        open_files=8192,
    )


def open_env(login: str, home: str) -> dict[str, str]:
    """The same where there are no walls: nothing is at the places that walls put it, and /tmp is everybody's."""
    own = {"HOME": home, "JUPYTER_RUNTIME_DIR": f"/tmp/jupyter-{login}"}  # noqa: S108 - short, for sockets; made private by Jupyter
    return common_env(ETC) | own | {"PYTHONPATH": str(CHECKOUT)}


def common_env(etc: Path = ETC_INSIDE) -> dict[str, str]:
    """What every room's environment begins with; libraries read some of it while they are imported."""
    import sys

    return {
        "HOME": HOME,
        "SHELL": "/bin/sh",
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "LANGUAGE": "zh_CN",
        "TZ": os.environ.get("TZ", "Asia/Shanghai"),
        "LUOJIAO_MARK": os.environ.get("LUOJIAO_MARK", ""),
        # Sockets of kernels live there, and their paths must be short.
        "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108 - inside the walls
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": _CODE,
        "MATPLOTLIBRC": str(etc / "common" / "matplotlibrc"),
    }


def _code() -> tuple[tuple[str, str], ...]:
    return tuple((str(CHECKOUT / p), f"{_CODE}/{p}") for p in PORCH if (CHECKOUT / p).exists())


def template_spec(homes: Path, doors: Path) -> TemplateSpec:
    """The template that rooms are forked from; both folders must be there."""
    threads = {name: value for name, value in WARM_ENV.items() if name.endswith("_THREADS")}
    return TemplateSpec(
        name="rooms",
        module="hub.room.server",
        argument={"font": str(font_folder() / FONT)},
        path=(_CODE,),
        read_only=(*_code(), (str(doors), _DOORS)),
        env=common_env() | threads | {"PYTHONHASHSEED": "random"},
        tmpfs=(*_SCRATCH, Tmpfs("/home", 8 * MB, 256)),
        cwd="/tmp",  # noqa: S108 - inside the walls
        hostname="room",
        residents=True,
        stores=((str(homes), _HOMES),),
    )


def residence(login: str, home: Home, doors: Mapping[str, str], disk_bytes: int) -> Residence:
    """One person's place: ``doors`` are addresses on this machine that the room may call, by the name of their socket."""
    return Residence(
        account=login,
        home=HOME,
        own=((f"{_HOMES}/{login}", HOME),),
        doors=tuple((urlsplit(url).port or 80, f"{_DOORS}/{name}") for name, url in doors.items()),
        uid=home.uid or 65534,
        gid=home.gid or 65534,
        disk_bytes=disk_bytes,
        log_bytes=_LOG_BYTES,
    )


def room_spec(home: Home, argv: tuple[str, ...], env: Mapping[str, str], bounds: Limits) -> WallSpec:
    """The walls of a room that starts cold, as an ordinary process."""
    return WallSpec(
        argv=argv,
        env=env,
        read_only=_code(),
        read_write=((str(home.path), HOME),),
        tmpfs=_SCRATCH,
        cwd=HOME,
        network=True,
        limits=bounds,
        hostname="room",
        uid=home.uid or 65534,
        gid=home.gid or 65534,
    )
