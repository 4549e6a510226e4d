"""Certificates: issued once from what was confirmed, never changed, revoked, suspended, replaced; each shown by its page of checks."""

from __future__ import annotations

import itertools
import json
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.domain.certificate import Standing, check_code
from hub.domain.errors import Refusal
from hub.journey.award import batches, certificates, revocation, verify
from tests.award.confirmed import Desk
from tests.conftest import HandClock


def test_a_certificate_says_what_was_confirmed_and_names_nobody_beyond_the_name(desk: Desk) -> None:
    made = desk.issued()
    view = certificates.of_holder(desk.f, desk.town.actor("teacher"), made.number)
    body = json.loads(view.document)
    shown = view.shown
    assert (shown.holder, shown.school, shown.rating) == ("陈晓燕", "涧西第一小学", "合格")
    assert [(n.split()[0], r) for n, r in shown.items] == [("A1", "合格"), ("A5", "优秀"), ("B1", "合格")]
    assert dict(shown.hours) == {"rule": "IT50", "total": "52", "practice": "30"}
    assert shown.rule == "it2 1"
    achievement = body["credentialSubject"]["achievement"]
    assert {a["targetFramework"] for a in achievement["alignment"]} == {"micro2019"}
    assert [s["statusPurpose"] for s in body["credentialStatus"]] == ["revocation", "suspension"]
    assert all(len(e["digest"]) == len("sha256:") + 64 for e in body["evidence"])
    teacher = desk.town.actor("teacher")
    assert teacher.uid not in view.document
    assert teacher.login not in view.document
    assert desk.see("SELECT state FROM applications") == [("issued",)]
    assert desk.see("SELECT verb, subject FROM audit_events WHERE verb LIKE 'certificate.%'") == [
        ("certificate.issued", made.number)
    ]


def test_asking_twice_gives_the_same_certificate_and_two_at_once_give_one(desk: Desk) -> None:
    id, numbers, official = desk.application(), [], desk.town.actor("city_hr")

    def issue() -> None:
        with desk.f.work() as work:
            numbers.append(batches.issue(desk.f, work, official, id))

    threads = [threading.Thread(target=issue) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 3
    assert len(set(numbers)) == 1
    assert desk.see("SELECT count(*) FROM certificates") == [(1,)]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("UPDATE applications SET state = 'publicised'", "application.state"),
        ("UPDATE dossiers SET rating = 'fail' WHERE code = 'A5'", "certificate.moved"),
        ("UPDATE dossiers SET state = 'assessing' WHERE code = 'A5'", "certificate.moved"),
        ("UPDATE dossiers SET person = (SELECT uid FROM people WHERE name = '单志强')", "certificate.moved"),
        ("UPDATE dossiers SET code = 'A5' WHERE code = 'B1'", "certificate.moved"),
        (
            "UPDATE dossiers SET code = CASE code WHEN 'A1' THEN 'A6' WHEN 'B1' THEN 'A7' ELSE code END",
            "certificate.moved",
        ),
        ("UPDATE hours SET hours = 20", "certificate.moved"),
        ("UPDATE applications SET rule = 'nobody'", "certificate.moved"),
    ],
)
def test_what_moved_under_a_confirmed_application_stops_the_issue(desk: Desk, spoil: str, code: str) -> None:
    id = desk.application()
    with desk.engine.begin() as connection:
        connection.execute(text(spoil))
    with pytest.raises(Refusal) as refusal:
        certificates.issue_confirmed(desk.f, desk.town.actor("city_hr"), id)
    assert refusal.value.code == code
    assert desk.see("SELECT count(*) FROM certificates") == [(0,)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE certificates SET rating = 'excellent'",
        "UPDATE certificates SET holder_name = holder_name",
        "DELETE FROM certificates",
        "TRUNCATE certificates CASCADE",
        "UPDATE revocations SET revoked_reason = 'x'",
        "DELETE FROM revocations",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_issued_or_revoked(desk: Desk, change: str) -> None:
    made = desk.issued()
    revocation.revoke(desk.f, desk.town.actor("city_hr"), made.number, "材料不实")
    with (
        pytest.raises(DBAPIError, match=r"never changed|permission denied"),
        desk.engine.begin() as connection,
    ):
        connection.execute(text(change))
    assert desk.certificate(made.number).rating == "pass"


def test_suspended_restored_revoked_each_with_its_answer_and_reason(desk: Desk, clock: HandClock) -> None:
    f, official, made = desk.f, desk.town.actor("city_hr"), desk.issued()
    code = check_code(made.credential)

    def answer() -> verify.Verification:
        clock.pass_(seconds=2)
        return verify.verify(f, made.number, code)

    valid = answer()
    assert (valid.standing, valid.state) == (Standing.VALID, "valid")
    assert [c.name for c in valid.checks] == ["form", "signature", "key", "dates", "status", "register"]
    assert valid.holder == "陈*燕"
    with pytest.raises(Refusal, match=r"certificate\.reason"):
        revocation.suspend(f, official, made.number, "  ")
    revocation.suspend(f, official, made.number, "有举报，核查中")
    assert (answer().standing, answer().state) == (Standing.REVOKED, "suspended")
    with pytest.raises(Refusal, match=r"certificate\.suspended"):
        revocation.suspend(f, official, made.number, "再来")
    with pytest.raises(Refusal, match=r"certificate\.suspended"):
        revocation.reissue(f, official, made.number, "换")
    revocation.lift(f, official, made.number, "查无问题")
    assert answer().state == "valid"
    with pytest.raises(Refusal, match=r"certificate\.not_suspended"):
        revocation.lift(f, official, made.number, "再来")
    revocation.suspend(f, official, made.number, "又有举报")
    revocation.revoke(f, official, made.number, "查实")
    assert (answer().standing, answer().state) == (Standing.REVOKED, "revoked")
    for deed in (revocation.revoke, revocation.suspend, revocation.lift, revocation.reissue):
        with pytest.raises(Refusal):
            deed(f, official, made.number, "再来")
    verbs = [
        v for (v,) in desk.see("SELECT verb FROM audit_events WHERE verb LIKE 'certificate.%' ORDER BY seq")
    ]
    assert verbs == [
        "certificate.issued", "certificate.suspended", "certificate.restored", "certificate.suspended", "certificate.revoked",
    ]  # fmt: skip
    assert desk.see("SELECT state FROM applications") == [("revoked",)]


def test_a_replaced_certificate_names_its_successor_and_the_successor_its_predecessor(
    desk: Desk, clock: HandClock
) -> None:
    f, official, made = desk.f, desk.town.actor("city_hr"), desk.issued()
    with f.work() as work:
        work.people.rename(made.person, "陈晓艳", "chen xiao yan")
    clock.pass_(days=30)
    new = revocation.reissue(f, official, made.number, "姓名有误")
    assert (new.succeeds, new.holder_name, new.valid_to) == (made.number, "陈晓艳", made.valid_to)
    clock.pass_(seconds=2)
    old = verify.verify(f, made.credential)
    assert (old.standing, old.state, old.successor) == (Standing.REVOKED, "superseded", new.number)
    answer = verify.verify(f, new.credential)
    assert answer.standing is Standing.VALID
    assert answer.shown is not None
    assert answer.shown.supersedes == made.number
    assert [n for n, _ in answer.shown.items] == [n for n, _ in certificates.view(f, made).shown.items]
    with pytest.raises(Refusal, match=r"certificate\.superseded"):
        revocation.reissue(f, official, made.number, "再来")
    again = revocation.reissue(f, official, new.number, "又错了")
    assert again.succeeds == new.number
    with f.work() as work:
        assert work.certificates.number_of(made.application) == again.number


def test_two_officials_at_once_replace_a_certificate_once(desk: Desk) -> None:
    made, official = desk.issued(), desk.town.actor("city_hr")
    outcomes: list[str] = []

    def again() -> None:
        try:
            outcomes.append(revocation.reissue(desk.f, official, made.number, "姓名有误").number)
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=again) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(o == "certificate.superseded" for o in outcomes) == [False, True]
    assert desk.see("SELECT count(*) FROM certificates") == [(2,)]


