"""Frameworks and their competencies in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from hub.domain.competency import Framework, Node
from hub.domain.dossier import Guide, PieceKind, Wanted
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put


@dataclass(frozen=True)
class FrameworkStore:
    """See hub.journey.award_stores.FrameworkStore."""

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

    def framework(self, id: str, *, lock: bool = False) -> Framework | None:
        query = select(t.frameworks).where(t.frameworks.c.id == id)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Framework, row) if row else None

    def frameworks(self) -> tuple[Framework, ...]:
        """All of them, drafts too, the oldest first."""
        c = t.frameworks.c
        return build_all(
            Framework, self.connection.execute(select(t.frameworks).order_by(c.valid_from, c.id))
        )

    def nodes(self, framework: str) -> tuple[Node, ...]:
        rows = self.connection.execute(
            select(t.nodes).where(t.nodes.c.framework == framework).order_by(t.nodes.c.position)
        )
        return build_all(Node, rows)

    def guides(self, framework: str) -> tuple[Guide, ...]:
        """The latest guide of each competency."""
        c = t.guides.c
        query = select(t.guides).where(c.framework == framework).distinct(c.code)
        return tuple(_guide(row) for row in self.connection.execute(query.order_by(c.code, c.version.desc())))

    def guide(self, framework: str, code: str, version: int | None = None) -> Guide | None:
        """The guide of one competency: the latest, or one version."""
        c = t.guides.c
        query = select(t.guides).where(c.framework == framework, c.code == code)
        query = query.where(c.version == version) if version is not None else query
        row = self.connection.execute(query.order_by(c.version.desc()).limit(1)).first()
        return _guide(row) if row else None


def _guide(row: Any) -> Guide:
    return replace(build(Guide, row), pieces=tuple(_wanted(piece) for piece in row.pieces))


def _wanted(piece: dict[str, Any]) -> Wanted:
    return Wanted(
        piece["key"], piece["name"], tuple(PieceKind(k) for k in piece["kinds"]), piece["guide"],
        tuple(piece["passing"]), tuple(piece["excellent"]),
    )  # fmt: skip
