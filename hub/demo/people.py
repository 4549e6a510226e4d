"""The people of the demo city: names, ages, subjects and schools by chance from a seed, and the cases that tests want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from hub.demo.names import invented
from hub.demo.schools import School
from hub.domain.id_number import SYNTHETIC_REGION, check_character
from hub.domain.roster import MARK

_AGES = ((22, 30, 18), (31, 40, 29), (41, 50, 34), (51, 59, 19))  # from, to, per cent
_FEMALE = {
    "primary": 0.68,
    "point": 0.68,
    "special": 0.68,
    "junior": 0.60,
    "senior": 0.55,
    "vocational": 0.50,
}
_PRIMARY = (("语文", 33), ("数学", 25), ("英语", 12), ("体育", 7), ("音乐", 5), ("美术", 5), ("科学", 4), ("信息科技", 3), ("道德与法治", 6))  # fmt: skip
_POINT = (("语文", 50), ("数学", 50))  # 英语、音乐、美术、信息科技 are what is missing there
_SECONDARY = (("语文", 16), ("数学", 16), ("英语", 15), ("物理", 9), ("化学", 7), ("生物", 7), ("历史", 7), ("地理", 6), ("道德与法治", 6), ("体育", 5), ("信息科技", 3), ("音乐", 2), ("美术", 1))  # fmt: skip
_TRADES = (("数控技术", 30), ("电子商务", 25), ("汽车运用与维修", 25), ("语文", 10), ("数学", 10))
_GRADES = {"primary": (6, 11), "point": (6, 9), "junior": (12, 14), "senior": (15, 17), "vocational": (15, 17), "special": (8, 15)}  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """Time at a school: first day, and the day after the last."""

    school: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Invented:
    """Somebody who does not exist. ``stays`` is where they belong, the main school first."""

    uid: str
    name: str
    kind: str
    id_text: str
    stays: tuple[Stay, ...]
    unit: str = ""
    staff_no: str = ""
    subject: str = ""
    principal: bool = False


@dataclass
class Numbers:
    """Hands out identity numbers of the test region, each once."""

    used: set[str] = field(default_factory=set)

    def next(self, rng: Random, born: date, female: bool, ending: str = "") -> str:
        """A number for this birth date; ``ending`` asks for a check character."""
        while True:
            first17 = f"{SYNTHETIC_REGION}{born:%Y%m%d}{rng.randrange(1, 500) * 2 - (0 if female else 1):03d}"
            number = first17 + check_character(first17)
            if number not in self.used and number.endswith(ending):
                self.used.add(number)
                return number


@dataclass
class Inventor:
    """Invents everybody in one order from one seed; the same seed and day give the same people."""

    seed: str
    today: date
    numbers: Numbers = field(default_factory=Numbers)
    count: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)  # noqa: S311 - nothing here is a secret

    def _uid(self) -> str:
        self.count += 1
        return f"per-{self.seed}-{self.count:06d}"

    def everybody(self, schools: Sequence[School]) -> tuple[list[Invented], list[Invented]]:
        """Teachers, with the wanted cases among them, and students."""
        teachers = [person for school in schools for person in self._staff(school)]
        students = [person for school in schools for person in self._pupils(school)]
        return self._plant(teachers, schools), students

    def official(self, title: str) -> Invented:
        """Somebody who works in no school."""
        female = self.rng.random() < 0.5
        born = self._born(38)
        return Invented(
            f"per-{self.seed}-{title}", invented(self.rng, female), "staff", self.numbers.next(self.rng, born, female), ()
        )  # fmt: skip

    def _born(self, age: int) -> date:
        return date(self.today.year - age, 1, 1) - timedelta(days=self.rng.randrange(365))

    def _staff(self, school: School) -> Iterator[Invented]:
        since = date(self.today.year - 3, 9, 1)
        kind = school.org.kind
        subjects = {"primary": _PRIMARY, "special": _PRIMARY, "point": _POINT, "vocational": _TRADES}.get(kind, _SECONDARY)  # fmt: skip
        for number in range(school.teachers):
            female = self.rng.random() < _FEMALE[kind]
            low, high, _ = self.rng.choices(_AGES, [share for *_, share in _AGES])[0]
            born = self._born(self.rng.randint(low, high))
            subject = self.rng.choices([s for s, _ in subjects], [share for _, share in subjects])[0]
            yield Invented(
                self._uid(), invented(self.rng, female), "staff", self.numbers.next(self.rng, born, female),
                (Stay(school.org.code, since),), school.unit, f"J{number + 1:03d}", subject, number == 0,
            )  # fmt: skip

    def _pupils(self, school: School) -> Iterator[Invented]:
        low, high = _GRADES[school.org.kind]
        for number in range(school.students):
            female = self.rng.random() < 0.48
            age = self.rng.randint(low, high)
            since = date(self.today.year - 1 - (age - low), 9, 1)
            yield Invented(
                self._uid(), invented(self.rng, female), "student",
                self.numbers.next(self.rng, self._born(age), female), (Stay(school.org.code, since),), school.unit,
                f"{since.year}{number + 1:04d}",
            )  # fmt: skip

    def _plant(self, teachers: list[Invented], schools: Sequence[School]) -> list[Invented]:
        """The cases that go wrong in real rosters, one of each."""
        point = next(s.org for s in schools if s.org.kind == "point")
        plain = {i: t for i, t in enumerate(teachers) if not t.principal}
        by_unit = Counter(school.unit for school in schools)
        several = {unit for unit, count in by_unit.items() if count > 1}
        spare = iter(
            [i for i, t in plain.items() if t.unit in several and t.stays[0].school != point.code][-12:]
        )
        born = date(self.today.year - 41, 3, 8)
        twins = [self.numbers.next(self.rng, born, True, ending) for ending in ("", "X")]
        for number in twins:  # equal name and birth date, two people; one number ends in X
            i = next(spare)
            teachers[i] = replace(teachers[i], name=f"张敏{MARK}", id_text=number)
        for name in ("瀍河生", "解罡", "单喆", "𠅤文"):
            i = next(spare)
            teachers[i] = replace(teachers[i], name=name + MARK)
        at_point = next(i for i, t in plain.items() if t.stays[0].school == point.code)
        second = replace(teachers[at_point].stays[0], school=point.parent or "")
        teachers[at_point] = replace(teachers[at_point], stays=(*teachers[at_point].stays, second))
        i = next(spare)
        moved, day = teachers[i], self.today - timedelta(days=80)
        other = next(s for s in schools if s.unit == moved.unit and s.org.code != moved.stays[0].school)
        before = replace(moved.stays[0], school=other.org.code, until=day)
        teachers[i] = replace(moved, stays=(Stay(moved.stays[0].school, day), before))
        return teachers
