"""Dossiers, their pieces and appeals in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, text

from hub.domain.dossier import Appeal, Dossier, Piece
from hub.domain.review import HOLDING
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put

_APPLIED = text("""
SELECT 1 FROM applications a
WHERE a.person = :person AND a.state = ANY(:holding) AND a.dossiers ? :id""")


@dataclass(frozen=True)
class DossierStore:
    """See hub.journey.award_stores.DossierStore."""

    connection: Connection

    def add_dossier(self, dossier: Dossier) -> None:
        add(self.connection, t.dossiers, dossier)

    def dossier(self, id: str, *, lock: bool = False) -> Dossier | None:
        """One dossier; with ``lock`` nobody else moves it or anything in it until the work ends."""
        query = select(t.dossiers).where(t.dossiers.c.id == id)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Dossier, row) if row else None

    def put_dossier(self, dossier: Dossier) -> None:
        put(self.connection, t.dossiers, dossier)

    def dossiers(self, person: str) -> tuple[Dossier, ...]:
        """A person's dossiers, the latest first."""
        d = t.dossiers
        rows = self.connection.execute(
            select(d).where(d.c.person == person).order_by(d.c.begun_at.desc(), d.c.id)
        )
        return build_all(Dossier, rows)

    def pieces(self, dossier: str) -> tuple[Piece, ...]:
        """The pieces of a dossier in the order they were added."""
        p = t.pieces
        rows = self.connection.execute(select(p).where(p.c.dossier == dossier).order_by(p.c.added_at, p.c.id))
        return build_all(Piece, rows)

    def pieces_in(self, dossiers: Sequence[str]) -> Mapping[str, int]:
        """How many pieces each dossier has; one with none is left out."""
        p = t.pieces
        rows = self.connection.execute(
            select(p.c.dossier, func.count()).where(p.c.dossier.in_(dossiers)).group_by(p.c.dossier)
        )
        return {row[0]: row[1] for row in rows}

    def add_piece(self, piece: Piece) -> None:
        add(self.connection, t.pieces, piece)

    def remove_piece(self, id: str) -> None:
        self.connection.execute(delete(t.pieces).where(t.pieces.c.id == id))

    def appeal(self, dossier: str) -> Appeal | None:
        row = self.connection.execute(select(t.appeals).where(t.appeals.c.dossier == dossier)).first()
        return build(Appeal, row) if row else None

    def add_appeal(self, appeal: Appeal) -> None:
        add(self.connection, t.appeals, appeal)

    def applied_with(self, dossier: Dossier) -> bool:
        """Whether an application that is under way or came to a certificate rests on this dossier."""
        asked = {"person": dossier.person, "id": dossier.id, "holding": [state.value for state in HOLDING]}
        return self.connection.execute(_APPLIED, asked).first() is not None
