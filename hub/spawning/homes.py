"""Learners' home folders: made private at first use, and under root each with a numeric user of its own."""

from __future__ import annotations

import fcntl
import os
import re
from dataclasses import dataclass
from pathlib import Path

_LOGIN = re.compile(r"[a-z][a-z0-9]{2,39}")


@dataclass(frozen=True)
class Home:
    """A learner's folder and whose it is."""

    path: Path
    uid: int
    gid: int


def home_of(login: str, homes: Path, first_uid: int) -> Home:
    """The home of ``login``, made with mode 0700 where it is missing.

    Under root it belongs to a number of its own from ``first_uid`` up; the folder's owner is the only record of
    which. There is no account of that number on the machine, and none is needed.
    """
    if not _LOGIN.fullmatch(login):
        raise ValueError(f"not a login: {login!r}")
    path = homes / login
    if not path.exists():
        homes.mkdir(parents=True, exist_ok=True)
        aside = homes / f".{login}.new"
        aside.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            number = _next_number(homes / ".last-uid", first_uid)
            os.chown(aside, number, number)
        aside.rename(path)
    found = path.lstat()
    if not path.is_dir() or path.is_symlink() or (os.geteuid() == 0 and found.st_uid < first_uid):
        raise ValueError(f"not a home of ours: {path}")
    return Home(path, found.st_uid, found.st_gid)


def _next_number(counter: Path, first: int) -> int:
    descriptor = os.open(counter, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        number = max(int(stream.read().strip() or 0) + 1, first)
        stream.seek(0)
        stream.write(f"{number}\n")
        stream.truncate()
    return number
