"""Accounts and roles: three administrators, nobody for themselves, every change on record; a school's administrator by its county."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.domain.errors import Refusal
from hub.domain.offices import REASONS
from hub.domain.organisation import CITY
from hub.domain.people import Role
from hub.journey import accounts, appoint, enter, resets, roster, scope
from hub.journey.enter import current, sign_in
from tests.conftest import HandClock, rows
from tests.people import EAST, FAR_SCHOOL, OTHER_SCHOOL, PASSWORD, SCHOOL, WEST, Town

SINCE = date(2026, 9, 1)


@pytest.fixture
def town(town: Town) -> Town:
    """The town with a security administrator, and another."""
    for key, name in (("sec", "安全员"), ("sec2", "安全员乙")):
        person, _ = appoint.appoint(town.f, name, Role.SEC_ADMIN, CITY)
        town.uids[key] = person.uid
        with town.f.work() as work:
            work.entry.put_credential(
                person.uid, town.f.passwords.hash(PASSWORD), must_change=False, at=town.f.clock.now()
            )
    return town


def login(town: Town, who: str) -> str:
    return town.actor(who).login


def give(town: Town, to: str, role: Role, org: str, by: str = "sec", reason: str = "appointed") -> None:
    accounts.grant(town.f, town.actor(by), login(town, to), role, org, reason)


def test_a_role_that_is_given_holds_at_once_and_one_that_is_ended_no_longer(town: Town, engine) -> None:  # type: ignore[no-untyped-def]
    give(town, "teacher", Role.COUNTY_HR, WEST)
    assert Role.COUNTY_HR in town.actor("teacher").roles
    accounts.end(town.f, town.actor("sec"), login(town, "teacher"), Role.COUNTY_HR, WEST, "moved")
    assert Role.COUNTY_HR not in town.actor("teacher").roles
    with pytest.raises(Refusal, match=r"account\.state"):
        accounts.end(town.f, town.actor("sec"), login(town, "teacher"), Role.COUNTY_HR, WEST, "moved")
    give(town, "teacher", Role.COUNTY_HR, WEST)  # and again on the same day
    assert Role.COUNTY_HR in town.actor("teacher").roles
    told = rows(
        engine,
        "SELECT verb, actor, subject, scope, detail FROM audit_events NATURAL JOIN audit_details"
        " WHERE verb LIKE 'role.%' AND actor <> 'system' ORDER BY seq",
    )
    assert [row[0] for row in told] == ["role.granted", "role.ended", "role.granted"]
    assert {row[1:4] for row in told} == {(town.uids["sec"], town.uids["teacher"], WEST)}
    assert told[0][4] == {"role": "county_hr", "at": WEST, "reason": "appointed"}


@pytest.mark.parametrize("role", [Role.SYS_ADMIN, Role.AUDIT_ADMIN, Role.CITY_HR, Role.REGISTRAR])
def test_nobody_gives_themselves_anything(town: Town, role: Role) -> None:
    with pytest.raises(Refusal, match=r"account\.own"):
        give(town, "sec", role, CITY)
    for change in (accounts.freeze, accounts.revive):
        with pytest.raises(Refusal, match=r"account\.own"):
            change(town.f, town.actor("sec"), login(town, "sec"), "mistake")
    with pytest.raises(Refusal, match=r"account\.own"):
        accounts.end(town.f, town.actor("sec"), login(town, "sec"), Role.SEC_ADMIN, CITY, "left")


@pytest.mark.parametrize(
    ("to", "role", "org", "why"),
    [
        ("sys_admin", Role.AUDIT_ADMIN, CITY, "三个人"),
        ("sys_admin", Role.SEC_ADMIN, CITY, "三个人"),
        ("sys_admin", Role.CITY_HR, CITY, "业务"),
        ("city", Role.AUDIT_ADMIN, CITY, "不能兼任"),
        ("registrar", Role.SYS_ADMIN, CITY, "不能兼任"),
        ("school_admin", Role.SEC_ADMIN, CITY, "不能兼任"),
        ("student", Role.CITY_HR, CITY, "学生"),
        ("teacher", Role.COUNTY_HR, CITY, "管理单元"),
        ("teacher", Role.SCHOOL_ADMIN, CITY, "学校"),
        ("teacher", Role.SYS_ADMIN, SCHOOL, "市"),
        ("teacher", Role.TEACHER, SCHOOL, "名册"),
    ],
)
def test_what_may_not_lie_in_one_hand_or_not_there_is_refused_with_the_reason(
    town: Town, to: str, role: Role, org: str, why: str
) -> None:
    with pytest.raises(Refusal, match=r"account\.role") as refusal:
        give(town, to, role, org)
    assert why in refusal.value.message


def test_the_operator_cannot_join_them_either(town: Town) -> None:
    for to, role in (("sys_admin", Role.AUDIT_ADMIN), ("city", Role.SEC_ADMIN), ("sec", Role.CITY_HR)):
        with pytest.raises(Refusal, match=r"account\.role"):
            appoint.appoint(town.f, "", role, CITY, login(town, to))
    with pytest.raises(Refusal, match=r"account\.role"):
        appoint.appoint(town.f, "某校长", Role.SCHOOL_ADMIN, CITY)


def test_two_who_give_at_once_do_not_make_one_person_two_administrators(town: Town) -> None:
    said: list[str] = []

    def one(by: str, role: Role) -> None:
        try:
            give(town, "colleague", role, CITY, by=by)
            said.append("given")
        except Refusal as refusal:
            said.append(refusal.code)

    threads = [
        threading.Thread(target=one, args=("sec", Role.SYS_ADMIN)),
        threading.Thread(target=one, args=("sec2", Role.AUDIT_ADMIN)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["account.role", "given"]


@pytest.mark.parametrize("who", ["teacher", "school_admin", "county", "city", "registrar", "sys_admin"])
def test_nobody_but_the_security_administrator_touches_accounts(town: Town, who: str) -> None:
    actor, target = town.actor(who), login(town, "stranger")
    for call in (
        lambda: accounts.find(town.f, actor, target),
        lambda: accounts.account(town.f, actor, target),
        lambda: accounts.grant(town.f, actor, target, Role.CITY_HR, CITY, "appointed"),
        lambda: accounts.end(town.f, actor, target, Role.TEACHER, FAR_SCHOOL, "left"),
        lambda: accounts.freeze(town.f, actor, target, "left"),
        lambda: resets.account_password(town.f, actor, target, "lost"),
        lambda: resets.account_factor(town.f, actor, target, "lost"),
    ):
        with pytest.raises(Refusal, match=r"thing\.missing|access\.denied"):
            call()


def test_a_countys_security_administrator_touches_no_account(town: Town) -> None:
    """They decide approvals of their county; accounts are the city's."""
    town.uids["county_sec"] = appoint.appoint(town.f, "县安全员", Role.SEC_ADMIN, WEST)[0].uid
    actor, target = town.actor("county_sec"), login(town, "teacher")
    for call in (
        lambda: accounts.find(town.f, actor, target),
        lambda: accounts.account(town.f, actor, target),
        lambda: accounts.grant(town.f, actor, target, Role.COUNTY_HR, WEST, "appointed"),
        lambda: accounts.freeze(town.f, actor, target, "left"),
        lambda: resets.account_password(town.f, actor, target, "lost"),
    ):
        with pytest.raises(Refusal, match=r"thing\.missing|access\.denied"):
            call()


