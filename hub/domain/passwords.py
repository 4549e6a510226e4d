"""What a good password is, how long it is good for, and what a first one looks like (domain.md 6.5)."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

MIN_LENGTH = 12
MAX_AGE = timedelta(days=90)  # of a privileged office
WARNED = 10  # days before its end on which that is said
REMEMBERED = 5  # the present password and those before it that may not come back
_ID_NUMBER = re.compile(r"(?=([0-9]{17}[0-9X]))")
_EASY = "23456789abcdefghijkmnpqrstuvwxyz"


def problem(new: str, *, login: str, name: str, old: str) -> str | None:
    """Why ``new`` will not do, or None."""
    kinds = (
        any(c.islower() for c in new),
        any(c.isupper() for c in new),
        any(c.isdigit() for c in new),
        any(not c.isalnum() for c in new),
    )
    if len(new) < MIN_LENGTH:
        return f"至少 {MIN_LENGTH} 个字符。可以用一句好记的话，中间加上数字和标点"
    if len(new) > 128:
        return "最多 128 个字符"
    if sum(kinds) < 3 and not any(ord(c) > 127 for c in new):
        return "大写字母、小写字母、数字、符号里至少要有三种"
    if new == old:
        return "不能和原来的密码一样"
    if login.lower() in new.lower() or (name and name in new):
        return "不能包含账号或姓名"
    if len(set(new)) < 5:
        return "重复的字符太多"
    return None


def days_left(changed_at: datetime, now: datetime) -> int:
    """Whole days, begun ones counted, until a password of ``changed_at`` is too old; 0 from that very moment on."""
    return max(-((now - changed_at - MAX_AGE) // timedelta(days=1)), 0)


def id_numbers(new: str) -> tuple[str, ...]:
    """What in ``new`` could be an identity number: whoever knows whose it is may not take it for a password."""
    return tuple(_ID_NUMBER.findall(new.upper()))


def first(secret: str) -> str:
    """A first password that can be read aloud, from 256 random bits: four groups, no look-alike letters."""
    value = int.from_bytes(hashlib.sha256(secret.encode()).digest(), "big")  # text is no even number
    letters = []
    for _ in range(16):
        value, index = divmod(value, len(_EASY))
        letters.append(_EASY[index])
    text = "".join(letters)
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))
