"""How long a password is good for, which ones may not come back, and that no way in goes around either."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from hub.domain import passwords
from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.journey import enter, password, resets
from hub.journey.enter import current, sign_in
from tests.conftest import HandClock, rows
from tests.people import PASSWORD, WEST, Town

IDLE = timedelta(minutes=30)
NUMBER = "999999198003085525"


def change(town: Town, who: str, old: str, new: str) -> None:
    password.change(town.f, town.actor(who), old, new)


def used(town: Town, who: str) -> None:
    """Somebody comes in now and then, so that the account does not fall asleep."""
    with town.f.work() as work:
        work.entry.note_use(town.uids[who], town.f.clock.now())


def must(town: Town, who: str, known: str = PASSWORD) -> bool:
    return sign_in(town.f, town.actor(who).login, known).must_change_password


@pytest.mark.parametrize("who", ["city", "county", "registrar", "sys_admin"])
def test_a_privileged_password_is_good_for_ninety_days_and_not_a_moment_longer(
    town: Town, clock: HandClock, who: str
) -> None:
    clock.pass_(days=80)
    used(town, who)
    clock.pass_(days=9, hours=23, minutes=59, seconds=59)
    assert not must(town, who)
    clock.pass_(seconds=1)
    assert must(town, who)
    change(town, who, PASSWORD, "Luoyang-2026-hua")
    assert not must(town, who, "Luoyang-2026-hua")
    clock.pass_(days=89)
    assert not must(town, who, "Luoyang-2026-hua")


@pytest.mark.parametrize("who", ["teacher", "student", "instructor", "school_admin"])
def test_other_passwords_do_not_age(town: Town, clock: HandClock, who: str) -> None:
    clock.pass_(days=400)
    assert not must(town, who)
    assert town.actor(who).password_days is None


def test_an_office_that_comes_later_finds_the_password_as_old_as_it_is(town: Town, clock: HandClock) -> None:
    clock.pass_(days=200)
    with town.f.work() as work:
        work.people.grant(town.uids["teacher"], Role.ASSESSOR, WEST, enter.beijing_day(clock.now()), "test")
        work.entry.note_use(town.uids["teacher"], clock.now())
    assert must(town, "teacher")


def test_days_are_counted_down_to_none() -> None:
    made = HandClock().now()
    for passed, left in (
        (timedelta(0), 90), (timedelta(seconds=1), 90), (timedelta(days=80), 10), (timedelta(days=79, hours=23), 11),
        (timedelta(days=89, hours=23, minutes=59), 1), (timedelta(days=90), 0), (timedelta(days=500), 0),
    ):  # fmt: skip
        assert passwords.days_left(made, made + passed) == left, passed


def test_nobody_is_stopped_in_the_midst_of_a_session(town: Town, clock: HandClock) -> None:
    clock.pass_(days=89, hours=23, minutes=55)
    used(town, "city")
    session = sign_in(town.f, town.actor("city").login, PASSWORD).secret
    clock.pass_(minutes=10)
    actor = current(town.f, session, IDLE)
    assert actor is not None and not actor.must_change_password and actor.password_days == 1
    assert must(town, "city")


def test_no_code_is_given_and_a_token_speaks_for_somebody_who_must_change(
    town: Town, clock: HandClock
) -> None:
    clock.pass_(days=85)
    used(town, "city")
    clock.pass_(days=5)
    session = sign_in(town.f, town.actor("city").login, PASSWORD).secret
    with pytest.raises(Refusal, match=r"auth\.change_password"):
        enter.grant_code(town.f, session, "hub", {}, "code")
    by_hub = enter.actor_by_login(town.f, town.actor("city").login)
    assert by_hub is not None and by_hub.must_change_password


@pytest.mark.parametrize("who", ["teacher", "student", "city"])
def test_none_of_the_last_five_passwords_comes_back_and_the_sixth_may(
    town: Town, engine, who: str  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    known = [PASSWORD, *(f"Mudan-{n}-kaihua-le" for n in range(1, 6))]
    for old, new in pairwise(known):
        change(town, who, old, new)
    for one in known[1:5]:
        with pytest.raises(Refusal, match=r"auth\.reused_password") as refusal:
            change(town, who, known[5], one)
        assert "5 个" in refusal.value.message
    with pytest.raises(Refusal, match=r"auth\.weak_password"):
        change(town, who, known[5], known[5])
    change(town, who, known[5], known[0])
    kept = rows(engine, "SELECT password_hash FROM password_history")
    assert len(kept) == passwords.REMEMBERED - 1 and all("$argon2id$" in str(h[0]) for h in kept)
    assert not any(one in str(kept) for one in known)


def test_a_reset_is_no_way_back_to_an_old_password(town: Town) -> None:
    login = town.actor("teacher").login
    fresh = resets.operator_reset(town.f, login)
    with pytest.raises(Refusal, match=r"auth\.reused_password"):
        change(town, "teacher", fresh, PASSWORD)
    change(town, "teacher", fresh, "Luoyang-2026-hua")
    with pytest.raises(Refusal, match=r"auth\.reused_password"):
        change(town, "teacher", "Luoyang-2026-hua", PASSWORD)


def test_the_history_is_everybodys_own(town: Town) -> None:
    change(town, "teacher", PASSWORD, "Luoyang-2026-hua")
    change(town, "colleague", PASSWORD, "Luoyang-2026-hua")


def test_ones_own_identity_number_is_no_part_of_a_password(town: Town) -> None:
    f = town.f
    with f.work() as work:
        from sqlalchemy import update

        from hub.store import tables as t

        work.people.connection.execute(  # type: ignore[attr-defined]
            update(t.people).where(t.people.c.uid == town.uids["teacher"]).values(id_hmac=f.vault.tag(NUMBER))
        )
    with pytest.raises(Refusal, match=r"auth\.weak_password") as refusal:
        change(town, "teacher", PASSWORD, f"Wo-0{NUMBER}!")
    assert "身份证号" in refusal.value.message and NUMBER not in refusal.value.message
    change(town, "colleague", PASSWORD, f"Wo-0{NUMBER}!")
