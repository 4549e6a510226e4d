"""A fork's first steps: its own namespaces, empty folders, bounds, no privileges, a filter; then its task."""

from __future__ import annotations

import json
import os
from types import ModuleType
from typing import Any

from zygote.inside import kernel as k
from zygote.inside import mounts, surrender
from zygote.inside.enter import read_all
from zygote.inside.filter import Filter
from zygote.inside.loop import Order

_FRESH = k.CLONE_NEWNS | k.CLONE_NEWIPC | k.CLONE_NEWUTS | k.CLONE_NEWNET
SETUP = 71


def enter(spec: dict[str, Any], order: Order, walls: Filter) -> bytes:
    """Stand behind walls of its own, or end; gives the task, which the template never reads."""
    stage = "namespace"
    try:
        os.setsid()
        k.unshare(_FRESH)
        stage = "mount"
        k.mount("proc", "/proc", "proc", k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC)
        owner = (spec["uid"], spec["gid"]) if spec["root"] else (0, 0)
        for path, size, inodes in spec["tmpfs"]:
            mounts.empty(path, size, inodes, owner)
        for place, path in spec["kept"]:
            os.makedirs(path, 0o755)  # noqa: PTH103
            k.mount(place, path, "", k.MS_BIND | k.MS_REC)
        surrender.volunteer_for_oom()
        stage = "cgroup"
        for procs in order.groups:
            os.write(procs, b"0")
        stage = "privileges"
        account = (spec["uid"], spec["gid"])
        surrender.step_down(
            spec["root"], account, order.limits["rlimits"], grace=0
        )  # a first process gets no SIGXCPU, only the kill
        task = read_all(order.task)
        k.drop_privileges()
        k.set_dumpable(True)
        stage = "filter"
        walls.install()
        stage = "program"
        os.chdir(spec["cwd"])
        os.write(order.link, b'{"up": true}')
        k.close_all_but((0, 1, 2, *order.fds))
    except (OSError, ValueError, LookupError) as error:
        message = {"error": stage, "errno": getattr(error, "errno", 0) or 0, "text": str(error)}
        os.write(order.link, json.dumps(message).encode())
        os._exit(SETUP)
    return task


def serve(module: ModuleType, task: bytes, fds: tuple[int, ...]) -> None:
    """Run the task and end without any of Python's farewells: none of them is the template's. Never returns."""
    code = 1
    try:
        module.serve(task, fds)
        code = 0
    except SystemExit as leaving:
        code = leaving.code & 0xFF if isinstance(leaving.code, int) else int(leaving.code is not None)
    finally:
        os._exit(code)
