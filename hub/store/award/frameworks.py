"""Frameworks, their competencies, what corresponds to what, and what each asks for as evidence, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, exists, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.competency import Crosswalk, Framework, FrameworkState, Node
from hub.domain.dossier import Guide, PieceKind, Wanted
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put, values_of

_LOCK = 0x6C756F6B  # lineages change one at a time: two drafts never succeed the same framework at once


@dataclass(frozen=True)
class FrameworkStore:
    """See hub.journey.award_stores.FrameworkStore."""

    connection: Connection

    def put_framework(self, framework: Framework, nodes: Sequence[Node]) -> None:
        """Load a framework once; one that is there already is left as it is."""
        if self.framework(framework.id):
            return
        put(self.connection, t.frameworks, replace(framework, state=FrameworkState.DRAFT))
        self.set_nodes(framework.id, nodes)
        put(self.connection, t.frameworks, framework)

    def save(self, framework: Framework) -> None:
        """Keep a framework's facts; the database refuses what may not change."""
        put(self.connection, t.frameworks, framework)

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

    def lock_lineages(self) -> None:
        """Until the end of this unit of work no other changes what succeeds what."""
        self.connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})

    def nodes(self, framework: str) -> tuple[Node, ...]:
        rows = self.connection.execute(
            select(t.nodes).where(t.nodes.c.framework == framework).order_by(t.nodes.c.position)
        )
        return build_all(Node, rows)

    def set_nodes(self, framework: str, nodes: Sequence[Node]) -> None:
        """Let these be the nodes of a draft."""
        self.connection.execute(delete(t.nodes).where(t.nodes.c.framework == framework))
        for node in nodes:
            add(self.connection, t.nodes, node)

    def discard(self, framework: str) -> None:
        """A draft goes with all that belongs to it."""
        c = t.crosswalks.c
        mine = (c.from_framework == framework) | (c.to_framework == framework)
        self.connection.execute(delete(t.crosswalks).where(mine))
        self.connection.execute(delete(t.guides).where(t.guides.c.framework == framework))
        self.connection.execute(delete(t.nodes).where(t.nodes.c.framework == framework))
        self.connection.execute(delete(t.frameworks).where(t.frameworks.c.id == framework))

    def in_use(self, framework: str) -> bool:
        """Whether anybody's record names this framework."""
        return any(
            self.connection.scalar(select(exists().where(table.c.framework == framework)))
            for table in (t.dossiers, t.evidence, t.diagnoses)
        )

    def crosswalks(self, *, to: str = "") -> tuple[Crosswalk, ...]:
        """What corresponds to what, everywhere or into one framework."""
        query = select(t.crosswalks).order_by(*t.crosswalks.primary_key.columns)
        query = query.where(t.crosswalks.c.to_framework == to) if to else query
        return build_all(Crosswalk, self.connection.execute(query))

    def add_crosswalks(self, pairs: Sequence[Crosswalk]) -> None:
        """Add what is not there yet."""
        for pair in pairs:
            self.connection.execute(
                upsert(t.crosswalks).values(**values_of(pair, t.crosswalks)).on_conflict_do_nothing()
            )

    def set_crosswalks(self, from_: str, to: str, pairs: Sequence[Crosswalk]) -> None:
        """Let these be the correspondences from one framework into a draft."""
        c = t.crosswalks.c
        self.connection.execute(delete(t.crosswalks).where(c.from_framework == from_, c.to_framework == to))
        self.add_crosswalks(pairs)

    def guides(self, framework: str) -> tuple[Guide, ...]:
        """The latest guide of each competency."""
        c = t.guides.c
        query = select(t.guides).where(c.framework == framework).ext(distinct_on(c.code))
        return tuple(_guide(row) for row in self.connection.execute(query.order_by(c.code, c.version.desc())))

    def guide(self, framework: str, code: str, version: int | None = None) -> Guide | None:
        """The guide of one competency: the latest, or one version."""
        c = t.guides.c
        query = select(t.guides).where(c.framework == framework, c.code == code)
        query = query.where(c.version == version) if version is not None else query
        row = self.connection.execute(query.order_by(c.version.desc()).limit(1)).first()
        return _guide(row) if row else None

    def put_guide(self, guide: Guide) -> None:
        """Keep a version of a guide; that of a draft may be written over."""
        put(self.connection, t.guides, guide)

    def add_guides(self, guides: Sequence[Guide]) -> None:
        """Add the guides of competencies that have none yet."""
        c = t.guides.c
        known = {(r.framework, r.code) for r in self.connection.execute(select(c.framework, c.code))}
        for guide in guides:
            if (guide.framework, guide.code) not in known:
                add(self.connection, t.guides, guide)

    def drop_guide(self, framework: str, code: str) -> None:
        """The guides of a draft's competency that is no longer there."""
        c = t.guides.c
        self.connection.execute(delete(t.guides).where(c.framework == framework, c.code == code))


def _guide(row: Any) -> Guide:
    return replace(build(Guide, row), pieces=tuple(_wanted(piece) for piece in row.pieces))


def _wanted(piece: dict[str, Any]) -> Wanted:
    return Wanted(
        piece["key"], piece["name"], tuple(PieceKind(k) for k in piece["kinds"]), piece["guide"],
        tuple(piece["passing"]), tuple(piece["excellent"]),
    )  # fmt: skip
