"""A before/after list as it is kept with its decision, and the digest by which somebody says which list they saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from hub.domain.regrade import Change, Outcome, Row, Total


def plain(row: Row) -> dict[str, Any]:
    """A row as JSON values; points are text."""
    made: dict[str, Any] = json.loads(json.dumps(asdict(row), default=str))
    return made


def from_plain(told: Mapping[str, Any]) -> Row:
    """The row that ``plain`` wrote."""

    def numbers(of: Mapping[str, Any], *names: str) -> dict[str, Any]:
        return {**of, **{n: None if of[n] is None else Decimal(of[n]) for n in names}}

    def total(of: Mapping[str, Any] | None) -> Total | None:
        return Total(**numbers(of, "points", "max_points")) if of else None

    return Row(
        told["person"], Outcome(told["outcome"]), told["graded"], total(told["before"]), total(told["after"]),
        tuple(Change(**numbers(c, "max_points", "old", "new")) for c in told["changes"]),
        tuple((n, reason) for n, reason in told["missed"]), told["grade"],
        tuple((s, r) for s, r in told["rounds"]),
    )  # fmt: skip


def digest(regrade: str, rows: Iterable[Row]) -> str:
    """SHA-256 in hexadecimal over a list as it is shown: whoever accepts says which one they saw."""
    told = json.dumps([regrade, *map(plain, rows)], ensure_ascii=False, sort_keys=True, allow_nan=False)
    return hashlib.sha256(told.encode()).hexdigest()
