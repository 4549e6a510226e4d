"""What a teacher's own pages show, in PostgreSQL: their dossiers with the pieces, and what they said of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.domain.diagnosis import Diagnosis
from hub.domain.dossier import Dossier, Piece
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all


@dataclass(frozen=True)
class StandingStore:
    """See hub.journey.award_stores.StandingStore."""

    connection: Connection

    def dossiers(self, uid: str) -> tuple[Dossier, ...]:
        """The dossiers of one person, the latest first; withdrawn ones too."""
        query = select(t.dossiers).where(t.dossiers.c.person == uid)
        return build_all(
            Dossier, self.connection.execute(query.order_by(t.dossiers.c.begun_at.desc(), t.dossiers.c.id))
        )

    def pieces(self, dossier: str) -> tuple[Piece, ...]:
        """What lies in one dossier."""
        query = select(t.pieces).where(t.pieces.c.dossier == dossier)
        return build_all(Piece, self.connection.execute(query.order_by(t.pieces.c.added_at, t.pieces.c.id)))

    def add_diagnosis(self, diagnosis: Diagnosis) -> None:
        add(self.connection, t.diagnoses, diagnosis)

    def diagnosis(self, id: str) -> Diagnosis | None:
        row = self.connection.execute(select(t.diagnoses).where(t.diagnoses.c.id == id)).first()
        return build(Diagnosis, row) if row else None

    def diagnoses(self, uid: str) -> tuple[Diagnosis, ...]:
        """What one person said of themselves, the latest first."""
        query = select(t.diagnoses).where(t.diagnoses.c.person == uid)
        return build_all(
            Diagnosis, self.connection.execute(query.order_by(t.diagnoses.c.made_at.desc(), t.diagnoses.c.id))
        )
