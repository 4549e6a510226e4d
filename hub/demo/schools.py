"""The schools of the demo city: how many in which unit, of which kind, with how many people, after size_model.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.organisation import Level, Organisation
from hub.sources.rules import DATA

HOME_UNIT = "410302"  # where the accounts of the demo are at home
ZONE = "ZG-LM"  # a unit with fewer than five teachers, so that suppression shows
_TODAY = {"410306": "410308", "410322": "410308", "410381": "410307"}  # units of the model that ended in 2021
_URBAN = frozenset(["410302", "410303", "410304", "410305", "410311", "ZG-GX", "ZG-YB"])
_TOWN = ("primary", "junior", "vocational", "senior", "primary", "special")
_COUNTRY = ("primary", "junior", "point", "senior", "vocational", "special")
_CATEGORY = {
    "primary": "21",
    "junior": "31",
    "senior": "34",
    "vocational": "36",
    "special": "51",
    "point": "21",
}
_TITLE = {"primary": "小学", "junior": "初级中学", "senior": "高级中学", "vocational": "中等职业学校", "special": "特殊教育学校"}  # fmt: skip
_WORDS = ("牡丹", "洛浦", "河图", "龙泉", "凤台", "青槐", "春晖", "明德")
_STAFF = {"primary": 1.0, "junior": 1.1, "senior": 1.5, "vocational": 1.4, "special": 0.5}
_RATIO = {"primary": 17.5, "junior": 13.2, "senior": 14.3, "vocational": 21.0, "special": 5.0}
_POINT = (4, 14)  # teachers and pupils of a teaching point
_ZONE_STAFF = 3
_NEW_STAFF = 6  # of a school that has opened and has no students yet


@dataclass(frozen=True)
class School:
    """A school with its unit and the number of people to invent for it."""

    org: Organisation
    unit: str
    teachers: int
    students: int


@dataclass(frozen=True)
class Size:
    """How large a demo city is."""

    units: tuple[str, ...]  # none: every unit valid today
    schools: int
    teachers: int
    students: int


SIZES = {"1": Size((), 40, 800, 6000), "xs": Size((HOME_UNIT, "410324"), 6, 60, 300)}


def shares(weights: Mapping[str, float], total: int, least: int = 0) -> dict[str, int]:
    """``total`` dealt out by weight, whole numbers that add up (largest remainder), ``least`` to everybody."""
    rest = total - least * len(weights)
    exact = {key: rest * weight / sum(weights.values()) for key, weight in weights.items()}
    dealt = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (dealt[key] - exact[key], key))
    for key in by_remainder[: rest - sum(dealt.values())]:
        dealt[key] += 1
    return {key: count + least for key, count in dealt.items()}


def invent(size: Size, units: Sequence[Organisation]) -> tuple[School, ...]:
    """The schools of a city with ``units`` (valid today); a teaching point hangs under a primary school."""
    weights = _weights(size, units)
    counts = _counts(weights, size.schools - (0 if size.units else 1))
    plan = [(unit, kind) for unit in weights for kind in _kinds(unit, counts[unit])]
    if not size.units:
        plan.append((ZONE, "primary"))
    names = {unit.code: unit.name for unit in units}
    orgs = _organisations(plan, names)
    unopened = next(i for i in reversed(range(len(plan))) if plan[i][1] == "junior")
    fixed = {
        i: _ZONE_STAFF if unit == ZONE else _POINT[0] if kind == "point" else _NEW_STAFF
        for i, (unit, kind) in enumerate(plan)
        if unit == ZONE or kind == "point" or i == unopened
    }
    free = {i: _STAFF[kind] * weights[unit] ** 0.5 for i, (unit, kind) in enumerate(plan) if i not in fixed}
    staff = fixed | _numbered(free, size.teachers - sum(fixed.values()))
    pupils = {
        i: staff[i] * (_RATIO[kind] if kind != "point" else 3.5)
        for i, (_, kind) in enumerate(plan)
        if i != unopened
    }
    students = _numbered(pupils, size.students) | {unopened: 0}
    return tuple(School(orgs[i], unit, staff[i], students[i]) for i, (unit, _) in enumerate(plan))


def _counts(weights: Mapping[str, float], total: int) -> dict[str, int]:
    """Schools of each unit: one at least, and in the unit of the accounts one of each kind that they need."""
    counts = shares(weights, total, least=1)
    while counts[HOME_UNIT] < 3:
        counts[max(counts, key=lambda unit: (counts[unit], unit))] -= 1
        counts[HOME_UNIT] += 1
    return counts


def _numbered(weights: Mapping[int, float], total: int) -> dict[int, int]:
    dealt = shares({f"{i:04d}": w for i, w in weights.items()}, total)
    return {int(key): count for key, count in dealt.items()}


def _weights(size: Size, units: Sequence[Organisation]) -> dict[str, float]:
    """Teachers of each unit by the model, with the units of the model turned into those of today."""
    known = {unit.code for unit in units}
    found: dict[str, float] = {}
    with (DATA / "size_model.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            code = _TODAY.get(row["unit_code"], row["unit_code"])
            if code in known and (not size.units or code in size.units):
                found[code] = found.get(code, 0) + int(row["teachers"])
    return {code: found[code] for code in sorted(found)} if not size.units else dict.fromkeys(size.units, 1.0)


def _kinds(unit: str, count: int) -> list[str]:
    order = _TOWN if unit in _URBAN else _COUNTRY
    return [order[n % len(order)] for n in range(count)]


def _organisations(plan: Sequence[tuple[str, str]], names: Mapping[str, str]) -> list[Organisation]:
    made: list[Organisation] = []
    central: dict[str, str] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, (unit, kind) in enumerate(plan, 1):
        code = f"{_CATEGORY[kind]}419{number:05d}"
        nth = seen[unit, kind] = seen.get((unit, kind), 0) + 1
        if kind == "point":
            name = f"{names[unit]}石门教学点"
            made.append(Organisation(code, name, Level.POINT, kind, central[unit]))
            continue
        word = _WORDS[(number + nth) % len(_WORDS)]
        central.setdefault(unit, code)
        made.append(Organisation(code, f"{names[unit]}{word}{_TITLE[kind]}", Level.SCHOOL, kind, unit))
    return made


def merged(schools: Sequence[School]) -> Organisation:
    """A school of 吉利区 that went into one of 孟津区 when the districts were merged in 2021."""
    successor = next((s.org.code for s in schools if s.unit == "410308"), "410308")
    return Organisation(
        "2141999999", "吉利区河阳小学", Level.SCHOOL, "primary", "410306", None, date(2021, 3, 18), successor
    )
