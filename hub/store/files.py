"""Files named by the SHA-256 of their content: written whole and on disk before anybody is told."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hub.domain.lease import FilesLostError
from hub.faults import reached


class FileLost(FilesLostError):  # noqa: N818 - a name of the field
    """A digest that the store promised is gone or no longer matches its bytes."""


@dataclass(frozen=True)
class FileStore:
    """``root``/ab/cdef… holds the bytes whose SHA-256 is abcdef…; nothing is ever overwritten."""

    root: Path

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its digest (64 hex digits); fsynced, file and folder, before it returns."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not (path.exists() and path.stat().st_size == len(data)):
            self._write(path, data)
        for folder in (
            path.parent,
            self.root,
        ):  # also where the file was there: its writer may still be at it
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        reached("upload.fsynced")
        return digest

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                reached("upload.tmp_written")
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def get(self, digest: str) -> bytes:
        """The bytes of ``digest``. Raises FileLost where they are missing or damaged."""
        try:
            data = self._path(digest).read_bytes()
        except OSError as error:
            raise FileLost(digest) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise FileLost(digest)
        return data

    def scratch(self) -> Path:
        """An empty file in the store's folder, readable by its owner alone."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self.root, prefix=".new-")
        os.close(handle)
        return Path(name)

    def adopt(self, path: Path) -> str:
        """Take ``path``, a scratch file, in under its digest; fsynced, file and folder, before it returns."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        place = self._path(digest)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(place)
        for folder in (place.parent, self.root):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """The bytes of ``digest`` as a file. Raises FileLost where they are missing or damaged."""
        try:
            file = self._path(digest).open("rb")
        except OSError as error:
            raise FileLost(digest) from error
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            file.close()
            raise FileLost(digest)
        file.seek(0)
        return file

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise FileLost(digest)
        return self.root / digest[:2] / digest[2:]
