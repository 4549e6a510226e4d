"""The city of the story of two years: founded, filled and given its offices by the journeys that do it in earnest."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.chores import Chores
from hub.domain.audit import Event
from hub.domain.cells import Raw
from hub.domain.dossier import Dossier, PieceKind, Seat, SeatState
from hub.domain.errors import Refusal
from hub.domain.organisation import CITY
from hub.domain.people import Actor, Role
from hub.domain.review import Application
from hub.journey import accounts, appoint, read, roster, schools, workdays
from hub.journey.award import dossiers, hours_import, pieces, seats
from hub.journey.ports import Fittings
from hub.settings import Settings
from hub.sources import calendar, regions
from tests.award.title_town import id_number, uscc
from tests.people import EAST, WEST, Town

HOME, NEXT_DOOR, NEW, BEYOND = "2141900001", "2141900002", "2141900003", "2141900004"
SCHOOLS = (
    (HOME, "涧西第一小学", WEST), (NEXT_DOOR, "涧西第二小学", WEST), (NEW, "瀍河第一小学", EAST), (BEYOND, "瀍河第二小学", EAST),
)  # fmt: skip
# Whom the operator appoints, before there is a roster.
OFFICES = {
    "registrar": ("登记员", Role.REGISTRAR, CITY), "security": ("安全员", Role.SEC_ADMIN, CITY), "auditor": ("审计员", Role.AUDIT_ADMIN, CITY),
    "bureau": ("市局干部", Role.CITY_OFFICIAL, CITY), "west": ("涧西干部", Role.COUNTY_OFFICIAL, WEST),
    "east": ("瀍河干部", Role.COUNTY_OFFICIAL, EAST), "west_hr": ("涧西人事", Role.COUNTY_HR, WEST),
    "east_hr": ("瀍河人事", Role.COUNTY_HR, EAST), "confirmer": ("市人事甲", Role.CITY_HR, CITY), "issuer": ("市人事乙", Role.CITY_HR, CITY),
    "preparer": ("市人事丙", Role.CITY_HR, CITY), "releaser": ("市人事丁", Role.CITY_HR, CITY), "hr_bureau": ("人社局", Role.HR_READER, CITY),
}  # fmt: skip
# Whom the roster brings: everybody works in a school.
STAFF = {
    "teacher": ("陈晓燕", HOME), "colleague": ("单志强", HOME), "principal": ("周明远", HOME), "mate": ("冯雪梅", HOME),
    "instructor": ("王立群", NEXT_DOOR), "near1": ("近邻甲", NEXT_DOOR), "near2": ("近邻乙", NEXT_DOOR), "near3": ("近邻丙", NEXT_DOOR),
    "far1": ("远客甲", NEXT_DOOR), "far2": ("远客乙", NEXT_DOOR), "new_principal": ("吴校长", NEW), "new_mate": ("郑新同", NEW),
    "east1": ("东区甲", BEYOND), "east2": ("东区乙", BEYOND), "east3": ("东区丙", BEYOND),
}  # fmt: skip
# The pools of assessors; whoever works beside the teacher is in them, too, and is never drawn.
ASSESSORS = {
    **dict.fromkeys(("near1", "near2", "near3", "mate"), WEST), **dict.fromkeys(("far1", "far2"), CITY),
    **dict.fromkeys(("east1", "east2", "east3", "new_mate"), EAST),
}  # fmt: skip
CODES = ("A1", "A13", "B1")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Life:
    """Where the story is told: the house, who is who in it, and what the teacher keeps at home."""

    f: Fittings
    settings: Settings
    town: Town
    kept: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # key -> identity number

    def actor(self, who: str) -> Actor:
        return self.town.actor(who)

    def who(self, uid: str) -> str:
        return next(key for key, known in self.town.uids.items() if known == uid)

    def refused(self, why: str, deed: Any, who: str, *told: Any) -> None:
        """Somebody tries what the platform does not let them do."""
        with pytest.raises(Refusal) as no:
            deed(self.f, self.actor(who), *told)
        assert no.value.code == why

    def on(self, year: int, month: int, day: int, hour: int = 9) -> None:
        """Go on to a later moment, as the clocks in the city show it."""
        clock: Any = self.f.clock
        later = datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)
        assert later >= clock.time, "a life is told forwards"
        clock.time = later

    def worker(self) -> None:
        """One round of all that the worker does beside grading."""
        chores = Chores(self.settings, self.f, asyncio.Event())
        for chore in (chores.tend, chores.fill_panels, chores.batches, chores.packages):
            asyncio.run(chore())

    def sheet(self, check: Any, take: Any, who: str, org: str, *rows: Mapping[str, str], **more: Any) -> Any:
        """Lay a sheet before a journey, look at what it would do, and let it be done."""
        raw = [Raw(line, dict(cells)) for line, cells in enumerate(rows, 2)]
        seen = check(self.f, self.actor(who), org, raw, **more)
        return take(self.f, self.actor(who), org, raw, seen.digest, **more)

    def roster(self, *rows: Mapping[str, str]) -> Any:
        """The registrar of the city brings a roster in."""
        return self.sheet(roster.check, roster.import_roster, "registrar", CITY, *rows, synthetic_ids=True)

    def staff(self, key: str, name: str, school: str, **cells: str) -> dict[str, str]:
        """The row of a roster for somebody."""
        return {"name": name, "id_number": self.numbers[key], "school_code": school, "kind": "教师"} | cells

    def hours(self, who: str, org: str, *rows: Mapping[str, str]) -> Any:
        """Somebody reports trainings of the teacher."""
        login, name = self.actor("teacher").login, self.actor("teacher").name
        told = [{"login": login, "name": name} | dict(row) for row in rows]
        return self.sheet(hours_import.check, hours_import.import_hours, who, org, *told)

    def evidence(self, code: str) -> str:
        """The graded notebook of the teacher that shows a competency."""
        found = read.competencies(self.f, self.actor("teacher")).evidence
        return next(e.id for e in found if e.code == code)

    def dossier(self, framework: str, code: str) -> Dossier:
        """Lay before assessors all that the guide asks for, each piece of the first kind it allows."""
        f, who = self.f, self.actor("teacher")
        made = dossiers.begin(f, who, framework, code)
        with f.work() as work:
            wanted = pieces.guide_of(work, made).pieces
        for one in wanted:
            if one.kinds[0] is PieceKind.NOTEBOOK:
                pieces.add_notebook(f, who, made.id, one.key, self.evidence(code))
            elif one.kinds[0] is PieceKind.FILE:
                pieces.add_file(
                    f, who, made.id, one.key, f"{who.name}的{one.name}.pdf", PDF + one.key.encode()
                )
            else:
                video = f"https://v.example.cn/{made.id}"
                pieces.add_link(f, who, made.id, one.key, PieceKind.VIDEO, video)
        return dossiers.submit(f, who, made.id)

    def state(self, dossier: str) -> Dossier:
        """How a dossier of the teacher stands now."""
        with self.f.work() as work:
            found = work.dossiers.dossier(dossier)
        assert found is not None
        return found

    def seats(self, dossier: str, *states: SeatState, round: int = 1) -> tuple[Seat, ...]:
        """The seats of one round, of these states where any are named."""
        with self.f.work() as work:
            found = work.panels.seats(dossier)
        return tuple(s for s in found if s.round == round and (not states or s.state in states))

    def rate(self, seat: Seat, *levels: str, comment: str = "") -> None:
        """An assessor's whole work: a level for every piece, the last one for all that are left, and handing in."""
        who = self.actor(self.who(seat.assessor))
        with self.f.work() as work:
            ids = [piece.id for piece in work.dossiers.pieces(seat.dossier)]
        for n, id in enumerate(ids):
            seats.set_level(self.f, who, seat.id, id, levels[min(n, len(levels) - 1)], comment)
        seats.rate(self.f, who, seat.id)

    def application(self) -> Application:
        """The teacher's latest application."""
        with self.f.work() as work:
            return work.review.applications_of(self.town.uids["teacher"])[0]

    def events(self) -> list[Event]:
        """The whole audit log."""
        with self.f.work() as work:
            return list(work.audit.events())

    def appoint_assessors(self) -> None:
        """The security administrator fills the pools."""
        for key, org in ASSESSORS.items():
            self.grant(key, Role.ASSESSOR, org)

    def grant(self, key: str, role: Role, org: str) -> None:
        accounts.grant(self.f, self.actor("security"), self.actor(key).login, role, org, "appointed")


