"""Read notebooks from bytes that nobody vouches for: every surprise becomes a named refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from graders.errors import Refused

MAX_BYTES = 20 * 1024 * 1024
MAX_CELLS = 20_000
_TYPES = ("code", "markdown", "raw")


@dataclass(frozen=True)
class Cell:
    """What is ever taken from a cell: its kind, text, id and the two metadata objects we know."""

    kind: str
    text: str
    cell_id: str
    nbgrader: dict[str, Any]
    luojiao: dict[str, Any]

    @property
    def grade_id(self) -> str:
        """The name nbgrader gave the cell, or nothing."""
        found = self.nbgrader.get("grade_id")
        return found if isinstance(found, str) else ""


def read_cells(data: bytes, max_bytes: int = MAX_BYTES) -> tuple[Cell, ...]:
    """The cells of a notebook of format 4, in order; raises Refused. Cells that are none are left out."""
    if not data.strip():
        raise Refused("submission.empty")
    if len(data) > max_bytes:
        raise Refused("submission.too_large", f"{len(data)} bytes")
    notebook = _parse(_decode(data))
    if not isinstance(notebook, dict):
        raise Refused("submission.not_a_notebook", f"a JSON {type(notebook).__name__}")
    version = notebook.get("nbformat")
    if isinstance(version, int) and version != 4:
        raise Refused("submission.version", f"nbformat {str(version)[:20]}")
    cells = notebook.get("cells")
    if version != 4 or isinstance(version, bool) or not isinstance(cells, list):
        raise Refused("submission.not_a_notebook", "no cells")
    if len(cells) > MAX_CELLS:
        raise Refused("submission.too_many_cells", f"{len(cells)} cells")
    return tuple(cell for cell in map(_cell, cells) if cell is not None)


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        raise Refused("submission.encoding", "UTF-16 or UTF-32")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("submission.encoding", f"byte {error.start}") from error


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Refused("submission.too_deep") from error
    except ValueError as error:  # also whole numbers of more digits than Python converts
        raise Refused("submission.not_a_notebook", type(error).__name__) from error


def _cell(found: object) -> Cell | None:
    if not isinstance(found, dict) or found.get("cell_type") not in _TYPES:
        return None
    source = found.get("source")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = found.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    cell_id = found.get("id")
    return Cell(
        kind=found["cell_type"],
        text=_clean(source) if isinstance(source, str) else "",
        cell_id=cell_id if isinstance(cell_id, str) else "",
        nbgrader=_object(metadata.get("nbgrader")),
        luojiao=_object(metadata.get("luojiao")),
    )


def _object(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _clean(text: str) -> str:
    """No lone surrogates (half an emoji, left by an editor) and no NUL: neither can be stored or compiled."""
    text = text.replace("\x00", "\ufffd").replace("\r\n", "\n")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
