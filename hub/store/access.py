"""Second factors, approvals and what is done to accounts, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.approval import Approval
from hub.domain.organisation import Organisation
from hub.domain.people import Person, Role
from hub.store import tables as t
from hub.store.rows import add, build, build_all, values_of


@dataclass(frozen=True)
class AccessStore:
    """See hub.journey.access_stores.AccessStore."""

    connection: Connection

    def factor(self, uid: str) -> tuple[bytes, int, list[str], datetime] | None:
        """The sealed secret, the last time step used, the tags of recovery codes left, since when; locked till the end."""
        s = t.second_factors
        row = self.connection.execute(select(s).where(s.c.person == uid).with_for_update()).first()
        return (bytes(row.secret), row.last_step, list(row.recovery), row.made_at) if row else None

    def add_factor(self, uid: str, sealed: bytes, step: int, recovery: Sequence[str], at: datetime) -> bool:
        """Keep a confirmed factor; False where somebody was quicker."""
        done = self.connection.execute(
            upsert(t.second_factors)
            .values(
                person=uid,
                secret=sealed,
                made_at=at,
                confirmed_at=at,
                last_step=step,
                recovery=list(recovery),
            )
            .on_conflict_do_nothing()
            .returning(t.second_factors.c.person)
        )
        return done.first() is not None

    def spend(self, uid: str, step: int, recovery: Sequence[str]) -> None:
        """From now on no code of ``step`` or before is good, and only these recovery codes are left."""
        s = t.second_factors
        self.connection.execute(
            update(s).where(s.c.person == uid).values(last_step=step, recovery=list(recovery))
        )

    def drop_factor(self, uid: str) -> bool:
        s = t.second_factors
        return self.connection.execute(delete(s).where(s.c.person == uid)).rowcount > 0

    def sealed_id(self, uid: str) -> bytes | None:
        """The encrypted identity number, where one is kept."""
        kept = self.connection.scalar(select(t.people.c.id_cipher).where(t.people.c.uid == uid))
        return bytes(kept) if kept is not None else None

    def below(self, codes: Sequence[str]) -> tuple[Organisation, ...]:
        """These organisations and all below them, of all times, by code."""
        o = t.organisations
        start = select(o.c.code).where(o.c.code.in_(codes)).cte("down", recursive=True)
        down = start.union(select(o.c.code).join(start, o.c.parent == start.c.code))
        return build_all(
            Organisation,
            self.connection.execute(select(o).where(o.c.code.in_(select(down.c.code))).order_by(o.c.code)),
        )

    def holders(self, role: Role, orgs: Sequence[str], today: date) -> tuple[tuple[str, Person], ...]:
        """Organisation and person, for everybody who holds ``role`` in one of ``orgs`` on ``today``."""
        g, p = t.grants, t.people
        rows = self.connection.execute(
            select(p, g.c.org.label("held_in"))
            .join(g, g.c.person == p.c.uid)
            .where(
                g.c.role == role.value,
                g.c.org.in_(orgs),
                g.c.valid_from <= today,
                or_(g.c.valid_to.is_(None), g.c.valid_to > today),
            )
            .order_by(g.c.org, p.c.sort_key)
        )
        return tuple((row.held_in, build(Person, row)) for row in rows)

    def accounts(self, find: str, most: int) -> tuple[Person, ...]:
        """Whoever has this login or a name that contains ``find``, by pinyin."""
        p = t.people
        rows = self.connection.execute(
            select(p)
            .where(or_(p.c.login == find.lower(), p.c.name.contains(find, autoescape=True)))
            .order_by(p.c.sort_key, p.c.login)
            .limit(most)
        )
        return build_all(Person, rows)

    def set_active(self, uid: str, active: bool) -> None:
        self.connection.execute(update(t.people).where(t.people.c.uid == uid).values(active=active))

    def end_grant(self, uid: str, role: Role, org: str, on: date) -> bool:
        """End one role: ``on`` is the first day without it. False where it was not held."""
        g = t.grants
        done = self.connection.execute(
            update(g)
            .where(g.c.person == uid, g.c.role == role.value, g.c.org == org, g.c.valid_to.is_(None))
            .values(valid_to=on)
        )
        return done.rowcount > 0

    def add_approval(self, approval: Approval) -> None:
        add(self.connection, t.approvals, approval)

    def approval(self, id: str, *, lock: bool = False) -> Approval | None:
        query = select(t.approvals).where(t.approvals.c.id == id)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Approval, row) if row else None

    def approvals(self, *, asked_by: str = "", open_only: bool = False) -> tuple[Approval, ...]:
        """Of one person, or those without an answer; the latest first."""
        a = t.approvals
        query = select(a).order_by(a.c.asked_at.desc(), a.c.id).limit(500)
        if asked_by:
            query = query.where(a.c.asked_by == asked_by)
        if open_only:
            query = query.where(a.c.decided_at.is_(None))
        return build_all(Approval, self.connection.execute(query))

    def decide_approval(self, approval: Approval) -> None:
        values = values_of(approval, t.approvals)
        a = t.approvals
        kept = {name: values[name] for name in ("decided_by", "decided_at", "granted", "reason", "ends_at")}
        self.connection.execute(
            update(a).where(a.c.id == approval.id, a.c.decided_at.is_(None)).values(**kept)
        )
