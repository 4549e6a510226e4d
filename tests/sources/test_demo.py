"""The demo city at its smallest, built once for this file: who is in it, what happened, and that it is built only once."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hub.demo import assessed, awards, build, city, past, present, waiting
from hub.demo.releases import at
from hub.demo.schools import ZONE
from hub.domain.cells import Raw
from hub.domain.certificate import Standing
from hub.domain.id_number import IdNumber, parse
from hub.domain.people import ROLE_NAMES, Role
from hub.domain.roster import MARK
from hub.domain.sheet import Outcome
from hub.journey import enter, overview, read, roster
from hub.journey.award import assessing, desk, publicity
from hub.journey.award.verify import verify
from hub.journey.ports import Fittings
from hub.operations.database import Embedded
from hub.settings import CHECKOUT
from tests.sources.demo_town import Town, empty

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def town(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The smallest demo city."""
    f, engine, secrets, url = empty(server, "demo_town", tmp_path_factory.mktemp("town"))
    yield Town(f, engine, secrets, build.build(f, "xs", secrets), url)
    engine.dispose()


TABLES = ("people", "memberships", "grants", "credentials", "enrolments", "releases", "submissions", "grades",
          "evidence", "hours", "dossiers", "seats", "applications", "reviews", "notices", "certificates", "revocations",
          "organisations")  # fmt: skip


def _everything(town: Town) -> dict[str, object]:
    return {table: sorted(map(str, town.see(f"SELECT * FROM {table}"))) for table in TABLES}  # noqa: S608


def test_a_second_run_changes_nothing(town: Town) -> None:
    before, kept = _everything(town), (town.secrets / "first-accounts.json").read_bytes()
    assert build.build(town.f, "xs", town.secrets) == [build.FOUND]
    assert "没有改动" in build.build(town.f, "1", town.secrets)[0]
    assert _everything(town) == before and (town.secrets / "first-accounts.json").read_bytes() == kept


def test_the_same_seed_gives_the_same_city() -> None:
    assert city.invent("xs", TODAY) == city.invent("xs", date(2026, 3, 1))
    assert city.invent("xs", TODAY) != replace(city.invent("xs", date(2025, 3, 1)))


def test_what_is_invented_is_what_is_written(town: Town) -> None:
    made = city.invent("xs", enter.beijing_day(town.f.clock.now()))
    names = {p.uid: p.name for p in (*made.teachers, *made.students, *made.officials)}
    assert dict(town.see("SELECT uid, name FROM people")) == names
    assert (len(made.schools), len(made.teachers), len(made.students)) == (6, 60, 300)


@pytest.mark.parametrize("size", ["xs", "1"])
def test_identity_numbers_are_test_numbers_that_check(size: str) -> None:
    made = city.invent(size, TODAY)
    people = (*made.teachers, *made.students, *made.officials)
    for person in people:
        number = parse(person.id_text, regions=frozenset(), today=TODAY, allow_synthetic=True)
        assert isinstance(number, IdNumber), number
        assert person.id_text.startswith("999999") and person.name.endswith(MARK)
    assert len({p.id_text for p in people}) == len(people)


@pytest.mark.parametrize("size", ["xs", "1"])
def test_the_cases_that_go_wrong_in_real_rosters_are_there(size: str) -> None:
    made = city.invent(size, TODAY)
    assert any(len(t.stays) == 2 and not any(s.until for s in t.stays) for t in made.teachers)
    moved = [t for t in made.teachers if any(s.until for s in t.stays)]
    assert moved and len({s.school for s in moved[0].stays}) == 2
    equal = Counter((t.name, t.id_text[6:14]) for t in made.teachers)
    assert max(equal.values()) == 2
    assert any(t.id_text.endswith("X") for t in made.teachers)
    assert set("瀍罡喆𠅤") <= {char for t in made.teachers for char in t.name}
    assert any(s.students == 0 for s in made.schools) and any(s.org.kind == "point" for s in made.schools)


def test_the_larger_city_has_every_unit_and_one_too_small_to_show() -> None:
    made = city.invent("1", TODAY)
    units = Counter(s.unit for s in made.schools)
    staff = Counter({unit: sum(s.teachers for s in made.schools if s.unit == unit) for unit in units})
    assert len(units) == 17 and len(made.schools) == 40
    assert (len(made.teachers), len(made.students)) == (800, 6000)
    assert staff[ZONE] < 5 <= min(count for unit, count in staff.items() if unit != ZONE)
    assert len({s.org.code for s in made.schools}) == 40
    assert all(re.fullmatch(r"\d\d419\d{5}", s.org.code) for s in made.schools)
    points = Counter(s.unit for s in made.schools if s.org.kind == "point")
    assert 1 in points.values()


