"""First step inside fresh namespaces: build the tree, fork the program, stay behind as its init process."""

# Few and small imports: this starts before every walled program.
# ruff: noqa: PTH123, S606

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Any

from zygote.inside import init, mounts, surrender
from zygote.inside import kernel as k


def main() -> None:
    """argv: fd of the spec, fd of the status pipe, fd whose end of file means that the caller is gone (-1: none)."""
    spec_fd, status_fd, lifeline = (int(word) for word in sys.argv[1:4])
    stage = "enter"
    try:
        spec = json.loads(read_all(spec_fd))
        k.die_with_parent()
        k.set_dumpable(False)
        init.report(status_fd, {"entered": True})
        stage = "cgroup"
        _join(spec["joins"])
        stage = "mount"
        mounts.build(spec)
        stage = "namespace"
        _settle_namespace(spec["hostname"])
        stage = "fork"
        started, tell = os.pipe2(os.O_CLOEXEC)
        child = os.fork()
        if child == 0:
            _become(spec, tell)
        os.close(tell)
        with os.fdopen(started, "rb") as told:
            trouble = told.read()  # the end of file is the exec
        os.write(status_fd, trouble or b'{"up": true}\n')
        if trouble:
            os._exit(71)
        init.watch(child, status_fd, lifeline, spec)
    except (OSError, ValueError, LookupError) as error:
        number = getattr(error, "errno", 0) or 0
        init.report(status_fd, {"error": stage, "errno": number, "text": str(error)})
        os._exit(70)


def read_all(fd: int) -> bytes:
    """A file in memory from its start; closes it."""
    with os.fdopen(fd, "rb") as source:
        source.seek(0)
        return source.read()


def _join(procs: list[str]) -> None:
    for path in procs:
        with open(path, "w", encoding="utf-8") as out:
            out.write("0")


def _settle_namespace(hostname: str) -> None:
    socket.sethostname(hostname)
    k.new_keyring()
    try:  # System V memory outlives its mappings; kernels that refuse keep the cgroup's bound
        with open("/proc/sys/kernel/shmall", "w", encoding="utf-8") as out:
            out.write("16384")
    except OSError:
        pass


def _become(spec: dict[str, Any], tell: int) -> None:
    """In the child: give everything up, then exec. Never returns."""
    stage = "privileges"
    try:
        os.setsid()
        k.set_dumpable(True)
        if spec["root"]:
            account = (spec["uid"], spec["gid"])
            surrender.become_user(*account)
            surrender.own_user_namespace(account, account)
        surrender.forbid_user_namespaces()
        for name in surrender.RLIMITS:
            if spec["rlimits"][name] is not None:
                surrender.limit(name, spec["rlimits"][name])
        k.drop_privileges()
        stage = "program"
        os.umask(0o022)
        os.chdir(spec["cwd"])
        for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        k.close_others({0, 1, 2, tell, *spec["keep"]})
        os.execve(spec["argv"][0], spec["argv"], spec["env"])
    except OSError as error:
        init.report(tell, {"error": stage, "errno": error.errno or 0, "text": str(error)})
    os._exit(71)
