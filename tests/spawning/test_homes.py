"""Homes are private, each has a number of its own under root, and a name that is none is refused."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.spawning.homes import home_of
from hub.spawning.people import is_author, person, remember_person


def test_a_home_is_made_once_private_and_keeps_its_number(tmp_path: Path) -> None:
    first = home_of("t12345678", tmp_path, 70000)
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o700
    assert home_of("t12345678", tmp_path, 70000) == first
    if os.geteuid() == 0:
        assert first.uid == first.gid == 70000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives numbers")
def test_forty_at_once_get_forty_numbers(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: home_of(f"t{n:08}", tmp_path, 70000).uid, range(40)))
    assert sorted(found) == list(range(70000, 70040))


@pytest.mark.parametrize(
    "login", ["", "..", "../t1", "T12345678", "t/1", ".last-uid", "欧阳静", "a" * 41, "t1\n"]
)
def test_a_name_that_is_no_login_gets_no_home(tmp_path: Path, login: str) -> None:
    with pytest.raises(ValueError):
        home_of(login, tmp_path, 70000)


def test_a_link_in_place_of_a_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t12345678").symlink_to("/etc")
    with pytest.raises(ValueError):
        home_of("t12345678", tmp_path, 70000)


def test_of_a_person_the_name_and_the_roles_are_kept_and_no_token() -> None:
    claims = {"sub": "1", "name": "欧阳静", "roles": ["instructor"], "email": "x@example.org"}
    model = {"name": "t1", "auth_state": {"access_token": "secret", "oauth_user": claims}}
    info = remember_person(None, None, model)["user_info"]
    assert info == {
        "name": "欧阳静",
        "display_name": "欧阳静",
        "initials": "欧",
        "roles": ["instructor"],
        "terminal": False,
    }
    assert is_author(info)
    assert not is_author(person("t1", {}))
    assert not is_author(None)
