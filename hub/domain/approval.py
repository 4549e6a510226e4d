"""Leave to read what the permission matrix marks with a star: asked for, given by somebody else, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

GOOD_FOR = timedelta(days=7)
WAITS = timedelta(days=14)  # unanswered for so long, a request has lapsed
PURPOSE = (5, 200)  # letters


@dataclass(frozen=True)
class Approval:
    """One request and its answer. ``resource`` is a row of hub.domain.access; it covers ``org`` and all below."""

    id: str
    asked_by: str
    resource: str
    org: str
    purpose: str
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    reason: str = ""
    ends_at: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether it still waits for an answer."""
        return self.decided_at is None and now < self.asked_at + WAITS

    def good(self, now: datetime) -> bool:
        """Whether it lets somebody read now."""
        return self.granted is True and self.ends_at is not None and now < self.ends_at

    def standing(self, now: datetime) -> str:
        """Where it stands: open, lapsed, good, over or refused."""
        if self.decided_at is None:
            return "open" if self.open(now) else "lapsed"
        if not self.granted:
            return "refused"
        return "good" if self.good(now) else "over"


STANDING_NAMES = {
    "open": "待决定",
    "lapsed": "已过期未答复",
    "good": "有效",
    "over": "已到期",
    "refused": "不同意",
}
