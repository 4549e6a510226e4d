"""Dossiers in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from hub.domain.dossier import Dossier, Piece
from hub.store.award import tables as t
from hub.store.rows import add


@dataclass(frozen=True)
class DossierStore:
    """See hub.journey.award_stores.DossierStore."""

    connection: Connection

    def add_dossier(self, dossier: Dossier) -> None:
        add(self.connection, t.dossiers, dossier)

    def add_piece(self, piece: Piece) -> None:
        add(self.connection, t.pieces, piece)
