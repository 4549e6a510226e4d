"""Dossiers, their pieces, appeals and guides in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select

from hub.domain.competency import Framework
from hub.domain.dossier import Appeal, Dossier, Guide, Piece, PieceKind, Wanted
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put


@dataclass(frozen=True)
class DossierStore:
    """See hub.journey.award_stores.DossierStore."""

    connection: Connection

    def framework_of(self, id: str) -> Framework | None:
        row = self.connection.execute(select(t.frameworks).where(t.frameworks.c.id == id)).first()
        return build(Framework, row) if row else None

    def frameworks(self) -> tuple[Framework, ...]:
        """Every framework, the newest first."""
        f = t.frameworks
        rows = self.connection.execute(select(f).order_by(f.c.valid_from.desc(), f.c.id))
        return build_all(Framework, rows)

    def guide(self, framework: str, code: str, version: int | None = None) -> Guide | None:
        """A guide in a version, or in its newest."""
        g = t.guides
        query = select(g).where(g.c.framework == framework, g.c.code == code)
        if version is not None:
            query = query.where(g.c.version == version)
        row = self.connection.execute(query.order_by(g.c.version.desc()).limit(1)).first()
        return _guide(row) if row else None

    def guided(self, framework: str) -> frozenset[str]:
        """The codes of a framework that have a guide."""
        return frozenset(
            self.connection.scalars(select(t.guides.c.code).where(t.guides.c.framework == framework))
        )

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


def _guide(row: Any) -> Guide:
    pieces = tuple(
        Wanted(
            one["key"], one["name"], tuple(PieceKind(k) for k in one["kinds"]), one["guide"],
            tuple(one["passing"]), tuple(one["excellent"]),
        )
        for one in row.pieces
    )  # fmt: skip
    return Guide(row.framework, row.code, row.version, row.describes, pieces, row.published_at)
