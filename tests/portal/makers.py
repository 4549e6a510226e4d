"""Makes what the addresses of the matrix name: a thing of one's own scope, of the one next door, and of another county.

A maker is ``(world, where) -> what fills the places of the address``; ``where`` is own, sibling or foreign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from hub.domain import certificate as certificates
from hub.domain.approval import Approval
from hub.domain.organisation import CITY
from hub.domain.people import Actor, Person, Role
from hub.domain.rating import Rating
from hub.domain.regrade import Regrade
from hub.domain.review import Application, Notice, State
from hub.journey import enter, study
from hub.journey.ports import Fittings
from tests.assess.hand import NOTEBOOK
from tests.people import COURSE, EAST, FAR_SCHOOL, FIRST, OTHER_SCHOOL, SCHOOL, WEST, Town

WHERE = ("own", "sibling", "foreign")
SCHOOLS = {"own": SCHOOL, "sibling": OTHER_SCHOOL, "foreign": FAR_SCHOOL}
HOMES = {
    Role.TEACHER: SCHOOL, Role.STUDENT: SCHOOL, Role.SCHOOL_ADMIN: SCHOOL, Role.COUNTY_OFFICIAL: WEST, Role.COUNTY_HR: WEST,
}  # fmt: skip
SINCE = date(2020, 9, 1)


@dataclass
class World:
    """One person of each role who holds nothing else, their neighbours, and what they have to do with."""

    town: Town
    roles: dict[Role, Person] = field(default_factory=dict)
    teachers: dict[str, Person] = field(
        default_factory=dict
    )  # where -> a teacher there; own is the one of the roles
    clerks: dict[str, Person] = field(default_factory=dict)  # where -> personnel staff who ask for approvals

    def __post_init__(self) -> None:
        for role in Role:
            self.roles[role] = self.person(role, HOMES.get(role, CITY))
        self.teachers = {where: self.person(Role.TEACHER, SCHOOLS[where]) for where in WHERE[1:]}
        self.teachers["own"] = self.roles[Role.TEACHER]
        self.clerks = {
            where: self.person(Role.COUNTY_HR, EAST if where == "foreign" else WEST) for where in WHERE
        }
        for role in (Role.COUNTY_HR, Role.CITY_HR):  # they may look at identity numbers this week
            now = self.f.clock.now()
            with self.f.work() as work:
                work.access.add_approval(
                    Approval(
                        self.f.ids.new("ask"), self.roles[role].uid, "id_numbers", HOMES.get(role, CITY), "测试", now,
                        self.clerks["own"].uid, now, True, "", now + timedelta(days=7),
                    )
                )  # fmt: skip

    @property
    def f(self) -> Fittings:
        return self.town.f

    def person(self, role: Role, org: str) -> Person:
        """Somebody new who holds one role."""
        f, kind = self.f, "student" if role is Role.STUDENT else "staff"
        with f.work() as work:
            uid = f.ids.new("per")
            made = Person(
                uid,
                work.people.next_login("t"),
                f"某{role.value}",
                kind,
                uid,
                "9999**********5525",
                True,
                f.clock.now(),
            )
            work.people.add(made, cipher=f.vault.seal("999999198003085525"), tag=f.vault.tag(uid))
            work.people.join(uid, org, SINCE, staff_no="", subject="")
            work.people.grant(uid, role, org, SINCE, "test")
        return made

    def actor(self, person: Person) -> Actor:
        with self.f.work() as work:
            found = enter.actor(work, person.uid, self.f.clock.now())
        assert found is not None
        return found

    @cached_property
    def runs(self) -> dict[str, str]:
        """A run of the instructor's own for the whole city, and two of another's for one school each; all released."""
        f, now, made = self.f, self.f.clock.now(), {}
        for where, org in (("own", CITY), ("sibling", OTHER_SCHOOL), ("foreign", FAR_SCHOOL)):
            by = (
                self.actor(self.roles[Role.INSTRUCTOR])
                if where == "own"
                else self.town.actor("other_instructor")
            )
            made[where] = study.open_run(
                f, by, COURSE, where, org, now - timedelta(days=1), now + timedelta(days=60)
            ).id
            study.release(
                f, by, made[where], FIRST, opens=now - timedelta(hours=1), due=now + timedelta(days=7)
            )
        study.enrol(f, self.actor(self.roles[Role.TEACHER]), made["own"])
        study.enrol(f, self.actor(self.roles[Role.STUDENT]), made["own"])
        study.enrol(f, self.actor(self.teachers["sibling"]), made["own"])
        for where in WHERE[1:]:
            study.enrol(f, self.actor(self.teachers[where]), made[where])
        return made

    @cached_property
    def submissions(self) -> dict[tuple[str, str], str]:
        """(run, whose) -> a submission; both by where they are."""
        f, made = self.f, {}
        for run, whose in (
            ("own", "own"),
            ("own", "sibling"),
            ("sibling", "sibling"),
            ("foreign", "foreign"),
        ):
            who = self.actor(self.teachers[whose])
            names = study.files_for(f, who, self.runs[run], FIRST)
            name = next(n for n in names if n.endswith(".ipynb"))
            made[run, whose] = study.submit(f, who, self.runs[run], FIRST, {name: NOTEBOOK}).id
        return made

    @cached_property
    def regrades(self) -> dict[str, str]:
        made = {}
        for where in WHERE:
            made[where] = self.f.ids.new("reg")
            by = self.town.uids["other_instructor"]
            with self.f.work() as work:
                work.regrade.add(Regrade(made[where], self.runs[where], FIRST, None, by, self.f.clock.now()))
        return made

    @cached_property
    def applications(self) -> dict[str, str]:
        return {where: self.submitted(where, "it2") for where in WHERE}

    @cached_property
    def taken_back(self) -> dict[str, str]:
        """Others, for the address that takes them back."""
        return {where: self.submitted(where, "it2-data-literacy") for where in WHERE}

    def submitted(self, where: str, rule: str) -> str:
        """An application of a teacher at that school."""
        id, now = self.f.ids.new("app"), self.f.clock.now()
        uid, school = self.teachers[where].uid, SCHOOLS[where]
        with self.f.work() as work:
            work.review.add_application(
                Application(id, uid, school, rule, (), (), Rating.PASS, State.SUBMITTED, now, now, now)
            )
        return id

    @cached_property
    def notices(self) -> dict[str, str]:
        made = {}
        for where in WHERE:
            made[where] = self.f.ids.new("ntc")
            day, by = self.f.clock.now().date(), self.roles[Role.CITY_HR].uid
            with self.f.work() as work:
                work.publicity.add_notice(
                    Notice(
                        made[where],
                        SCHOOLS[where],
                        day,
                        day + timedelta(days=9),
                        5,
                        by,
                        self.f.clock.now(),
                        (),
                    )
                )
        return made

    @cached_property
    def certificates(self) -> dict[str, str]:
        made = {}
        for number, where in enumerate(WHERE, 1):
            made[where] = certificates.certificate_number("micro2019", 2026, WEST, number)
            with self.f.work() as work:
                work.certificates.add_certificate(
                    certificates.Certificate(
                        made[where], self.applications[where], self.teachers[where].uid, "某某", "某校", "it2-data-literacy",
                        "合格", self.f.clock.now(), date(2031, 11, 23), self.f.signer.key_id,
                        self.f.signer.sign({"n": number}, "vc+jwt"), "0" * 64,
                    )
                )  # fmt: skip
        return made

    @cached_property
    def requests(self) -> dict[str, str]:
        made = {}
        for where in WHERE:
            made[where] = self.f.ids.new("ask")
            asked = Approval(
                made[where], self.clerks[where].uid, "id_numbers", SCHOOLS[where], "测试", self.f.clock.now()
            )
            with self.f.work() as work:
                work.access.add_approval(asked)
        return made


Maker = Callable[[World, str], tuple[str, ...]]


def account(world: World, where: str) -> tuple[str, ...]:
    """A teacher's login."""
    return (world.teachers[where].login,)


