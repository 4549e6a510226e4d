"""Multibase base58btc, in which Data Integrity spells signatures and keys."""

from __future__ import annotations

_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec: an Ed25519 public key follows


def encode(data: bytes) -> str:
    """``z`` and the digits."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _LETTERS[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def decode(text: str) -> bytes:
    """The reverse. Raises ValueError."""
    if not text.startswith("z") or len(text) > 200:
        raise ValueError("not multibase base58btc")
    number = 0
    for letter in text[1:]:
        number = number * 58 + _LETTERS.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public: bytes) -> str:
    """An Ed25519 public key as a Multikey's ``publicKeyMultibase``."""
    return encode(_ED25519 + public)
