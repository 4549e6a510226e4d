"""The self-test's task for a template's fork: the attempts of `probe`, and some at the template and at earlier forks."""

# ruff: noqa: PTH123, PTH208, S108

from __future__ import annotations

import ctypes
import errno
import importlib
import json
import os
import platform
from typing import Any

_PLACES = ("/tmp", "/room", "/dev/shm")
_CALLS = {
    "x86_64": {"unshare": 272, "ptrace": 101, "bpf": 321, "keyctl": 250, "io_uring_setup": 425},
    "aarch64": {"unshare": 97, "ptrace": 117, "bpf": 280, "keyctl": 219, "io_uring_setup": 425},
}
_kept: dict[str, Any] = {}


def template() -> str:
    """The template or another fork, as a process or as our parent."""
    others = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    if others or os.getpid() != 1 or os.getppid() != 0:
        return f"sees processes {others}, is {os.getpid()} below {os.getppid()}"
    return ""


def leftovers() -> str:
    """Files of an earlier fork."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
        mounts = {line.split(" ")[4] for line in lines}
    found = [path for place in _PLACES for path in _beside(place, mounts)]
    return f"sees {found}" if found else ""


def _beside(place: str, mounts: set[str]) -> list[str]:
    """What lies below a folder and is neither a mount (this Python, in a checkout in /tmp) nor on the way to one."""
    found = []
    for path in (f"{place}/{name}" for name in os.listdir(place)):
        if any(mount.startswith(path + "/") for mount in mounts):
            found += _beside(path, mounts)
        elif path not in mounts:
            found.append(path)
    return found


def calls() -> str:
    """System calls that the filter has to answer."""
    with open("/proc/self/status", encoding="ascii") as lines:
        if not any(line.split() == ["Seccomp:", "2"] for line in lines):
            return "no filter is installed"
    libc = ctypes.CDLL(None, use_errno=True)
    for name, number in _CALLS[platform.machine()].items():
        # ptrace(PTRACE_TRACEME), unshare(0), keyctl(GET_KEYRING_ID, session), ...: each allowed without the filter
        if (
            libc.syscall(number, 0, -3 if name == "keyctl" else 0, 0, 0) >= 0
            or ctypes.get_errno() != errno.EPERM
        ):
            return f"{name} is answered"
    return ""


def leave() -> str:
    """Not an attempt: leaves files where the next fork will look."""
    for place in _PLACES:
        with open(f"{place}/earlier", "w", encoding="ascii") as out:
            out.write("secret")
    return ""


def prepare(argument: dict[str, Any]) -> None:
    """The attempts every walled program makes are `probe`'s."""
    own = {"template": template, "leftovers": leftovers, "calls": calls, "leave": leave}
    _kept.update(importlib.import_module(str(argument["probe"])).ATTEMPTS | own)


def serve(task: bytes, fds: tuple[int, ...]) -> None:
    """The task is JSON: attempt name to its arguments; the answers go to the one descriptor as JSON."""
    wanted: dict[str, list[str]] = json.loads(task)
    if "environment" in wanted:
        wanted["environment"] = [str(fd) for fd in fds]
    answers = {name: _kept[name](*arguments) for name, arguments in wanted.items()}
    os.write(fds[0], json.dumps(answers).encode())
