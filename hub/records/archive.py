"""Writes the zip of a package as the verifier wants it: stored, no dates, nothing between files; and adds the signature."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from hub.records.verify import Entry, directory, entries_of, local_header


class Archive:
    """A zip in the making, over an empty file that can be written, read and searched."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.entries: list[Entry] = []

    def add(self, name: str, chunks: Iterable[bytes]) -> dict[str, str | int]:
        """Write a file; what the manifest says of it. The header is written twice: only the end knows the sum."""
        start, digest, crc, size = self.file.tell(), hashlib.sha256(), 0, 0
        self.file.write(local_header(name, 0, 0))
        for chunk in chunks:
            self.file.write(chunk)
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
        end = self.file.tell()
        self.file.seek(start)
        self.file.write(local_header(name, crc, size))
        self.file.seek(end)
        self.entries.append(Entry(name, crc, size, start))
        return {"name": name, "sha256": digest.hexdigest(), "size": size}

    def close(self) -> None:
        """Write what stands behind the last file."""
        self.file.write(directory(self.entries, self.file.tell()))
        self.file.flush()


def with_file(source: BinaryIO, target: BinaryIO, name: str, data: bytes) -> None:
    """Copy a finished zip and add one more file at its end."""
    entries, start = entries_of(source)
    source.seek(0)
    left = start
    while left:
        chunk = source.read(min(left, 1 << 20))
        target.write(chunk)
        left -= len(chunk)
    made = Archive(target)
    made.entries = list(entries)
    made.add(name, [data])
    made.close()


def member(source: BinaryIO, name: str) -> bytes:
    """The bytes of one file of a finished zip. Raises KeyError where it has none of that name."""
    entries, _ = entries_of(source)
    one = {entry.name: entry for entry in entries}[name]
    source.seek(one.offset + len(local_header(one.name, one.crc, one.size)))
    return source.read(one.size)