def found_city(f: Fittings, settings: Settings) -> Life:
    """The house on its first day: places, offices, schools, people."""
    life = Life(f, settings, Town(f, {}))
    life.on(2024, 9, 2)
    appoint.found(f, regions.organisations())
    workdays.found(f, calendar.shipped())
    for key, (name, role, org) in OFFICES.items():
        life.town.uids[key] = appoint.appoint(f, name, role, org)[0].uid
    life.sheet(schools.check, schools.import_schools, "registrar", CITY, *map(_school, range(len(SCHOOLS))))
    life.numbers = {key: id_number(n) for n, key in enumerate(STAFF, 1)}
    told = life.roster(*(life.staff(key, *where) for key, where in STAFF.items()))
    with f.work() as work:
        for key, line in zip(STAFF, told.lines, strict=True):
            person = work.people.by_login(line.login)
            assert person is not None
            life.town.uids[key] = person.uid
    for county, school, key in (("west", HOME, "principal"), ("east", NEW, "new_principal")):
        accounts.appoint_school_admin(f, life.actor(county), school, "", life.actor(key).login)
    life.grant("instructor", Role.INSTRUCTOR, CITY)
    return life


def _school(n: int) -> dict[str, str]:
    code, name, unit = SCHOOLS[n]
    return {"code": code, "name": name, "kind": "小学", "unit": unit, "uscc": uscc(n + 1)}
