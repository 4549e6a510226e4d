"""统一社会信用代码 (GB 32100-2015): what a valid one is."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_character(first17: str) -> str:
    """The 18th character for seventeen."""
    total = sum(w * _ALPHABET.index(c) for w, c in zip(_WEIGHTS, first17, strict=True))
    return _ALPHABET[-total % 31]


def problem(text: str) -> str | None:
    """Why ``text`` is no code, in Chinese, or None."""
    if len(text) != 18:
        return f"统一社会信用代码应为 18 位，现在是 {len(text)} 位"
    if any(char not in _ALPHABET for char in text):
        return "统一社会信用代码里有不该有的字符（没有 I、O、S、V、Z）"
    if check_character(text[:17]) != text[17]:
        return "统一社会信用代码校验位不对，请核对是否抄错"
    return None