def test_everything_that_is_done_to_an_account_has_a_reason_from_the_list(town: Town) -> None:
    sec, target = town.actor("sec"), login(town, "teacher")
    for reason in ("", "because", "张三丰说的"):
        for call in (
            lambda reason=reason: accounts.grant(town.f, sec, target, Role.COUNTY_HR, WEST, reason),
            lambda reason=reason: accounts.end(town.f, sec, target, Role.TEACHER, SCHOOL, reason),
            lambda reason=reason: accounts.freeze(town.f, sec, target, reason),
            lambda reason=reason: resets.account_password(town.f, sec, target, reason),
        ):
            with pytest.raises(Refusal, match=r"account\.reason"):
                call()
    assert all(key.isascii() for key in REASONS)


def test_a_frozen_account_is_out_at_once_and_comes_in_again_when_revived(town: Town) -> None:
    session = sign_in(town.f, login(town, "city"), PASSWORD)
    name = login(town, "city")
    accounts.freeze(town.f, town.actor("sec"), name, "incident")
    assert current(town.f, session.secret, timedelta(minutes=30)) is None
    with pytest.raises(Refusal, match=r"auth\.failed"):
        sign_in(town.f, name, PASSWORD)
    with pytest.raises(Refusal, match=r"account\.state"):
        accounts.freeze(town.f, town.actor("sec"), name, "incident")
    with pytest.raises(Refusal, match=r"account\.state"):
        accounts.grant(town.f, town.actor("sec"), name, Role.CITY_HR, CITY, "appointed")
    accounts.revive(town.f, town.actor("sec"), name, "checked")
    assert sign_in(town.f, name, PASSWORD)


def test_an_account_that_slept_for_ninety_days_is_woken_by_the_security_administrator(
    town: Town, clock: HandClock
) -> None:
    sign_in(town.f, login(town, "city"), PASSWORD)
    clock.pass_(days=91)
    assert accounts.account(town.f, town.actor("sec"), login(town, "city")).dormant
    with pytest.raises(Refusal, match=r"auth\.dormant"):
        sign_in(town.f, login(town, "city"), PASSWORD)
    accounts.revive(town.f, town.actor("sec"), login(town, "city"), "checked")
    assert sign_in(town.f, login(town, "city"), PASSWORD)


