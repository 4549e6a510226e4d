"""A night's sample: old gradings done once more, when it is due, and what it means where one comes out otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

# Texts of learners and authors: that they differ is told, what they say is not.
_UNTOLD = frozenset({"answer", "hint", "message", "title"})
_MOST = 50
_BEIJING = timedelta(hours=8)


@dataclass(frozen=True)
class Difference:
    """One place where two findings differ, with both values as text."""

    where: str
    then: str
    now: str


@dataclass(frozen=True)
class Incident:
    """A grading that did not come out the same again; no grade follows from it."""

    id: str
    item: str
    submission: str
    round: int
    found_at: datetime
    points_differ: bool
    differences: list[dict[str, str]]


@dataclass(frozen=True)
class Night:
    """One night's sample in numbers."""

    night: date
    drawn: int
    waiting: int
    different: int
    failed: int  # no verdict came about

    @property
    def same(self) -> int:
        return self.drawn - self.waiting - self.different - self.failed


def compare(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Where two findings on the same inputs differ; that another version of the grader or of a library found one is
    no difference by itself, and is told first where there is one.
    """
    old, new = dict(then), dict(now)
    versions = differences(old.pop("versions", {}), new.pop("versions", {}), "versions")
    found = differences(old, new)
    return [*versions, *found][:_MOST] if found else []


def differences(then: Any, now: Any, where: str = "") -> list[Difference]:
    """Where two findings differ, from the outside in; lists of tests are matched by ``grade_id``."""
    if then == now:
        return []
    if isinstance(then, dict) and isinstance(now, dict):
        keys = sorted({*then, *now})
        return [d for k in keys for d in differences(then.get(k), now.get(k), f"{where}.{k}" if where else k)]
    if isinstance(then, list) and isinstance(now, list) and _named([*then, *now]):
        return differences({t["grade_id"]: t for t in then}, {t["grade_id"]: t for t in now}, where)
    if where.rpartition(".")[2] in _UNTOLD or _named([then]) or _named([now]):
        return [Difference(where, "" if then is None else "…", "" if now is None else "…")]
    return [Difference(where, _text(then), _text(now))]


def _named(things: list[Any]) -> bool:
    return bool(things) and all(isinstance(t, dict) and "grade_id" in t for t in things)


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:200]


def night_of(now: datetime, at: tuple[int, int]) -> date:
    """The night whose sample is due at ``now``: one begins every day at hour and minute ``at`` in Beijing."""
    return (now + _BEIJING - timedelta(hours=at[0], minutes=at[1])).date()
