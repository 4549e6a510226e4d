"""Which names an assignment's data files may have, and how many of them there may be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from graders.errors import BrokenAssignment

MB = 1024 * 1024
MAX_FILES = 500


def check_files(files: Mapping[str, bytes], most_bytes: int = 64 * MB) -> None:
    """Raise BrokenAssignment unless these can be laid into one folder, each under its plain relative name."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > most_bytes:
        raise BrokenAssignment("source.files", "too many or too large")
    for name in files:
        path = PurePosixPath(name)
        parents = {str(parent) for parent in path.parents}
        if path.is_absolute() or not path.parts or ".." in path.parts or str(path) != name or "\x00" in name:
            raise BrokenAssignment("source.files", f"not a plain relative name: {name!r}")
        if parents & set(files):
            raise BrokenAssignment("source.files", f"both a file and a folder: {name!r}")
