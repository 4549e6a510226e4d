"""A statement of hours (学时证明): what the ledger said of one person under one rule in one period, at one instant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.domain.hour_count import Amounts, Progress, number
from hub.domain.hour_rules import Span
from hub.domain.hours import HoursEntry

TYPE = "luojiao-hours"  # of the signature


@dataclass(frozen=True)
class Statement:
    """What goes on paper. ``token`` is the signed statement, ``address`` leads to its verification."""

    holder: str
    school: str
    progress: Progress
    entries: tuple[HoursEntry, ...]
    issued_at: datetime
    token: str
    address: str
    issuer: str


@dataclass(frozen=True)
class Said:
    """What a signed statement says: a person by a pseudonym, no name; entries by digest."""

    person: str
    rule: str
    span: Span
    asked: date  # the day around which the period lay, and the rules were in force
    counted: Amounts
    count: int
    digest: str
    issued_at: datetime


def digest_of(entries: Iterable[HoursEntry]) -> str:
    """What stands for a set of entries: their ids and amounts, in whatever order."""
    said = sorted(f"{e.id} {number(e.hours)} {number(e.practice)} {number(e.online)}" for e in entries)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]


def claims(
    issuer: str, person: str, progress: Progress, entries: Iterable[HoursEntry], at: datetime
) -> dict[str, Any]:
    """The claims to sign, kept short: they have to fit a QR code. ``person`` is a pseudonym that the platform can resolve."""
    own = tuple(entries)
    c = progress.counted
    return {
        "iss": issuer, "iat": int(at.timestamp()), "sub": person, "rule": progress.rule.ref,
        "span": [progress.span.first.year, progress.span.last.year], "at": progress.today.isoformat(),
        "hours": [number(c.hours), number(c.practice), number(c.online), number(c.professional)],
        "n": len(own), "d": digest_of(own),
    }  # fmt: skip


def read(presented: Mapping[str, Any]) -> Said | None:
    """What verified claims say, or None where they are of another shape."""
    try:
        first, last = (int(year) for year in presented["span"])
        hours, practice, online, professional = (Decimal(str(x)) for x in presented["hours"])
        return Said(
            str(presented["sub"]), str(presented["rule"]), Span(date(first, 1, 1), date(last, 12, 31)),
            date.fromisoformat(presented["at"]),
            Amounts(hours, practice, online, professional), int(presented["n"]), str(presented["d"]),
            datetime.fromtimestamp(int(presented["iat"]), UTC),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, InvalidOperation, OverflowError, OSError):
        return None
