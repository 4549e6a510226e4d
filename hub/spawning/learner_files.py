"""Files into and out of learners' homes, by descriptor: no link that a learner made is ever followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.spawning.homes import Home, home_of

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class LearnerHomes:
    """See hub.journey.ports.Homes. Under root, new files belong to the home's own numeric user."""

    root: Path
    first_uid: int

    def write(self, login: str, folder: str, files: Mapping[str, bytes]) -> list[str]:
        """Put files there; one that exists already stays as the learner left it. The names written."""
        home = home_of(login, self.root, self.first_uid)
        written = []
        for name, data in files.items():
            *parents, leaf = f"{folder}/{name}".split("/")
            with _descend(home, parents, make=True) as place:
                if place is not None and _create(home, place, leaf, data):
                    written.append(name)
        return written

    def read(self, login: str, folder: str, names: Sequence[str], limit: int) -> dict[str, bytes]:
        """The regular files among ``names`` that are there. Raises ValueError, in Chinese, for anything else."""
        home = home_of(login, self.root, self.first_uid)
        found: dict[str, bytes] = {}
        left = limit
        for name in names:
            *parents, leaf = f"{folder}/{name}".split("/")
            with _descend(home, parents, make=False) as place:
                data = None if place is None else _regular(place, leaf, left)
            if data is not None:
                found[name] = data
                left -= len(data)
        return found


def offer_font(home: Home, font: Path) -> None:
    """A link to a Chinese face where matplotlib looks for fonts; whatever the learner keeps there stays."""
    try:
        with _descend(home, (".local", "share", "fonts"), make=True) as place:
            if place is not None:
                os.symlink(font, font.name, dir_fd=place)
    except (FileExistsError, ValueError):
        return  # it is there, or the learner has made something else of these folders


@contextmanager
def _descend(home: Home, parents: Sequence[str], *, make: bool) -> Iterator[int | None]:
    """A descriptor of the folder ``parents`` below the home, or None where it is not there."""
    place = os.open(home.path, _FOLDER)
    try:
        for part in parents:
            if part in ("", ".", ".."):
                raise ValueError("文件夹名不能用")
            try:
                deeper = os.open(part, _FOLDER, dir_fd=place)
            except FileNotFoundError:
                if not make:
                    yield None
                    return
                os.mkdir(part, 0o700, dir_fd=place)
                deeper = os.open(part, _FOLDER, dir_fd=place)
                if os.geteuid() == 0:
                    os.fchown(deeper, home.uid, home.gid)
            except OSError as error:
                raise ValueError(f"“{part}”不是普通的文件夹，请改名后再试") from error
            os.close(place)
            place = deeper
        yield place
    finally:
        os.close(place)


def _create(home: Home, place: int, leaf: str, data: bytes) -> bool:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(leaf, flags, 0o600, dir_fd=place)
    except FileExistsError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.geteuid() == 0:
                os.fchown(descriptor, home.uid, home.gid)
            file.write(data)
    except OSError:  # a full disk: half a file would stay for ever, since files that are there are kept
        os.unlink(leaf, dir_fd=place)
        raise
    return True


def _regular(place: int, leaf: str, limit: int) -> bytes | None:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not hold us
    try:
        descriptor = os.open(leaf, flags, dir_fd=place)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"“{leaf}”不是普通文件，请删除后重新打开作业") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError(f"“{leaf}”不是普通文件，请删除后重新打开作业")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"“{leaf}”超过 {limit // 2**20} MB，请清除单元输出、保存后再提交")
    return data
