"""Certificates and their revocations in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, select

from hub.domain.certificate import Certificate
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all


@dataclass(frozen=True)
class CertificateStore:
    """See hub.journey.award_stores.CertificateStore."""

    connection: Connection

    def next_number(self) -> int:
        """The next serial number of a certificate."""
        return int(self.connection.scalar(t.certificate_numbers) or 0)

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
