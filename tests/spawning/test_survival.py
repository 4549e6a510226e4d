"""What a room outlives: the Hub, the template, an upgrade of packages. What of it is cleaned away, and the ways without warm forks."""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from running import Platform, platform_in, until
from talking import Kernel

from zygote.warm import LOOK_EVERY

ANNA, BERT, CARL, DORA = "t70000001", "t70000002", "t70000003", "t70000004"


def pid_of(room: dict[str, Any]) -> int:
    return int(room["state"]["room"]["pid"])


def template_of(room: dict[str, Any]) -> int:
    return psutil.Process(pid_of(room)).ppid()


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def kernels(platform: Platform) -> Iterator[dict[str, Kernel]]:
    """Two rooms whose notebooks have something to lose."""
    made = {}
    for login in (ANNA, BERT):
        if not platform.ready_room(login):
            platform.open_room(login)
        made[login] = Kernel(platform, login)
        made[login].prints(f"work = 'of {login}'")
    yield made
    for one in made.values():
        one.end()


def kept(kernels: dict[str, Kernel]) -> bool:
    """Whether every notebook still has what it had, over a websocket of its own."""
    for login, kernel in kernels.items():
        kernel.socket.close()
        kernel.connect()
        assert kernel.prints("print(work)") == f"of {login}"
    return True


def test_every_room_outlives_the_hub_with_what_its_kernels_know(
    platform: Platform, kernels: dict[str, Kernel]
) -> None:
    before = {login: pid_of(platform.ready_room(login) or {}) for login in kernels}
    hub = platform.pid("hub")
    os.kill(hub, signal.SIGKILL)
    for kernel in kernels.values():
        assert kernel.prints("print(work)").startswith("of ")  # while there is no Hub at all
    until(lambda: platform.pid("hub") != hub and platform.well(), 60)
    for login, pid in before.items():
        assert pid_of(until(lambda login=login: platform.ready_room(login), 30)) == pid
    assert kept(kernels)


def test_a_room_that_ended_while_the_hub_was_away_is_cleaned_away(platform: Platform) -> None:
    room = platform.open_room(CARL)
    hub = platform.pid("hub")
    os.kill(platform.pid("supervisor"), signal.SIGSTOP)  # else it starts the next Hub first
    try:
        os.kill(hub, signal.SIGKILL)
        os.kill(pid_of(room), signal.SIGKILL)
        until(lambda: gone(pid_of(room)), 10)
    finally:
        os.kill(platform.pid("supervisor"), signal.SIGCONT)
    until(lambda: platform.pid("hub") != hub and platform.well(), 60)
    until(lambda: not platform.ready_room(CARL), 30)
    assert not (platform.settings.run_dir / "rooms" / CARL).exists()
    assert not [folder for folder in room["state"]["room"]["folders"] if Path(folder).exists()]
    again = platform.open_room(CARL)
    assert pid_of(again) != pid_of(room)


def test_a_room_whose_server_died_is_noticed_and_opens_again(platform: Platform) -> None:
    room = platform.ready_room(CARL) or platform.open_room(CARL)
    psutil.Process(pid_of(room)).children()[0].kill()
    until(lambda: not platform.ready_room(CARL), 60)
    assert not (platform.settings.run_dir / "rooms" / CARL).exists()
    platform.open_room(CARL)
    assert Kernel(platform, CARL).prints("print(6 * 7)") == "42"


def test_rooms_outlive_their_template_and_new_ones_come_from_the_next(
    platform: Platform, kernels: dict[str, Kernel]
) -> None:
    latest = platform.ready_room(DORA) or platform.open_room(DORA)  # of the Hub that runs now
    dora, old = Kernel(platform, DORA), template_of(latest)
    os.kill(old, signal.SIGKILL)
    until(lambda: gone(old), 10)
    assert kept(kernels)
    assert dora.prints("print(1)") == "1"
    new = platform.open_room(CARL + "1")  # warm, as open_room looks
    assert template_of(new) not in (old, template_of(latest))


def test_an_upgrade_of_packages_replaces_the_template_and_leaves_rooms_alone(
    platform: Platform, kernels: dict[str, Kernel]
) -> None:
    old = template_of(platform.open_room(CARL + "2"))
    installed = Path(sysconfig.get_path("purelib")) / "luojiao_upgrade_of_the_tests.dist-info"
    installed.mkdir()
    try:
        time.sleep(1.5 * LOOK_EVERY)
        assert template_of(platform.open_room(CARL + "3")) != old
        assert kept(kernels)
    finally:
        installed.rmdir()


def test_a_class_that_comes_at_once_is_let_in_at_once(platform: Platform) -> None:
    at_once(platform, [f"t7100{n:04d}" for n in range(10)])


@pytest.mark.slow
def test_forty_at_once_all_come_in(platform: Platform) -> None:
    at_once(platform, [f"t7200{n:04d}" for n in range(40)])


def at_once(platform: Platform, logins: list[str]) -> None:
    with ThreadPoolExecutor(len(logins)) as pool:
        rooms = list(pool.map(platform.open_room, logins))
    assert len({pid_of(room) for room in rooms}) == len(logins)
    for login in logins:
        assert platform.room(login, "api/status").status_code == 200
    with ThreadPoolExecutor(len(logins)) as pool:
        list(pool.map(lambda login: platform.api("DELETE", f"/users/{login}/server"), logins))
    until(lambda: not [login for login in logins if platform.ready_room(login)], 60)


@pytest.mark.parametrize(("way", "warned"), [("cold", "不预热"), ("open", "没有隔离墙")])
def test_without_warm_forks_rooms_start_the_ordinary_way_and_the_doctor_says_so(
    way: str, warned: str
) -> None:
    """A machine without warm forks, a pod or a Mac without namespaces."""
    with platform_in(f"lj-{way}-") as found:
        found.env["LUOJIAO_ROOMS"] = way
        assert found.run("up", "--detach").returncode == 0
        assert warned in found.run("doctor").stdout
        if way == "open" and os.geteuid() == 0 and not for_everybody(Path(sys.executable)):
            assert found.sign_in(ANNA).status_code == 302
            refused = found.api("POST", f"/users/{ANNA}/server", timeout=60)
            assert "进不了 Python 所在的文件夹" in refused.json()["message"]
        else:
            found.open_room(ANNA)
            assert Kernel(found, ANNA).prints("import os; print(os.getpid() > 0)") == "True"


def for_everybody(program: Path) -> bool:
    """Whether any account could run it."""
    real = program.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (real, *real.parents, *program.parents))
