"""The first sheet of an xlsx workbook as texts: values only, no formula evaluated, no bomb unpacked."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from hub.domain.errors import refuse

MAX_PARTS = 1000
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 300
MAX_COLUMNS = 60
MAX_ROW = 1_048_576  # Excel's own; a row number beyond it is made up
_ZIP_FAULTS = (  # a spoiled archive raises whatever the codec in its headers raises
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    struct.error, MemoryError, OverflowError, KeyError,
)  # fmt: skip
_EXACT = 10**15  # Excel keeps fifteen digits; a longer number has already lost some


def lines(data: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet, blank ones too. Raises roster.unreadable with the reason."""
    _survey(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
    except Exception as error:  # a damaged workbook fails in as many ways as there are parts in it
        raise _damaged() from error
    if not sheets:
        raise refuse("roster.unreadable", why="工作簿里没有工作表")
    sheets[0].reset_dimensions()  # what the file says of its size need not be true
    rows = sheets[0].iter_rows(max_row=MAX_ROW, max_col=MAX_COLUMNS, values_only=True)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except Exception as error:
            raise _damaged() from error
        yield [] if row.count(None) == len(row) else [_text(value) for value in row]


def _damaged() -> Exception:
    return refuse("roster.unreadable", why="工作簿已损坏，或不是 .xlsx。请用 Excel 或 WPS 打开后另存为 .xlsx")


def _survey(data: bytes) -> None:
    """Refuse an archive that would unpack to more than a roster ever needs, or whose XML declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
                raise refuse("roster.unreadable", why="工作簿展开后太大")
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise refuse("roster.unreadable", why="这是压缩包，不是 .xlsx 工作簿")
            for part in parts:
                if not part.filename.endswith((".xml", ".rels")):
                    continue
                with archive.open(part) as stream:
                    head = stream.read(2048)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise refuse("roster.unreadable", why="工作簿里有不该有的内容")
    except _ZIP_FAULTS as error:
        raise _damaged() from error


def _text(value: Any) -> str:
    """A cell as text; a number too long for Excel keeps its scientific form, so that it is seen and refused."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return f"{value:.5E}"
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)
