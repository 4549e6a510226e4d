"""Certificates in PostgreSQL, and what has become of them: revocations, suspensions, successors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

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

    def take_place(self, number: int, index: int) -> bool:
        """Take a place in a status list until the work ends, and for ever if it ends well; False where it is taken."""
        place = upsert(t.status_places).values({"list": number, "index": index}).on_conflict_do_nothing()
        return self.connection.scalar(place.returning(t.status_places.c.index)) is not None

    def add_certificate(self, certificate: Certificate) -> None:
        add(self.connection, t.certificates, certificate)

    def certificate(self, number: str) -> Certificate | None:
        row = self.connection.execute(_certificates().where(t.certificates.c.number == number)).first()
        return build(Certificate, row) if row else None

    def number_of(self, application: str) -> str | None:
        """The number of the certificate that came of an application (the last of them, where it was replaced), or None."""
        c = t.certificates
        return self.connection.scalar(
            select(c.c.number).where(c.c.application == application).order_by(c.c.issued_at.desc()).limit(1)
        )

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

    def suspend(self, id: str, number: str, by: str, at: datetime, reason: str) -> None:
        self.connection.execute(
            insert(t.suspensions).values(
                id=id, certificate=number, suspended_by=by, suspended_at=at, reason=reason
            )
        )

    def lift(self, number: str, by: str, at: datetime, reason: str) -> None:
        """End the open suspension of a certificate."""
        s = t.suspensions
        self.connection.execute(
            update(s)
            .where(s.c.certificate == number, s.c.lifted_at.is_(None))
            .values(lifted_by=by, lifted_at=at, lifted_reason=reason)
        )

    def suspensions(self, number: str) -> tuple[tuple[datetime, str, datetime | None, str], ...]:
        """Every suspension of a certificate: when and why, when and why it was lifted."""
        s = t.suspensions.c
        rows = self.connection.execute(
            select(s.suspended_at, s.reason, s.lifted_at, s.lifted_reason)
            .where(s.certificate == number)
            .order_by(s.suspended_at)
        )
        return tuple((row[0], row[1], row[2], row[3]) for row in rows)

    def set_bits(self, number: int, purpose: str) -> tuple[frozenset[int], datetime | None]:
        """The places of one status list that hold a bit, and when that last changed."""
        c, r, s, n = t.certificates, t.revocations, t.suspensions, t.certificates.alias("n")
        if purpose == "suspension":
            when: Any = func.greatest(s.c.suspended_at, s.c.lifted_at)
            query = select(c.c.status_index, when, s.c.lifted_at.is_(None)).join(
                s, s.c.certificate == c.c.number
            )
        else:
            when = func.coalesce(r.c.revoked_at, n.c.issued_at)
            query = (
                select(c.c.status_index, when, when.is_not(None))
                .outerjoin(r, r.c.certificate == c.c.number)
                .outerjoin(n, n.c.succeeds == c.c.number)
                .where(when.is_not(None))
            )
        rows = self.connection.execute(query.where(c.c.status_list == number)).all()
        return frozenset(row[0] for row in rows if row[2]), max((row[1] for row in rows), default=None)

    def lists(self) -> int:
        """How many status lists there are."""
        return int(self.connection.scalar(select(func.max(t.certificates.c.status_list))) or 1)

    def issued(self, application: str) -> bool:
        """Whether a certificate has come of an application."""
        return bool(
            self.connection.scalar(select(exists().where(t.certificates.c.application == application)))
        )


def _certificates() -> Select[tuple[object, ...]]:
    """Certificates, each beside its revocation, its open suspension and its successor, where there are such."""
    c, r, s, n = t.certificates, t.revocations, t.suspensions, t.certificates.alias("n")
    return (
        select(
            c,
            r.c.revoked_at,
            r.c.revoked_by,
            func.coalesce(r.c.revoked_reason, "").label("revoked_reason"),
            s.c.suspended_at,
            func.coalesce(s.c.reason, "").label("suspended_reason"),
            n.c.number.label("successor"),
            n.c.issued_at.label("superseded_at"),
        )
        .outerjoin(r, r.c.certificate == c.c.number)
        .outerjoin(s, and_(s.c.certificate == c.c.number, s.c.lifted_at.is_(None)))
        .outerjoin(n, n.c.succeeds == c.c.number)
    )
