"""Importing rosters: what a file does to people, schools and roles, and that it does all of it or nothing."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from hub.domain.errors import Refusal
from hub.domain.people import Actor, Role
from hub.domain.roster_plan import Report
from hub.domain.sheet import Outcome, RowsRefused
from hub.journey import enter, roster
from hub.journey.ports import Fittings
from tests.conftest import HandClock
from tests.conftest import rows as see
from tests.study.roster_town import (
    FIRST,
    POINT,
    SECOND,
    bring_in,
    build_town,
    by_line,
    id_number,
    person_of,
    places,
    row,
    somebody,
)


@pytest.fixture
def registrar(f: Fittings) -> Actor:
    """The registrar of 老城区."""
    build_town(f)
    return somebody(f, "登记员", Role.REGISTRAR, "410302")


def test_a_new_teacher_can_sign_in_with_the_first_password_and_must_change_it(
    f: Fittings, registrar: Actor
) -> None:
    report = bring_in(f, registrar, "410302", [row()])
    first = report.first_passwords[0]
    session = enter.sign_in(f, first.login, first.password)
    assert session.must_change_password and session.person.name == "王小明"
    assert first.login.startswith("t") and first.login[1:].isdigit() and len(first.login) == 9
    who = enter.current(f, session.secret, enter.SESSION)
    assert who is not None and who.roles == {Role.TEACHER} and who.schools == (FIRST,)


def test_a_student_gets_a_login_with_s_and_the_role_of_a_student(f: Fittings, registrar: Actor) -> None:
    report = bring_in(
        f, registrar, "410302", [row(kind="学生", subject="", id_number=id_number(1, "20150901"))]
    )
    assert report.lines[0].login.startswith("s")
    with f.work() as work:
        grants = work.people.grants(
            person_of(f, id_number(1, "20150901")).uid, enter.beijing_day(f.clock.now())
        )
    assert [g.role for g in grants] == [Role.STUDENT]


def test_a_check_writes_nothing(f: Fittings, registrar: Actor, engine: Engine) -> None:
    report = roster.check(f, registrar, "410302", [row()], synthetic_ids=True)
    assert report.counts[Outcome.NEW] == 1 and not report.done and not report.first_passwords
    assert see(engine, "SELECT count(*) FROM people WHERE id_hmac IS NOT NULL") == [(0,)]


def test_importing_the_same_file_again_changes_nothing(f: Fittings, registrar: Actor, engine: Engine) -> None:
    rows = [row(), row(3, name="李芳", id_number=id_number(2), role="授课教师")]
    bring_in(f, registrar, "410302", rows)
    before = see(engine, "SELECT * FROM memberships") + see(engine, "SELECT * FROM grants")
    again = bring_in(f, registrar, "410302", rows)
    assert again.counts[Outcome.SAME] == 2 and not again.first_passwords
    assert see(engine, "SELECT * FROM memberships") + see(engine, "SELECT * FROM grants") == before


def test_one_bad_row_keeps_the_whole_file_out(f: Fittings, registrar: Actor, engine: Engine) -> None:
    rows = [row(), row(3, name="李芳", id_number=id_number(2)[:17] + "!")]
    digest = roster.check(f, registrar, "410302", rows, synthetic_ids=True).digest
    with pytest.raises(RowsRefused) as refused:
        roster.import_roster(f, registrar, "410302", rows, digest, synthetic_ids=True)
    assert refused.value.code == "roster.rows" and refused.value.report.errors == 1
    assert "字符" in by_line(refused.value.report)[3].notes[0]
    assert see(engine, "SELECT count(*) FROM people WHERE id_hmac IS NOT NULL") == [(0,)]


def test_the_same_number_twice_in_a_file_is_an_error(f: Fittings, registrar: Actor) -> None:
    rows = [row(), row(3, name="李芳"), row(4, id_number=id_number(5)), row(5, id_number=id_number(5))]
    lines = by_line(roster.check(f, registrar, "410302", rows, synthetic_ids=True))
    assert "姓名不同" in lines[3].notes[0] and "重复" in lines[5].notes[0]
    assert all(line.outcome is Outcome.ERROR for line in lines.values())


def test_two_people_with_equal_name_and_birth_date_are_two_people(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, "410302", [row(), row(3, id_number=id_number(3))])
    assert person_of(f, id_number(1)).uid != person_of(f, id_number(3)).uid


def test_a_teacher_with_two_rows_belongs_to_two_schools(f: Fittings, registrar: Actor) -> None:
    report = bring_in(f, registrar, "410302", [row(), row(3, school_code=POINT)])
    assert set(places(f, id_number(1))) == {FIRST, POINT}
    assert len(report.first_passwords) == 1 and report.lines[0].login == report.lines[1].login


def test_a_student_cannot_be_in_two_schools(f: Fittings, registrar: Actor) -> None:
    number = id_number(1, "20150901")
    rows = [row(n, kind="学生", id_number=number, school_code=s) for n, s in ((2, FIRST), (3, SECOND))]
    assert roster.check(f, registrar, "410302", rows, synthetic_ids=True).errors == 2


def test_a_new_name_school_and_subject_are_updates(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, "410302", [row()])
    report = bring_in(f, registrar, "410302", [row(name="单小明", subject="物理")])
    assert report.lines[0].outcome is Outcome.UPDATE and len(report.lines[0].notes) == 2
    person = person_of(f, id_number(1))
    assert person.name == "单小明" and person.sort_key.startswith("shan ")


def test_an_empty_cell_leaves_what_was_there(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, "410302", [row()])
    assert bring_in(f, registrar, "410302", [row(subject="", staff_no="")]).counts[Outcome.SAME] == 1


def test_a_transfer_ends_membership_and_roles_at_the_old_school_today(
    f: Fittings, registrar: Actor, clock: HandClock
) -> None:
    bring_in(f, registrar, "410302", [row(role="授课教师")])
    clock.pass_(days=30)
    report = bring_in(f, registrar, "410302", [row(school_code=SECOND)])
    assert "换学校" in report.lines[0].notes[0] and "老城区第一小学" in report.lines[0].notes[0]
    assert places(f, id_number(1)) == (SECOND,)
    with f.work() as work:
        grants = work.people.grants(person_of(f, id_number(1)).uid, enter.beijing_day(f.clock.now()))
    assert [(g.role, g.org) for g in grants] == [(Role.TEACHER, SECOND)]
    assert bring_in(f, registrar, "410302", [row(school_code=SECOND)]).counts[Outcome.SAME] == 1


def test_a_second_post_keeps_the_first_school(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, "410302", [row()])
    bring_in(f, registrar, "410302", [row(school_code=SECOND, change="兼职")])
    assert set(places(f, id_number(1))) == {FIRST, SECOND}


def test_leaving_two_schools_at_once_has_to_be_said(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, "410302", [row(), row(3, school_code=SECOND)])
    unsaid = roster.check(f, registrar, "410302", [row(school_code=POINT)], synthetic_ids=True)
    assert "变动" in unsaid.lines[0].notes[0]
    bring_in(f, registrar, "410302", [row(school_code=POINT, change="调动")])
    assert places(f, id_number(1)) == (POINT,)


def test_a_file_that_names_one_of_two_schools_leaves_the_other(f: Fittings, registrar: Actor) -> None:
    bring_in(f, registrar, "410302", [row(), row(3, school_code=SECOND)])
    assert bring_in(f, registrar, "410302", [row()]).counts[Outcome.SAME] == 1
    assert set(places(f, id_number(1))) == {FIRST, SECOND}


def test_a_student_cannot_become_a_teacher_by_a_roster(f: Fittings, registrar: Actor) -> None:
    number = id_number(1, "20080901")
    bring_in(f, registrar, "410302", [row(kind="学生", id_number=number)])
    report = roster.check(f, registrar, "410302", [row(id_number=number)], synthetic_ids=True)
    assert "人员类别" in report.lines[0].notes[0]


def timing(label: str, started: float) -> None:
    """Print how long a step took; machines differ, so nothing is asserted."""
    print(f"{label}: {time.monotonic() - started:.1f} s")


def test_five_thousand_rows_go_through(f: Fittings, registrar: Actor) -> None:
    rows = [
        row(
            n,
            id_number=id_number(n % 999, f"19{70 + n // 999}0101"),
            school_code=(FIRST, SECOND, POINT)[n % 3],
        )
        for n in range(2, 5002)
    ]
    started = time.monotonic()
    report = roster.check(f, registrar, "410302", rows, synthetic_ids=True)
    timing("check of 5,000 rows", started)
    started = time.monotonic()
    done = roster.import_roster(f, registrar, "410302", rows, report.digest, synthetic_ids=True)
    timing("import of 5,000 rows with quick hashes", started)
    assert len(done.first_passwords) == 5000


def _try(f: Fittings, who: Actor, report: Report, rows: list[roster.Raw]) -> str:
    try:
        roster.import_roster(f, who, "410302", rows, report.digest, synthetic_ids=True)
    except Refusal as no:
        return no.code
    return "done"


def test_two_imports_of_one_file_at_once_make_everybody_once(
    f: Fittings, registrar: Actor, engine: Engine
) -> None:
    rows = [row(n, id_number=id_number(n)) for n in range(2, 42)]
    report = roster.check(f, registrar, "410302", rows, synthetic_ids=True)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: _try(f, registrar, report, rows), range(4)))
    assert sorted(answers) == ["done", "roster.changed", "roster.changed", "roster.changed"]
    assert see(engine, "SELECT count(*) FROM people WHERE id_hmac IS NOT NULL") == [(40,)]
    assert see(engine, "SELECT count(*) FROM roster_imports") == [(1,)]


def test_an_import_after_the_world_changed_is_refused(f: Fittings, registrar: Actor) -> None:
    report = roster.check(f, registrar, "410302", [row()], synthetic_ids=True)
    bring_in(f, registrar, "410302", [row(name="王晓明")])
    assert _try(f, registrar, report, [row()]) == "roster.changed"


def test_an_import_of_other_rows_than_were_checked_is_refused(f: Fittings, registrar: Actor) -> None:
    report = roster.check(f, registrar, "410302", [row()], synthetic_ids=True)
    assert _try(f, registrar, report, [row(subject="物理")]) == "roster.changed"
