"""Frameworks and their competencies in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.domain.competency import Framework, Node
from hub.store.award import tables as t
from hub.store.rows import add, build_all, put


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

    def nodes(self, framework: str) -> tuple[Node, ...]:
        rows = self.connection.execute(
            select(t.nodes).where(t.nodes.c.framework == framework).order_by(t.nodes.c.position)
        )
        return build_all(Node, rows)
