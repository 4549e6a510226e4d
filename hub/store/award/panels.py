"""Assessors' seats in PostgreSQL: who may be drawn, who sits, what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, text

from hub.domain.dossier import Dossier, Seat
from hub.domain.panel import Candidate
from hub.domain.people import PERMISSIONS
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put

# A school and its teaching points are one house. Whoever has belonged to a house of the teacher's since the dossier was
# submitted, or holds an office there, is too close; so is the teacher.
_CLOSE = text("""
WITH houses AS (
  SELECT o.code, CASE WHEN up.level = 'school' THEN up.code ELSE o.code END AS house
  FROM organisations o LEFT JOIN organisations up ON up.code = o.parent),
own AS (
  SELECT h.house FROM houses h WHERE h.code = :school OR h.code IN (
    SELECT m.org FROM memberships m
    WHERE m.person = :person AND m.valid_from <= :today AND (m.valid_to IS NULL OR m.valid_to > :since))),
near AS (SELECT h.code FROM houses h WHERE h.house IN (SELECT house FROM own))
SELECT m.person FROM memberships m
WHERE m.person = ANY(:among) AND m.org IN (SELECT code FROM near) AND m.valid_from <= :today AND (m.valid_to IS NULL OR m.valid_to > :since)
UNION SELECT g.person FROM grants g
WHERE g.person = ANY(:among) AND g.org IN (SELECT code FROM near) AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to > :since)
UNION SELECT CAST(:person AS text)""")
# Whoever tends the panels of the school sees labels beside schools, and reviews later: their hands stay out of this.
_POOL = text("""
SELECT g.person AS uid, bool_or(g.org <> :top) AS near,
  (SELECT count(*) FROM seats s WHERE s.assessor = g.person AND s.state = 'open') AS load
FROM grants g JOIN people p ON p.uid = g.person AND p.active
WHERE g.role = 'assessor' AND g.org = ANY(:path) AND g.valid_from <= :today
  AND (g.valid_to IS NULL OR g.valid_to > :today)
  AND NOT EXISTS (SELECT 1 FROM seats s WHERE s.assessor = g.person AND s.dossier = :dossier)
  AND NOT EXISTS (SELECT 1 FROM grants o WHERE o.person = g.person AND o.role = ANY(:tending) AND o.org = ANY(:path)
    AND o.valid_from <= :today AND (o.valid_to IS NULL OR o.valid_to > :today))
GROUP BY g.person""")
_WAITING = text("""
SELECT d.id FROM dossiers d WHERE d.state = 'submitted' OR (d.state = 'assessing' AND EXISTS (
  SELECT 1 FROM seats s WHERE s.dossier = d.id AND s.state = 'open' AND s.due_on < :today))
ORDER BY d.submitted_at, d.id""")
_BELOW = "WITH RECURSIVE down AS (SELECT code FROM organisations WHERE code = ANY(:orgs) UNION SELECT o.code FROM organisations o JOIN down ON o.parent = down.code)"
_COUNTS = text(f"""{_BELOW}
SELECT d.school, d.state, count(*) AS n FROM dossiers d JOIN down ON down.code = d.school
WHERE d.state IN ('submitted', 'assessing', 'rated') GROUP BY d.school, d.state""")  # noqa: S608 - no input in it
_UNDER_WAY = text(f"""{_BELOW}
SELECT d.id FROM dossiers d JOIN down ON down.code = d.school WHERE d.state = 'submitted' OR (
  d.state = 'assessing' AND EXISTS (SELECT 1 FROM seats s WHERE s.dossier = d.id AND s.state = 'open' AND s.due_on <= :soon))
ORDER BY d.submitted_at, d.id LIMIT :most""")  # noqa: S608 - no input in it


@dataclass(frozen=True)
class PanelStore:
    """See hub.journey.award_stores.PanelStore."""

    connection: Connection

    def close_to(self, dossier: Dossier, among: Sequence[str], since: date, today: date) -> frozenset[str]:
        """Who ``among`` these may not assess a dossier because of where they belong, or belonged on ``since`` or later."""
        asked = {
            "person": dossier.person, "school": dossier.school, "among": list(among), "since": since, "today": today,
        }  # fmt: skip
        return frozenset(row.person for row in self.connection.execute(_CLOSE, asked))

    def pool(self, dossier: str, path: Sequence[str], today: date) -> tuple[Candidate, ...]:
        """The assessors over a school with this path who have not sat on this dossier and do not tend its panels."""
        asked = {
            "dossier": dossier, "path": list(path), "top": path[-1], "today": today,
            "tending": [role.value for role in PERMISSIONS["panel.tend"]],
        }  # fmt: skip
        return tuple(Candidate(r.uid, r.near, r.load) for r in self.connection.execute(_POOL, asked))

    def add_seat(self, seat: Seat) -> None:
        add(self.connection, t.seats, seat)

    def put_seat(self, seat: Seat) -> None:
        put(self.connection, t.seats, seat)

    def seat(self, id: str) -> Seat | None:
        row = self.connection.execute(select(t.seats).where(t.seats.c.id == id)).first()
        return build(Seat, row) if row else None

    def seats(self, dossier: str) -> tuple[Seat, ...]:
        """Every seat of a dossier, by round and number; those given up before those that followed."""
        s = t.seats
        rows = self.connection.execute(
            select(s).where(s.c.dossier == dossier).order_by(s.c.round, s.c.number, s.c.assigned_at, s.c.id)
        )
        return build_all(Seat, rows)

    def seats_of(self, assessor: str) -> tuple[Seat, ...]:
        """An assessor's seats, the one due first in front."""
        s = t.seats
        rows = self.connection.execute(
            select(s).where(s.c.assessor == assessor).order_by(s.c.due_on, s.c.assigned_at, s.c.id)
        )
        return build_all(Seat, rows)

    def waiting(self, today: date) -> tuple[str, ...]:
        """The dossiers that want an assessor, or whose assessor let the day pass; the longest-waiting first."""
        return tuple(self.connection.scalars(_WAITING, {"today": today}))

    def counts(self, orgs: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
        """How many dossiers of each school under ``orgs`` are in which state."""
        return tuple(dict(row._mapping) for row in self.connection.execute(_COUNTS, {"orgs": list(orgs)}))

    def in_want(self, orgs: Sequence[str], soon: date, most: int) -> tuple[str, ...]:
        """Dossiers under ``orgs`` that lack an assessor or have a seat due by ``soon``, the longest-waiting first."""
        return tuple(self.connection.scalars(_UNDER_WAY, {"orgs": list(orgs), "soon": soon, "most": most}))