def test_a_school_that_was_merged_in_2021_is_kept_with_its_successor(town: Town) -> None:
    assert town.see("SELECT parent, valid_to, successor FROM organisations WHERE code = '2141999999'") == [
        ("410306", date(2021, 3, 18), "410308")
    ]


def test_there_is_one_account_a_role_and_each_can_sign_in(town: Town) -> None:
    accounts = town.accounts
    assert Counter(a["role"] for a in accounts) == Counter(ROLE_NAMES.values()) + Counter({"教师": 1})
    changing = [enter.sign_in(town.f, a["login"], a["password"]).must_change_password for a in accounts]
    assert changing == [False, True] + [False] * 13
    assert all(a["what"].endswith("。") for a in accounts)
    assert stat.S_IMODE((town.secrets / "first-accounts.json").stat().st_mode) == 0o600


def test_both_teachers_and_the_school_administrator_are_at_one_school(town: Town) -> None:
    logins = [a["login"] for a in town.accounts if a["role"] in ("教师", "学校管理员")]
    found = [enter.actor_by_login(town.f, login) for login in logins]
    assert len({who.schools for who in found if who}) == 1


def test_identity_numbers_are_in_nothing_that_is_told(town: Town) -> None:
    told = "".join(town.said) + json.dumps(town.accounts, ensure_ascii=False)
    assert not re.search(r"999999\d{11}[\dX]", told + str(_everything(town)))


def test_every_receipt_has_its_bytes(town: Town) -> None:
    for files, receipt in town.see("SELECT files, receipt FROM submissions"):
        assert isinstance(files, dict) and all(town.f.files.get(digest) for digest in files.values())
        assert town.f.signer.verify(str(receipt), "luojiao-receipt") is not None


def test_made_up_grades_say_that_they_are(town: Town) -> None:
    grades = town.see("SELECT DISTINCT rule, settled_by FROM grades WHERE run = 'run-demo-past'")
    assert grades == [(past.RULE, past.BY)]
    assert town.see("SELECT DISTINCT message FROM submissions WHERE run = 'run-demo-past'") == [(past.NOTE,)]
    assert town.see("SELECT count(*) FROM verdicts v JOIN submissions s ON s.id = v.submission "
                    "WHERE s.run = 'run-demo-past'") == [(0,)]  # fmt: skip


def test_certificates_are_signed_and_can_be_verified(town: Town) -> None:
    numbers = [str(row[0]) for row in town.see("SELECT number FROM certificates")]
    revoked = {str(row[0]) for row in town.see("SELECT certificate FROM revocations")}
    assert len(revoked) == 1 and len(numbers) > 3
    for number in numbers:
        expected = Standing.REVOKED if number in revoked else Standing.VALID
        assert verify(town.f, number).standing is expected


def test_every_desk_has_something_on_it(town: Town) -> None:
    def actor(role: Role) -> enter.Actor:
        who = enter.actor_by_login(town.f, town.login(role))
        assert who is not None
        return who

    teacher = actor(Role.TEACHER)
    offers = read.catalogue(town.f, teacher)
    now = next(o for o in offers if o.run.id == present.RUN)
    assert now.open_to_me and not now.enrolled and not now.over
    assert any(o.over for o in offers)
    taught = read.run_for_staff(town.f, actor(Role.INSTRUCTOR), present.RUN)
    assert list(taught.releases) == [taught.course.assignments[0].key] and taught.learners
    assert len(desk.desk(town.f, actor(Role.SCHOOL_ADMIN)).rows) == 2
    assert len(desk.desk(town.f, actor(Role.COUNTY_HR)).rows) == 1
    assert len(desk.desk(town.f, actor(Role.CITY_HR)).rows) == 1
    seats = assessing.mine(town.f, actor(Role.ASSESSOR))
    assert seats.open and seats.rows[0].pieces == len(waiting.PAPERS)
    board = publicity.board(town.f, actor(Role.COUNTY_HR))
    assert len(board.waiting) == 1 and len(board.notices) >= 2
    states = Counter(str(row[0]) for row in town.see("SELECT state FROM applications"))
    assert (states["submitted"], states["returned"], states["revoked"], states["publicised"]) == (2, 1, 1, 2)
    seen = overview.overview(town.f, actor(Role.CITY_OFFICIAL), None)
    assert seen.total["staff"] == 60 and (seen.total["certified"] or 0) > 0
    assert overview.overview(town.f, actor(Role.COUNTY_OFFICIAL), None).organisation.code == "410302"


def test_the_first_assignment_is_handed_in_for_real(town: Town) -> None:
    states = town.see("SELECT state, count(*) FROM submissions WHERE run = 'run-demo-now' GROUP BY state")
    assert states == [("queued", 2)]  # the worker grades them
    assert town.see("SELECT count(*) FROM procrastinate_jobs") == [(2,)]


