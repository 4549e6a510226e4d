"""A hall for assessment: the town with a guide, assessors near and far, and short ways to do what people do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from graders.verdict import ManualItem, TestResult, Verdict
from hub.domain.competency import Evidence
from hub.domain.course import Release
from hub.domain.dossier import Dossier, PieceKind, Seat, SeatState
from hub.domain.grade import Grade
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor, Person, Role
from hub.domain.submission import State, Submission
from hub.journey.award import dossiers, pieces, seats
from hub.journey.ports import Fittings
from hub.store.award import tables as t
from tests.people import EAST, FAR_SCHOOL, FIRST, OTHER_SCHOOL, PASSWORD, SCHOOL, WEST, Town, build_town

FRAMEWORK, CODE = "micro2019", "A1"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
POINT = "2141900009"  # a teaching point of SCHOOL
GUIDE: list[dict[str, Any]] = [
    {
        "key": "plan", "name": "学情分析方案", "kinds": ["file", "notebook"], "guide": "说明分析的目的、对象、方法和工具。",
        "passing": ["有明确的分析目的", "选用的工具适合对象"], "excellent": ["方法有创意", "可以推广给同事"],
    },
    {
        "key": "video", "name": "课堂实录", "kinds": ["video", "link"], "guide": "10 分钟以内，画面和声音清楚。",
        "passing": ["看得清学生的活动"], "excellent": ["体现了对分析结果的使用"],
    },
]  # fmt: skip
NEAR = ("near1", "near2", "near3", "near4", "near5")
FAR = ("far1", "far2")


@dataclass
class Hall:
    """The town, its assessors, and what they do."""

    town: Town
    run: str = ""

    @property
    def f(self) -> Fittings:
        return self.town.f

    def actor(self, who: str) -> Actor:
        return self.town.actor(who)

    def uid(self, who: str) -> str:
        return self.town.uids[who]

    def who(self, uid: str) -> str:
        return next(name for name, known in self.town.uids.items() if known == uid)

    def draft(self, who: str = "teacher", code: str = CODE) -> Dossier:
        """A dossier with everything in it, not submitted."""
        made = dossiers.begin(self.f, self.actor(who), FRAMEWORK, code)
        pieces.add_file(self.f, self.actor(who), made.id, "plan", "方案.pdf", PDF + made.id.encode())
        pieces.add_link(
            self.f,
            self.actor(who),
            made.id,
            "video",
            PieceKind.VIDEO,
            f"https://v.example.cn/{made.id}",
        )
        return made

    def submitted(self, who: str = "teacher", code: str = CODE) -> Dossier:
        return dossiers.submit(self.f, self.actor(who), self.draft(who, code).id)

    def seats(self, dossier: str, *states: SeatState) -> tuple[Seat, ...]:
        """The seats of a dossier, of these states where any are named."""
        with self.f.work() as work:
            return tuple(seat for seat in work.panels.seats(dossier) if not states or seat.state in states)

    def open_seats(self, dossier: str) -> tuple[Seat, ...]:
        return self.seats(dossier, SeatState.OPEN)

    def state(self, id: str) -> Dossier:
        with self.f.work() as work:
            found = work.dossiers.dossier(id)
        assert found is not None
        return found

    def level_all(self, seat: Seat, *levels: str) -> None:
        """Give every piece a level, the last of ``levels`` to all that are left."""
        who = self.actor(self.who(seat.assessor))
        with self.f.work() as work:
            ids = [piece.id for piece in work.dossiers.pieces(seat.dossier)]
        for n, id in enumerate(ids):
            level = levels[min(n, len(levels) - 1)]
            seats.set_level(self.f, who, seat.id, id, level, "还差一步" if level == "fail" else "")

    def rate(self, seat: Seat, *levels: str) -> None:
        self.level_all(seat, *levels)
        seats.rate(self.f, self.actor(self.who(seat.assessor)), seat.id)

    def rated(self, *levels: str, who: str = "teacher", code: str = CODE) -> Dossier:
        """A dossier on which both assessors said this."""
        made = self.submitted(who, code)
        for seat in self.open_seats(made.id):
            self.rate(seat, *levels)
        return self.state(made.id)

    def add(self, key: str, school: str, *grants: tuple[Role, str], name: str = "") -> str:
        """Somebody new in the town."""
        f, now = self.f, self.f.clock.now()
        with f.work() as work:
            person = Person(
                f.ids.new("per"), work.people.next_login("t"), name or key, "staff", key, "", True, now
            )
            work.people.add(person, cipher=None, tag=None)
            work.people.join(person.uid, school, date(2020, 9, 1), staff_no="", subject="")
            for role, org in grants:
                work.people.grant(person.uid, role, org, date(2020, 9, 1), "test")
            work.entry.put_credential(person.uid, f.passwords.hash(PASSWORD), must_change=False, at=now)
        self.town.uids[key] = person.uid
        return person.uid

    def guide(self, code: str, guide: list[dict[str, Any]] | None = None) -> int:
        """Publish what a competency asks for, as its newest version; its number."""
        with self.f.work() as work:
            before = work.frameworks.guide(FRAMEWORK, code)
            version = before.version + 1 if before else 1
            work.panels.connection.execute(  # type: ignore[attr-defined]
                insert(t.guides).values(
                    framework=FRAMEWORK, code=code, version=version, describes="用技术了解学生的起点。",
                    pieces=guide or GUIDE, published_at=self.f.clock.now(),
                )
            )  # fmt: skip
        return version

    def evidence(self, who: str = "teacher", code: str = CODE, key: str = FIRST) -> Evidence:
        """A graded submission with one test and one open answer, and the evidence that its grade is."""
        f, now, uid = self.f, self.f.clock.now(), self.uid(who)
        self.run = self.run or self.town.run()
        with f.work() as work:
            release = work.study.release(self.run, key) or Release(
                f.ids.new("rel"), self.run, key, 1, "0" * 64, {}, {}, now, now, 0, 9, Decimal("0.6"), uid, now
            )
            if work.study.release(self.run, key) is None:
                work.study.add_release(release)
            attempt = work.study.lock_attempts(self.run, key, uid) + 1
            submission = Submission(
                f.ids.new("sub"), release.id, self.run, key, uid, attempt, now, False, {}, "0" * 64, State.GRADED, "", "", now
            )  # fmt: skip
            work.study.add_submission(submission)
            test = TestResult("q1", "有效率", "passed", Decimal(8), Decimal(8))
            answer = ManualItem("q7-plan", "教学建议", Decimal(2), "**先补基础** <script>alert(1)</script>")
            work.assess.add_verdict(
                submission.id,
                Verdict("graded", "", "", Decimal(8), Decimal(10), (test,), (answer,), {}, {}, 1, (), 0.1, 0.1, 1, now, now),
                now,
            )  # fmt: skip
            grade = Grade(
                f.ids.new("grd"), submission.id, self.run, key, uid, Decimal(8), Decimal(10), True, "rule", "rule", now, {}
            )  # fmt: skip
            work.assess.set_grade(grade)
            made = Evidence(
                f.ids.new("evi"), uid, FRAMEWORK, code, grade.id, self.run, key, Decimal(8), Decimal(10), now
            )  # fmt: skip
            work.evidence.set_evidence(uid, self.run, key, [made])
        return made


def build_hall(f: Fittings, town: Town | None = None) -> Hall:
    """The hall over a fresh database, or in a town that stands."""
    hall = Hall(town or build_town(f))
    with f.work() as work:
        work.people.put_organisation(
            Organisation(POINT, "涧西第一小学东沟教学点", Level.POINT, "point", SCHOOL)
        )
    for key in NEAR:
        hall.add(key, OTHER_SCHOOL, (Role.ASSESSOR, WEST))
    for key in FAR:
        hall.add(key, FAR_SCHOOL, (Role.ASSESSOR, CITY))
    hall.add("mate", SCHOOL, (Role.ASSESSOR, WEST), (Role.TEACHER, SCHOOL))
    hall.add("east_only", FAR_SCHOOL, (Role.ASSESSOR, EAST))
    hall.add("county_hr", OTHER_SCHOOL, (Role.COUNTY_HR, WEST))
    hall.add("east_hr", FAR_SCHOOL, (Role.COUNTY_HR, EAST))
    hall.add("city_hr", FAR_SCHOOL, (Role.CITY_HR, CITY))
    for code in ("A1", "A3", "B1"):
        hall.guide(code)
    return hall
