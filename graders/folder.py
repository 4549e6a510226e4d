"""Read a folder that nobody vouches for: by descriptor, regular files only, bounded; links are never followed."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graders.errors import BrokenAssignment, Refused
from graders.reading import MAX_BYTES

MAX_ENTRIES, MAX_DEPTH = 5_000, 8
MB = 1024 * 1024
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True)
class Bounds:
    """How much one folder may hold: files taken, bytes of all of them."""

    files: int
    total: int


SUBMITTED = Bounds(200, 16 * MB)
ASSIGNED = Bounds(500, 64 * MB)


@dataclass(frozen=True)
class Given:
    """What somebody handed in. `left_out` pairs a name fit to be shown with link, special, depth, unreadable or name."""

    notebook: bytes
    brought: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()


class TooMuch(Exception):  # noqa: N818 - says what it is
    """The folder holds more than its bounds."""


def shown(name: str) -> str:
    """A name from a stranger's disk, fit for a screen and for JSON: no bytes that are no UTF-8, no control characters."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)[:200]


def read_submission(path: str, notebook: str) -> Given:
    """The submission at `path`: a notebook file, or a folder with one of that name; raises Refused.

    The last step of `path` is never a link: what it leads to need not be the learner's.
    """
    place = path.rstrip("/") or path[:1]
    try:
        found = os.lstat(place)
        if stat.S_ISREG(found.st_mode):
            return Given(_notebook_at(place))
        if not stat.S_ISDIR(found.st_mode):
            raise Refused("submission.not_a_file", _kind(found.st_mode))
        top = os.open(place, _FOLDER)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused("submission.missing", shown(path)) from error
    except ValueError as error:  # a name no file can have
        raise Refused("submission.missing", type(error).__name__) from error
    except OSError as error:
        raise Refused("submission.unreadable", error.strerror or "") from error
    try:
        data = _notebook_in(top, notebook)
        brought, left_out = _collect(top, SUBMITTED, lambda name, _: name != notebook)
        return Given(data, brought, left_out)
    except TooMuch as much:
        raise Refused("submission.folder_too_large", str(much)) from much
    except OSError as error:
        raise Refused("submission.unreadable", error.strerror or "") from error
    finally:
        os.close(top)


def read_assigned(folder: str, without: str = "") -> dict[str, bytes]:
    """The data files that lie beside a source notebook, by relative name; raises BrokenAssignment when it is too much.

    Notebooks, hidden files and `__pycache__` are none, nor is `without`: submissions may lie below the source.
    """
    try:
        apart = Path(without).stat() if without else None
    except (OSError, ValueError):
        apart = None
    mine = (apart.st_dev, apart.st_ino) if apart else None

    def wanted(name: str, about: os.stat_result) -> bool:
        return not name.endswith(".ipynb") and (about.st_dev, about.st_ino) != mine

    try:
        top = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise BrokenAssignment("source.files", error.strerror or "") from error
    try:
        return _collect(top, ASSIGNED, wanted)[0]
    except (TooMuch, OSError) as error:
        raise BrokenAssignment("source.files", str(error)) from error
    finally:
        os.close(top)


def _notebook_at(place: str, folder: int | None = None) -> bytes:
    data = _read(place, folder, MAX_BYTES)
    if data is None:
        raise Refused("submission.too_large", f"more than {MAX_BYTES} bytes")
    return data


def _notebook_in(top: int, notebook: str) -> bytes:
    try:
        mode = os.stat(notebook, dir_fd=top, follow_symlinks=False).st_mode
    except FileNotFoundError:
        raise _no_notebook(top, notebook) from None
    if not stat.S_ISREG(mode):
        raise Refused("submission.not_a_file", _kind(mode))
    return _notebook_at(notebook, top)


def _no_notebook(top: int, notebook: str) -> Refused:
    """Which refusal helps: the name is nearly right, or there is none like it."""
    for name in _names(top, MAX_ENTRIES):
        if _folded(name) == _folded(notebook):
            return Refused("submission.name_case", f"{shown(name)} ≠ {shown(notebook)}")
    return Refused("submission.no_notebook", shown(notebook))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _names(folder: int, most: int) -> list[str]:
    """The names in a folder, sorted; raises TooMuch."""
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            found.append(entry.name)
            if len(found) > most:
                raise TooMuch(f"more than {most} entries")
    return sorted(found)


def _collect(
    top: int, bounds: Bounds, wanted: Callable[[str, os.stat_result], bool]
) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    """Every wanted regular file below an open folder, by relative name, and what was left out, with why."""
    files: dict[str, bytes] = {}
    left_out: list[tuple[str, str]] = []
    total = 0
    for folder, name, path, why in _regular(top, wanted):
        data = b"" if why else _take(folder, name, bounds.total - total)
        if why or data is None:
            left_out.append((shown(path), why or "unreadable"))
            continue
        total += len(data)
        files[path] = data
        if len(files) > bounds.files:
            raise TooMuch(f"more than {bounds.files} files")
    return files, tuple(sorted(left_out))


def _take(folder: int, name: str, room: int) -> bytes | None:
    """A file's bytes, or None when it cannot be read; raises TooMuch."""
    try:
        data = _read(name, folder, room)
    except OSError:
        return None
    if data is None:
        raise TooMuch("too many bytes")
    return data


def _regular(top: int, wanted: Callable[[str, os.stat_result], bool]) -> Iterator[tuple[int, str, str, str]]:
    """(open folder, name in it, path from the top, why not); an open folder is closed when the next one is begun."""
    waiting: list[tuple[str, int]] = [("", 0)]
    seen = 0
    while waiting:
        prefix, depth = waiting.pop(0)
        folder = _descend(top, prefix)
        if folder is None:
            yield top, "", prefix, "unreadable"
            continue
        try:
            names = _names(folder, MAX_ENTRIES - seen)
            seen += len(names)
            for name in names:
                path = f"{prefix}/{name}" if prefix else name
                about = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if name.startswith(".") or name == "__pycache__" or not wanted(path, about):
                    continue
                why = _objection(path, about.st_mode, depth)
                if stat.S_ISDIR(about.st_mode) and not why:
                    waiting.append((path, depth + 1))
                else:
                    yield folder, name, path, why
        finally:
            os.close(folder)


def _objection(path: str, mode: int, depth: int) -> str:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "name"
    if stat.S_ISDIR(mode):
        return "depth" if depth + 1 > MAX_DEPTH else ""
    return "" if stat.S_ISREG(mode) else _kind(mode)


def _descend(top: int, path: str) -> int | None:
    """Open a folder below `top` step by step, so that no step can have become a link; None when it cannot be."""
    current = os.open(".", _FOLDER, dir_fd=top)
    for step in filter(None, path.split("/")):
        try:
            following = os.open(step, _FOLDER, dir_fd=current)
        except OSError:
            return None
        finally:
            os.close(current)
        current = following
    return current


def _read(name: str, folder: int | None, most: int) -> bytes | None:
    """The bytes of a regular file, or None when there are more than `most`."""
    fd = os.open(name, _FILE, dir_fd=folder)
    try:
        about = os.fstat(fd)
        if not stat.S_ISREG(about.st_mode):
            raise OSError("no longer a regular file")
        if about.st_size > most:
            return None
        parts: list[bytes] = []
        left = most + 1
        while left and (part := os.read(fd, min(left, MB))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts) if left else None
    finally:
        os.close(fd)


def _kind(mode: int) -> str:
    return "link" if stat.S_ISLNK(mode) else "special"
