"""Sample: every night some past gradings are done once more, and one that comes out otherwise is an incident."""

from __future__ import annotations

from dataclasses import asdict

from graders.verdict import Verdict
from hub.domain import sampling as rules
from hub.domain.regrade import Item, Regrade
from hub.domain.sampling import Incident
from hub.domain.submission import State
from hub.faults import reached
from hub.journey.ports import Fittings, Work


def draw(f: Fittings, at: tuple[int, int], size: int) -> int:
    """Draw the sample of the present night and queue it as bulk work, unless somebody has; how many were drawn.

    Every living worker asks now and then. The identifier of the night's record is random and the seed of the draw.
    """
    now = f.clock.now()
    night = rules.night_of(now, at)
    if size == 0:
        return 0
    with f.work() as work:
        if work.sample.drawn(night):
            return 0
        made = Regrade(f.ids.new("rgd"), None, None, None, None, now, night)
        if not work.sample.claim(made):
            return 0
        items = [
            Item(f.ids.new("itm"), made.id, submission, release, round_, State.QUEUED, now)
            for submission, round_, release in work.sample.draw(made.id, now, size)
        ]
        work.regrade.add_items(items)
        work.queue.regrade([item.id for item in items])
        reached("sample.row")
    reached("sample.committed")
    return len(items)


def compare(f: Fittings, work: Work, item: Item, then: Verdict, now: Verdict) -> None:
    """Note it where a sampled grading did not come out the same again; no grade follows from that."""
    found = rules.compare(then.findings(), now.findings())
    if found:
        points = (then.state, then.points) != (now.state, now.points)
        told = [asdict(difference) for difference in found]
        work.sample.add_incident(
            Incident(f.ids.new("inc"), item.id, item.submission, item.round, f.clock.now(), points, told)
        )
