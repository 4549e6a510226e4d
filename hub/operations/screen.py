"""What an operator sees: a moving line on a terminal, one plain line per event elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.status import Status


class Screen:
    """Lines for people; no colour and no motion where there is no terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._console = Console(file=self._stream, highlight=False, soft_wrap=True)
        self._status: Status | None = None

    def line(self, text: str = "") -> None:
        """One line of ordinary progress."""
        self._console.print(text, markup=False)
        self._stream.flush()

    def good(self, text: str) -> None:
        self._marked("✓", "green", text)

    def warn(self, text: str) -> None:
        self._marked("!", "yellow", text)

    def bad(self, text: str) -> None:
        """One problem and what to do about it, on one line."""
        self._marked("✗", "red", text)

    def show(self, renderable: object) -> None:
        """A table of rich's."""
        self._console.print(renderable)

    def _marked(self, sign: str, colour: str, text: str) -> None:
        self._console.print(f"[{colour}]{sign}[/{colour}] ", end="")
        self.line(text)

    @contextmanager
    def working(self, title: str) -> Iterator[None]:
        """Show that ``title`` is being worked on, and how long it took when it went well."""
        start = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(f"{title} …"):
                yield
        else:
            self.line(f"· {title} …")
            yield
        self.good(f"{title}（{time.monotonic() - start:.1f} 秒）")