@pytest.mark.parametrize("who", ["teacher", "school_admin", "county", "city", "sys_admin", "registrar"])
def test_nobody_but_the_citys_personnel_office_touches_a_certificate(desk: Desk, who: str) -> None:
    made = desk.issued()
    for deed in (revocation.revoke, revocation.suspend, revocation.lift, revocation.reissue):
        with pytest.raises(Refusal, match=r"access\.denied"):
            deed(desk.f, desk.town.actor(who), made.number, "不该能做")
    assert revocation.find(desk.f, desk.town.actor(who), made.number) is None
    if who != "teacher":
        with pytest.raises(Refusal, match=r"thing\.missing"):
            certificates.of_holder(desk.f, desk.town.actor(who), made.number)


def test_a_number_alone_or_with_a_wrong_code_tells_nothing_of_the_person(desk: Desk) -> None:
    made = desk.issued()
    alone = verify.verify(desk.f, made.number.lower())
    assert (alone.standing, alone.holder, alone.school) == (Standing.VALID, "", "")
    wrong = verify.verify(desk.f, made.number, "0" * 12)
    assert (wrong.standing, wrong.number, wrong.shown) == (Standing.UNKNOWN, "", None)
    assert verify.verify(desk.f, "LY-IT-MICRO2019-2026-410305-999999-X").standing is Standing.UNKNOWN


def test_both_forms_verify_and_an_expired_one_does_not(desk: Desk, clock: HandClock) -> None:
    made = desk.issued()
    document = certificates.view(desk.f, made).document
    for form in (made.credential, document, f"  {document}\n"):
        assert verify.verify(desk.f, form).standing is Standing.VALID
    clock.pass_(days=5 * 366)
    for form in (made.credential, document, made.number):
        late = verify.verify(desk.f, form)
        assert late.standing is Standing.UNKNOWN
        assert "过期" in late.reason


def test_neighbours_lie_anywhere_in_the_list(desk: Desk) -> None:
    places = [
        (c.status_list, c.status_index)
        for c in (desk.issued(who) for who in ("teacher", "colleague", "stranger"))
    ]
    assert {number for number, _ in places} == {1}
    indices = sorted(index for _, index in places if index is not None)
    assert len(set(indices)) == 3
    assert all(b - a > 1 for a, b in itertools.pairwise(indices))
