"""Publicity lists and the objections to them, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, ColumnElement, Connection, Text, literal, select

from hub.domain.review import Notice, Objection
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, put
from hub.store.tables import organisations


@dataclass(frozen=True)
class PublicityStore:
    """See hub.journey.award_stores.PublicityStore."""

    connection: Connection

    def add_notice(self, notice: Notice) -> None:
        add(self.connection, t.notices, notice)

    def notice(self, id: str) -> Notice | None:
        row = self.connection.execute(select(t.notices).where(t.notices.c.id == id)).first()
        return build(Notice, row) if row else None

    def notices_of(self, applications: Collection[str]) -> Mapping[str, Notice]:
        """The latest notice that names each of these applications, where one does."""
        named, n = frozenset(applications), t.notices
        if not named:
            return {}
        rows = self.connection.execute(
            select(n)
            .where(n.c.applications.has_any(literal(sorted(named), ARRAY(Text))))
            .order_by(n.c.opened_at, n.c.id)
        )
        return {id: notice for notice in build_all(Notice, rows) for id in named & set(notice.applications)}

    def notices(self, orgs: Collection[str], most: int) -> tuple[Notice, ...]:
        """Of schools in or below ``orgs``, the latest first."""
        o = organisations
        start = select(o.c.code).where(o.c.code.in_(orgs)).cte("below", recursive=True)
        below = start.union(select(o.c.code).join(start, o.c.parent == start.c.code))
        return self._notices(t.notices.c.school.in_(select(below.c.code)), most)

    def _notices(self, condition: ColumnElement[bool], most: int) -> tuple[Notice, ...]:
        n = t.notices
        rows = self.connection.execute(
            select(n).where(condition).order_by(n.c.opened_at.desc(), n.c.id).limit(most)
        )
        return build_all(Notice, rows)

    def add_objection(self, objection: Objection) -> None:
        add(self.connection, t.objections, objection)

    def objection(self, id: str) -> Objection | None:
        row = self.connection.execute(select(t.objections).where(t.objections.c.id == id)).first()
        return build(Objection, row) if row else None

    def objections(self, applications: Sequence[str]) -> tuple[Objection, ...]:
        """All objections to these, the earliest first."""
        o = t.objections
        rows = self.connection.execute(
            select(o).where(o.c.application.in_(applications)).order_by(o.c.made_at, o.c.id)
        )
        return build_all(Objection, rows)

    def objections_by(self, uid: str) -> tuple[Objection, ...]:
        """What one person objected to, the latest first."""
        o = t.objections
        rows = self.connection.execute(select(o).where(o.c.by == uid).order_by(o.c.made_at.desc(), o.c.id))
        return build_all(Objection, rows)

    def objections_under(self, orgs: Collection[str], most: int) -> tuple[Objection, ...]:
        """To applications of schools in or below ``orgs``: the open ones by their due day, then the answered, latest first."""
        o, a, g = t.objections, t.applications, organisations
        start = select(g.c.code).where(g.c.code.in_(orgs)).cte("below", recursive=True)
        below = start.union(select(g.c.code).join(start, g.c.parent == start.c.code))
        rows = self.connection.execute(
            select(o)
            .join(a, a.c.id == o.c.application)
            .where(a.c.school.in_(select(below.c.code)))
            .order_by(o.c.answered_at.desc().nulls_first(), o.c.due_on, o.c.id)
            .limit(most)
        )
        return build_all(Objection, rows)

    def answer(self, objection: Objection) -> None:
        """Keep the answer of an objection."""
        put(self.connection, t.objections, objection)
