"""People of the review chain in the small town, and records at any place of it: what dossiers and assessors leave is put in as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor, Person, Role
from hub.domain.rating import Rating
from hub.domain.review import Application, Notice, Office
from hub.journey.award import publicity, review
from hub.journey.ports import Fittings
from hub.store.award import tables as t
from tests.people import EAST, FAR_SCHOOL, OTHER_SCHOOL, PASSWORD, SCHOOL, WEST, Town

DIRECT_SCHOOL = "3441900009"  # hangs under the city itself
CODES = ("A1", "A13", "B1")
# key -> name, where they belong, roles
OFFICES: dict[str, tuple[str, str, tuple[tuple[Role, str], ...]]] = {
    "county_hr": ("县人事甲", WEST, ((Role.COUNTY_HR, WEST),)),
    "county_hr_too": ("县人事乙", WEST, ((Role.COUNTY_HR, WEST),)),
    "east_hr": ("瀍河人事", EAST, ((Role.COUNTY_HR, EAST),)),
    "city_hr": ("市人事甲", CITY, ((Role.CITY_HR, CITY),)),
    "city_hr_too": ("市人事乙", CITY, ((Role.CITY_HR, CITY),)),
    "assessor": ("评审甲", FAR_SCHOOL, ((Role.TEACHER, FAR_SCHOOL), (Role.ASSESSOR, CITY))),
    "assessor_too": ("评审乙", FAR_SCHOOL, ((Role.TEACHER, FAR_SCHOOL), (Role.ASSESSOR, CITY))),
    "third": ("评审丙", OTHER_SCHOOL, ((Role.TEACHER, OTHER_SCHOOL), (Role.ASSESSOR, CITY))),
    "direct_teacher": ("直属教师", DIRECT_SCHOOL, ((Role.TEACHER, DIRECT_SCHOOL),)),
    "direct_admin": ("直属校长", DIRECT_SCHOOL, ((Role.SCHOOL_ADMIN, DIRECT_SCHOOL),)),
}


@dataclass
class Chain:
    """A town with everybody whom a record passes."""

    town: Town
    engine: Engine
    f: Fittings
    count: list[int] = field(default_factory=lambda: [0])

    def actor(self, who: str) -> Actor:
        return self.town.actor(who)

    def uid(self, who: str) -> str:
        return self.town.uids[who]

    def person(self, key: str, school: str = SCHOOL, *roles: tuple[Role, str], name: str = "") -> None:
        """Somebody more in the town."""
        self.town.uids[key] = _person(self.f, name or key, school, roles or ((Role.TEACHER, school),))

    def dossier(
        self, who: str, code: str = "A1", rating: Rating = Rating.PASS, *, seats: tuple[str, ...] = ("assessor", "assessor_too"),
        **more: Any,
    ) -> str:  # fmt: skip
        """A rated dossier; the third of ``seats`` decided it."""
        self.count[0] += 1
        id = more.pop("id", f"dos-{self.count[0]}")
        notebook = more.pop("notebook", None)
        now = self.f.clock.now() - timedelta(days=20)
        uid = self.uid(who)
        row = {
            "id": id, "person": uid, "school": self.actor(who).schools[0], "framework": "micro2019", "code": code, "guide": 1,
            "label": f"材料{self.count[0]}", "state": "rated", "round": 1, "begun_at": now, "submitted_at": now, "digest": "d" * 64,
            "rating": rating.value, "rated_at": now,
        } | more  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(t.dossiers).values(**row))
            if notebook:
                connection.execute(
                    insert(t.pieces).values(
                        id=f"pce-{id}", dossier=id, key="notebook", kind="notebook", name="作业", digest="d" * 64, size=1,
                        added_at=now, evidence=notebook,
                    )
                )  # fmt: skip
            for number, one in enumerate(seats, 1):
                connection.execute(
                    insert(t.seats).values(
                        id=f"{id}-{number}", dossier=id, round=row["round"], number=number, assessor=self.uid(one), state="rated",
                        assigned_at=now, due_on=now.date(), levels={}, comments={}, rating=rating.value, closed_at=now,
                    )
                )  # fmt: skip
        return str(id)

    def hours(self, who: str, hours: int = 50, practice: int = 25, on: date | None = None) -> None:
        """Hours of some training, in the ledger."""
        self.count[0] += 1
        with self.engine.begin() as connection:
            connection.execute(
                insert(t.hours).values(
                    id=f"hrs-{self.count[0]}", person=self.uid(who), run=None, title="往年培训", hours=Decimal(hours),
                    practice=Decimal(practice), earned_on=on or date(2026, 6, 1), counts_for=["IT50"],
                )
            )  # fmt: skip

    def drafted(self, who: str = "teacher", **more: Any) -> Application:
        """A draft with all that is asked for."""
        self.hours(who)
        ids = [self.dossier(who, code, **more) for code in CODES]
        return review.draft(self.f, self.actor(who), "it2", ids)

    def submitted(self, who: str = "teacher", **more: Any) -> Application:
        return review.submit(self.f, self.actor(who), self.drafted(who, **more).id)

    def reviewed(self, who: str = "teacher", **more: Any) -> Application:
        """Passed by school and county."""
        id = self.submitted(who, **more).id
        review.let_pass(self.f, self.actor("school_admin"), id, Office.SCHOOL)
        return review.let_pass(self.f, self.actor("county_hr"), id, Office.COUNTY)

    def posted(self, *who: str, days: int = 5) -> Notice:
        """A notice for these people of the school."""
        ids = [self.reviewed(one).id for one in who or ("teacher",)]
        return publicity.open_notice(self.f, self.actor("county_hr"), SCHOOL, ids, days)

    def at_end_of(self, notice: Notice) -> None:
        """The first moment after a notice has run in full."""
        self.f.clock.time = self.f.clock.time.replace(  # type: ignore[attr-defined]
            year=notice.closes_on.year, month=notice.closes_on.month, day=notice.closes_on.day, hour=16
        )

    def confirmed(self, who: str = "teacher") -> Application:
        notice = self.posted(who)
        self.at_end_of(notice)
        return review.let_pass(self.f, self.actor("city_hr"), notice.applications[0], Office.CITY)

    def now_of(self, who: str) -> str:
        """The latest application of somebody."""
        with self.f.work() as work:
            return work.review.applications_of(self.uid(who))[0].id

    def now(self, id: str) -> Application:
        with self.f.work() as work:
            found = work.review.application(id)
        assert found is not None
        return found


@pytest.fixture
def chain(town: Town, engine: Engine) -> Chain:
    """The chain of review over a fresh town; a test file imports it."""
    return chain_of(town, engine)


def chain_of(town: Town, engine: Engine) -> Chain:
    """Add the offices to a town."""
    f = town.f
    with f.work() as work:
        work.people.put_organisation(
            Organisation(DIRECT_SCHOOL, "洛阳市实验高中", Level.SCHOOL, "senior", CITY)
        )
    for key, (name, place, roles) in OFFICES.items():
        town.uids[key] = _person(f, name, place, roles)
    return Chain(town, engine, f)


def _person(f: Fittings, name: str, place: str, roles: tuple[tuple[Role, str], ...]) -> str:
    now, since = f.clock.now(), date(2020, 9, 1)
    with f.work() as work:
        person = Person(f.ids.new("per"), work.people.next_login("t"), name, "staff", name, "", True, now)
        work.people.add(person, cipher=None, tag=None)
        work.people.join(person.uid, place, since, staff_no="", subject="")
        for role, org in roles:
            work.people.grant(person.uid, role, org, since, "test")
        work.entry.put_credential(person.uid, f.passwords.hash(PASSWORD), must_change=False, at=now)
    return person.uid
