"""The credential inside one of our PDFs: the attached file, found without a reader of PDFs."""

from __future__ import annotations

import re
import zlib

# Attached files lie in streams of their own, never inside a compressed object.
_STREAM = re.compile(rb"/Type\s*/EmbeddedFile\b(?:(?!endobj).){0,2000}?stream\r?\n", re.DOTALL)
_MOST = 1 << 18


def attached(pdf: bytes) -> str | None:
    """The text of the one attached file, or None where there is none, more than one, or one that cannot be read."""
    found = [_text(pdf, match) for match in _STREAM.finditer(pdf)]
    return found[0] if len(found) == 1 else None


def _text(pdf: bytes, match: re.Match[bytes]) -> str | None:
    end = pdf.find(b"endstream", match.end())
    if end < 0:
        return None
    data = pdf[match.end() : end]
    try:
        if b"/FlateDecode" in match.group(0):
            unpack = zlib.decompressobj()
            data = unpack.decompress(data, _MOST)
            if not unpack.eof:
                return None
        return data.decode("utf-8").strip()
    except (zlib.error, UnicodeDecodeError):
        return None
