"""The second factor: set up by a first code, given after the password, good once, and counted when wrong."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from datetime import date, timedelta

import pyotp
import pytest

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.journey import enter, resets, second_factor
from hub.journey.enter import current, sign_in
from tests.conftest import HandClock, rows
from tests.people import PASSWORD, WEST, Town

IDLE = timedelta(minutes=30)


@pytest.fixture
def strict(town: Town) -> Town:
    """The town in a house that asks for second factors."""
    town.f = replace(town.f, second_factor=True)
    return town


def code(town: Town, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(town.f.clock.now() + timedelta(seconds=30 * steps))


def half(town: Town, who: str = "county") -> str:
    """A session with the password alone."""
    session = sign_in(town.f, town.actor(who).login, PASSWORD)
    assert session.second
    return session.secret


def enrolled(town: Town, who: str = "county") -> tuple[str, second_factor.Entered]:
    """Set up a factor; the key, and what came of it."""
    secret = half(town, who)
    offer = second_factor.offer(town.f, secret)
    return offer.secret, second_factor.confirm(town.f, secret, offer.sealed, code(town, offer.secret))


def later(clock: HandClock) -> None:
    clock.pass_(seconds=31)


@pytest.mark.parametrize("who", ["county", "city", "registrar", "sys_admin"])
def test_a_session_is_good_for_nothing_before_its_second_factor(strict: Town, who: str) -> None:
    secret = half(strict, who)
    assert current(strict.f, secret, IDLE) is None
    with pytest.raises(Refusal, match=r"auth\.required"):
        enter.grant_code(strict.f, secret, "hub", {}, "code")
    assert second_factor.halfway(strict.f, secret) is not None


def test_others_come_in_with_their_password_alone(strict: Town) -> None:
    for who in ("teacher", "student", "instructor", "school_admin"):
        session = sign_in(strict.f, strict.actor(who).login, PASSWORD)
        assert not session.second
        assert current(strict.f, session.secret, IDLE)
        assert second_factor.halfway(strict.f, session.secret) is None


def test_setting_up_gives_a_new_session_and_eight_recovery_codes(strict: Town, engine) -> None:  # type: ignore[no-untyped-def]
    secret = half(strict)
    offer = second_factor.offer(strict.f, secret)
    assert "otpauth://totp/" in offer.uri and strict.actor("county").login in offer.uri
    assert strict.actor("county").name not in offer.uri
    entered = second_factor.confirm(
        strict.f, secret, offer.sealed, f" {code(strict, offer.secret)[:3]} {code(strict, offer.secret)[3:]}"
    )
    assert len(set(entered.recovery)) == 8
    assert current(strict.f, secret, IDLE) is None  # the half session is gone
    assert second_factor.halfway(strict.f, secret) is None
    who = current(strict.f, entered.secret, IDLE)
    assert who is not None and who.login == strict.actor("county").login
    dump = str(rows(engine, "SELECT * FROM second_factors")) + str(
        rows(engine, "SELECT * FROM audit_details")
    )
    for told in (offer.secret, *entered.recovery):
        assert told not in dump


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_same_key(strict: Town) -> None:
    secret = half(strict)
    offer = second_factor.offer(strict.f, secret)
    for wrong in ("000000", "", "abcdef", "9" * 500, "１２３"):
        with pytest.raises(Refusal, match=r"second\.first_code"):
            second_factor.confirm(strict.f, secret, offer.sealed, wrong)
    assert second_factor.offered(strict.f, secret, offer.sealed).secret == offer.secret
    assert second_factor.confirm(strict.f, secret, offer.sealed, code(strict, offer.secret)).recovery


def test_a_key_is_offered_to_one_session_alone(strict: Town) -> None:
    """Somebody who knew the password and looked first would otherwise hold the key that the owner sets up."""
    first, second = half(strict), half(strict)
    offer = second_factor.offer(strict.f, first)
    assert second_factor.offer(strict.f, second).secret != offer.secret
    with pytest.raises(Refusal, match=r"second\.offer"):
        second_factor.confirm(strict.f, second, offer.sealed, code(strict, offer.secret))
    for forged in ("", "not base64!", base64.b64encode(b"x" * 60).decode(), offer.sealed[:-8] + "AAAAAAA="):
        with pytest.raises(Refusal, match=r"second\.offer"):
            second_factor.confirm(strict.f, first, forged, code(strict, offer.secret))


def test_whoever_has_a_factor_is_offered_no_other(strict: Town, clock: HandClock) -> None:
    early = half(strict)
    offer = second_factor.offer(strict.f, early)
    enrolled(strict)
    for call in (
        lambda: second_factor.offer(strict.f, early),
        lambda: second_factor.confirm(strict.f, early, offer.sealed, code(strict, offer.secret)),
    ):
        with pytest.raises(Refusal, match=r"second\.enrolled"):
            call()


def test_a_code_is_good_once_and_one_step_either_way(strict: Town, clock: HandClock) -> None:
    key, _ = enrolled(strict)
    with pytest.raises(Refusal, match=r"second\.failed"):  # the very code that set it up
        second_factor.prove(strict.f, half(strict), code(strict, key))
    clock.pass_(seconds=90)
    used = code(strict, key)
    assert second_factor.prove(strict.f, half(strict), used).secret
    with pytest.raises(Refusal, match=r"second\.failed"):
        second_factor.prove(strict.f, half(strict), used)
    with pytest.raises(Refusal, match=r"second\.failed"):  # an older one after a newer one
        second_factor.prove(strict.f, half(strict), code(strict, key, -1))
    assert second_factor.prove(strict.f, half(strict), code(strict, key, 1)).secret
    clock.pass_(seconds=120)
    for steps in (-2, 2):
        with pytest.raises(Refusal, match=r"second\.failed"):
            second_factor.prove(strict.f, half(strict), code(strict, key, steps))
    assert second_factor.prove(strict.f, half(strict), code(strict, key, -1)).secret


def test_one_code_lets_one_of_two_in_who_give_it_at_once(strict: Town, clock: HandClock) -> None:
    key, _ = enrolled(strict)
    later(clock)
    sessions, given = [half(strict) for _ in range(4)], code(strict, key)
    went: list[str] = []

    def give(session: str) -> None:
        try:
            went.append(second_factor.prove(strict.f, session, given).secret)
        except Refusal as refusal:
            assert refusal.code == "second.failed"

    threads = [threading.Thread(target=give, args=(s,)) for s in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(went) == 1


def test_wrong_codes_lock_like_wrong_passwords_and_a_right_password_does_not_forgive_them(
    strict: Town, clock: HandClock
) -> None:
    """Whoever knows the password could else try four codes, sign in again, and try four more."""
    key, _ = enrolled(strict)
    later(clock)
    for _ in range(5):
        with pytest.raises(Refusal, match=r"second\.failed"):
            second_factor.prove(strict.f, half(strict), "000000")
    with pytest.raises(Refusal, match=r"auth\.locked"):
        sign_in(strict.f, strict.actor("county").login, PASSWORD)
    clock.pass_(minutes=15, seconds=1)
    assert second_factor.prove(strict.f, half(strict), code(strict, key)).secret
    for _ in range(4):
        with pytest.raises(Refusal, match=r"second\.failed"):
            second_factor.prove(strict.f, half(strict), "000000")
    clock.pass_(seconds=31)
    assert second_factor.prove(
        strict.f, half(strict), code(strict, key)
    ).secret  # and forgiven by both together
    with pytest.raises(Refusal, match=r"second\.failed"):
        second_factor.prove(strict.f, half(strict), "000000")


def test_a_lock_holds_against_the_right_code_of_a_session_that_was_already_open(
    strict: Town, clock: HandClock
) -> None:
    key, _ = enrolled(strict)
    later(clock)
    waiting = half(strict)
    for _ in range(5):
        with pytest.raises(Refusal, match=r"auth\.failed"):
            sign_in(strict.f, strict.actor("county").login, "wrong")
    with pytest.raises(Refusal, match=r"auth\.locked"):
        second_factor.prove(strict.f, waiting, code(strict, key))
    assert second_factor.halfway(strict.f, waiting) is not None or current(strict.f, waiting, IDLE) is None


def test_a_recovery_code_is_good_once_however_it_is_typed(strict: Town) -> None:
    _, entered = enrolled(strict)
    one, two = entered.recovery[:2]
    assert second_factor.prove(strict.f, half(strict), one).left == 7
    with pytest.raises(Refusal, match=r"second\.failed"):
        second_factor.prove(strict.f, half(strict), one)
    assert second_factor.prove(strict.f, half(strict), f" {two.replace('-', ' ').upper()} ").left == 6


def test_one_persons_codes_are_nothing_to_another(strict: Town, clock: HandClock, engine) -> None:  # type: ignore[no-untyped-def]
    key, entered = enrolled(strict, "county")
    enrolled(strict, "city")
    later(clock)
    for given in (code(strict, key), entered.recovery[0]):
        with pytest.raises(Refusal, match=r"second\.failed"):
            second_factor.prove(strict.f, half(strict, "city"), given)
    # a row put in another's place by somebody with the database in hand opens nothing
    with engine.begin() as connection:
        from sqlalchemy import text

        connection.execute(
            text(
                "UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE person = :a) WHERE person = :b"
            ),
            {"a": strict.uids["county"], "b": strict.uids["city"]},
        )
    with pytest.raises(Refusal, match=r"second\.failed"):
        second_factor.prove(strict.f, half(strict, "city"), code(strict, key))


def test_a_half_session_ends_after_ten_minutes(strict: Town, clock: HandClock) -> None:
    secret = half(strict)
    clock.pass_(minutes=10, seconds=1)
    assert second_factor.halfway(strict.f, secret) is None
    with pytest.raises(Refusal, match=r"auth\.required"):
        second_factor.offer(strict.f, secret)


def test_an_office_that_comes_during_a_session_asks_for_the_factor_at_once(strict: Town) -> None:
    session = sign_in(strict.f, strict.actor("teacher").login, PASSWORD)
    enter.grant_code(strict.f, session.secret, "boards", {}, "code")
    redeemed = enter.redeem_code(strict.f, "code", "boards")
    assert redeemed is not None
    token, _ = enter.issue_token(strict.f, redeemed, ["read"])
    assert enter.actor_of_token(strict.f, token)
    with strict.f.work() as work:
        work.people.grant(strict.uids["teacher"], Role.COUNTY_HR, WEST, date(2026, 9, 1), "test")
    assert current(strict.f, session.secret, IDLE) is None
    assert enter.actor_of_token(strict.f, token) is None
    assert second_factor.halfway(strict.f, session.secret) is not None


def test_a_demo_does_without(town: Town) -> None:
    session = sign_in(town.f, town.actor("county").login, PASSWORD)
    assert not session.second
    assert current(town.f, session.secret, IDLE)


def test_privileged_sessions_idle_out_after_fifteen_minutes_and_others_after_thirty(
    town: Town, clock: HandClock
) -> None:
    official = sign_in(town.f, town.actor("county").login, PASSWORD).secret
    teacher = sign_in(town.f, town.actor("teacher").login, PASSWORD).secret
    for _ in range(3):
        clock.pass_(minutes=14)
        assert current(town.f, official, IDLE)
    clock.pass_(minutes=15)
    assert current(town.f, official, IDLE) is None
    clock.pass_(minutes=-42)
    assert current(town.f, teacher, IDLE)


def test_a_privileged_account_that_nobody_used_for_ninety_days_is_closed(
    town: Town, clock: HandClock
) -> None:
    sign_in(town.f, town.actor("county").login, PASSWORD)
    clock.pass_(days=89)
    sign_in(town.f, town.actor("county").login, PASSWORD)
    clock.pass_(days=90)
    with pytest.raises(Refusal, match=r"auth\.dormant"):
        sign_in(town.f, town.actor("county").login, PASSWORD)
    with pytest.raises(Refusal, match=r"auth\.failed"):  # says nothing to whoever does not know the password
        sign_in(town.f, town.actor("county").login, "wrong")
    assert sign_in(town.f, town.actor("teacher").login, PASSWORD)


def test_the_operator_takes_a_lost_factor_away_and_every_session_with_it(strict: Town, engine) -> None:  # type: ignore[no-untyped-def]
    _, entered = enrolled(strict, "sys_admin")
    login = strict.actor("sys_admin").login
    resets.operator_factor(strict.f, login)
    assert current(strict.f, entered.secret, IDLE) is None
    assert second_factor.offer(strict.f, half(strict, "sys_admin")).secret
    with pytest.raises(Refusal, match=r"second\.none"):
        resets.operator_factor(strict.f, login)
    verbs = [row[0] for row in rows(engine, "SELECT verb FROM audit_events ORDER BY seq")]
    assert verbs == ["enter.signed_in", "second_factor.enrolled", "second_factor.reset"]
