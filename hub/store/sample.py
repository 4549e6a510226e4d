"""Nightly samples in PostgreSQL: one draw a night, and the gradings that did not come out the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from graders.verdict import Verdict
from hub.domain.regrade import Regrade
from hub.domain.sampling import Incident, Night
from hub.store import tables as t
from hub.store.rows import add, build_all, values_of

# In an order that follows from the seed alone: the same seed over the same verdicts draws the same ones again.
_DRAW = text("""
SELECT v.submission, v.round, coalesce(v.release, s.release) AS release
FROM verdicts v JOIN submissions s ON s.id = v.submission
WHERE v.state <> 'failed' AND v.recorded_at < :before
ORDER BY md5(CAST(:seed AS text) || v.submission || '/' || v.round), v.submission, v.round LIMIT :size""")

_NIGHTS = text("""
SELECT r.night, count(i.id) AS drawn, count(i.id) FILTER (WHERE i.state IN ('queued', 'grading')) AS waiting,
       count(n.id) AS different, count(i.id) FILTER (WHERE i.state = 'failed' AND n.id IS NULL) AS failed
FROM (SELECT id, night FROM regrades WHERE night IS NOT NULL ORDER BY night DESC LIMIT :most) r
LEFT JOIN regrade_items i ON i.regrade = r.id LEFT JOIN incidents n ON n.item = i.id
GROUP BY r.night ORDER BY r.night DESC""")


@dataclass(frozen=True)
class SampleStore:
    """See hub.journey.stores.SampleStore."""

    connection: Connection

    def drawn(self, night: date) -> bool:
        """Whether somebody has drawn the sample of this night."""
        found = select(t.regrades.c.id).where(t.regrades.c.night == night)
        return self.connection.execute(found).first() is not None

    def claim(self, regrade: Regrade) -> bool:
        """Note a night's sample as drawn; False where another worker has. Of two at once the second waits for the first."""
        values = values_of(regrade, t.regrades) | {"closed": True}
        done = self.connection.execute(
            upsert(t.regrades)
            .values(**values)
            .on_conflict_do_nothing(index_elements=["night"])
            .returning(t.regrades.c.id)
        )
        return done.first() is not None

    def draw(self, seed: str, before: datetime, size: int) -> tuple[tuple[str, int, str], ...]:
        """Submission, round and release of ``size`` verdicts recorded before then, at random by ``seed``."""
        rows = self.connection.execute(_DRAW, {"seed": seed, "before": before, "size": size})
        return tuple((row.submission, row.round, row.release) for row in rows)

    def verdict(self, submission: str, round: int) -> Verdict | None:
        """The verdict of one round."""
        v = t.verdicts
        record = self.connection.scalar(
            select(v.c.record).where(v.c.submission == submission, v.c.round == round)
        )
        return Verdict.from_json(record) if record else None

    def add_incident(self, incident: Incident) -> None:
        add(self.connection, t.incidents, incident)

    def incidents(self, since: datetime, most: int) -> tuple[Mapping[str, Any], ...]:
        """Incidents found since then, the latest first, with course, run and assignment; nobody's name is in them."""
        n, s, r = t.incidents, t.submissions, t.runs
        rows = self.connection.execute(
            select(n, s.c.assignment, r.c.course, r.c.title.label("run_title"))
            .join(s, s.c.id == n.c.submission)
            .join(r, r.c.id == s.c.run)
            .where(n.c.found_at >= since)
            .order_by(n.c.found_at.desc(), n.c.id)
            .limit(most)
        )
        return tuple(dict(row._mapping) for row in rows)

    def nights(self, most: int) -> tuple[Night, ...]:
        """The latest samples in numbers, the last night first."""
        return build_all(Night, self.connection.execute(_NIGHTS, {"most": most}))
