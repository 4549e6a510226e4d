"""Where the learner's cells write: kept up to a bound, never refused, so that a flood costs nobody a point."""

from __future__ import annotations

import io
import sys

KEPT = 1024 * 1024  # bytes of each stream that a test may look at


class _Bounded(io.RawIOBase):
    """Takes everything, keeps the first bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        room = KEPT - len(self.kept)
        if room > 0:
            self.kept += view[:room]
        return view.nbytes


class Streams:
    """Standard output and error of the learner's process."""

    def __init__(self) -> None:
        self._raw = (_Bounded(), _Bounded())
        self._text = tuple(
            io.TextIOWrapper(one, "utf-8", "replace", write_through=True)  # type: ignore[type-var]
            for one in self._raw
        )

    def install(self) -> None:
        """Become sys.stdout and sys.stderr."""
        sys.stdout, sys.stderr = self._text

    def take(self) -> tuple[str, str]:
        """What was written since the last time."""
        found = []
        for raw in self._raw:
            found.append(bytes(raw.kept).decode("utf-8", "ignore"))
            raw.kept.clear()
        return found[0], found[1]
