"""How often somebody was wrong lately: in this process's memory, bounded, forgotten after a while."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_KEPT = 20_000


@dataclass
class Guesses:
    """``most`` wrong answers within ``seconds``, then no more until the first of them is that long ago."""

    most: int
    seconds: float
    seen: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict)

    def spent(self, who: str, now: datetime) -> bool:
        """Whether ``who`` has to wait."""
        since = now - timedelta(seconds=self.seconds)
        kept = [at for at in self.seen.get(who, ()) if at > since]
        if kept:
            self.seen[who] = kept
        else:
            self.seen.pop(who, None)
        return len(kept) >= self.most

    def wrong(self, who: str, now: datetime) -> None:
        """Count one."""
        self.seen.setdefault(who, []).append(now)
        self.seen.move_to_end(who)
        while len(self.seen) > _KEPT:
            self.seen.popitem(last=False)
