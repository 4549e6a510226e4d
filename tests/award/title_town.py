"""Certified teachers for the tests of titles: everything that a title record is made from, put straight into the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, insert, update

from hub.domain.certificate import certificate_number
from hub.domain.id_number import check_character
from hub.domain.people import Actor, Person, Role
from hub.domain.rating import Rating
from hub.domain.title import Package
from hub.domain.uscc import check_character as uscc_check
from hub.journey.award import package_build, packages
from hub.journey.ports import Fittings
from hub.store import tables as base
from hub.store.award import tables as t
from tests.people import CITY, FAR_SCHOOL, OTHER_SCHOOL, SCHOOL, WEST, Town

CODES = ("A1", "A13", "B1")
YEAR = 2026
PURPOSE = "2026年度职称评审"
OFFICES = {
    "preparer": (Role.CITY_HR, CITY), "releaser": (Role.CITY_HR, CITY), "confirmer": (Role.CITY_HR, CITY), "west_hr": (Role.COUNTY_HR, WEST),
    "reader": (Role.HR_READER, CITY), "assessor1": (Role.ASSESSOR, CITY), "assessor2": (Role.ASSESSOR, CITY),
}  # fmt: skip


def id_number(n: int, born: str = "19850615") -> str:
    """A valid identity number of the test region."""
    first = f"999999{born}{n:03d}"
    return first + check_character(first)


def uscc(n: int) -> str:
    """A valid 统一社会信用代码."""
    first = f"12410300{n:09d}"
    return first + uscc_check(first)


@dataclass
class TitleTown:
    """A town with offices, and certified teachers on demand."""

    f: Fittings
    engine: Engine
    town: Town
    made: int = 0

    def actor(self, who: str) -> Actor:
        return self.town.actor(who)

    def uid(self, who: str) -> str:
        return self.town.uids[who]

    def person(self, key: str, name: str, school: str, role: Role = Role.TEACHER, org: str = "") -> str:
        """Somebody with an identity number, on the roster since 2020."""
        self.made += 1
        number = id_number(self.made)
        now = self.f.clock.now()
        with self.f.work() as work:
            masked = f"{number[:4]}**********{number[-4:]}"
            made = Person(
                self.f.ids.new("per"), work.people.next_login("t"), name, "staff", name, masked, True, now
            )
            work.people.add(made, cipher=self.f.vault.seal(number), tag=self.f.vault.tag(number))
            work.people.join(made.uid, school, date(2020, 9, 1), staff_no="", subject="")
            work.people.grant(made.uid, role, org or school, date(2020, 9, 1), "test")
        self.town.uids[key] = made.uid
        return made.uid

    def add(self, table: Any, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(**values))

    def change(self, table: Any, key: str, id: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c[key] == id).values(**values))

    def holding(self, uid: str, **more: Any) -> None:
        told = {
            "id": self.f.ids.new("ttl"), "person": uid, "series": "k12", "title": "中小学一级教师", "obtained_on": date(2021, 12, 1),
            "appointed_on": date(2022, 3, 1), "stage": "小学", "subject": "小学数学", "teacher_cert_no": "20204100112345678",
            "national_id": "", "noted_by": self.uid("preparer"), "noted_at": self.f.clock.now() - timedelta(days=1),
        }  # fmt: skip
        self.add(t.title_holdings, **{**told, **more})

    def training(self, uid: str, ended: date, hours: str = "30", practice: str = "20", **more: Any) -> None:
        told = {
            "id": self.f.ids.new("hrs"), "person": uid, "run": None, "title": "国培计划信息技术应用", "hours": Decimal(hours),
            "practice": Decimal(practice), "earned_on": ended, "counts_for": ["IT50", "EDU360"], "source": "import",
            "started_on": ended - timedelta(days=20), "provider": "河南师范大学", "project_no": "GP-01", "doc_no": "豫教师〔2024〕1号",
            "level": "国", "mode": "混合", "category": "专业", "online": Decimal(10), "key": self.f.ids.new("k"),
        }  # fmt: skip
        self.add(t.hours, **{**told, **more})

    def certified(
        self, key: str, name: str = "林佳怡", school: str = SCHOOL, *, rated: date = date(2026, 4, 1)
    ) -> str:
        """A teacher with an issued certificate and everything behind it; the application."""
        uid = self.person(key, name, school)
        self.holding(uid)
        self.training(uid, date(2024, 6, 30))
        self.training(uid, date(2025, 6, 30), "25.5", "15", project_no="GP-02")
        at = datetime(rated.year, rated.month, rated.day, 2, tzinfo=UTC)
        dossiers = [self._dossier(uid, school, code, at, n) for n, code in enumerate(CODES)]
        app = self.f.ids.new("app")
        rating = Rating.PASS.value
        self.add(
            t.applications, id=app, person=uid, school=school, rule="it2", dossiers=dossiers, evidence=[], rating=rating,
            state="issued", begun_at=at, moved_at=at, submitted_at=at,
        )  # fmt: skip
        self._reviewed(app, school, at)
        number = certificate_number("micro2019", 2026, WEST, self.made)
        issued = at + timedelta(days=20)
        self.add(
            t.certificates, number=number, application=app, person=uid, holder_name=name, school_name="涧西第一小学",
            requirement="it2", rating="pass", issued_at=issued, valid_to=date(2031, 4, 21), key_id="test",
            credential="a.b.c", evidence_digest="ab" * 32,
        )  # fmt: skip
        self.change(t.applications, "id", app, certificate=number)
        return app

    def _dossier(self, uid: str, school: str, code: str, at: datetime, n: int) -> str:
        id = self.f.ids.new("dos")
        self.add(
            t.dossiers, id=id, person=uid, school=school, framework="micro2019", code=code, guide=1, label=f"D{self.made}{n}",
            state="rated", round=1, begun_at=at, submitted_at=at, digest=f"{n:02d}" * 32, rating="pass", rated_at=at,
        )  # fmt: skip
        for place, who in enumerate(("assessor1", "assessor2"), 1):
            self.add(
                t.seats, id=self.f.ids.new("sea"), dossier=id, round=1, number=place, assessor=self.uid(who), state="rated",
                assigned_at=at, due_on=at.date(), levels={}, comments={}, rating="pass", closed_at=at,
            )  # fmt: skip
        return id

    def _reviewed(self, app: str, school: str, at: datetime) -> None:
        opens = at.date() + timedelta(days=5)
        for step, who, role, days in (
            ("school", "school_admin", "school_admin", 1), ("county", "west_hr", "county_hr", 2), ("confirm", "confirmer", "city_hr", 15),
        ):  # fmt: skip
            self.add(
                t.reviews, id=self.f.ids.new("rev"), application=app, step=step, by=self.uid(who), role=role, org=school,
                at=at + timedelta(days=days), reason="",
            )  # fmt: skip
        self.add(
            t.notices, id=self.f.ids.new("not"), school=school, opens_on=opens, closes_on=opens + timedelta(days=6),
            working_days=5, opened_by=self.uid("west_hr"), opened_at=at, applications=[app],
        )  # fmt: skip

    def number(self, app: str) -> str:
        """The certificate of an application."""
        with self.f.work() as work:
            facts = work.title_facts.facts([app])[0]
        assert facts.certificate is not None
        return facts.certificate.number

    def prepared(self, org: str = CITY, *, since_title: bool = True, series: str = "") -> Package:
        """A package of everything that is good."""
        who = self.actor("preparer")
        seen = packages.look(self.f, who, org, YEAR, series, since_title=since_title)
        return packages.prepare(self.f, who, org, YEAR, series, PURPOSE, seen.digest, since_title=since_title)

    def built(self, org: str = CITY, **more: Any) -> Package:
        """The same, as the worker leaves it."""
        package = self.prepared(org, **more)
        while package_build.step(self.f, package.number, 2):
            pass
        with self.f.work() as work:
            found = work.packages.package(package.number)
        assert found is not None
        return found


def build_title_town(f: Fittings, engine: Engine, town: Town) -> TitleTown:
    """Offices filled, and the schools with their codes."""
    made = TitleTown(f, engine, town)
    for key, (role, org) in OFFICES.items():
        made.person(key, f"{key}职员", FAR_SCHOOL if role is Role.ASSESSOR else OTHER_SCHOOL, role, org)
    for n, school in enumerate((SCHOOL, OTHER_SCHOOL, FAR_SCHOOL), 1):
        made.change(base.organisations, "code", school, uscc=uscc(n))
    return made
