"""W3C Bitstring Status List: one bit a certificate, packed so that a list of 131,072 is a few dozen bytes while few are set."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from hub.domain.keys import b64, unb64

ENTRIES = 131_072  # the least that the standard allows: who is asked about is one of so many
_MOST_BYTES = 1 << 20


def encoded(set_bits: Iterable[int]) -> str:
    """``encodedList``: the bits from the left, gzip, multibase base64url."""
    bits = bytearray(ENTRIES // 8)
    for index in set_bits:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + b64(gzip.compress(bytes(bits), mtime=0))


def decoded(text: str) -> bytes:
    """The bits of an ``encodedList``. Raises ValueError for any other text, for a short and for an outsized list."""
    if not text.startswith("u"):
        raise ValueError("not multibase base64url")
    unpack = zlib.decompressobj(wbits=31)
    try:
        bits = unpack.decompress(unb64(text[1:]), _MOST_BYTES)
    except zlib.error as wrong:
        raise ValueError("not gzip") from wrong
    if not unpack.eof or unpack.unused_data or len(bits) * 8 < ENTRIES:
        raise ValueError("not a whole list")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """The bit of one certificate. Raises ValueError outside the list."""
    if not 0 <= index < len(bits) * 8:
        raise ValueError("outside the list")
    return bool(bits[index // 8] & 0x80 >> index % 8)
