"""A county-sized city for measuring records: 12,000 teachers, 120,000 students, and a record of each teacher at some step."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, insert

from hub.demo import city as demo
from hub.demo import schools as plan
from hub.demo.city import City
from hub.demo.people import Inventor
from hub.domain.organisation import CITY
from hub.domain.people import Role
from hub.domain.uscc import check_character
from hub.journey import workdays
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings
from hub.sources import calendar, regions
from hub.store.award import tables as t

SEED = "bench"
SIZES = {"m": plan.Size((), 260, 12_000, 120_000), "s": plan.Size((), 40, 800, 6_000)}
CODES = ("A1", "A13", "B1")
ASSESSORS = 40
# Of a hundred applications so many stand at each step; the rest has been confirmed and waits for its certificate.
_SHARES = (("submitted", 6), ("school_reviewed", 6), ("county_reviewed", 4), ("publicised", 4))
_STEPS = {"submitted": 1, "school_reviewed": 2, "county_reviewed": 3, "publicised": 4, "city_confirmed": 5}
_TRAINING = (
    ("国培示范项目", 24, 12, "集中"), ("省级骨干研修", 20, 10, "网络研修"), ("市级全员培训", 18, 9, "混合"),
    ("校本研修", 16, 16, "校本"), ("提升工程网络研修", 22, 8, "网络研修"),
)  # fmt: skip
_MORE = ("hr3", *(f"as{n}" for n in range(ASSESSORS)))  # whom the demo does not have


@dataclass(frozen=True)
class Staffed:
    """The city with those who act in it, by uid."""

    city: City
    by_office: dict[str, str]
    county_hr: dict[str, str]  # unit -> uid

    @property
    def assessors(self) -> list[str]:
        return [self.by_office[f"as{n}"] for n in range(ASSESSORS)]


def build(f: Fittings, connection: Connection, size: str) -> Staffed:
    """Write everything: people by the demo's own way, records in bulk; none of them went through a journey."""
    made = _city(f, size)
    workdays.found(f, calendar.shipped())
    with f.work() as work:
        demo.write(f, work, made)
    staffed = _offices(f, made)
    now = f.clock.now()
    _put(connection, t.hours, _hours(made, beijing_day(now)))
    _put(connection, t.dossiers, _dossiers(made, now))
    _put(connection, t.seats, _seats(staffed, now))
    _put(connection, t.applications, _applications(made, now))
    _put(connection, t.reviews, _reviews(staffed, now))
    _put(connection, t.notices, _notices(staffed, now))
    _put(connection, t.title_holdings, _holdings(staffed, now))
    connection.commit()
    return staffed


def _city(f: Fittings, size: str) -> City:
    today = beijing_day(f.clock.now())
    units = [o for o in regions.organisations() if o.code != CITY and o.valid_on(today)]
    schools = tuple(
        replace(school, org=replace(school.org, uscc=_uscc(n)))
        for n, school in enumerate(plan.invent(SIZES[size], units))
    )
    inventor = Inventor(f"{demo.SEED}{size}", date(today.year, 9, 1))
    teachers, students = inventor.everybody(schools)
    counties = sorted({s.unit for s in schools} - {plan.HOME_UNIT})
    titles = (*demo.OFFICES, *(f"hr-{unit.lower()}" for unit in counties), *_MORE)
    officials = [inventor.official(title) for title in titles]
    return City(size, schools, tuple(teachers), tuple(students), tuple(officials))


def _uscc(n: int) -> str:
    """A credit code of a public institution that does not exist."""
    body = f"12410300{n:09d}"
    return body + check_character(body)


def _offices(f: Fittings, made: City) -> Staffed:
    since = date(beijing_day(f.clock.now()).year - 1, 1, 1)
    by = {
        "hr1": made.official("city-hr-too").uid,  # has been given the office by the demo's own way
        "hr2": made.official("city-hr").uid,
        "city": made.official("city").uid,
        **{title: made.official(title).uid for title in _MORE},
    }
    grants = [
        *((by[name], Role.CITY_HR, CITY, since, SEED) for name in ("hr2", "hr3")),
        *((by[f"as{n}"], Role.ASSESSOR, CITY, since, SEED) for n in range(ASSESSORS)),
        (by["city"], Role.CITY_OFFICIAL, CITY, since, SEED),
    ]
    with f.work() as work:
        work.people.grant_all(grants)
    return Staffed(made, by, {s.unit: made.hr_of(s.unit).uid for s in made.schools})


