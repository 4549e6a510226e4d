"""Resident identity numbers (GB 11643-1999): what a valid one is, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_CHECK = "10X98765432"
SYNTHETIC_REGION = "999999"
_OLDEST = 120  # years


@dataclass(frozen=True)
class IdNumber:
    """A number that passed every check; ``text`` is 18 characters with a capital X."""

    text: str
    birth_date: date
    gender_code: str  # GB/T 2261.1: 1 male, 2 female

    @property
    def masked(self) -> str:
        """First four and last four characters, the rest starred."""
        return f"{self.text[:4]}**********{self.text[-4:]}"


def check_character(first17: str) -> str:
    """The 18th character for seventeen digits."""
    return _CHECK[sum(w * int(c) for w, c in zip(_WEIGHTS, first17, strict=True)) % 11]


def parse(text: str, *, regions: frozenset[str], today: date, allow_synthetic: bool) -> IdNumber | str:
    """Return the number, or the reason in Chinese why it is none.

    ``regions`` holds province prefixes (2 digits) and/or full 6-digit codes that are accepted, historic ones too:
    identity cards keep the code of their day for ever. Region 999999 passes only with ``allow_synthetic``.
    """
    text = text.strip().upper()
    if len(text) != 18:
        return f"身份证号应为 18 位，现在是 {len(text)} 位"
    if not (text[:17].isascii() and text[:17].isdigit() and (text[17].isdigit() or text[17] == "X")):
        return "身份证号里有不该有的字符"
    region = text[:6]
    if region == SYNTHETIC_REGION:
        if not allow_synthetic:
            return "身份证号是测试号段（999999），正式环境不收"
    elif region not in regions and region[:2] not in regions:
        return f"身份证号的地区码 {region} 不存在"
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return f"身份证号里的出生日期 {text[6:14]} 不存在"
    if born > today or today.year - born.year > _OLDEST:
        return f"身份证号里的出生日期 {text[6:14]} 不合理"
    if check_character(text[:17]) != text[17]:
        return "身份证号校验位不对，请核对是否抄错"
    return IdNumber(text, born, "1" if int(text[16]) % 2 else "2")
