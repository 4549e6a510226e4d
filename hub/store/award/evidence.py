"""Evidence in PostgreSQL, and who relies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, text, update

from hub.domain.competency import Evidence
from hub.domain.review import HOLDING
from hub.store.award import tables as t
from hub.store.rows import add, build_all

_RELIED_ON = text("""
SELECT DISTINCT a.person FROM applications a JOIN evidence e ON e.person = a.person AND a.evidence ? e.id
LEFT JOIN certificates c ON c.application = a.id LEFT JOIN revocations r ON r.certificate = c.number
WHERE (CAST(:uid AS text) IS NULL OR a.person = :uid) AND e.run = :run AND e.assignment = :assignment
  AND a.state = ANY(:holding) AND r.certificate IS NULL
UNION SELECT d.person FROM dossiers d JOIN pieces p ON p.dossier = d.id JOIN evidence e ON e.id = p.evidence
WHERE (CAST(:uid AS text) IS NULL OR d.person = :uid) AND e.run = :run AND e.assignment = :assignment
  AND d.state IN ('submitted', 'assessing', 'rated')""")
_HOLDING = sorted(state.value for state in HOLDING)


@dataclass(frozen=True)
class EvidenceStore:
    """See hub.journey.award_stores.EvidenceStore."""

    connection: Connection

    def set_evidence(self, person: str, run: str, assignment: str, pieces: Sequence[Evidence]) -> None:
        """Let ``pieces`` stand for one assignment of one person; what stood before is superseded."""
        e = t.evidence
        self.connection.execute(
            update(e)
            .where(e.c.person == person, e.c.run == run, e.c.assignment == assignment, ~e.c.superseded)
            .values(superseded=True)
        )
        for piece in pieces:
            add(self.connection, e, piece)

    def evidence(self, uid: str) -> tuple[Evidence, ...]:
        """The standing evidence of one person."""
        e = t.evidence
        rows = self.connection.execute(
            select(e).where(e.c.person == uid, ~e.c.superseded).order_by(e.c.code, e.c.recorded_at)
        )
        return build_all(Evidence, rows)

    def evidence_by_ids(self, ids: Sequence[str]) -> tuple[Evidence, ...]:
        rows = self.connection.execute(
            select(t.evidence).where(t.evidence.c.id.in_(ids)).order_by(t.evidence.c.code)
        )
        return build_all(Evidence, rows)

    def rests_on(self, uid: str, run: str, assignment: str) -> bool:
        """Whether a submitted dossier, a pending application or a standing certificate rests on evidence from this assignment."""
        row = self.connection.execute(
            _RELIED_ON, {"uid": uid, "run": run, "assignment": assignment, "holding": _HOLDING}
        ).first()
        return row is not None

    def relied_on(self, run: str, assignment: str) -> frozenset[str]:
        """Everybody of whom ``rests_on`` says yes for this assignment."""
        rows = self.connection.execute(
            _RELIED_ON, {"uid": None, "run": run, "assignment": assignment, "holding": _HOLDING}
        )
        return frozenset(row.person for row in rows)