def _put(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5000:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def state_of(number: int) -> str:
    """The step at which the record of the teacher with this number stands."""
    place = number % 100
    for state, share in _SHARES:
        if place < share:
            return state
        place -= share
    return "city_confirmed"


def _hours(made: City, today: date) -> Iterator[dict[str, Any]]:
    for n, one in enumerate(made.teachers):
        for k, (title, total, practice, mode) in enumerate(_TRAINING):
            ended = today - timedelta(days=30 + 190 * k + n % 25)
            yield {
                "id": f"hrs-{n}-{k}", "person": one.uid, "run": None, "title": title, "hours": Decimal(total), "practice": Decimal(practice),
                "earned_on": ended, "counts_for": ["HR90", "EDU360", "IT50"], "source": "import", "started_on": ended - timedelta(days=9),
                "provider": "洛阳市教师发展中心", "project_no": f"LY-{k}", "doc_no": "", "level": "市", "mode": mode, "category": "专业",
                "online": Decimal(total - practice), "key": f"k{k}", "noted_by": SEED,
            }  # fmt: skip


def _id(kind: str, n: int, code: str) -> str:
    return f"{kind}-{n}-{code.lower()}"


def _dossiers(made: City, now: datetime) -> Iterator[dict[str, Any]]:
    then = now - timedelta(days=60)
    for n, one in enumerate(made.teachers):
        for code in CODES:
            yield {
                "id": _id("dos", n, code), "person": one.uid, "school": one.stays[0].school, "framework": "micro2019", "code": code,
                "guide": 1, "label": f"材料 {n}-{code}", "state": "rated", "round": 1, "begun_at": then, "submitted_at": then,
                "digest": hashlib.sha256(f"{n}{code}".encode()).hexdigest(), "rating": "excellent" if n % 7 == 0 else "pass", "rated_at": then,
            }  # fmt: skip


def _seats(staffed: Staffed, now: datetime) -> Iterator[dict[str, Any]]:
    then = now - timedelta(days=65)
    assessors = staffed.assessors
    for n in range(len(staffed.city.teachers)):
        for k, code in enumerate(CODES):
            for number in (1, 2):
                yield {
                    "id": f"seat-{n}-{k}-{number}", "dossier": _id("dos", n, code), "round": 1, "number": number,
                    "assessor": assessors[(n + k + number) % len(assessors)], "state": "rated", "assigned_at": then,
                    "due_on": then.date() + timedelta(days=14), "levels": {}, "comments": {},
                    "rating": "excellent" if n % 7 == 0 else "pass", "closed_at": then + timedelta(days=4),
                }  # fmt: skip


def _applications(made: City, now: datetime) -> Iterator[dict[str, Any]]:
    for n, one in enumerate(made.teachers):
        then = now - timedelta(days=40, minutes=n % 1000)
        yield {
            "id": f"app-{n}", "person": one.uid, "school": one.stays[0].school, "rule": "it2", "dossiers": [_id("dos", n, c) for c in CODES],
            "evidence": [], "rating": "excellent" if n % 7 == 0 else "pass", "state": state_of(n), "begun_at": then, "moved_at": then,
            "submitted_at": then, "certificate": None,
        }  # fmt: skip


def _reviews(staffed: Staffed, now: datetime) -> Iterator[dict[str, Any]]:
    principals = {t.stays[0].school: t.uid for t in staffed.city.teachers if t.principal}
    for n, one in enumerate(staffed.city.teachers):
        school, unit = one.stays[0].school, one.unit
        hands = (
            ("submit", one.uid, "teacher", school), ("school", principals.get(school, one.uid), "school_admin", school),
            ("county", staffed.county_hr[unit], "county_hr", unit), ("publicise", staffed.county_hr[unit], "county_hr", unit),
            ("confirm", staffed.by_office["hr1"], "city_hr", CITY),
        )  # fmt: skip
        for k, (step, by, role, org) in enumerate(hands[: _STEPS[state_of(n)]]):
            at = now - timedelta(days=40 - 5 * k)
            yield {"id": f"rev-{n}-{k}", "application": f"app-{n}", "step": step, "by": by, "role": role, "org": org, "at": at, "reason": ""}  # fmt: skip


def _notices(staffed: Staffed, now: datetime) -> Iterator[dict[str, Any]]:
    """One that is over for those who were confirmed, one that is on for those who are publicised, a school each."""
    lists: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for n, one in enumerate(staffed.city.teachers):
        if state_of(n) in ("publicised", "city_confirmed"):
            lists[one.stays[0].school, one.unit, state_of(n)].append(f"app-{n}")
    for k, ((school, unit, state), own) in enumerate(sorted(lists.items())):
        opens = now.date() - timedelta(days=30 if state == "city_confirmed" else 2)
        yield {
            "id": f"not-{k}", "school": school, "opens_on": opens, "closes_on": opens + timedelta(days=9), "working_days": 5,
            "opened_by": staffed.county_hr[unit], "opened_at": now - timedelta(days=31), "applications": own,
        }  # fmt: skip


def _holdings(staffed: Staffed, now: datetime) -> Iterator[dict[str, Any]]:
    by = staffed.by_office["hr1"]
    for n, one in enumerate(staffed.city.teachers):
        obtained = date(2012 + n % 10, 12, 1)
        yield {
            "id": f"hol-{n}", "person": one.uid, "series": "k12", "title": "title_k12_3", "obtained_on": obtained,
            "appointed_on": obtained + timedelta(days=60), "stage": "小学", "subject": f"小学{one.subject or '语文'}",
            "teacher_cert_no": f"{20104100000000000 + n}", "national_id": "", "noted_by": by, "noted_at": now - timedelta(days=90),
        }  # fmt: skip
