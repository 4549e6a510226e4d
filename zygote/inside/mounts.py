"""The walled program's file tree: a fresh root in memory, read-only binds, sized tmpfs, own /proc and /dev."""

# Few and small imports: this starts before every walled program.
# ruff: noqa: PTH101, PTH102, PTH103, PTH108, PTH112, PTH120, PTH123, PTH211

from __future__ import annotations

import os
from typing import Any

from zygote.inside import kernel as k

BASE = "/tmp"  # noqa: S108 - any folder that is surely there; covered for a moment in our own mount namespace
OLD, NEW = "/oldroot", "/newroot"
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_ST = {1: k.MS_RDONLY, 2: k.MS_NOSUID, 4: k.MS_NODEV, 8: k.MS_NOEXEC}
_ST |= {1024: k.MS_NOATIME, 2048: k.MS_NODIRATIME, 4096: k.MS_RELATIME}


def build(spec: dict[str, Any]) -> None:
    """Replace the root of this mount namespace; afterwards nothing of the old tree can be reached."""
    k.mount("none", "/", "", k.MS_REC | k.MS_PRIVATE)
    k.mount("tmpfs", BASE, "tmpfs", k.MS_NOSUID | k.MS_NODEV, "mode=755,size=4m,nr_inodes=4096")
    os.chdir(BASE)
    for name in (OLD, NEW):
        os.mkdir(BASE + name, 0o755)
    k.pivot_root(".", "." + OLD)
    os.chdir("/")
    k.mount(NEW, NEW, "", k.MS_BIND | k.MS_REC)
    owner = (spec["uid"], spec["gid"]) if spec["root"] else (0, 0)
    writable = [path for path, _, _ in spec["tmpfs"]]
    _devices()
    if spec.get("terminals", True):
        _terminals()
    _folder("/proc", writable, owner)
    k.mount("proc", NEW + "/proc", "proc", k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC)
    for target, name in spec["links"]:
        os.symlink(target, NEW + name)
    for path, size, inodes in sorted(spec["tmpfs"]):
        _folder(path, writable, owner)
        empty(NEW + path, size, inodes, owner)
    for source, target, mode in sorted(spec["binds"], key=lambda bind: str(bind[1])):
        bind(OLD + source, target, mode == "ro", writable, owner)
    _accounts(spec.get("account", owner))
    k.detach(OLD)
    os.chdir(NEW)
    k.pivot_root(".", ".")
    k.detach(".")
    os.chdir("/")
    _remount("/", k.MS_RDONLY | k.MS_NOSUID | k.MS_NODEV)


def empty(place: str, size: int, inodes: int, owner: tuple[int, int]) -> None:
    """A fresh folder in memory, of the owner alone."""
    options = f"mode=700,uid={owner[0]},gid={owner[1]},size={size},nr_inodes={inodes}"
    k.mount("tmpfs", place, "tmpfs", k.MS_NOSUID | k.MS_NODEV, options)


def own(folder: str, path: str, owner: tuple[int, int]) -> None:
    """Bind a folder of a store where a resident writes; its place lies in a fresh folder of the resident's."""
    os.makedirs(path, 0o755)
    os.chown(os.path.dirname(path), *owner)
    k.mount(folder, path, "", k.MS_BIND)
    flags = sum(flag for bit, flag in _ST.items() if os.statvfs(path).f_flag & bit)
    k.mount("none", path, "", k.MS_REMOUNT | k.MS_BIND | flags | k.MS_NOSUID | k.MS_NODEV)


def named(account: str, home: str, owner: tuple[int, int]) -> None:
    """This mount namespace's one made-up account has a name and a home of its own."""
    lines = {
        "passwd": f"{account}:x:{owner[0]}:{owner[1]}::{home}:/bin/sh\n",
        "group": f"{account}:x:{owner[1]}:\n",
    }
    for name, line in lines.items():
        aside = f"/tmp/.{name}"  # noqa: S108 - a fresh folder of this namespace
        with open(aside, "w", encoding="utf-8") as out:
            out.write(line)
        os.chmod(aside, 0o444)
        k.mount(aside, f"/etc/{name}", "", k.MS_BIND)
        os.unlink(aside)


def bind(source: str, target: str, read_only: bool, writable: list[str], owner: tuple[int, int]) -> None:
    """Bind a file or folder with whatever is mounted below it, then tighten every mount of the copy."""
    if os.path.isdir(source):
        _folder(target, writable, owner)
    else:
        _file(target, writable, owner)
    k.mount(source, NEW + target, "", k.MS_BIND | k.MS_REC)
    add = k.MS_NOSUID | k.MS_NODEV | (k.MS_RDONLY if read_only else 0)
    for place in _mounts_under(NEW + target):
        _remount(place, add)


def _remount(place: str, add: int) -> None:
    """Flags a mount already carries are kept: in a user namespace they are locked, and losing one is EPERM."""
    have = os.statvfs(place).f_flag
    flags = sum(flag for bit, flag in _ST.items() if have & bit)
    k.mount("none", place, "", k.MS_REMOUNT | k.MS_BIND | flags | add)


def _mounts_under(top: str) -> list[str]:
    """Mount points at or below a path, from mountinfo, where a blank is written as backslash 040."""
    found = []
    with open(OLD + "/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            place = line.split(" ")[4]
            for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
                place = place.replace(code, char)
            if place == top or place.startswith(top + "/"):
                found.append(place)
    return found


def _folder(path: str, writable: list[str], owner: tuple[int, int]) -> None:
    """Make a folder and its parents; those below a tmpfs of the program belong to the program."""
    made = ""
    for part in path.strip("/").split("/"):
        made += "/" + part
        if not os.path.lexists(NEW + made):
            os.mkdir(NEW + made, 0o755)
            if any(made.startswith(top + "/") for top in writable):
                os.chown(NEW + made, *owner)


def _file(path: str, writable: list[str], owner: tuple[int, int]) -> None:
    parent = path.rpartition("/")[0]
    if parent:
        _folder(parent, writable, owner)
    os.close(os.open(NEW + path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o444))


def _devices() -> None:
    _folder("/dev", [], (0, 0))
    for name in DEVICES:
        _file("/dev/" + name, [], (0, 0))
        k.mount(f"{OLD}/dev/{name}", f"{NEW}/dev/{name}", "", k.MS_BIND)
        _remount(f"{NEW}/dev/{name}", k.MS_NOSUID | k.MS_NOEXEC)
    links = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1"}
    for name, target in (links | {"stderr": "/proc/self/fd/2"}).items():
        os.symlink(target, f"{NEW}/dev/{name}")


def _terminals() -> None:
    """Terminals of our own: shells in rooms, `!command` in notebooks."""
    _folder("/dev/pts", [], (0, 0))
    k.mount(
        "devpts", NEW + "/dev/pts", "devpts", k.MS_NOSUID | k.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=600"
    )
    os.symlink("pts/ptmx", NEW + "/dev/ptmx")


def _accounts(owner: tuple[int, int]) -> None:
    """One made-up account, so that asking for one's own name works and no real name is shown."""
    _folder("/etc", [], (0, 0))
    for name, line in {
        "passwd": f"learner:x:{owner[0]}:{owner[1]}::/room:/bin/sh\n",
        "group": f"learner:x:{owner[1]}:\n",
    }.items():
        with open(f"{NEW}/etc/{name}", "w", encoding="utf-8") as out:
            out.write(line)
