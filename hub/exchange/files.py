"""Files of one assignment in the learner's home, by descriptor: no link inside the home is ever followed."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not hold us
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FileError(Exception):
    """Something lies there that is no ordinary file or folder; the message is Chinese and fit to be shown."""


@dataclass(frozen=True)
class Folder:
    """A folder below ``top``, which need not be there yet. Names of files in it are relative POSIX paths."""

    top: str
    parts: tuple[str, ...]

    def path(self, name: str = "") -> str:
        """Where that is, for showing and for opening in JupyterLab."""
        return str(Path(self.top).absolute().joinpath(*self.parts, name))

    def has(self, name: str) -> bool:
        """Whether anything of that name is there."""
        return os.path.lexists(self.path(name))

    def read(self, name: str, limit: int) -> bytes | None:
        """A regular file of at most ``limit`` bytes, or None where there is none. Raises FileError."""
        with self._place(name, make=False) as (place, leaf):
            if place is None:
                return None
            try:
                descriptor = os.open(leaf, _READ, dir_fd=place)
            except FileNotFoundError:
                return None
            except OSError:
                raise FileError(f"“{leaf}”不是普通文件，请删除后重新领取作业。") from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileError(f"“{leaf}”不是普通文件，请删除后重新领取作业。")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise FileError(f"“{leaf}”超过 {limit // 2**20} MB，请清除单元输出、保存后再提交。")
        return data

    def add(self, name: str, data: bytes) -> bool:
        """Put a file there. One that is there already, whatever it is, stays as it is; then the answer is False."""
        with self._place(name, make=True) as (place, leaf):
            try:
                descriptor = os.open(leaf, _NEW, 0o600, dir_fd=place)
            except FileExistsError:
                return False
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
            except OSError:
                os.unlink(leaf, dir_fd=place)  # half a file would stay for good
                raise
        return True

    def replace(self, name: str, data: bytes) -> None:
        """Put a file there, in the place of one of that name."""
        aside = f"{name}.{secrets.token_hex(4)}.new"
        self.add(aside, data)
        with self._place(name, make=True) as (place, leaf):
            made = aside.rpartition("/")[2]
            try:
                os.replace(made, leaf, src_dir_fd=place, dst_dir_fd=place)
            except OSError:
                os.unlink(made, dir_fd=place)
                raise

    @contextmanager
    def _place(self, name: str, *, make: bool) -> Iterator[tuple[int | None, str]]:
        """A descriptor of the folder that ``name`` is in, or None where there is none, and its last part."""
        *parents, leaf = [*self.parts, *name.split("/")]
        if any(part in ("", ".", "..") for part in (*parents, leaf)):
            raise FileError(f"文件名不能用：{name[:40]}")
        place = os.open(self.top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parents:
                deeper = _enter(place, part, make)
                if deeper is None:
                    yield None, leaf
                    return
                os.close(place)
                place = deeper
            yield place, leaf
        finally:
            os.close(place)


def _enter(place: int, part: str, make: bool) -> int | None:
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, 0o700, dir_fd=place)
    try:
        return os.open(part, _FOLDER, dir_fd=place)
    except FileNotFoundError:
        return None
    except OSError:
        raise FileError(f"“{part}”不是普通的文件夹，请改名后再试。") from None
