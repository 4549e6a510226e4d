"""Confirmed applications put straight into the tables: what the dossiers and the review leave behind for certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, insert, select, text

from hub.domain.certificate import Certificate
from hub.journey.award import certificates
from hub.journey.ports import Fittings
from hub.store.award import tables as t
from tests.people import SCHOOL, Town

CODES = (("A1", "pass"), ("A5", "excellent"), ("B1", "pass"))


@dataclass
class Desk:
    """Where certificates are issued in tests."""

    f: Fittings
    town: Town
    engine: Engine

    def application(
        self, who: str = "teacher", *, uid: str = "", codes: Any = CODES, state: str = "city_confirmed"
    ) -> str:
        """A confirmed application of somebody with three rated dossiers and hours enough.

        ``codes`` are pairs of code and rating, with a framework where that is not micro2019.
        """
        f, now = self.f, self.f.clock.now()
        uid = uid or self.town.uids[who]
        id = f.ids.new("app")
        dossiers = [
            {
                "id": f.ids.new("dos"),
                "code": code,
                "rating": rating,
                "digest": sha256(code.encode()).hexdigest(),
                "framework": other[0] if other else "micro2019",
            }
            for code, rating, *other in codes
        ]
        then = now - timedelta(days=30)
        with self.engine.begin() as connection:
            if not connection.execute(select(t.hours.c.id).where(t.hours.c.person == uid)).first():
                connection.execute(
                    insert(t.hours).values(
                        id=f.ids.new("hrs"), person=uid, run=None, title="全员培训", hours=Decimal(52), practice=Decimal(30),
                        earned_on=then.date(), counts_for=["IT50"],
                    )
                )  # fmt: skip
            for d in dossiers:
                connection.execute(
                    insert(t.dossiers).values(
                        **d, person=uid, school=SCHOOL, guide=1, label="x", state="rated", round=1,
                        begun_at=then, submitted_at=then, rated_at=then,
                    )
                )  # fmt: skip
            connection.execute(
                insert(t.applications).values(
                    id=id, person=uid, school=SCHOOL, rule="it2", dossiers=[d["id"] for d in dossiers], evidence=[], rating="pass",
                    state=state, begun_at=now, moved_at=now, submitted_at=now,
                )
            )  # fmt: skip
        return id

    def issued(self, who: str = "teacher", **more: Any) -> Certificate:
        """The certificate of a fresh application."""
        number = certificates.issue_confirmed(
            self.f, self.town.actor("city_hr"), self.application(who, **more)
        ).number
        return self.certificate(number)

    def certificate(self, number: str) -> Certificate:
        with self.f.work() as work:
            found = work.certificates.certificate(number)
        assert found is not None
        return found

    def see(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
