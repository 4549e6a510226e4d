"""Signed checkpoints of the audit log, one file each in a folder that is copied to other places."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class CheckpointFiles:
    """See hub.journey.audit_stores.Checkpoints."""

    folder: Path

    def add(self, name: str, token: str) -> None:
        """Write ``checkpoints/<name>.jws``, whole and on disk; what is there already is never replaced."""
        place = self.folder / "checkpoints" / f"{name}.jws"
        aside = _written(place, token + "\n")
        try:
            with contextlib.suppress(FileExistsError):
                os.link(aside, place)
        finally:
            aside.unlink()
        descriptor = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def tokens(self) -> Sequence[str]:
        """Every checkpoint, the oldest first: their names sort by time."""
        return [p.read_text("ascii").strip() for p in sorted((self.folder / "checkpoints").glob("*.jws"))]

    def note_state(self, state: Mapping[str, Any]) -> None:
        """Replace verified.json as a whole."""
        _written(self.folder / "verified.json", json.dumps(state) + "\n").replace(
            self.folder / "verified.json"
        )

    def state(self) -> Mapping[str, Any]:
        """What verified.json says; nothing where there is none that can be read."""
        try:
            found = json.loads((self.folder / "verified.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _written(place: Path, text: str) -> Path:
    """A file beside ``place`` that holds ``text``, on disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    with aside.open("x", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return aside
