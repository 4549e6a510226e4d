"""Applications and what was decided on them, in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.domain.certificate import Application
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put


@dataclass(frozen=True)
class ReviewStore:
    """See hub.journey.award_stores.ReviewStore."""

    connection: Connection

    def add_application(self, application: Application) -> None:
        add(self.connection, t.applications, application)

    def application(self, id: str, *, lock: bool = False) -> Application | None:
        query = select(t.applications).where(t.applications.c.id == id)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Application, row) if row else None

    def applications(self, *, person: str = "", school: str = "") -> tuple[Application, ...]:
        """Applications of a person or of a school, the latest first."""
        a = t.applications
        condition = a.c.person == person if person else a.c.school == school
        return build_all(
            Application, self.connection.execute(select(a).where(condition).order_by(a.c.submitted_at.desc()))
        )

    def decide(self, application: Application) -> None:
        """Keep the decision of an application."""
        put(self.connection, t.applications, application)
