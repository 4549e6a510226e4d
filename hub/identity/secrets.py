"""Secrets of this installation: one random file each, made at first use, readable by the owner alone."""

from __future__ import annotations

import os
import re
import secrets as random_source
from collections.abc import Callable
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9_]{2,63}")


def secret(name: str, folder: Path, length: int = 32) -> str:
    """The secret called ``name`` as hex text of ``length`` random bytes; made when it is not there yet.

    Two processes that ask at once get the same answer: the file is written aside and linked into place.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a secret: {name!r}")
    path = folder / name
    if not path.exists():
        _create(path, random_source.token_hex(length))
    value = path.read_text(encoding="ascii").strip()
    if not value:
        raise RuntimeError(f"密钥文件是空的：{path}；请从备份恢复，或在确认没有数据要用它之后删除。")
    return value


def kept_text(path: Path, make: Callable[[], str]) -> str:
    """The private text of ``path``, made by ``make`` where there is none yet; whoever comes first wins."""
    if not path.exists():
        _create(path, make())
    return path.read_text(encoding="utf-8")


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` with mode 0600, replacing it at once and as a whole."""
    temporary = _aside(path, text)
    temporary.replace(path)


def _create(path: Path, text: str) -> None:
    temporary = _aside(path, text)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first; its value counts
    finally:
        temporary.unlink()


def _aside(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{random_source.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii" if text.isascii() else "utf-8") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return temporary
