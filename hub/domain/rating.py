"""The three ordered ratings of 校本应用考核, the rating of a whole from its parts, and what stands between assessors."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Rating(StrEnum):
    """不合格 < 合格 < 优秀; the order of the members is their order."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105
    EXCELLENT = "excellent"

    @property
    def rank(self) -> int:
        return _ORDER.index(self)


_ORDER = tuple(Rating)
RATING_NAMES = {Rating.FAIL: "不合格", Rating.PASS: "合格", Rating.EXCELLENT: "优秀"}


def lowest(ratings: Iterable[Rating]) -> Rating:
    """The rating of a whole: 优秀 only where every part is, 不合格 where any part is. Raises ValueError for no part."""
    return min(ratings, key=lambda rating: rating.rank)


def agreed(ratings: tuple[Rating, ...]) -> Rating | None:
    """What two assessors say when they say the same, the middle of what three say; None where a third is needed."""
    if len(ratings) == 2:
        return ratings[0] if ratings[0] is ratings[1] else None
    if len(ratings) == 3:
        return sorted(ratings, key=lambda rating: rating.rank)[1]
    return None
