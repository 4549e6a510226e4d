"""IPython's own notation in a test cell: what only concerns the screen, what can go, and what runs elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from graders.parsing import tree_of
from graders.rewriting import INERT_MAGICS

_TIMED = re.compile(r"^(\s*)%time\s+(.+)$")
_LINE = re.compile(r"^\s*(?:[\w, ]+=\s*)?([!%])\s*(\w*)")
_HELP = re.compile(r"^\s*(?:\?{1,2}\s*[\w.]+|[\w.]+\?{1,2})\s*$")
_CELL = re.compile(r"^\s*%%(\w+)\s*(.*)$")
_PLACE = "luojiao_line_{}"


@dataclass(frozen=True)
class Plain:
    """The cell as Python that can be read: `lines` are kept for what stands in for them."""

    text: str
    lines: dict[str, str]

    def restored(self, text: str) -> str:
        """Put the lines that only concern the screen back."""
        for place, line in self.lines.items():
            text = text.replace(place, line.strip())
        return text


def parses(text: str) -> bool:
    """Whether this is Python to read, which is less than Python to run."""
    try:
        tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def without_magics(text: str, tell: Callable[[str, int, str, str | None], None]) -> Plain:
    """Tell (code, line, written, rewrite) for each, and give what is left."""
    if parses(text):
        return Plain(text, {})
    lines = text.split("\n")
    first = next(
        (at for at, line in enumerate(lines) if line.strip() and not line.strip().startswith("#")), 0
    )
    cell = _CELL.match(lines[first])
    kept: dict[str, str] = {}
    if cell and cell[1] in ("time", "capture"):
        names = [word for word in cell[2].split() if word.isidentifier() and cell[1] == "capture"]
        line = " = ".join([*names[:1], _PLACE.format("cell")])
        kept[line], lines[first] = lines[first], line
    elif cell:
        tell("kernel.shell", first + 1, lines[first].strip(), None)
        lines[first] = ""
        if cell[1] not in ("timeit", "prun"):
            return Plain("", {})  # another language, or a file: nothing of it is Python
    for at, line in enumerate(lines):
        timed, called = _TIMED.match(line), _LINE.match(line)
        if timed and not timed[2].lstrip().startswith("-"):
            lines[at] = timed[1] + timed[2]
            tell("kernel.display", at + 1, line.strip(), timed[2])
        elif _HELP.match(line):
            tell("kernel.display", at + 1, line.strip(), "")
            lines[at] = ""
        elif called:
            place = _PLACE.format(at)
            lines[at] = line[: len(line) - len(line.lstrip())] + place
            kept[place] = line
            if called[1] == "!" or called[2] not in INERT_MAGICS or "=" in line.split("%")[0]:
                tell("kernel.shell", at + 1, line.strip(), None)
    return Plain("\n".join(lines), kept)
