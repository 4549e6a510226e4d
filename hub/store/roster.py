"""Many people at once, as rosters bring them: looked up and written in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, Connection, LargeBinary, Text, any_, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.organisation import Organisation
from hub.domain.people import Person, Role
from hub.store import tables as t
from hub.store.rows import build, build_all, values_of


@dataclass(frozen=True)
class RosterStore:
    """The part of hub.journey.ports.PeopleStore that takes lists."""

    connection: Connection

    def lock_rosters(self) -> None:
        """One roster at a time, until the work ends."""
        self.connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('rosters', 0))"))

    def organisations(self, codes: Sequence[str]) -> dict[str, Organisation]:
        """Several organisations by their code; one that does not exist is left out."""
        o = t.organisations
        rows = self.connection.execute(select(o).where(o.c.code == any_(literal(list(codes), ARRAY(Text)))))
        return {org.code: org for org in build_all(Organisation, rows)}

    def by_tags(self, tags: Sequence[bytes]) -> dict[bytes, Person]:
        """The people whose ID numbers have these search keys."""
        p = t.people
        rows = self.connection.execute(
            select(p).where(p.c.id_hmac == any_(literal(list(tags), ARRAY(LargeBinary))))
        )
        return {bytes(row.id_hmac): build(Person, row) for row in rows}

    def open_memberships(self, uids: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
        """Person -> school, staff number and subject of each membership with no end, the longest-standing first."""
        m = t.memberships
        found: dict[str, list[tuple[str, str, str]]] = {}
        for row in self.connection.execute(
            select(m.c.person, m.c.org, m.c.staff_no, m.c.subject)
            .where(m.c.person == any_(literal(list(uids), ARRAY(Text))), m.c.valid_to.is_(None))
            .order_by(m.c.person, m.c.valid_from, m.c.id)
        ):
            found.setdefault(row.person, []).append((row.org, row.staff_no, row.subject))
        return found

    def open_grants(self, uids: Sequence[str]) -> dict[str, list[tuple[Role, str]]]:
        """Person -> role and organisation of each grant with no end."""
        g = t.grants
        found: dict[str, list[tuple[Role, str]]] = {}
        for row in self.connection.execute(
            select(g.c.person, g.c.role, g.c.org).where(
                g.c.person == any_(literal(list(uids), ARRAY(Text))), g.c.valid_to.is_(None)
            )
        ):
            found.setdefault(row.person, []).append((Role(row.role), row.org))
        return found

    def ungrant(self, uid: str, org: str, on: date) -> None:
        """End every role held in ``org`` itself: ``on`` is the first day without it."""
        g = t.grants
        self.connection.execute(
            update(g).where(g.c.person == uid, g.c.org == org, g.c.valid_to.is_(None)).values(valid_to=on)
        )

    def next_logins(self, letter: str, count: int) -> list[str]:
        """So many logins nobody has had."""
        numbers = self.connection.execute(
            select(t.login_numbers.next_value()).select_from(func.generate_series(1, count))
        )
        return [f"{letter}{number}" for number in numbers.scalars()]

    def add_all(self, newcomers: Sequence[tuple[Person, bytes, bytes]]) -> None:
        """Many people at once, each with the ciphertext and the search key of the ID number."""
        rows = [values_of(p, t.people) | {"id_cipher": c, "id_hmac": tag} for p, c, tag in newcomers]
        if rows:
            self.connection.execute(insert(t.people), rows)

    def join_all(self, memberships: Sequence[tuple[str, str, str, str, date]]) -> None:
        """Many new memberships at once: person, school, staff number, subject, first day."""
        names = ("person", "org", "staff_no", "subject", "valid_from")
        if memberships:
            self.connection.execute(
                insert(t.memberships), [dict(zip(names, m, strict=True)) for m in memberships]
            )

    def grant_all(self, grants: Sequence[tuple[str, Role, str, date, str]]) -> None:
        """Many roles at once: person, role, organisation, first day, given by."""
        names = ("person", "role", "org", "valid_from", "granted_by")
        if grants:
            self.connection.execute(
                upsert(t.grants).on_conflict_do_nothing(), [dict(zip(names, g, strict=True)) for g in grants]
            )
