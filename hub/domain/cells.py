"""A sheet before anybody knows what it is about: its columns, its rows of text, and how a cell is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MAX_ROWS = 100_000
LIKE_ID = re.compile(
    r"[GJL]?\d{17}[\dX]|\d{15}", re.IGNORECASE
)  # an identity or student number, wherever it stands
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class Column:
    """One column of a sheet: the heading of the template, other headings that mean the same, and what goes in."""

    key: str
    heading: str
    also: tuple[str, ...]
    required: bool
    help: str


@dataclass(frozen=True)
class Raw:
    """One row as the file has it: the number a spreadsheet shows, and its texts by the key of their column."""

    line: int
    cells: Mapping[str, str]


def tidy(text: str) -> str:
    """A cell as it was meant: NFC, no invisible characters, single spaces, out of Excel's ="…" and leading '."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text.removeprefix("'")


def narrow(text: str) -> str:
    """``text`` with full-width digits, letters and signs as ASCII."""
    return unicodedata.normalize("NFKC", text).strip()


def read_day(text: str, oldest: int, latest: int) -> date | str:
    """The day that a cell means, or how it is wrong; years run from ``oldest`` to ``latest``."""
    found = _DAY.fullmatch(text)
    if not found:
        return f"应写成 2026-09-01 这样，现在是“{text[:20]}”"
    try:
        made = date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return f" {text[:20]} 不存在"
    return made if oldest <= made.year <= latest else f" {text[:20]} 不合理"
