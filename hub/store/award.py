"""Frameworks, evidence, hours, applications and certificates in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.certificate import Application, Certificate
from hub.domain.competency import Evidence, Framework, Node
from hub.domain.hours import HoursEntry
from hub.store import tables as t
from hub.store.rows import add, build, build_all, put, values_of

_RELIED_ON = text("""
SELECT DISTINCT a.person FROM applications a JOIN evidence e ON e.person = a.person AND a.evidence ? e.id
LEFT JOIN certificates c ON c.application = a.id LEFT JOIN revocations r ON r.certificate = c.number
WHERE (CAST(:uid AS text) IS NULL OR a.person = :uid) AND e.run = :run AND e.assignment = :assignment
  AND (a.state = 'submitted' OR (a.state = 'issued' AND r.certificate IS NULL))""")


@dataclass(frozen=True)
class AwardStore:
    """See hub.journey.ports.AwardStore."""

    connection: Connection

    def put_framework(self, framework: Framework, nodes: Sequence[Node]) -> None:
        """Load a framework once; one that is there already is left as it is."""
        known = self.connection.execute(
            select(t.frameworks.c.id).where(t.frameworks.c.id == framework.id)
        ).first()
        if known:
            return
        put(self.connection, t.frameworks, framework)
        for node in nodes:
            add(self.connection, t.nodes, node)

    def nodes(self, framework: str) -> tuple[Node, ...]:
        rows = self.connection.execute(
            select(t.nodes).where(t.nodes.c.framework == framework).order_by(t.nodes.c.position)
        )
        return build_all(Node, rows)

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

    def add_hours(self, entry: HoursEntry) -> None:
        """Credit a run once; a second time changes nothing."""
        self.connection.execute(upsert(t.hours).values(**values_of(entry, t.hours)).on_conflict_do_nothing())

    def hours(self, uid: str) -> tuple[HoursEntry, ...]:
        rows = self.connection.execute(
            select(t.hours).where(t.hours.c.person == uid).order_by(t.hours.c.earned_on.desc())
        )
        return build_all(HoursEntry, rows)

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

    def next_number(self) -> int:
        """The next serial number of a certificate."""
        return int(self.connection.scalar(t.certificate_numbers) or 0)

    def rests_on(self, uid: str, run: str, assignment: str) -> bool:
        """Whether a pending application or a standing certificate rests on evidence from this assignment."""
        row = self.connection.execute(_RELIED_ON, {"uid": uid, "run": run, "assignment": assignment}).first()
        return row is not None

    def relied_on(self, run: str, assignment: str) -> frozenset[str]:
        """Everybody of whom ``rests_on`` says yes for this assignment."""
        rows = self.connection.execute(_RELIED_ON, {"uid": None, "run": run, "assignment": assignment})
        return frozenset(row.person for row in rows)

    def add_certificate(self, certificate: Certificate) -> None:
        add(self.connection, t.certificates, certificate)

    def certificate(self, number: str) -> Certificate | None:
        row = self.connection.execute(_certificates().where(t.certificates.c.number == number)).first()
        return build(Certificate, row) if row else None

    def number_of(self, application: str) -> str | None:
        """The number of the certificate that came of an application, or None."""
        c = t.certificates
        return self.connection.scalar(select(c.c.number).where(c.c.application == application))

    def certificates(self, uid: str) -> tuple[Certificate, ...]:
        """Certificates of one person, the latest first."""
        query = _certificates().where(t.certificates.c.person == uid)
        return build_all(
            Certificate, self.connection.execute(query.order_by(t.certificates.c.issued_at.desc()))
        )

    def revoke(self, number: str, by: str, at: datetime, reason: str) -> None:
        self.connection.execute(
            insert(t.revocations).values(
                certificate=number, revoked_at=at, revoked_by=by, revoked_reason=reason
            )
        )


def _certificates() -> Select[tuple[object, ...]]:
    """Certificates, each beside its revocation if there is one."""
    r = t.revocations
    return select(
        t.certificates,
        r.c.revoked_at,
        r.c.revoked_by,
        func.coalesce(r.c.revoked_reason, "").label("revoked_reason"),
    ).outerjoin(r, r.c.certificate == t.certificates.c.number)
