"""Approvals: asked for with a purpose, given by somebody else, good for a week, and every read on record."""

from __future__ import annotations

import threading

import pytest

from hub.domain.errors import Refusal
from hub.domain.organisation import CITY
from hub.domain.people import Person, Role
from hub.journey import accounts, appoint, approvals, identity
from hub.journey.enter import beijing_day
from tests.conftest import HandClock, rows
from tests.people import EAST, FAR_SCHOOL, OTHER_SCHOOL, SCHOOL, WEST, Town

PURPOSE = "核对年度报送名单"
NUMBER = "999999198003085525"


@pytest.fixture
def town(town: Town) -> Town:
    """The town with personnel staff, a security administrator, and teachers whose numbers are kept."""
    for key, role, org in (
        ("hr", Role.COUNTY_HR, WEST), ("hr2", Role.COUNTY_HR, WEST), ("far_hr", Role.COUNTY_HR, EAST),
        ("city_hr", Role.CITY_HR, CITY), ("city_hr2", Role.CITY_HR, CITY), ("sec", Role.SEC_ADMIN, CITY),
    ):  # fmt: skip
        town.uids[key] = appoint.appoint(town.f, f"某{key}", role, org)[0].uid
    f = town.f
    with f.work() as work:
        for key, org, kind in (
            ("numbered", SCHOOL, "staff"),
            ("far_numbered", FAR_SCHOOL, "staff"),
            ("pupil", SCHOOL, "student"),
        ):
            person = Person(
                f.ids.new("per"),
                work.people.next_login("t"),
                "有号者",
                kind,
                key,
                "9999**********5525",
                True,
                f.clock.now(),
            )
            work.people.add(person, cipher=f.vault.seal(NUMBER), tag=f.vault.tag(key))
            work.people.join(person.uid, org, beijing_day(f.clock.now()), staff_no="", subject="")
            town.uids[key] = person.uid
    return town


def asked(town: Town, who: str = "hr", org: str = WEST, resource: str = "id_numbers") -> str:
    return approvals.ask(town.f, town.actor(who), resource, org, PURPOSE).id


def number(town: Town, who: str = "hr", of: str = "numbered") -> str:
    return identity.number(town.f, town.actor(who), town.actor(of).login)


def test_a_number_is_read_with_an_approval_alone_and_every_read_is_on_record(town: Town, engine) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal, match=r"approval\.needed"):
        number(town)
    id = asked(town)
    with pytest.raises(Refusal, match=r"approval\.needed"):
        number(town)
    approvals.decide(town.f, town.actor("hr2"), id, grant=True)
    assert number(town) == NUMBER == number(town)
    told = rows(
        engine,
        "SELECT verb, actor, subject, scope, detail FROM audit_events NATURAL JOIN audit_details"
        " WHERE actor <> 'system' ORDER BY seq",
    )
    assert [row[0] for row in told] == [
        "approval.asked",
        "approval.decided",
        "read.id_numbers",
        "read.id_numbers",
    ]
    assert told[2][1:] == (town.uids["hr"], town.uids["numbered"], SCHOOL, {"approval": id})
    assert NUMBER not in str(told) and "有号者" not in str(told) and PURPOSE not in str(told)


def test_nobody_decides_on_their_own_request(town: Town) -> None:
    id = asked(town)
    with pytest.raises(Refusal, match=r"approval\.own"):
        approvals.decide(town.f, town.actor("hr"), id, grant=True)
    assert not approvals.desk(town.f, town.actor("hr")).to_decide


@pytest.mark.parametrize(
    ("who", "can"),
    [
        ("hr2", True), ("sec", True), ("city_hr", True), ("far_hr", False), ("county", False), ("city", False),
        ("school_admin", False), ("teacher", False), ("sys_admin", False), ("registrar", False),
    ],
)  # fmt: skip
def test_a_holder_of_the_same_office_over_the_place_or_the_security_administrator_decides(
    town: Town, who: str, can: bool
) -> None:
    id = asked(town)
    waiting = [r.approval.id for r in approvals.desk(town.f, town.actor(who)).to_decide]
    assert waiting == ([id] if can else [])
    if can:
        assert approvals.decide(town.f, town.actor(who), id, grant=True).granted
    else:
        with pytest.raises(Refusal, match=r"thing\.missing"):
            approvals.decide(town.f, town.actor(who), id, grant=True)


def test_what_the_city_asks_for_no_county_decides(town: Town) -> None:
    id = asked(town, "city_hr", CITY)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        approvals.decide(town.f, town.actor("hr"), id, grant=True)
    approvals.decide(town.f, town.actor("city_hr2"), id, grant=True)
    assert number(town, "city_hr", "far_numbered") == NUMBER


