"""More people than the small town has: four counties with schools and teachers at every stage, one of them too small to show."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hub.domain.certificate import Certificate
from hub.domain.competency import Evidence
from hub.domain.course import Release
from hub.domain.dossier import Dossier, DossierState
from hub.domain.grade import Grade
from hub.domain.hours import HoursEntry
from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Person, Role
from hub.domain.rating import Rating
from hub.domain.review import Application
from hub.domain.review import State as Place
from hub.domain.submission import State, Submission
from hub.journey.ports import Fittings, Work
from tests.people import SCHOOL, Town

RULE = "it2"
# unit -> name, teachers, of whom enrolled, completed, certified
COUNTIES = {
    "410311": ("洛龙区", 40, 36, 25, 18),
    "410302": ("老城区", 24, 12, 5, 1),
    "410381": ("偃师区", 33, 20, 14, 9),
    "410327": ("宜阳县", 3, 1, 0, 0),
}


def plant(town: Town) -> str:
    """Put the counties below the city; the answer is the run that everybody is in."""
    f = town.f
    run = town.run()
    with f.work() as work:
        for number, (code, (name, *counts)) in enumerate(COUNTIES.items()):
            work.people.put_organisation(Organisation(code, name, Level.UNIT, "unit", CITY))
            for school in range(2):
                school_code = f"31419{number:02d}{school:03d}"
                school_name = f"{name}第{'一二'[school]}实验学校"
                work.people.put_organisation(
                    Organisation(school_code, school_name, Level.SCHOOL, "junior", code)
                )
            for n in range(counts[0]):
                home = f"31419{number:02d}{n % 2:03d}"
                _teacher(f, work, f"per-{code}-{n}", home, run, [n < counts[step] for step in (1, 2, 3)])
        _teacher_standing(f, work, town.uids["teacher"], run)
    return run


def _teacher(f: Fittings, work: Work, uid: str, school: str, run: str, stages: list[bool]) -> None:
    now, since = f.clock.now(), date(2020, 9, 1)
    login = work.people.next_login("t")
    work.people.add(Person(uid, login, "某老师", "staff", "mou", "", True, now), cipher=None, tag=None)
    work.people.join(uid, school, since, staff_no="", subject="")
    work.people.grant(uid, Role.TEACHER, school, since, "test")
    enrolled, completed, certified = stages
    if enrolled:
        work.study.enrol(run, uid, school, now)
    if completed:
        _hours(f, work, uid, run)
    if certified:
        _certificate(f, work, uid, school)


def _hours(f: Fittings, work: Work, uid: str, run: str) -> None:
    rules = tuple(rule.id for rule in f.rules.hour_rules())
    today = f.clock.now().date()
    work.hours.add_hours(
        HoursEntry(f.ids.new("hrs"), uid, run, "数据素养", Decimal(12), Decimal(8), today, rules)
    )


def _certificate(f: Fittings, work: Work, uid: str, school: str, dossiers: tuple[str, ...] = ()) -> None:
    now = f.clock.now()
    application = Application(
        f.ids.new("app"), uid, school, RULE, tuple(dossiers), (), Rating.PASS, Place.ISSUED, now, now, now
    )
    work.review.add_application(application)
    number = f"LY-2026-{work.certificates.next_number():06d}"
    work.certificates.add_certificate(
        Certificate(number, application.id, uid, "某老师", "某校", RULE, "合格", now,
                    now.date() + timedelta(days=1000), "test", "x", "x")
    )  # fmt: skip


def _teacher_standing(f: Fittings, work: Work, uid: str, run: str) -> None:
    """The teacher of the town: some hours, a certificate, and evidence beyond what it rests on."""
    now = f.clock.now()
    work.study.enrol(run, uid, SCHOOL, now)
    _hours(f, work, uid, run)
    for code in ("A1", "A13", "B1"):
        work.dossiers.add_dossier(
            Dossier(f"dos-{code}", uid, SCHOOL, "micro2019", code, 1, code, DossierState.RATED, 1, now, now, "x",
                    Rating.PASS, now)
        )  # fmt: skip
    _certificate(f, work, uid, SCHOOL, ("dos-A1", "dos-A13", "dos-B1"))
    work.study.add_release(
        Release(
            "rel", run, "a2", 1, "x", {}, {}, now, now + timedelta(days=1), 10, 5, Decimal("0.6"), uid, now
        )
    )
    work.study.add_submission(
        Submission("sub", "rel", run, "a2", uid, 1, now, False, {}, "x", State.GRADED, "x")
    )
    work.assess.set_grade(
        Grade("grd", "sub", run, "a2", uid, Decimal(8), Decimal(10), True, "rule", "rule", now, {})
    )
    framework = f.rules.assessment_rules()[0].framework
    pieces = [
        Evidence(f"ev-{code}", uid, framework, code, "grd", run, "a2", Decimal(8), Decimal(10), now)
        for code in ("A2", "B2")
    ]
    work.evidence.set_evidence(uid, run, "a2", pieces)
