"""A roster file, CSV or xlsx, as plain rows: what kind of file it is, where its headings are, which columns they name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

from hub.domain.cells import MAX_ROWS, Column, Raw, narrow, tidy
from hub.domain.errors import refuse
from hub.domain.roster import COLUMNS
from hub.sources import roster_csv, roster_xlsx

MAX_BYTES = 20 * 1024 * 1024
MAX_CELL = 500  # characters
MAX_LINES = 1_048_576  # blank ones included
_LOOK_FOR_HEADINGS = 10  # rows: some people put a title above the table


@dataclass(frozen=True)
class Sheet:
    """The rows of a roster by column key, and the headings that no column answers to."""

    rows: tuple[Raw, ...]
    ignored: tuple[str, ...]


def read(data: bytes, columns: tuple[Column, ...] = COLUMNS) -> Sheet:
    """The rows of an uploaded file with these columns; its kind is told by its content, never by its name.

    Raises roster.unreadable with the reason, and roster.columns where required headings are missing.
    """
    if not data:
        raise refuse("roster.unreadable", why="文件是空的")
    if len(data) > MAX_BYTES:
        raise refuse("roster.unreadable", why=f"文件超过 {MAX_BYTES // 2**20} MB，请拆成几份")
    if data.startswith(b"PK"):
        return _sheet(roster_xlsx.lines(data), columns)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse("roster.unreadable", why="这是旧版 .xls 或加了密码的文件，请另存为不加密的 .xlsx")
    text = roster_csv.decode(data)
    best = max(roster_csv.DELIMITERS, key=lambda d: _headings_in(roster_csv.first_lines(text, d), columns))
    return _sheet(roster_csv.lines(text, best), columns)


@cache
def _by_heading(columns: tuple[Column, ...]) -> dict[str, str]:
    """Every heading that is known, however wide its signs, and the key of its column."""
    return {
        narrow(heading).replace(" ", ""): column.key
        for column in columns
        for heading in (column.heading, *column.also)
    }


def _key(heading: str, columns: tuple[Column, ...]) -> str | None:
    """The column a heading names, however it is spaced, starred or marked as required."""
    plain = narrow(tidy(heading)).replace(" ", "").strip("*").removesuffix("(必填)").removesuffix("(选填)")
    return _by_heading(columns).get(plain)


def _headings_in(lines: Iterable[Sequence[str]], columns: tuple[Column, ...]) -> int:
    return max((sum(_key(cell, columns) is not None for cell in line) for line in lines), default=0)


def _sheet(lines: Iterator[Sequence[str]], columns: tuple[Column, ...]) -> Sheet:
    """Find the headings, then read every row below that says something."""
    top = list(islice(lines, _LOOK_FOR_HEADINGS))
    place = max(range(len(top)), key=lambda n: (_headings_in([top[n]], columns), -n), default=0)
    headings = top[place] if top else ()
    keys = _columns(headings, columns)
    ignored = tuple(
        h.strip()[:30] for h, key in zip(headings, keys, strict=True) if key is None and h.strip()
    )
    rows: list[Raw] = []
    for number, cells in enumerate(chain(top[place + 1 :], lines), place + 2):
        found = {key: cell for key, cell in zip(keys, cells, strict=False) if key and tidy(cell)}
        if number > MAX_LINES:
            raise refuse("roster.unreadable", why=f"超过 {MAX_LINES} 行（含空行），请删去空行")
        if not found:
            continue
        if any(len(cell) > MAX_CELL for cell in found.values()):
            raise refuse("roster.unreadable", why=f"第 {number} 行有单元格超过 {MAX_CELL} 个字")
        if len(rows) >= MAX_ROWS:
            raise refuse("roster.unreadable", why=f"超过 {MAX_ROWS} 行，请拆成几份")
        rows.append(Raw(number, found))
    return Sheet(tuple(rows), ignored)


def _columns(headings: Sequence[str], columns: tuple[Column, ...]) -> list[str | None]:
    """The column key of each heading. Raises roster.columns and roster.unreadable."""
    keys = [_key(h, columns) for h in headings]
    missing = [c.heading for c in columns if c.required and c.key not in keys]
    if missing:
        raise refuse("roster.columns", columns="、".join(missing))
    twice = [c.heading for c in columns if keys.count(c.key) > 1]
    if twice:
        raise refuse("roster.unreadable", why=f"有两列都是“{twice[0]}”")
    if any(unicodedata.category(char) == "Cc" for h in headings for char in tidy(h)):
        raise refuse("roster.unreadable", why="表头里有控制字符")
    return keys
