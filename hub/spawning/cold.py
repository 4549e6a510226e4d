"""Rooms that start as ordinary processes: behind walls where no template can be had, without where the machine is the wall."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from hub.spawning import walls
from hub.spawning.homes import Home
from zygote import walls as zygote_walls
from zygote.residents import Resident
from zygote.spec import Limits

_COMMAND = (sys.executable, "-m", "jupyterhub.singleuser")


class ColdRoom(Resident):
    """Found by its outermost process."""

    def ask_to_end(self) -> None:
        """Behind walls the outermost process holds signals back; the server is the child of the walls' own init."""
        if self.alive:
            outer = psutil.Process(self.pid)
            for process in outer.children(recursive=True)[1:2] or [outer]:
                process.send_signal(signal.SIGTERM)


def start_walled(
    home: Home, args: Sequence[str], env: Mapping[str, str], log: Path, bounds: Limits
) -> Resident:
    """An ordinary server behind the walls of a room; WallsMissing without them."""
    spec = walls.room_spec(home, (*_COMMAND, *args), env, bounds)
    with log.open("wb") as stream:
        # No lifeline: the room goes on while the Hub restarts.
        walled = zygote_walls.start(spec, stdout=stream, stderr=subprocess.STDOUT, lifeline=False)
    walled.wait_up()
    return _found(walled.process.pid, walled.leave())


def start_open(home: Home, args: Sequence[str], env: Mapping[str, str], log: Path) -> Resident:
    """An ordinary server and nothing around it: for a pod or a developer's own machine, never for many people on one."""
    who: dict[str, Any] = (
        {"user": home.uid, "group": home.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*_COMMAND, *args],
            env=dict(env),
            cwd=home.path,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            **who,
        )
    return _found(process.pid)


def _found(pid: int, folders: tuple[str, ...] = ()) -> ColdRoom:
    return ColdRoom(pid, psutil.Process(pid).create_time(), folders)
