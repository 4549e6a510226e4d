"""Numbers over many people in PostgreSQL: exact here, suppressed by whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from hub.store import tables as t

# Each organisation below :parent with the direct child of :parent that it lies under; :parent stands for its own staff.
_BELOW = """
WITH RECURSIVE below AS (
    SELECT code, code AS top FROM organisations WHERE parent = :parent
      AND (valid_from IS NULL OR valid_from <= :today) AND (valid_to IS NULL OR valid_to > :today)
    UNION ALL
    SELECT o.code, b.top FROM organisations o JOIN below b ON o.parent = b.code
), tops AS (
    SELECT code, top FROM below UNION ALL SELECT CAST(:parent AS text), CAST(:parent AS text)
), staff AS (
    SELECT DISTINCT ON (m.person) m.person, b.top
    FROM memberships m JOIN tops b ON b.code = m.org JOIN people p ON p.uid = m.person
    WHERE p.kind = 'staff' AND p.active AND m.valid_from <= :today AND (m.valid_to IS NULL OR m.valid_to > :today)
      AND EXISTS (SELECT 1 FROM grants g WHERE g.person = m.person AND g.role = 'teacher'
                  AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to > :today))
    ORDER BY m.person, m.valid_from, m.id
)"""

_COUNTS = text(
    _BELOW  # noqa: S608 - two constants
    + """
SELECT o.code, o.name, o.level, o.kind,
       count(s.person) AS staff,
       count(s.person) FILTER (WHERE EXISTS (SELECT 1 FROM enrolments e WHERE e.person = s.person)) AS enrolled,
       count(s.person) FILTER (WHERE EXISTS (
           SELECT 1 FROM hours h LEFT JOIN hours b ON b.reverses = h.id
           WHERE h.person = s.person AND h.source = 'run' AND h.reverses IS NULL AND b.id IS NULL)) AS completed,
       count(s.person) FILTER (WHERE EXISTS (
           SELECT 1 FROM certificates c LEFT JOIN revocations r ON r.certificate = c.number
           WHERE c.person = s.person AND r.certificate IS NULL
             AND c.valid_to > :today)) AS certified
FROM organisations o JOIN tops b ON b.code = o.code AND b.top = o.code LEFT JOIN staff s ON s.top = o.code
GROUP BY o.code, o.name, o.level, o.kind HAVING o.code <> :parent OR count(s.person) > 0
ORDER BY o.code <> :parent, o.code"""
)

_FIGURES = text("""
WITH open AS (
    SELECT count(*) FILTER (WHERE state = 'queued') AS waiting, count(*) FILTER (WHERE state = 'grading') AS running,
           count(*) FILTER (WHERE state = 'queued' AND tries > 0) AS retrying,
           min(queued_at) FILTER (WHERE state = 'queued') AS oldest
    FROM submissions WHERE state IN ('queued', 'grading')
), done AS (
    SELECT count(*) AS graded,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM graded_at - queued_at)) AS p50,
           percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM graded_at - queued_at)) AS p95
    FROM submissions WHERE state IN ('graded', 'rejected') AND graded_at > CAST(:now AS timestamptz) - interval '1 hour'
)
SELECT open.*, done.*, (SELECT count(*) FROM submissions WHERE state = 'failed') AS failed FROM open, done""")


@dataclass(frozen=True)
class ReadStore:
    """See hub.journey.ports.ReadStore."""

    connection: Connection

    def counts(self, parent: str, today: date) -> tuple[Mapping[str, Any], ...]:
        """Per direct child of ``parent`` (and itself, where it has staff of its own): teachers on roll, enrolled, completed, certified; a person counts once."""
        rows = self.connection.execute(_COUNTS, {"parent": parent, "today": today})
        return tuple(dict(row._mapping) for row in rows)

    def submission_states(self) -> tuple[dict[str, int], datetime | None]:
        """How many submissions are in each state, and since when the oldest one waits."""
        s = t.submissions
        rows = self.connection.execute(select(s.c.state, func.count().label("n")).group_by(s.c.state))
        oldest = self.connection.execute(
            select(func.min(s.c.queued_at)).where(s.c.state.in_(["queued", "grading"]))
        ).scalar()
        return {row.state: row.n for row in rows}, oldest

    def queue_figures(self, now: datetime) -> Mapping[str, Any]:
        """The grading queue in numbers: waiting, running, failed; of the last hour: graded, seconds from queue to result."""
        return dict(self.connection.execute(_FIGURES, {"now": now}).one()._mapping)

    def dead_letters(self, most: int) -> tuple[Mapping[str, Any], ...]:
        """The submissions whose grading failed for good, the latest first; nothing in them tells whose they are."""
        s, r = t.submissions.c, t.runs.c
        rows = self.connection.execute(
            select(
                s.id, s.assignment, s.reason, s.tries, s.lease, s.received_at, s.graded_at.label("failed_at"),
                r.course, r.title.label("run_title"),
            )
            .join(t.runs, r.id == s.run)
            .where(s.state == "failed")
            .order_by(s.graded_at.desc(), s.id)
            .limit(most)
        )  # fmt: skip
        return tuple(dict(row._mapping) for row in rows)

    def dead_letter_ids(self) -> tuple[str, ...]:
        """All of them, those that were handed in first coming first."""
        s = t.submissions.c
        rows = self.connection.execute(select(s.id).where(s.state == "failed").order_by(s.received_at, s.id))
        return tuple(row.id for row in rows)
