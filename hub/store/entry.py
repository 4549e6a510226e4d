"""Credentials, sessions, authorization codes and tokens in PostgreSQL; secrets are kept by digest only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.passwords import REMEMBERED
from hub.store import tables as t


@dataclass(frozen=True)
class EntryStore:
    """See hub.journey.ports.EntryStore."""

    connection: Connection

    def credential(self, uid: str) -> tuple[str, bool, int, datetime | None] | None:
        """Hash, whether it must be changed, failures in a row, locked until; the row stays locked till the end."""
        c = t.credentials
        row = self.connection.execute(
            select(c.c.password_hash, c.c.must_change, c.c.failures, c.c.locked_until)
            .where(c.c.person == uid)
            .with_for_update()
        ).first()
        return (row.password_hash, row.must_change, row.failures, row.locked_until) if row else None

    def password(self, uid: str) -> tuple[bool, datetime] | None:
        """Whether the password is still the one handed out, and since when it is good."""
        c = t.credentials
        row = self.connection.execute(
            select(c.c.must_change, c.c.changed_at).where(c.c.person == uid)
        ).first()
        return (row.must_change, row.changed_at) if row else None

    def put_credential(self, uid: str, encoded: str, *, must_change: bool, at: datetime) -> None:
        """A password from now on; the one before it goes to the history, which keeps as many as may not come back."""
        c, h = t.credentials, t.password_history
        before = select(c.c.person, c.c.password_hash, c.c.changed_at).where(c.c.person == uid)
        if self.connection.execute(
            insert(h).from_select(["person", "password_hash", "changed_at"], before)
        ).rowcount:
            kept = select(h.c.id).where(h.c.person == uid).order_by(h.c.id.desc()).limit(REMEMBERED - 1)
            self.connection.execute(delete(h).where(h.c.person == uid, h.c.id.not_in(kept)))
        values = {"password_hash": encoded, "must_change": must_change, "failures": 0, "locked_until": None}
        self.connection.execute(
            upsert(t.credentials)
            .values(person=uid, changed_at=at, **values)
            .on_conflict_do_update(index_elements=["person"], set_=values | {"changed_at": at})
        )

    def former(self, uid: str) -> tuple[str, ...]:
        """The hashes before the present one, newest first."""
        h = t.password_history
        wanted = select(h.c.password_hash).where(h.c.person == uid).order_by(h.c.id.desc())
        return tuple(self.connection.execute(wanted).scalars())

    def note_failures(self, uid: str, failures: int, locked_until: datetime | None) -> None:
        c = t.credentials
        self.connection.execute(
            update(c).where(c.c.person == uid).values(failures=failures, locked_until=locked_until)
        )

    def used_at(self, uid: str) -> datetime | None:
        """When this person last came in, or got a password."""
        c = t.credentials
        return self.connection.execute(
            select(func.greatest(c.c.used_at, c.c.changed_at)).where(c.c.person == uid)
        ).scalar()

    def note_use(self, uid: str, at: datetime) -> None:
        """Somebody came in: no failures count any more."""
        c = t.credentials
        self.connection.execute(
            update(c).where(c.c.person == uid).values(used_at=at, failures=0, locked_until=None)
        )

    def open_session(
        self, digest: str, uid: str, at: datetime, until: datetime, *, proved: bool = False
    ) -> None:
        self.connection.execute(
            insert(t.sessions).values(
                digest=digest, person=uid, created_at=at, seen_at=at, ends_at=until, proved=proved
            )
        )

    def session(self, digest: str) -> tuple[str, datetime, datetime, bool, datetime] | None:
        """Person, last seen, end, whether a second factor was given, and the beginning."""
        s = t.sessions
        row = self.connection.execute(
            select(s.c.person, s.c.seen_at, s.c.ends_at, s.c.proved, s.c.created_at).where(
                s.c.digest == digest
            )
        ).first()
        return (row.person, row.seen_at, row.ends_at, row.proved, row.created_at) if row else None

    def touch_session(self, digest: str, at: datetime) -> None:
        self.connection.execute(update(t.sessions).where(t.sessions.c.digest == digest).values(seen_at=at))

    def close_session(self, digest: str) -> None:
        """End one session and every token that was given under it."""
        self.connection.execute(delete(t.tokens).where(t.tokens.c.session == digest))
        self.connection.execute(delete(t.oidc_codes).where(t.oidc_codes.c.session == digest))
        self.connection.execute(delete(t.sessions).where(t.sessions.c.digest == digest))

    def close_sessions(self, uid: str) -> None:
        """End everything of one person."""
        for table in (t.tokens, t.oidc_codes, t.sessions):
            self.connection.execute(delete(table).where(table.c.person == uid))

    def add_code(
        self, digest: str, client: str, uid: str, session: str, request: Any, until: datetime
    ) -> None:
        self.connection.execute(
            insert(t.oidc_codes).values(
                digest=digest, client=client, person=uid, session=session, request=request, expires_at=until
            )
        )

    def take_code(self, digest: str) -> tuple[str, str, str, Any, datetime] | None:
        """Client, person, session, request and expiry of a code, which is gone from now on."""
        row = self.connection.execute(
            delete(t.oidc_codes).where(t.oidc_codes.c.digest == digest).returning(*t.oidc_codes.c)
        ).first()
        return (row.client, row.person, row.session, row.request, row.expires_at) if row else None

    def add_token(
        self, digest: str, client: str, uid: str, session: str, scopes: list[str], until: datetime
    ) -> None:
        self.connection.execute(
            insert(t.tokens).values(
                digest=digest, client=client, person=uid, session=session, scopes=scopes, expires_at=until
            )
        )

    def token(self, digest: str) -> tuple[str, str, list[str], datetime, str] | None:
        """Person, client, scopes, expiry and session of a token."""
        row = self.connection.execute(select(t.tokens).where(t.tokens.c.digest == digest)).first()
        return (row.person, row.client, row.scopes, row.expires_at, row.session) if row else None

    def sweep(self, now: datetime) -> None:
        """Forget what has expired."""
        for table, column in (
            (t.tokens, t.tokens.c.expires_at),
            (t.oidc_codes, t.oidc_codes.c.expires_at),
            (t.sessions, t.sessions.c.ends_at),
        ):
            self.connection.execute(delete(table).where(column < now))
