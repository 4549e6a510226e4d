"""People, places, memberships and roles in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Date, Table, Text, and_, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.organisation import Organisation
from hub.domain.people import Grant, Person, Role
from hub.store import tables as t
from hub.store.roster import RosterStore
from hub.store.rows import add, build, build_all, put


def _holds(table: Table, today: date) -> Any:
    return and_(table.c.valid_from <= today, or_(table.c.valid_to.is_(None), table.c.valid_to > today))


@dataclass(frozen=True)
class PeopleStore(RosterStore):
    """See hub.journey.ports.PeopleStore; what takes many people at once is in hub.store.roster."""

    def organisation(self, code: str) -> Organisation | None:
        row = self.connection.execute(select(t.organisations).where(t.organisations.c.code == code)).first()
        return build(Organisation, row) if row else None

    def put_organisation(self, org: Organisation) -> None:
        put(self.connection, t.organisations, org)

    def path(self, code: str) -> tuple[str, ...]:
        """The organisation and all above it, nearest first; empty where it does not exist."""
        return self.paths([code]).get(code, ())

    def paths(self, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The paths of several organisations in one query."""
        orgs = t.organisations
        start = (
            select(orgs.c.code.label("of"), orgs.c.code, orgs.c.parent, literal(0).label("depth"))
            .where(orgs.c.code.in_(codes))
            .cte("up", recursive=True)
        )
        up = start.union_all(
            select(start.c.of, orgs.c.code, orgs.c.parent, start.c.depth + 1).join(
                orgs, orgs.c.code == start.c.parent
            )
        )
        found: dict[str, list[str]] = {}
        for row in self.connection.execute(select(up.c.of, up.c.code).order_by(up.c.of, up.c.depth)):
            found.setdefault(row.of, []).append(row.code)
        return {code: tuple(path) for code, path in found.items()}

    def under(self, code: str) -> tuple[Organisation, ...]:
        """The direct children, by code."""
        rows = self.connection.execute(
            select(t.organisations).where(t.organisations.c.parent == code).order_by(t.organisations.c.code)
        )
        return build_all(Organisation, rows)

    def person(self, uid: str) -> Person | None:
        return self._one(t.people.c.uid == uid)

    def by_login(self, login: str) -> Person | None:
        return self._one(t.people.c.login == login)

    def by_tag(self, tag: bytes) -> Person | None:
        return self._one(t.people.c.id_hmac == tag)

    def _one(self, condition: Any) -> Person | None:
        row = self.connection.execute(select(t.people).where(condition)).first()
        return build(Person, row) if row else None

    def next_login(self, letter: str) -> str:
        """A login nobody has had: a letter and eight digits."""
        return f"{letter}{self.connection.scalar(select(t.login_numbers.next_value()))}"

    def add(self, person: Person, *, cipher: bytes | None, tag: bytes | None) -> None:
        add(self.connection, t.people, person, id_cipher=cipher, id_hmac=tag)

    def rename(self, uid: str, name: str, sort_key: str) -> None:
        self.connection.execute(
            update(t.people).where(t.people.c.uid == uid).values(name=name, sort_key=sort_key)
        )

    def members(self, org: str, today: date) -> tuple[Person, ...]:
        """Who belongs to ``org`` itself on ``today``, by pinyin."""
        rows = self.connection.execute(
            select(t.people)
            .join(t.memberships, t.memberships.c.person == t.people.c.uid)
            .where(t.memberships.c.org == org, _holds(t.memberships, today))
            .order_by(t.people.c.sort_key, t.people.c.login)
        )
        return build_all(Person, rows)

    def search(self, org: str, find: str, today: date, most: int) -> tuple[Person, ...]:
        """People of ``org`` and all below whose name or login contains ``find``, by pinyin."""
        o, m = t.organisations, t.memberships
        start = select(o.c.code).where(o.c.code == org).cte("down", recursive=True)
        down = start.union_all(select(o.c.code).join(start, o.c.parent == start.c.code))
        rows = self.connection.execute(
            select(t.people)
            .where(
                t.people.c.uid.in_(
                    select(m.c.person).where(m.c.org.in_(select(down.c.code)), _holds(m, today))
                ),
                or_(t.people.c.name.contains(find, autoescape=True), t.people.c.login == find.lower()),
            )
            .order_by(t.people.c.sort_key, t.people.c.login)
            .limit(most)
        )
        return build_all(Person, rows)

    def join(self, uid: str, org: str, since: date, *, staff_no: str, subject: str) -> None:
        """Open a membership, or bring an open one up to date."""
        m = t.memberships
        statement = upsert(m).values(
            person=uid, org=org, staff_no=staff_no, subject=subject, valid_from=since
        )
        self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["person", "org"],
                index_where=m.c.valid_to.is_(None),
                set_={"staff_no": staff_no, "subject": subject},
            )
        )

    def staying(self, days: Mapping[str, date]) -> dict[str, int]:
        """Organisation -> people who still belong to it on the day given for it or later; one with nobody is left out."""
        m = t.memberships
        asked = (
            func.unnest(literal(list(days), ARRAY(Text)), literal(list(days.values()), ARRAY(Date)))
            .table_valued("org", "day", name="asked")
            .render_derived()
        )
        rows = self.connection.execute(
            select(m.c.org, func.count(m.c.person.distinct()).label("n"))
            .join(asked, asked.c.org == m.c.org)
            .where(or_(m.c.valid_to.is_(None), m.c.valid_to > asked.c.day))
            .group_by(m.c.org)
        )
        return {row.org: row.n for row in rows}

    def leave(self, uid: str, org: str, on: date) -> None:
        """Close the open membership: ``on`` is the first day it no longer holds."""
        m = t.memberships
        self.connection.execute(
            update(m).where(m.c.person == uid, m.c.org == org, m.c.valid_to.is_(None)).values(valid_to=on)
        )

    def memberships(self, uid: str, today: date) -> tuple[str, ...]:
        """Where somebody belongs on ``today``, the longest-standing first."""
        m = t.memberships
        rows = self.connection.execute(
            select(m.c.org).where(m.c.person == uid, _holds(m, today)).order_by(m.c.valid_from, m.c.id)
        )
        return tuple(row.org for row in rows)

    def subject(self, uid: str, org: str) -> tuple[str, str] | None:
        """Staff number and subject of the open membership, or None."""
        m = t.memberships
        row = self.connection.execute(
            select(m.c.staff_no, m.c.subject).where(m.c.person == uid, m.c.org == org, m.c.valid_to.is_(None))
        ).first()
        return (row.staff_no, row.subject) if row else None

    def grant(self, uid: str, role: Role, org: str, since: date, by: str) -> None:
        """Give a role; giving it twice is giving it once."""
        self.connection.execute(
            upsert(t.grants)
            .values(person=uid, role=role.value, org=org, valid_from=since, granted_by=by)
            .on_conflict_do_nothing()
        )

    def grants(self, uid: str, today: date) -> tuple[Grant, ...]:
        """The roles that hold on ``today``, each with the path of its organisation."""
        g, o = t.grants, t.organisations
        rows = list(
            self.connection.execute(
                select(g.c.role, g.c.org, o.c.name)
                .join(o, o.c.code == g.c.org)
                .where(g.c.person == uid, _holds(g, today))
                .order_by(g.c.id)
            )
        )
        paths = self.paths([row.org for row in rows]) if rows else {}
        return tuple(Grant(Role(row.role), row.org, row.name, paths[row.org]) for row in rows)

    def note_import(self, id: str, digest: str, org: str, by: str, at: datetime, report: Any) -> None:
        self.connection.execute(
            insert(t.roster_imports).values(
                id=id, digest=digest, org=org, imported_by=by, imported_at=at, report=report
            )
        )

    def count(self) -> int:
        """How many people there are."""
        return self.connection.execute(select(func.count()).select_from(t.people)).scalar_one()