def request(world: World, where: str) -> tuple[str, ...]:
    """An approval that personnel staff of the county ask for."""
    return (world.requests[where],)


def run(world: World, where: str) -> tuple[str, ...]:
    """A run: taught and studied by the people of the roles, or by others."""
    return (world.runs[where],)


def assignment(world: World, where: str) -> tuple[str, ...]:
    """An assignment of such a run."""
    return (world.runs[where], FIRST)


def submission(world: World, where: str) -> tuple[str, ...]:
    """A submission in such a run."""
    return (world.submissions[where, where],)


def receipt(world: World, where: str) -> tuple[str, ...]:
    """One's own receipt; somebody else's in the same run; one of another run."""
    return (world.runs["foreign" if where == "foreign" else "own"], FIRST, *receipt_id(world, where))


def receipt_id(world: World, where: str) -> tuple[str, ...]:
    """The submissions of ``receipt``."""
    return (world.submissions["foreign" if where == "foreign" else "own", where],)


def regrade(world: World, where: str) -> tuple[str, ...]:
    """A regrade of an assignment of such a run."""
    return (world.runs[where], FIRST, world.regrades[where])


def application(world: World, where: str) -> tuple[str, ...]:
    """A teacher's application at that school."""
    return (world.applications[where],)


def taken_back(world: World, where: str) -> tuple[str, ...]:
    """Another application at that school, whose teacher takes it back."""
    return (world.taken_back[where],)


def notice(world: World, where: str) -> tuple[str, ...]:
    """A publicity list of that school, with nobody on it."""
    return (world.notices[where],)


def certificate(world: World, where: str) -> tuple[str, ...]:
    """A teacher's certificate, and no ending."""
    return (world.certificates[where], "")


def sheet(_world: World, _where: str) -> tuple[str, ...]:
    """A kind of sheet."""
    return ("csv",)