@pytest.mark.parametrize(
    ("who", "org", "resource"),
    [
        ("hr", EAST, "id_numbers"), ("hr", CITY, "id_numbers"), ("hr", FAR_SCHOOL, "id_numbers"),
        ("hr", "nowhere", "id_numbers"), ("hr", WEST, "hours"), ("hr", WEST, "made_up"), ("hr", WEST, "student_ids"),
        ("county", WEST, "id_numbers"), ("teacher", SCHOOL, "id_numbers"), ("school_admin", SCHOOL, "id_numbers"),
        ("sec", CITY, "id_numbers"), ("sys_admin", CITY, "bulk_export"), ("school_admin", OTHER_SCHOOL, "bulk_export"),
    ],
)  # fmt: skip
def test_nobody_asks_for_what_the_matrix_does_not_star_for_them_there(
    town: Town, who: str, org: str, resource: str
) -> None:
    with pytest.raises(Refusal, match=r"thing\.missing"):
        approvals.ask(town.f, town.actor(who), resource, org, PURPOSE)


def test_an_approval_reaches_its_place_its_resource_and_its_asker(town: Town) -> None:
    id = asked(town, "city_hr", SCHOOL)
    approvals.decide(town.f, town.actor("city_hr2"), id, grant=True)
    assert number(town, "city_hr") == NUMBER
    for who, of in (("city_hr", "far_numbered"), ("city_hr2", "numbered"), ("hr", "numbered")):
        with pytest.raises(Refusal, match=r"approval\.needed"):
            number(town, who, of)
    with town.f.work() as work:
        for resource in ("reviewers", "bulk_export"):
            assert approvals.valid(town.f, work, town.actor("city_hr"), resource, SCHOOL) is None


def test_who_lies_outside_or_is_no_teacher_does_not_exist(town: Town) -> None:
    approvals.decide(town.f, town.actor("hr2"), asked(town), grant=True)
    for of in ("far_numbered", "pupil", "stranger", "student"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            number(town, "hr", of)
        with pytest.raises(Refusal, match=r"thing\.missing"):
            identity.card(town.f, town.actor("hr"), town.actor(of).login)
    for who in ("teacher", "school_admin", "county", "city", "registrar", "sec", "sys_admin"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            number(town, who)
    with pytest.raises(Refusal, match=r"identity\.none"):
        number(town, "hr", "teacher")


def test_an_approval_ends_after_seven_days_and_with_the_office(town: Town, clock: HandClock) -> None:
    id = asked(town)
    approvals.decide(town.f, town.actor("hr2"), id, grant=True)
    clock.pass_(days=6, hours=23)
    assert number(town)
    clock.pass_(hours=1)
    with pytest.raises(Refusal, match=r"approval\.needed"):
        number(town)
    approvals.decide(town.f, town.actor("hr2"), asked(town), grant=True)
    assert number(town)
    accounts.end(town.f, town.actor("sec"), town.actor("hr").login, Role.COUNTY_HR, WEST, "left")
    with pytest.raises(Refusal, match=r"thing\.missing"):
        number(town)


def test_a_refusal_has_a_reason_and_lets_nobody_read(town: Town) -> None:
    id = asked(town)
    with pytest.raises(Refusal, match=r"approval\.reason"):
        approvals.decide(town.f, town.actor("hr2"), id, grant=False, reason="  ")
    approvals.decide(town.f, town.actor("hr2"), id, grant=False, reason="名单已经核对过")
    with pytest.raises(Refusal, match=r"approval\.needed"):
        number(town)
    mine = approvals.desk(town.f, town.actor("hr")).mine
    assert [(r.standing, r.approval.reason) for r in mine] == [("refused", "名单已经核对过")]
    assert asked(town)  # and one may ask again


def test_a_decision_is_made_once_even_by_two_at_once(town: Town) -> None:
    id = asked(town)
    said: list[str] = []

    def one(who: str, grant: bool) -> None:
        try:
            approvals.decide(town.f, town.actor(who), id, grant=grant, reason="不用了")
            said.append("decided")
        except Refusal as refusal:
            said.append(refusal.code)

    threads = [threading.Thread(target=one, args=a) for a in (("hr2", True), ("sec", False))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["approval.decided", "decided"]


def test_a_request_is_not_made_twice_and_lapses_unanswered(town: Town, clock: HandClock) -> None:
    id = asked(town)
    with pytest.raises(Refusal, match=r"approval\.pending"):
        asked(town)
    clock.pass_(days=14)
    with pytest.raises(Refusal, match=r"approval\.decided"):
        approvals.decide(town.f, town.actor("hr2"), id, grant=True)
    assert asked(town)
    for purpose in ("", "看看", "  一二三四 ", "长" * 201):
        with pytest.raises(Refusal, match=r"approval\.purpose"):
            approvals.ask(town.f, town.actor("hr"), "reviewers", WEST, purpose)


def test_other_areas_read_what_is_starred_through_the_same_door(town: Town, engine) -> None:  # type: ignore[no-untyped-def]
    """``approvals.reading`` is what a journey calls last before it shows reviewers, evidence or an export."""
    with pytest.raises(Refusal, match=r"approval\.needed"), town.f.work() as work:
        approvals.reading(town.f, work, town.actor("hr"), "reviewers", SCHOOL, "dos-1")
    approvals.decide(town.f, town.actor("hr2"), asked(town, resource="reviewers"), grant=True)
    with town.f.work() as work:
        approvals.reading(town.f, work, town.actor("hr"), "reviewers", SCHOOL, "dos-1")
    assert rows(engine, "SELECT subject FROM audit_events WHERE verb = 'read.reviewers'") == [("dos-1",)]
