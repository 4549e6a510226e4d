"""Confirmed applications put straight into the tables: what the dossiers and the review leave behind for certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, text

from hub.domain.certificate import Certificate
from hub.domain.hours import HoursEntry
from hub.journey.award import batches
from hub.journey.award.confirmed import confirmed
from hub.journey.ports import Fittings
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
        """A confirmed application of somebody with three rated dossiers and hours enough."""
        f, now = self.f, self.f.clock.now()
        uid = uid or self.town.uids[who]
        id = f.ids.new("app")
        dossiers = [
            {"id": f.ids.new("dos"), "code": code, "rating": rating, "digest": sha256(code.encode()).hexdigest()}
            for code, rating in codes
        ]  # fmt: skip
        with f.work() as work:
            if not work.hours.hours(uid):
                work.hours.add_hours(
                    HoursEntry(
                        f.ids.new("hrs"), uid, None, "全员培训", Decimal(52), Decimal(30), now.date(), ("IT50",)  # type: ignore[arg-type]
                    )
                )  # fmt: skip
        with self.engine.begin() as connection:
            for d in dossiers:
                connection.execute(
                    text("""INSERT INTO dossiers (id, person, school, framework, code, guide, label, state, round, begun_at, submitted_at,
                            digest, rating, rated_at) VALUES (:id, :p, :s, 'micro2019', :code, 1, 'x', 'rated', 1, :t, :t, :digest, :rating, :t)"""),
                    {**d, "p": uid, "s": SCHOOL, "t": now - timedelta(days=30)},
                )
            connection.execute(
                text("""INSERT INTO applications (id, person, school, requirement, evidence, rating, state, submitted_at, decided_at, reason)
                        VALUES (:id, :p, :s, 'it2', to_jsonb(CAST(:d AS text[])), 'pass', :state, :t, :t, '')"""),
                {"id": id, "p": uid, "s": SCHOOL, "d": [d["id"] for d in dossiers], "state": state, "t": now},
            )
        return id

    def issued(self, who: str = "teacher", **more: Any) -> Certificate:
        """The certificate of a fresh application."""
        id = self.application(who, **more)
        with self.f.work() as work:
            application = confirmed(work, id)
            assert application is not None
            number = batches.issue(self.f, work, self.town.actor("city_hr"), id)
        return self.certificate(number)

    def certificate(self, number: str) -> Certificate:
        with self.f.work() as work:
            found = work.certificates.certificate(number)
        assert found is not None
        return found

    def see(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
