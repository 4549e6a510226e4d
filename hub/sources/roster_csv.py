"""CSV as offices save it: UTF-8 with or without BOM, or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from itertools import islice

from hub.domain.errors import Refusal, refuse

DELIMITERS = (",", ";", "\t")
_SAVE_AS = "请另存为“CSV UTF-8（逗号分隔）”或 .xlsx"
_LAYOUT = {"\t", "\r", "\n"}


def decode(data: bytes) -> str:
    """The text of ``data``. Raises roster.unreadable for UTF-16, binary content and unknown encodings."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("roster.unreadable", why=f"文件是 UTF-16 编码，{_SAVE_AS}")
    if b"\0" in data:
        raise refuse("roster.unreadable", why=f"这不是文本文件，{_SAVE_AS}")
    for encoding in ("utf-8-sig",) if data.startswith(b"\xef\xbb\xbf") else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(char) == "Cc" and char not in _LAYOUT for char in set(text)):
            raise refuse("roster.unreadable", why=f"文件里有控制字符，可能不是名册，{_SAVE_AS}")
        return text
    raise refuse("roster.unreadable", why=f"文字编码认不出来（应为 UTF-8 或 GB18030），{_SAVE_AS}")


def lines(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records, blank ones too, so that they count like the rows of a spreadsheet."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        why = f"文本第 {reader.line_num} 行的引号没有配对，或格式不是 CSV"
        raise refuse("roster.unreadable", why=why) from error


def first_lines(text: str, delimiter: str) -> list[list[str]]:
    """The first ten records, or none where the text is no CSV with this delimiter."""
    try:
        return list(islice(lines(text, delimiter), 10))
    except Refusal:
        return []
