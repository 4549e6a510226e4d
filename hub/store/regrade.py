"""Regrades, their items and the decisions about them in PostgreSQL; decisions are added to, never edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, literal, select, update

from hub.domain.regrade import Decision, Item, Regrade
from hub.domain.submission import State
from hub.store import tables as t
from hub.store.rows import add, build, build_all, values_of

_OPEN = (State.QUEUED.value, State.GRADING.value)


@dataclass(frozen=True)
class RegradeStore:
    """See hub.journey.stores.RegradeStore."""

    connection: Connection

    def add(self, regrade: Regrade) -> None:
        """Keep a regrade; a second open one of the same assignment is an IntegrityError."""
        add(self.connection, t.regrades, regrade)

    def add_items(self, items: Sequence[Item]) -> None:
        if items:
            self.connection.execute(insert(t.regrade_items), [values_of(i, t.regrade_items) for i in items])

    def get(self, id: str, *, lock: bool = False) -> Regrade | None:
        """One regrade, with ``lock`` held until the work ends."""
        query = select(t.regrades).where(t.regrades.c.id == id)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Regrade, row) if row else None

    def of(self, run: str, assignment: str) -> tuple[tuple[Regrade, Decision | None], ...]:
        """The regrades of an assignment with what was decided about them (but for the lists), the latest first."""
        r, d = t.regrades, t.regrade_decisions
        rows = self.connection.execute(
            select(r, *(c for c in d.c if c.name != "rows"), literal([], d.c.rows.type).label("rows"))
            .outerjoin(d, d.c.regrade == r.c.id)
            .where(r.c.run == run, r.c.assignment == assignment)
            .order_by(r.c.asked_at.desc(), r.c.id)
        ).all()
        return tuple((build(Regrade, row), build(Decision, row) if row.regrade else None) for row in rows)

    def item(self, id: str) -> Item | None:
        row = self.connection.execute(select(t.regrade_items).where(t.regrade_items.c.id == id)).first()
        return build(Item, row) if row else None

    def items(self, regrade: str) -> tuple[Item, ...]:
        i = t.regrade_items
        return build_all(Item, self.connection.execute(select(i).where(i.c.regrade == regrade)))

    def progress(self, regrade: str) -> Mapping[State, int]:
        """How many items are in each state."""
        i = t.regrade_items
        rows = self.connection.execute(
            select(i.c.state, func.count().label("n")).where(i.c.regrade == regrade).group_by(i.c.state)
        )
        return {State(row.state): row.n for row in rows}

    def keep(self, item: str, state: State, record: str, at: datetime, reason: str) -> None:
        """Note the new verdict of an item; its lease is over."""
        i = t.regrade_items
        values = {"state": state.value, "record": record, "graded_at": at, "reason": reason}
        self.connection.execute(update(i).where(i.c.id == item).values(**values, held_by="", beaten_at=None))

    def decide(self, decision: Decision) -> None:
        """Keep a decision and close its regrade; a second decision is an IntegrityError."""
        add(self.connection, t.regrade_decisions, decision)
        r = t.regrades
        self.connection.execute(update(r).where(r.c.id == decision.regrade).values(closed=True))

    def cancel(self, regrade: str, at: datetime, reason: str) -> None:
        """End the items that are still open; whoever grades one finds the lease gone."""
        i = t.regrade_items
        values = {"state": State.FAILED.value, "graded_at": at, "reason": reason}
        self.connection.execute(
            update(i)
            .where(i.c.regrade == regrade, i.c.state.in_(_OPEN))
            .values(**values, held_by="", beaten_at=None)
        )

    def decision(self, regrade: str) -> Decision | None:
        d = t.regrade_decisions
        row = self.connection.execute(select(d).where(d.c.regrade == regrade)).first()
        return build(Decision, row) if row else None
