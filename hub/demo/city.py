"""Writes the demo city down: units, schools, people, memberships and roles, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.demo import schools as plan
from hub.demo.people import Invented, Inventor
from hub.demo.schools import SIZES, School
from hub.domain.organisation import CITY
from hub.domain.people import Person, Role
from hub.domain.roster import MARK
from hub.journey.award import frameworks
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.journey.sort_key import sort_key
from hub.sources import regions

SEED = "demo"
BY = "demo"  # who gave the roles

# Who works in no school; their accounts are in hub.demo.accounts. A new one comes last, so that the others stay who they are.
OFFICES = (
    "county",
    "city",
    "registrar",
    "system",
    "county-hr",
    "city-hr",
    "hr-bureau",
    "security",
    "audit",
    "assessor",
    "city-hr-too",
)


@dataclass(frozen=True)
class City:
    """Everybody and everything that the demo is about."""

    size: str
    schools: tuple[School, ...]
    teachers: tuple[Invented, ...]
    students: tuple[Invented, ...]
    officials: tuple[Invented, ...]  # in the order of OFFICES; then the HR office of every other county

    @property
    def home(self) -> School:
        """The school where the demo accounts are at home."""
        return next(s for s in self.schools if s.unit == plan.HOME_UNIT and s.org.kind == "primary")

    def official(self, title: str) -> Invented:
        """Who holds an office that belongs to no school."""
        return next(o for o in self.officials if o.uid == f"per-{SEED}{self.size}-{title}")

    def hr_of(self, unit: str) -> Invented:
        """Who does the HR work of a county."""
        return self.official("county-hr" if unit == plan.HOME_UNIT else f"hr-{unit.lower()}")

    def staff_of(self, school: str) -> list[Invented]:
        """Who teaches there, the principal first."""
        return [t for t in self.teachers if t.stays[0].school == school]


def invent(size: str, today: date) -> City:
    """The city of a size: the same on every day of a year."""
    units = [o for o in regions.organisations() if o.code != CITY and o.valid_on(today)]
    schools = plan.invent(SIZES[size], units)
    inventor = Inventor(f"{SEED}{size}", date(today.year, 9, 1))
    teachers, students = inventor.everybody(schools)
    counties = sorted({s.unit for s in schools} - {plan.HOME_UNIT})
    titles = (*OFFICES, *(f"hr-{unit.lower()}" for unit in counties))
    officials = [inventor.official(title) for title in titles]
    return City(size, schools, tuple(teachers), tuple(students), tuple(officials))


def write(f: Fittings, work: Work, city: City) -> None:
    """Everything of the city; roles of accounts are given elsewhere."""
    now = f.clock.now()
    for org in regions.organisations():
        work.people.put_organisation(org)
    for school in city.schools:
        work.people.put_organisation(school.org)
    work.people.put_organisation(plan.merged(city.schools))
    frameworks.put_down(f, work)
    _people(f, work, (*city.teachers, *city.officials), "t", now)
    _people(f, work, city.students, "s", now)
    _places(work, (*city.teachers, *city.students))
    today = beijing_day(now)
    grants = [
        (t.uid, role, stay.school, stay.since, BY)
        for t in city.teachers
        for stay in t.stays
        if stay.until is None or stay.until > today
        for role in ((Role.TEACHER, Role.SCHOOL_ADMIN) if t.principal else (Role.TEACHER,))
    ]
    since = date(today.year - 3, 9, 1)
    grants += [
        (city.hr_of(unit).uid, Role.COUNTY_HR, unit, since, BY)
        for unit in sorted({s.unit for s in city.schools})
    ]
    grants.append((city.official("city-hr-too").uid, Role.CITY_HR, CITY, since, BY))
    work.people.grant_all(grants)


def _people(f: Fittings, work: Work, some: Sequence[Invented], letter: str, now: datetime) -> None:
    logins = work.people.next_logins(letter, len(some))
    work.people.add_all(
        [
            (
                Person(
                    p.uid, login, p.name, p.kind, sort_key(p.name.removesuffix(MARK)),
                    f"{p.id_text[:4]}**********{p.id_text[-4:]}", True, now,
                ),
                f.vault.seal(p.id_text),
                f.vault.tag(p.id_text),
            )
            for p, login in zip(some, logins, strict=True)
        ]
    )  # fmt: skip


def _places(work: Work, some: Sequence[Invented]) -> None:
    ended = [(p, stay) for p in some for stay in p.stays if stay.until]
    work.people.join_all(
        [(p.uid, stay.school, p.staff_no, p.subject, stay.since) for p in some for stay in p.stays]
    )
    for person, stay in ended:
        if stay.until:
            work.people.leave(person.uid, stay.school, stay.until)
