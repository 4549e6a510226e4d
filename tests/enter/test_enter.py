"""Coming in: passwords, lock-out, sessions, first-login change, resets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain.errors import Refusal
from hub.journey import enter, password, resets
from hub.journey.enter import current, sign_in
from tests.conftest import HandClock, rows
from tests.people import PASSWORD, Town

IDLE = timedelta(minutes=30)
NEW = "春天去看3次牡丹！真好看"


def login(town: Town, who: str = "teacher") -> str:
    return town.actor(who).login


def test_the_right_password_opens_a_session_that_knows_name_and_roles(town: Town) -> None:
    session = sign_in(town.f, login(town).upper() + " ", PASSWORD)
    actor = current(town.f, session.secret, IDLE)
    assert actor is not None
    assert actor.name == "陈晓燕"
    assert {r.value for r in actor.roles} == {"teacher"}


def test_a_wrong_password_an_unknown_and_an_inactive_person_get_the_same_words(town: Town) -> None:
    said = set()
    for name, given in ((login(town), "nope"), ("t99999999", PASSWORD), ("", ""), ("' OR 1=1 --", "x")):
        with pytest.raises(Refusal) as refusal:
            sign_in(town.f, name, given)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_five_failures_lock_for_fifteen_minutes_even_against_the_right_password(
    town: Town, clock: HandClock
) -> None:
    for _ in range(5):
        with pytest.raises(Refusal, match=r"auth\.failed"):
            sign_in(town.f, login(town), "wrong")
    with pytest.raises(Refusal, match=r"auth\.locked"):
        sign_in(town.f, login(town), PASSWORD)
    clock.pass_(minutes=15, seconds=1)
    assert sign_in(town.f, login(town), PASSWORD).person.name == "陈晓燕"


def test_failures_are_forgotten_after_a_success(town: Town) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Refusal, match=r"auth\.failed"):
                sign_in(town.f, login(town), "wrong")
        sign_in(town.f, login(town), PASSWORD)


def test_a_session_ends_when_idle_at_sign_out_and_after_twelve_hours(town: Town, clock: HandClock) -> None:
    idle, left, old = (sign_in(town.f, login(town), PASSWORD).secret for _ in range(3))
    enter.sign_out(town.f, left)
    assert current(town.f, left, IDLE) is None
    for _ in range(30):
        clock.pass_(minutes=25)
        alive = current(town.f, old, IDLE)
    assert alive is None
    assert current(town.f, idle, IDLE) is None
    assert current(town.f, "made up", IDLE) is None


def test_secrets_are_kept_by_digest_alone(town: Town, engine) -> None:  # type: ignore[no-untyped-def]
    session = sign_in(town.f, login(town), PASSWORD)
    dump = str(rows(engine, "SELECT * FROM sessions")) + str(
        rows(engine, "SELECT password_hash FROM credentials")
    )
    assert session.secret not in dump
    assert PASSWORD not in dump
    assert "$argon2id$" in dump


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short1A!", "至少 12"),
        ("alllowercaseletters", "三种"),
        ("AAAAaaaa1111", "重复"),
        (PASSWORD, "原来"),
        ("陈晓燕2026-abcXYZ", "姓名"),
        ("x" * 200 + "A1!", "最多"),
    ],
)
def test_a_weak_new_password_is_refused_with_what_is_wrong(town: Town, new: str, why: str) -> None:
    with pytest.raises(Refusal, match=r"auth\.weak_password") as refusal:
        password.change(town.f, town.actor("teacher"), PASSWORD, new)
    assert why in refusal.value.message


def test_changing_the_password_needs_the_old_one_and_ends_every_session(town: Town) -> None:
    session = sign_in(town.f, login(town), PASSWORD)
    with pytest.raises(Refusal, match=r"auth\.failed"):
        password.change(town.f, town.actor("teacher"), "guess", NEW)
    password.change(town.f, town.actor("teacher"), PASSWORD, NEW)
    assert current(town.f, session.secret, IDLE) is None
    assert sign_in(town.f, login(town), NEW)


def test_a_school_admin_resets_passwords_in_their_own_school_only(town: Town) -> None:
    fresh = resets.reset_password(town.f, town.actor("school_admin"), login(town))
    assert sign_in(town.f, login(town), fresh).must_change_password
    for stranger in ("far_admin", "teacher", "county", "sys_admin"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            resets.reset_password(town.f, town.actor(stranger), login(town))


def test_nobody_gains_a_role_by_resetting_its_holders_password(town: Town) -> None:
    """Whoever resets a password can sign in with it."""
    for who, target in (
        ("registrar", "city"), ("registrar", "sys_admin"), ("registrar", "county"),
        ("school_admin", "city"), ("school_admin", "registrar"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=r"access\.denied"):
            resets.reset_password(town.f, town.actor(who), login(town, target))
        assert sign_in(town.f, login(town, target), PASSWORD)
    assert resets.reset_password(town.f, town.actor("registrar"), login(town, "school_admin"))
    fresh = resets.operator_reset(town.f, login(town, "city"))
    assert sign_in(town.f, login(town, "city"), fresh).must_change_password


def test_a_code_is_good_once_for_its_own_client_and_for_a_minute(town: Town, clock: HandClock) -> None:
    secret = sign_in(town.f, login(town), PASSWORD).secret
    for code, client, wait, good in (
        ("a", "hub", 0, True),
        ("b", "boards", 0, False),
        ("c", "hub", 61, False),
    ):
        enter.grant_code(town.f, secret, "hub", {"scopes": ["openid"]}, code)
        clock.pass_(seconds=wait)
        assert (enter.redeem_code(town.f, code, client) is not None) is good
        assert enter.redeem_code(town.f, code, "hub") is None


def test_a_token_ends_with_the_session_it_was_given_under(town: Town) -> None:
    secret = sign_in(town.f, login(town), PASSWORD).secret
    enter.grant_code(town.f, secret, "boards", {}, "code")
    code = enter.redeem_code(town.f, "code", "boards")
    assert code is not None
    token, _ = enter.issue_token(town.f, code, ["read"])
    actor = enter.actor_of_token(town.f, token)
    assert actor is not None
    assert actor.scopes == {"read"}
    enter.sign_out(town.f, secret)
    assert enter.actor_of_token(town.f, token) is None


def test_first_passwords_use_the_whole_alphabet_evenly_in_every_place() -> None:
    """They once came from the text of a secret, not from its bits, and began with one of 64 pairs."""
    import collections
    import secrets

    from hub.domain import passwords

    made = [passwords.first(secrets.token_urlsafe(32)).replace("-", "") for _ in range(4000)]
    assert len(set(made)) == len(made)
    for place in range(15):
        pairs = collections.Counter(text[place : place + 2] for text in made)
        assert len(pairs) > 900  # of 961
        assert max(pairs.values()) < 25  # 4.2 expected


def test_what_is_over_is_swept_away_and_what_lives_stays(town: Town, clock: HandClock, engine) -> None:  # type: ignore[no-untyped-def]
    old = sign_in(town.f, login(town), PASSWORD).secret
    enter.grant_code(town.f, old, "hub", {}, "never redeemed")
    clock.pass_(hours=13)
    fresh = sign_in(town.f, login(town), PASSWORD).secret
    enter.sweep(town.f)
    assert rows(engine, "SELECT count(*) FROM oidc_codes") == [(0,)]
    assert rows(engine, "SELECT digest FROM sessions") == [(enter.digest(fresh),)]
