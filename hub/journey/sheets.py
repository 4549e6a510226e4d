"""What the import of every sheet has in common: how many rows, the digest of a check, and that what is done is what was checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hub.domain.cells import Raw
from hub.domain.errors import refuse
from hub.domain.sheet import RowsRefused, SheetReport
from hub.journey.ports import Fittings


def limit(rows: Sequence[Raw], most: int) -> None:
    """Refuse a sheet without rows, or with more than ``most``."""
    if not rows or len(rows) > most:
        why = f"最多 {most} 行" if rows else "表头下面一行数据也没有"
        raise refuse("roster.unreadable", why=why)


def digest(f: Fittings, rows: Sequence[Raw], *about: Any) -> str:
    """A keyed digest of the rows and of what they meet (``about``); without the key no ID number can be guessed from it."""
    said = [[raw.line, sorted(raw.cells.items())] for raw in rows]
    text = json.dumps([*about, said], ensure_ascii=False, separators=(",", ":"))
    return f.vault.tag(text).hex()


def agree(report: SheetReport[Any], expected_digest: str) -> None:
    """Refuse to do what was not checked, or what has an error."""
    if report.errors:
        raise RowsRefused(report)
    if report.digest != expected_digest:
        raise refuse("roster.changed")