def test_no_administrator_becomes_another_by_resetting_them(town: Town) -> None:
    for target in ("sys_admin", "sec2"):
        with pytest.raises(Refusal, match=r"account\.operator"):
            resets.account_password(town.f, town.actor("sec"), login(town, target), "lost")
        with pytest.raises(Refusal, match=r"account\.operator"):
            resets.account_factor(town.f, town.actor("sec"), login(town, target), "lost")
    fresh = resets.account_password(town.f, town.actor("sec"), login(town, "city"), "lost")
    assert sign_in(town.f, login(town, "city"), fresh).must_change_password


def test_a_county_gives_its_schools_an_administrator_and_no_other_countys(town: Town, engine) -> None:  # type: ignore[no-untyped-def]
    county = town.actor("county")
    seen = accounts.school_admins(town.f, county).schools
    assert [o.code for o, _ in seen] == [OTHER_SCHOOL, SCHOOL]  # the one without comes first
    person, fresh = accounts.appoint_school_admin(town.f, county, OTHER_SCHOOL, "新校长", "")
    assert sign_in(town.f, person.login, fresh).must_change_password
    with town.f.work() as work:
        made = enter.actor(work, person.uid, town.f.clock.now())
    assert made is not None and made.schools == (OTHER_SCHOOL,)
    assert {(g.role, g.org) for g in made.grants} == {(Role.SCHOOL_ADMIN, OTHER_SCHOOL)}
    own, none = accounts.appoint_school_admin(town.f, county, SCHOOL, "", login(town, "colleague"))
    assert (own.uid, none) == (town.uids["colleague"], "")
    for org, who in (
        (FAR_SCHOOL, ""),
        (EAST, ""),
        (CITY, ""),
        ("nowhere", ""),
        (SCHOOL, login(town, "stranger")),
    ):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            accounts.appoint_school_admin(town.f, county, org, "某某某", who)
    with pytest.raises(Refusal, match=r"account\.role"):  # a county is no school
        accounts.appoint_school_admin(town.f, county, WEST, "某某某", "")
    with pytest.raises(Refusal, match=r"request\.invalid"):
        accounts.appoint_school_admin(town.f, county, SCHOOL, "", "")
    for stranger in ("school_admin", "teacher", "city", "sec", "registrar"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            accounts.appoint_school_admin(town.f, town.actor(stranger), SCHOOL, "某某某", "")


def test_a_county_official_of_the_school_does_not_appoint_themselves(town: Town) -> None:
    with pytest.raises(Refusal, match=r"account\.own"):
        accounts.appoint_school_admin(town.f, town.actor("county"), SCHOOL, "", login(town, "county"))


def test_scope_is_what_lies_below_a_grant_and_nothing_beside_it(town: Town) -> None:
    with town.f.work() as work:

        def reach(who: str, verb: str) -> set[str]:
            return {o.code for o in scope.reach(work, town.actor(who), verb)}

        assert reach("county", "overview.read") == {WEST, SCHOOL, OTHER_SCHOOL}
        assert reach("city", "overview.read") == {CITY, WEST, EAST, SCHOOL, OTHER_SCHOOL, FAR_SCHOOL}
        assert reach("school_admin", "overview.read") == {SCHOOL}
        assert reach("teacher", "overview.read") == set()
        assert reach("county", "accounts.manage") == set()
        for org in (EAST, FAR_SCHOOL, CITY, "nowhere", "' OR 1=1 --"):
            with pytest.raises(Refusal, match=r"thing\.missing"):
                scope.require(work, town.actor("county"), "overview.read", org, "这个单位")
        assert [o.code for o in scope.trail(work, town.actor("county"), "overview.read", SCHOOL)] == [
            WEST,
            SCHOOL,
        ]
        assert (
            scope.knows(work, town.actor("school_admin"), "people.list", town.uids["teacher"], SINCE)
            == SCHOOL
        )
        assert (
            scope.knows(work, town.actor("school_admin"), "people.list", town.uids["stranger"], SINCE) is None
        )
        narrow = replace(town.actor("county"), scopes=frozenset({"study"}))
        assert scope.reach(work, narrow, "overview.read") == ()
    with pytest.raises(Refusal, match=r"access\.denied"):
        scope.top(town.actor("teacher"), "overview.read")


def test_a_roster_does_not_make_an_administrator_of_the_platform_a_schools(town: Town) -> None:
    assert roster  # what a roster may give: tests/study/test_roster_scope.py
    with pytest.raises(Refusal, match=r"account\.role"):
        accounts.grant(
            town.f, town.actor("sec"), login(town, "sys_admin"), Role.SCHOOL_ADMIN, SCHOOL, "appointed"
        )
