# ruff: noqa: S608 - codes of the test town
"""Hours from runs and from sheets, taken back, stated and checked; and what nobody may do to them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from hub.domain.audit import Event
from hub.domain.cells import Raw
from hub.domain.certificate import Standing
from hub.domain.course import Release
from hub.domain.errors import Refusal
from hub.domain.grade import Grade
from hub.domain.hours import HoursEntry, standing
from hub.domain.hours_list import Asked
from hub.domain.hours_sheet import Report
from hub.domain.organisation import CITY
from hub.domain.people import Actor, Grant, Person, Role
from hub.domain.sheet import Outcome, RowsRefused
from hub.domain.submission import State, Submission
from hub.journey.award import evidence, hours, hours_import, hours_school
from hub.journey.award.verify import verify
from hub.journey.ports import Fittings
from tests.conftest import HandClock, rows
from tests.people import FAR_SCHOOL, FIRST, SCHOOL, SECOND, THIRD, WEST, Town

NUMBER = "999999198506150021"


def row(town: Town, line: int = 2, who: str = "teacher", **cells: str) -> Raw:
    known = town.actor(who)
    return Raw(
        line,
        {
            "name": known.name, "login": known.login, "title": "数据素养提升研修", "provider": "洛阳师范学院", "project_no": "豫培-17",
            "level": "省级", "mode": "混合", "category": "专业科目", "started_on": "2026-07-01", "earned_on": "2026-07-10",
            "hours": "40", "practice": "20", "online": "10",
        } | cells,
    )  # fmt: skip


def checked(town: Town, *some: Raw, who: str = "school_admin", org: str = SCHOOL) -> Report:
    return hours_import.check(town.f, town.actor(who), org, some)


def imported(town: Town, *some: Raw, who: str = "school_admin", org: str = SCHOOL) -> Report:
    report = checked(town, *some, who=who, org=org)
    return hours_import.import_hours(town.f, town.actor(who), org, some, report.digest)


def ledger(town: Town, who: str = "teacher") -> tuple[HoursEntry, ...]:
    with town.f.work() as work:
        return work.hours.hours(town.uids[who])


def events(town: Town, verb: str) -> list[Event]:
    with town.f.work() as work:
        return [e for e in work.audit.events() if e.verb == verb]


def notes(town: Town, *some: Raw, **more: Any) -> list[str]:
    return ["；".join(x.notes) for x in checked(town, *some, **more).lines]


def test_a_sheet_is_checked_imported_and_the_second_time_all_of_it_is_there_already(town: Town) -> None:
    some = (row(town), row(town, 3, "colleague", counts="it50、HR90", online=""))
    report = checked(town, *some)
    assert report.counts[Outcome.NEW] == 2 and ledger(town) == ()
    done = imported(town, *some)
    assert done.done
    (entry,) = ledger(town)
    assert (entry.hours, entry.practice, entry.online, entry.level, entry.mode, entry.category) == (40, 20, 10, "省", "混合", "专业")  # fmt: skip
    assert (
        entry.counts_for == ("HR90", "EDU360") and entry.noted_by == town.uids["school_admin"] and entry.batch
    )
    assert ledger(town, "colleague")[0].counts_for == ("IT50", "HR90")
    again = imported(town, *some)
    assert again.counts[Outcome.SAME] == 2 and len(ledger(town)) == 1
    (event,) = events(town, "hours.imported")
    assert event.subject == entry.batch and event.scope == SCHOOL


def test_every_error_of_every_row_is_said_at_once_and_nothing_is_written(town: Town) -> None:
    said = notes(
        town,
        row(town, hours="0", practice="-1", level="乡", mode="面授", earned_on="2026-12-01", name=""),
        row(town, 3, hours="40.55"), row(town, 4, hours="400", earned_on="2026-12-31"),
        row(town, 5, practice="30", online="20"), row(town, 6, started_on="2026-07-10", earned_on="2026-07-10"),
        row(town, 7, login=""), row(town, 8, login="t1"), row(town, 9, counts="HR91"),
        row(town, 10, started_on="2026-07-11"), row(town, 11, title=f"培训{NUMBER}"), row(town, 12, category="选修"),
        row(town, 13, hours="=1+1"), row(town, 14, started_on="2026-02-30"), row(town, 15, hours="1e2"),
    )  # fmt: skip
    for part in ("缺少姓名", "级别只能是", "方式只能是", "还没有到", "实践学时应为不小于 0"):
        assert part in said[0]
    parts = ("一位小数", "还没有到", "超过了学时", "超过每天 12 学时", "至少填一个", "t 和 8 位数字", "没有“HR91”", "起始日期晚于", "身份证号", "科目类别只能是", "应为不小于 0", "不存在", "应为不小于 0")  # fmt: skip
    for sentence, part in zip(said[1:], parts, strict=True):
        assert part in sentence
    report = checked(town, row(town), row(town, 3, hours="x"))
    with pytest.raises(RowsRefused):
        hours_import.import_hours(town.f, town.actor("school_admin"), SCHOOL, [row(town), row(town, 3, hours="x")], report.digest)  # fmt: skip
    assert ledger(town) == ()


def test_people_are_matched_by_login_or_number_and_by_name_and_nobody_else_is_told_of(
    town: Town, f: Fittings
) -> None:
    with f.work() as work:
        numbered = Person("per-n", "t20000001", "段小娟（模拟）", "staff", "duan", "", True, f.clock.now())
        work.people.add(numbered, cipher=f.vault.seal(NUMBER), tag=f.vault.tag(NUMBER))
        work.people.join("per-n", SCHOOL, date(2020, 9, 1), staff_no="", subject="")
    by_number = {"login": "", "name": "段小娟", "id_number": NUMBER}
    assert checked(town, row(town, **by_number)).lines[0].login == "t20000001"
    assert notes(town, row(town, name="别人")) == ["姓名和账号对不上，请核对"]
    assert notes(town, row(town, id_number=NUMBER)) == ["账号和证件号码不是同一个人"]
    nobody = "没有这个人，或者不在您这次导入的范围内"
    assert notes(town, row(town, login="t99999999")) == [nobody]
    assert notes(town, row(town, who="stranger")) == [nobody]
    assert notes(town, row(town, who="student", login=town.actor("student").login)) != [nobody]  # no t login
    assert notes(town, row(town, who="school_admin")) == ["不能给自己导入学时，请由上级单位办理"]
    assert NUMBER not in str(checked(town, row(town, **by_number)))


def test_one_training_is_never_noted_twice(town: Town) -> None:
    imported(town, row(town))
    assert "已记过同一项培训" in notes(town, row(town, hours="41"))[0]
    assert "请先冲销" in notes(town, row(town, earned_on="2026-07-09", hours="41", title="换个名字"))[0]
    twins = notes(town, row(town, who="colleague"), row(town, 3, "colleague", title="换个名字"))
    assert twins == ["和第 3 行是同一个人的同一项培训", "和第 2 行是同一个人的同一项培训"]
    assert notes(town, row(town, project_no="豫培-18"))[0].startswith("归 2026 年")
    assert notes(town, row(town, started_on="2026-08-01", earned_on="2026-08-10"))[0].startswith("归 2026 年")


def test_schools_import_for_their_own_counties_for_theirs_and_others_not_at_all(town: Town) -> None:
    for who, org in (("school_admin", FAR_SCHOOL), ("school_admin", WEST), ("teacher", SCHOOL), ("county", WEST), ("registrar", CITY), ("school_admin", "nowhere")):  # fmt: skip
        with pytest.raises(Refusal) as no:
            checked(town, row(town), who=who, org=org)
        assert no.value.code == "access.denied"
    hr = grant(town, "far_admin", Role.COUNTY_HR, WEST)
    assert hours_import.check(town.f, hr, WEST, [row(town)]).errors == 0
    with pytest.raises(Refusal):
        hours_import.check(town.f, hr, CITY, [row(town)])


def grant(town: Town, who: str, role: Role, org: str) -> Actor:
    with town.f.work() as work:
        path = work.people.path(org)
    return replace(town.actor(who), grants=(Grant(role, org, org, path),))


def test_two_people_who_import_the_same_sheet_at_once_note_it_once(town: Town) -> None:
    some = [row(town), row(town, 3, "colleague")]
    digest = checked(town, *some).digest

    def go(_: int) -> str:
        try:
            hours_import.import_hours(town.f, town.actor("school_admin"), SCHOOL, some, digest)
        except Refusal as no:
            return no.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, range(2))) == ["done", "roster.changed"]
    assert len(ledger(town)) == 1


def finish(town: Town, run: str, who: str = "teacher", keys: tuple[str, ...] = (FIRST, SECOND, THIRD), *, passed: bool = True) -> None:  # fmt: skip
    """Let grades stand as the assessing journeys do."""
    f, now = town.f, town.f.clock.now()
    with f.work() as work:
        for key in keys:
            if work.study.release(run, key) is None:
                work.study.add_release(Release(f"rel-{key}", run, key, 1, "x", {}, {}, now, now, 0, 5, Decimal("0.6"), "x", now))  # fmt: skip
            sub, nth = f.ids.new("sub"), 1 + work.study.lock_attempts(run, key, town.uids[who])
            work.study.add_submission(Submission(sub, f"rel-{key}", run, key, town.uids[who], nth, now, False, {}, "x", State.GRADED, "x"))  # fmt: skip
            made = Grade(f.ids.new("grd"), sub, run, key, town.uids[who], Decimal(8), Decimal(10), passed, "rule", "rule", now, {})  # fmt: skip
            work.assess.set_grade(made)
            evidence.credit_hours(f, work, made)


def test_a_run_is_credited_when_all_of_it_is_passed_with_its_split_and_once(town: Town) -> None:
    run = town.run()
    finish(town, run, keys=(FIRST, SECOND))
    assert ledger(town) == ()
    finish(town, run, keys=(THIRD,))
    finish(town, run, keys=(THIRD,))
    (entry,) = ledger(town)
    assert (entry.hours, entry.practice, entry.online, entry.category) == (12, 9, 3, "专业")
    assert (entry.mode, entry.provider, entry.run, entry.source) == ("网络研修", "洛教学堂", run, "run")
    assert set(entry.counts_for) == {"HR90", "EDU360", "IT50"}


def test_what_a_run_credited_stays_when_a_grade_falls_and_stays_away_when_a_person_took_it_back(
    town: Town,
) -> None:
    run = town.run()
    finish(town, run)
    finish(town, run, keys=(SECOND,), passed=False)
    assert [e.hours for e in standing(ledger(town))] == [12]  # decision 0013
    hours.reverse(town.f, town.actor("school_admin"), ledger(town)[0].id, "由他人代做")
    finish(town, run, keys=(SECOND,))
    assert standing(ledger(town)) == () and sum(e.hours for e in ledger(town)) == 0


def test_a_run_and_its_import_are_one_whichever_came_first(town: Town) -> None:
    run = town.run()
    with town.f.work() as work:
        held = work.study.run(run)
    assert held is not None
    cells = {"title": held.title, "provider": "洛教学堂", "project_no": "", "started_on": "2026-11-20", "earned_on": "2026-11-23", "hours": "12", "practice": "9", "online": "3"}  # fmt: skip
    finish(town, run)
    assert "本平台班次" in notes(town, row(town, **cells))[0]
    imported(town, row(town, who="colleague", **cells))
    finish(town, run, "colleague")
    assert len(ledger(town, "colleague")) == 1


def test_a_wrong_entry_is_taken_back_with_a_reason_once_and_what_is_right_comes_after(town: Town) -> None:
    imported(town, row(town, hours="41"))
    (wrong,) = ledger(town)
    admin = town.actor("school_admin")
    for reason in ("", "x", f"写成了{NUMBER}", "长" * 201):
        with pytest.raises(Refusal) as no:
            hours.reverse(town.f, admin, wrong.id, reason)
        assert no.value.code == "hours.reason"
    made = hours.reverse(town.f, admin, wrong.id, "学时写错")
    assert made.hours == -41 and made.reverses == wrong.id and made.title == "学时写错"
    with pytest.raises(Refusal) as no:
        hours.reverse(town.f, admin, wrong.id, "再来一次")
    assert no.value.code == "hours.reversed"
    with pytest.raises(Refusal) as no:
        hours.reverse(town.f, admin, made.id, "冲销的冲销")
    assert no.value.code == "thing.missing"
    imported(town, row(town, hours="40"))
    assert [e.hours for e in standing(ledger(town))] == [40]
    assert len(events(town, "hours.reversed")) == 1


def test_other_peoples_entries_are_not_there_and_ones_own_are_not_ones_to_take_back(town: Town) -> None:
    imported(town, row(town))
    (entry,) = ledger(town)
    for who in ("far_admin", "teacher", "county", "registrar"):
        with pytest.raises(Refusal) as no:
            hours.reverse(town.f, town.actor(who), entry.id, "不该由我")
        assert no.value.code == "thing.missing"
    own = grant(town, "teacher", Role.SCHOOL_ADMIN, SCHOOL)
    with pytest.raises(Refusal) as no:
        hours.reverse(town.f, own, entry.id, "自己的")
    assert no.value.code == "hours.own"
    with pytest.raises(Refusal) as no:
        hours.of_teacher(town.f, town.actor("far_admin"), town.actor("teacher").login)
    assert no.value.code == "thing.missing"


def test_two_who_take_back_the_same_entry_at_once_take_it_back_once(town: Town) -> None:
    imported(town, row(town))
    (entry,) = ledger(town)

    def go(n: int) -> str:
        try:
            hours.reverse(town.f, town.actor("school_admin"), entry.id, f"第 {n} 次")
        except Refusal as no:
            return no.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, range(2))) == ["done", "hours.reversed"]
    assert sum(e.hours for e in ledger(town)) == 0


def test_hours_that_a_certification_rests_on_do_not_move(town: Town, engine: Engine) -> None:
    imported(town, row(town, counts="IT50"), row(town, 3, title="别的", project_no="", counts="HR90"))
    by = {e.counts_for: e.id for e in ledger(town)}
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO applications (id, person, school, rule, dossiers, evidence, rating, state, begun_at, moved_at)"
            f" VALUES ('app-1', '{town.uids['teacher']}', '{SCHOOL}', 'it2', '[]', '[]', '合格', 'county_reviewed', now(), now())"
        )
    with pytest.raises(Refusal) as no:
        hours.reverse(town.f, town.actor("school_admin"), by[("IT50",)], "学时写错")
    assert no.value.code == "hours.relied_on"
    hours.reverse(town.f, town.actor("school_admin"), by[("HR90",)], "学时写错")


def test_a_year_is_asked_for_and_moves_the_periods(town: Town) -> None:
    imported(town, row(town), row(town, 3, started_on="2025-07-01", earned_on="2025-07-10"))
    now = hours.own(town.f, town.actor("teacher"))
    then = hours.own(town.f, town.actor("teacher"), 2025)
    assert len(now.entries) == 2 and len(then.entries) == 1 and now.years == (2026, 2025)
    assert now.rules[0].hours == then.rules[0].hours == 40 and then.rules[0].span.first.year == 2025
    for year in (1999, 2027):
        with pytest.raises(Refusal):
            hours.own(town.f, town.actor("teacher"), year)
    with pytest.raises(Refusal) as no:
        hours.own(town.f, town.actor("far_admin"))
    assert no.value.code == "access.denied"


def test_a_statement_is_signed_and_stays_true_to_its_instant(town: Town, clock: HandClock) -> None:
    imported(town, row(town))
    made = hours.statement(town.f, town.actor("teacher"), "HR90")
    good = hours.check_statement(town.f, made.token)
    assert good.valid and good.counted.hours == 40 and good.entries == 1 and good.taken_back == 0
    assert good.holder == "陈*燕" and town.uids["teacher"] not in str(good) and "陈晓燕" not in made.token
    clock.pass_(days=1)
    imported(town, row(town, project_no="豫培-18"))
    assert hours.check_statement(town.f, made.token) == good  # what came later changes nothing
    first = next(e for e in ledger(town) if e.project_no == "豫培-17")
    hours.reverse(town.f, town.actor("school_admin"), first.id, "没有参加")
    after = hours.check_statement(town.f, made.token)
    assert after.valid and after.taken_back == 1 and "40 学时已冲销" in after.reason
    assert len(events(town, "hours.stated")) == 1


def test_the_public_verification_takes_a_statement_and_says_when_hours_were_taken_back(town: Town) -> None:
    imported(town, row(town))
    made = hours.statement(town.f, town.actor("teacher"), "HR90")
    found = verify(town.f, made.token)
    assert found.standing is Standing.VALID and {c.name: c.ok for c in found.checks} == {
        "signature": True,
        "ledger": True,
    }
    assert dict(found.receipt)["持有人"] == "陈*燕"
    hours.reverse(town.f, town.actor("school_admin"), ledger(town)[0].id, "重复登记")
    assert verify(town.f, made.token).standing is Standing.UNKNOWN
    broken = verify(town.f, made.token[:-6] + "AAAAAA")
    assert broken.standing is Standing.UNKNOWN and [(c.name, c.ok) for c in broken.checks] == [
        ("signature", False)
    ]


def test_no_altered_foreign_or_malformed_statement_passes(town: Town, engine: Engine) -> None:
    imported(town, row(town))
    made = hours.statement(town.f, town.actor("teacher"), "EDU360")
    head, body, sign = made.token.split(".")
    foreign = town.f.signer.sign({"sub": town.uids["teacher"]}, "luojiao-receipt")
    shapeless = town.f.signer.sign({"sub": 1, "span": "x"}, "luojiao-hours")
    for token in (f"{head}.{body[:-4]}AAAA.{sign}", foreign, shapeless, "", "a.b.c", "x" * 5000):
        assert not hours.check_statement(town.f, token).valid
    with engine.begin() as connection:  # somebody who can write to the database
        connection.exec_driver_sql("UPDATE hours SET hours = 41")
    assert not hours.check_statement(town.f, made.token).valid


def test_statements_are_made_of_ones_own_hours_or_by_whoever_imports_for_them(town: Town) -> None:
    imported(town, row(town))
    login = town.actor("teacher").login
    assert hours.statement(town.f, town.actor("school_admin"), "HR90", login=login).holder == "陈晓燕"
    for who, code in (
        ("far_admin", "thing.missing"),
        ("colleague", "thing.missing"),
        ("student", "thing.missing"),
    ):
        with pytest.raises(Refusal) as no:
            hours.statement(town.f, town.actor(who), "HR90", login=login)
        assert no.value.code == code
    for rule, code in (("IT50", "hours.nothing"), ("X", "thing.missing")):
        with pytest.raises(Refusal) as no:
            hours.statement(town.f, town.actor("teacher"), rule)
        assert no.value.code == code


def test_a_statement_is_set_as_pdf(town: Town) -> None:
    imported(town, *(row(town, n, project_no=f"豫培-{n}", title="<b>#数据*素养*</b>") for n in range(2, 40)))
    made = hours.statement(town.f, town.actor("teacher"), "EDU360")
    assert len(made.token) < 700 and len(made.entries) == 38
    assert town.f.typesetter.hours(made).startswith(b"%PDF")


def test_the_list_of_a_school_is_its_own_and_leaves_the_house_with_a_mark(town: Town) -> None:
    imported(town, row(town))
    admin = town.actor("school_admin")
    view = hours_school.school(town.f, admin, "", Asked("9", page=-3, short_of=7))
    assert view.organisation.code == SCHOOL and view.asked == Asked() and view.pages == 1
    line = next(x for x in view.found.lines if x.name == "陈晓燕")
    assert view.short(line, 0) == "缺 50，缺专业 20" and view.short(line, 2) == "缺 50，缺实践 25"
    for org in (FAR_SCHOOL, WEST, "nowhere"):
        with pytest.raises(Refusal) as no:
            hours_school.school(town.f, admin, org, Asked())
        assert no.value.code == "thing.missing"
    with pytest.raises(Refusal) as no:
        hours_school.export(town.f, admin, "", Asked(), "看看")
    assert no.value.code == "hours.purpose"
    mark, head, *lines = hours_school.export(town.f, admin, "", Asked(), "review")
    assert "周校长" in mark[0] and "职称评审" in mark[0] and len(lines) == 3 and len(head) == len(lines[0])
    (event,) = events(town, "hours.exported")
    assert event.subject == SCHOOL


def test_nothing_of_a_person_stands_in_the_audit_details(town: Town, engine: Engine) -> None:
    imported(town, row(town))
    hours.reverse(town.f, town.actor("school_admin"), ledger(town)[0].id, "陈晓燕没有参加")
    told = str(rows(engine, "SELECT * FROM audit_details")) + str(
        rows(engine, "SELECT report FROM hour_imports")
    )
    assert "陈晓燕" not in told and town.actor("teacher").login not in told
