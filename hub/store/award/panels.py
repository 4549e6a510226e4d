"""Assessors' seats in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from hub.domain.dossier import Seat
from hub.store.award import tables as t
from hub.store.rows import add


@dataclass(frozen=True)
class PanelStore:
    """See hub.journey.award_stores.PanelStore."""

    connection: Connection

    def add_seat(self, seat: Seat) -> None:
        add(self.connection, t.seats, seat)
