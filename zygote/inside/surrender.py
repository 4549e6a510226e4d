"""What the first process of a program gives up before anybody else's code runs: identity, namespaces, bounds."""

# Few and small imports: this starts before every walled program.

from __future__ import annotations

import contextlib
import os
import resource

from zygote.inside import kernel as k

RLIMITS = ("CPU", "AS", "NPROC", "FSIZE", "NOFILE", "STACK", "CORE")


def become_user(uid: int, gid: int) -> None:
    """From root to a numeric account without groups; all three ids, so that there is no way back."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    k.set_dumpable(True)  # else the own /proc/self files belong to root and no id map can be written


def own_user_namespace(inside: tuple[int, int], outside: tuple[int, int]) -> None:
    """Also for a root caller: processes are then counted per run, and further user namespaces can be forbidden."""
    try:
        k.unshare(k.CLONE_NEWUSER)
    except OSError:
        return  # switched off for ordinary users: then the program cannot make one either
    maps = [f"{inner} {outer} 1" for inner, outer in zip(inside, outside, strict=True)]
    for name, text in (("setgroups", "deny"), ("uid_map", maps[0]), ("gid_map", maps[1])):
        _write(f"/proc/self/{name}", text)


def forbid_user_namespaces() -> None:
    """The self-test tells whether one can still be made where this is not to be had."""
    with contextlib.suppress(OSError):
        _write("/proc/sys/user/max_user_namespaces", "0")


def volunteer_for_oom() -> None:
    """When the machine runs out of memory, this goes before the services do."""
    with contextlib.suppress(OSError):
        _write("/proc/self/oom_score_adj", "500")


def step_down(root: bool, account: tuple[int, int], limits: dict[str, int | None], grace: int) -> None:
    """All of it for a fork: the account, a user namespace of its own and no more of them, the resource limits."""
    if root:
        become_user(*account)
    else:
        k.set_dumpable(True)
    own_user_namespace(account, account if root else (0, 0))
    forbid_user_namespaces()
    for name in RLIMITS:
        value = limits[name]
        if value is not None:
            limit(name, value, grace)


def limit(name: str, value: int, grace: int = 1) -> None:
    """A resource limit, never above what we were given; `grace` seconds lie between the CPU limit's signal and the kill."""
    number = getattr(resource, "RLIMIT_" + name)
    hard = resource.getrlimit(number)[1]
    if hard != resource.RLIM_INFINITY:
        value, grace = min(value, hard), 0
    resource.setrlimit(number, (value, value + grace if name == "CPU" else value))


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)
