"""A small town for tests: two counties, three schools, and one person for each part in the story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.people import Actor, Person, Role
from hub.journey import enter, study, workdays
from hub.journey.award import frameworks
from hub.journey.ports import Fittings
from hub.sources.calendar import shipped

COURSE = "it2-data-literacy"
FIRST, SECOND, THIRD = "a1-learner-analysis", "a13-charts", "b1-item-analysis"
WEST, EAST = "410305", "410304"
SCHOOL, OTHER_SCHOOL, FAR_SCHOOL = "2141900001", "2141900002", "2141900003"
PASSWORD = "Mudan-2026-kaihua"


@dataclass
class Town:
    """The people of the town, by what they do."""

    f: Fittings
    uids: dict[str, str]

    def actor(self, who: str) -> Actor:
        """Somebody as a browser session sees them now."""
        with self.f.work() as work:
            found = enter.actor(work, self.uids[who], self.f.clock.now())
        assert found is not None
        return found

    def run(self, **dates: Any) -> str:
        """An open run of the course for the whole city, taught by the instructor."""
        now = self.f.clock.now()
        made = study.open_run(
            self.f,
            self.actor("instructor"),
            COURSE,
            "秋季第1期",
            CITY,
            dates.get("starts", now - timedelta(days=1)),
            dates.get("ends", now + timedelta(days=60)),
        )
        return made.id

    def released(self, run: str, key: str = FIRST, **more: Any) -> None:
        """Release an assignment, open now and due in a week."""
        now = self.f.clock.now()
        study.release(
            self.f,
            self.actor("instructor"),
            run,
            key,
            opens=more.pop("opens", now - timedelta(hours=1)),
            due=more.pop("due", now + timedelta(days=7)),
            **more,
        )


PEOPLE: tuple[tuple[str, str, str, tuple[tuple[Role, str], ...]], ...] = (
    ("teacher", "陈晓燕", SCHOOL, ((Role.TEACHER, SCHOOL),)),
    ("colleague", "单志强", SCHOOL, ((Role.TEACHER, SCHOOL),)),
    ("stranger", "瀍河来", FAR_SCHOOL, ((Role.TEACHER, FAR_SCHOOL),)),
    ("student", "李小明", SCHOOL, ((Role.STUDENT, SCHOOL),)),
    ("instructor", "王教授", OTHER_SCHOOL, ((Role.TEACHER, OTHER_SCHOOL), (Role.INSTRUCTOR, CITY))),
    ("other_instructor", "赵讲师", OTHER_SCHOOL, ((Role.INSTRUCTOR, CITY),)),
    ("school_admin", "周校长", SCHOOL, ((Role.TEACHER, SCHOOL), (Role.SCHOOL_ADMIN, SCHOOL))),
    ("far_admin", "吴校长", FAR_SCHOOL, ((Role.SCHOOL_ADMIN, FAR_SCHOOL),)),
    ("county", "县干部", SCHOOL, ((Role.COUNTY_OFFICIAL, WEST),)),
    ("city", "市干部", SCHOOL, ((Role.CITY_OFFICIAL, CITY),)),
    ("registrar", "登记员", SCHOOL, ((Role.REGISTRAR, CITY),)),
    ("sys_admin", "管理员", SCHOOL, ((Role.SYS_ADMIN, CITY),)),
)


def build_town(f: Fittings) -> Town:
    """Put the town into the database; everybody has the same password."""
    uids: dict[str, str] = {}
    encoded = f.passwords.hash(PASSWORD)
    now = f.clock.now()
    since = date(2020, 9, 1)
    workdays.found(f, shipped())
    with f.work() as work:
        frameworks.put_down(f, work)
        for org in (
            Organisation(CITY, "洛阳市", Level.CITY, "city", None),
            Organisation(WEST, "涧西区", Level.UNIT, "unit", CITY),
            Organisation(EAST, "瀍河回族区", Level.UNIT, "unit", CITY),
            Organisation(SCHOOL, "涧西第一小学", Level.SCHOOL, "primary", WEST),
            Organisation(OTHER_SCHOOL, "涧西第二小学", Level.SCHOOL, "primary", WEST),
            Organisation(FAR_SCHOOL, "瀍河第一小学", Level.SCHOOL, "primary", EAST),
        ):
            work.people.put_organisation(org)
        for key, name, school, grants in PEOPLE:
            kind = "student" if key == "student" else "staff"
            person = Person(
                f.ids.new("per"),
                work.people.next_login("s" if kind == "student" else "t"),
                name,
                kind,
                name,
                "",
                True,
                now,
            )
            uids[key] = person.uid
            work.people.add(person, cipher=None, tag=None)
            work.people.join(person.uid, school, since, staff_no="", subject="")
            for role, org_code in grants:
                work.people.grant(person.uid, role, org_code, since, "test")
            work.entry.put_credential(person.uid, encoded, must_change=False, at=now)
    return Town(f, uids)
