"""What teachers said of themselves (自我诊断), in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.domain.diagnosis import Diagnosis
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all


@dataclass(frozen=True)
class DiagnosisStore:
    """See hub.journey.award_stores.DiagnosisStore."""

    connection: Connection

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
