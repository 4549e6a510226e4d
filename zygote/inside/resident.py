"""A resident's first process: puts up its walls, starts its task in a child, opens its doors, keeps its bounds, goes with it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import struct
from types import ModuleType
from typing import Any

from zygote.inside import kernel as k
from zygote.inside import mounts, surrender
from zygote.inside.bounds import Bounds
from zygote.inside.doors import Doors
from zygote.inside.enter import read_all
from zygote.inside.filter import Filter
from zygote.inside.loop import Order

_FRESH = k.CLONE_NEWNS | k.CLONE_NEWIPC | k.CLONE_NEWUTS | k.CLONE_NEWNET
_SET_FLAGS, _UP = 0x8914, 0x41  # SIOCSIFFLAGS; IFF_UP | IFF_RUNNING
SETUP = 71


def enter_and_keep(module: ModuleType, spec: dict[str, Any], order: Order, walls: Filter) -> None:
    """All of a resident's life. Never returns."""
    task, doors, bounds = enter(spec, order, walls)
    keep(module, task, order.fds, doors, bounds)


def enter(spec: dict[str, Any], order: Order, walls: Filter) -> tuple[bytes, Doors, Bounds]:
    """Stand behind walls of its own, or end; gives the task, the open doors and the bounds to keep."""
    place = order.residence or {}
    stage = "namespace"
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        k.unshare(_FRESH)
        _loopback()
        stage = "mount"
        k.mount("proc", "/proc", "proc", k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC)
        account = (place["uid"], place["gid"])
        owner = account if spec["root"] else (0, 0)
        for path, size, inodes in spec["tmpfs"]:
            mounts.empty(path, size, inodes, owner)
        for source, path in spec["kept"]:
            os.makedirs(path, 0o755)  # noqa: PTH103
            k.mount(source, path, "", k.MS_BIND | k.MS_REC)
        for folder, path in place["own"]:
            mounts.own(folder, path, owner)
        for path in spec["stores"]:
            k.detach(path)
        mounts.named(place["account"], place["home"], account)
        surrender.volunteer_for_oom()
        stage = "cgroup"
        for procs in order.groups:
            os.write(procs, b"0")
        stage = "doors"
        doors = Doors(place["doors"])
        stage = "privileges"
        surrender.step_down(spec["root"], account, order.limits["rlimits"], grace=1)
        task = read_all(order.task)
        k.drop_privileges()
        counts, kept = order.fds[: place["counts"]], order.fds[place["counts"] :]
        log = kept[0] if place["log_bytes"] is not None else None
        bounds = Bounds(order.limits, place, counts, log, counted=bool(order.groups))
        stage = "filter"
        walls.install()
        stage = "program"
        os.umask(0o077)
        os.chdir(place["home"])
        os.write(order.link, b'{"up": true}')  # the kernel adds our pid as the caller sees it
        k.close_all_but((0, 1, 2, *counts, *kept, *doors.fds(), *bounds.fds()))
    except (OSError, ValueError, LookupError) as error:
        message = {"error": stage, "errno": getattr(error, "errno", 0) or 0, "text": str(error)}
        os.write(order.link, json.dumps(message).encode())
        os._exit(SETUP)
    order.fds = kept
    return task, doors, bounds


def keep(module: ModuleType, task: bytes, fds: tuple[int, ...], doors: Doors, bounds: Bounds) -> None:
    """Run the task in a child, look after it until it ends, and end with it. Never returns here, nor in the child."""
    ready, tell = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        os.read(ready, 1)  # until the first process cannot be looked into any more
        os.close(ready)
        doors.close()
        bounds.leave()
        k.set_dumpable(True)
        _serve(module, task, fds, bounds)
    k.set_dumpable(False)
    k.close_all_but((0, 1, 2, ready, tell, *doors.fds(), *bounds.fds()))
    os.write(tell, b"x")
    os.close(ready)
    os.close(tell)
    os._exit(doors.serve(child, bounds))


def _serve(module: ModuleType, task: bytes, fds: tuple[int, ...], bounds: Bounds) -> None:
    code = 1
    try:
        module.serve(task, (*fds, bounds.shared))
        code = 0
    except SystemExit as leaving:
        code = leaving.code & 0xFF if isinstance(leaving.code, int) else int(leaving.code is not None)
    finally:
        os._exit(code)


def _loopback() -> None:
    """Its own 127.0.0.1, on which nobody else listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
