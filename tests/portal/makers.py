"""Makes what the addresses of the matrix name: a thing of one's own scope, of the one next door, and of another county.

A maker is ``(world, where) -> what fills the places of the address``; ``where`` is own, sibling or foreign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from hub.domain import certificate as certificates
from hub.domain.approval import Approval
from hub.domain.batch import Batch, BatchKind, BatchState
from hub.domain.credential import Issue, build
from hub.domain.diagnosis import Diagnosis
from hub.domain.dossier import Dossier, DossierState, Piece, PieceKind, Seat, SeatState
from hub.domain.hours import HoursEntry
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
                        "pass", self.f.clock.now(), date(2031, 11, 23), "luojiao-2026", self._credential(made[where]), "0" * 64,
                    )
                )  # fmt: skip
        return made

    def _credential(self, number: str) -> str:
        now = self.f.clock.now()
        item = certificates.Item("A1", "学情分析", "合格", "dossier:x", "0" * 64)
        grounds = certificates.Grounds("it2", "1", "能力", "micro2019", 5, "一项。", (item,))
        issue = Issue(
            self.f.issuer, number, "0" * 32, "某某", "某校", "合格", now, now + timedelta(days=1826), 1, 1
        )
        return self.f.signer.sign(build(issue, grounds), "vc+jwt", now)

    @cached_property
    def batch(self) -> str:
        """A batch of the city's personnel office."""
        with self.f.work() as work:
            made = Batch(
                self.f.ids.new("bat"), BatchKind.ISSUE, "", self.roles[Role.CITY_HR].uid, self.f.clock.now(), BatchState.OPEN, 1
            )  # fmt: skip
            work.batches.add(made, ("nobody",))
        return made.id

    @cached_property
    def hours(self) -> dict[str, str]:
        """An entry from outside in each teacher's ledger."""
        made = {}
        for where in WHERE:
            made[where] = self.f.ids.new("hrs")
            with self.f.work() as work:
                work.hours.add_hours(
                    HoursEntry(
                        made[where], self.teachers[where].uid, None, "外部培训", Decimal(10), Decimal(5), date(2026, 10, 1),
                        ("IT50",), source="import", key=where, noted_at=self.f.clock.now(),
                    )
                )  # fmt: skip
        return made

    @cached_property
    def diagnoses(self) -> dict[str, str]:
        made = {}
        for where in WHERE:
            made[where] = self.f.ids.new("dia")
            said = Diagnosis(
                made[where], self.teachers[where].uid, "micro2019", {"A1": 2}, self.f.clock.now()
            )
            with self.f.work() as work:
                work.diagnoses.add_diagnosis(said)
        return made

    def _dossiers(self, code: str, state: DossierState) -> dict[str, tuple[str, str]]:
        """A dossier of each teacher with one file in it."""
        f, made, now = self.f, {}, self.f.clock.now()
        for n, where in enumerate(WHERE):
            id, piece = f.ids.new("dos"), f.ids.new("pie")
            made[where] = (id, piece)
            handed_in = None if state is DossierState.DRAFT else now
            with f.work() as work:
                work.dossiers.add_dossier(
                    Dossier(
                        id, self.teachers[where].uid, SCHOOLS[where], "micro2019", code, 1, f"M{code}{n}", state, 1, now,
                        handed_in, "0" * 64 if handed_in else "",
                    )
                )  # fmt: skip
                digest = f.files.put(b"%PDF-1.7")
                work.dossiers.add_piece(Piece(piece, id, "plan", PieceKind.FILE, "plan.pdf", digest, 8, now))
        return made

    @cached_property
    def drafts(self) -> dict[str, tuple[str, str]]:
        return self._dossiers("A1", DossierState.DRAFT)

    @cached_property
    def handed_in(self) -> dict[str, tuple[str, str]]:
        return self._dossiers("A13", DossierState.ASSESSING)

    @cached_property
    def seats(self) -> dict[str, str]:
        """The assessor's own seat, another's on a dossier of the county, another's elsewhere; none on one's own dossier."""
        made, now = {}, self.f.clock.now()
        for where, about in (("own", "sibling"), ("sibling", "own"), ("foreign", "foreign")):
            who = self.roles[Role.ASSESSOR] if where == "own" else self.person(Role.ASSESSOR, CITY)
            made[where] = self.f.ids.new("sea")
            with self.f.work() as work:
                work.panels.add_seat(
                    Seat(
                        made[where],
                        self.handed_in[about][0],
                        1,
                        1,
                        who.uid,
                        SeatState.OPEN,
                        now,
                        date(2027, 1, 1),
                        {},
                        {},
                    )
                )
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


def batch(world: World, _where: str) -> tuple[str, ...]:
    """A batch, which is the city's."""
    return (world.batch,)


def status_list(_world: World, _where: str) -> tuple[str, ...]:
    """The list of what is revoked, and no ending."""
    return ("revocation", "1", "")


def hours_entry(world: World, where: str) -> tuple[str, ...]:
    """An entry in that teacher's ledger."""
    return (world.hours[where],)


def diagnosis(world: World, where: str) -> tuple[str, ...]:
    """What a teacher said of themselves."""
    return (world.diagnoses[where],)


def dossier(world: World, where: str) -> tuple[str, ...]:
    """A teacher's draft."""
    return world.drafts[where][:1]


def piece(world: World, where: str) -> tuple[str, ...]:
    """A file in it."""
    return world.drafts[where]


def handed_in(world: World, where: str) -> tuple[str, ...]:
    """A teacher's dossier that is being assessed."""
    return world.handed_in[where][:1]


def seat(world: World, where: str) -> tuple[str, ...]:
    """An assessor's place at such a dossier."""
    return (world.seats[where],)


def seat_piece(world: World, where: str) -> tuple[str, ...]:
    """A file that is read from it."""
    about = {"own": "sibling", "sibling": "own", "foreign": "foreign"}[where]
    return (world.seats[where], world.handed_in[about][1])


def framework(_world: World, _where: str) -> tuple[str, ...]:
    """A published framework: the city's, so everybody who edits frameworks reaches it."""
    return ("micro2019",)


def assessment_rule(_world: World, _where: str) -> tuple[str, ...]:
    """A rule and its present version."""
    return ("it2", "1")


def competency(_world: World, _where: str) -> tuple[str, ...]:
    """A competency of it."""
    return ("micro2019", "A1")


def sheet(_world: World, _where: str) -> tuple[str, ...]:
    """A kind of sheet."""
    return ("csv",)


def package(world: World, where: str) -> tuple[str, ...]:
    """A package that was handed over."""
    from hub.domain.title import Package, PackageState

    f, now = world.f, world.f.clock.now()
    number = f"HR-2026-{WHERE.index(where):05d}"
    with f.work() as work:
        if work.packages.package(number) is None:
            work.packages.add_package(
                Package(
                    number, 2026, SCHOOLS[where], "测试", PackageState.RELEASED, world.clerks["own"].uid, now,
                    digest=f.files.put(number.encode()), released_by=world.clerks["sibling"].uid, released_at=now,
                )
            )  # fmt: skip
    return (number,)