def test_a_roster_can_be_checked_against_the_city(town: Town) -> None:
    """What the registrar's account is told to try."""
    who = enter.actor_by_login(town.f, town.login(Role.REGISTRAR))
    made = city.invent("xs", enter.beijing_day(town.f.clock.now()))
    one = made.teachers[5]
    cells = {"name": one.name, "id_number": one.id_text, "school_code": one.stays[0].school, "kind": "教师"}
    assert who is not None
    report = roster.check(town.f, who, "410300", [Raw(2, cells)], synthetic_ids=True)
    assert report.counts[Outcome.SAME] == 1


def test_made_up_assessments_say_that_they_are_and_keep_hands_apart(town: Town) -> None:
    assert town.see("SELECT DISTINCT comments->>'demo' FROM seats WHERE state = 'rated'") == [
        (assessed.MARK,)
    ]
    assert town.see("SELECT count(*) FROM dossiers WHERE state = 'rated' AND label NOT LIKE '演示-%'") == [
        (0,)
    ]
    near = """SELECT count(*) FROM seats s JOIN dossiers d ON d.id = s.dossier
              JOIN memberships m ON m.person = s.assessor AND m.org = d.school"""
    assert town.see(near) == [(0,)]
    twice = """SELECT count(*) FROM (SELECT application FROM reviews WHERE step IN ('school', 'county', 'confirm')
               GROUP BY application, "by" HAVING count(*) > 1) x"""
    assert town.see(twice) == [(0,)]


def test_a_city_that_was_left_half_built_is_finished(
    server: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of the certificates, the next start goes on from there."""
    f, engine, secrets, url = empty(server, "demo_half", tmp_path)
    school, left = awards._school, iter(range(2))

    def dying(*args: object) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        school(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(awards, "_school", dying)
    with pytest.raises(KeyboardInterrupt):
        build.build(f, "xs", secrets)
    monkeypatch.undo()
    kept = (secrets / "first-accounts.json").read_bytes()
    town = Town(f, engine, secrets, build.build(f, "xs", secrets), url)
    assert (secrets / "first-accounts.json").read_bytes() == kept
    assert town.see("SELECT count(*) FROM submissions WHERE run = 'run-demo-now'") == [(2,)]
    assert town.see("SELECT count(*) FROM people") == [(372,)]
    assert build.build(f, "xs", secrets) == [build.FOUND]
    assert town.see("SELECT count(*) FROM applications WHERE state = 'submitted'") == [(2,)]
    engine.dispose()


def test_the_demo_is_built_also_in_a_year_that_nobody_has_published(server: Embedded, tmp_path: Path) -> None:
    f, engine, _, _ = empty(server, "demo_later", tmp_path)
    awards.know_the_years(at(f, datetime(2031, 1, 2, tzinfo=UTC)))
    with f.work() as work:
        assert {2024, 2025, 2026, 2030, 2031} <= work.workdays.calendar().years
    engine.dispose()


def test_no_city_is_built_among_real_people(f: Fittings, tmp_path: Path) -> None:
    from hub.domain.people import Person

    with f.work() as work:
        real = Person("per-1", "t10000001", "王小明", "staff", "wang", "", True, f.clock.now())
        work.people.add(real, cipher=None, tag=None)
    assert build.build(f, "xs", tmp_path) == [build.OTHERS]
    assert not (tmp_path / "first-accounts.json").exists()


def run_module(home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """``python -m hub.demo`` with these settings."""
    return subprocess.run(
        [sys.executable, "-m", "hub.demo"], cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env={"PATH": "", "LANG": "C.UTF-8", "LUOJIAO_HOME": str(home), **env},
    )  # fmt: skip


def test_the_module_says_in_one_line_what_it_did(town: Town, tmp_path: Path) -> None:
    home = town.secrets.parent
    found = run_module(home, LUOJIAO_DATABASE_URL=town.url, LUOJIAO_DEMO="xs")
    assert (found.returncode, found.stdout.strip()) == (0, build.FOUND)
    off = run_module(tmp_path, LUOJIAO_DEMO="0")
    assert off.returncode == 0 and "没有启用" in off.stdout
    nowhere = run_module(
        tmp_path, LUOJIAO_DATABASE_URL="postgresql://nobody@127.0.0.1:9/x", LUOJIAO_DEMO="xs"
    )
    assert nowhere.returncode == 1 and nowhere.stderr.count("\n") == 1 and "没有建成" in nowhere.stderr
    wrong = run_module(tmp_path, LUOJIAO_DEMO="huge")
    assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1
