"""The whole platform on real processes: it starts, heals, is found again after a crash, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from running import ADMIN, STANDINS, Platform, platform_in, until


@pytest.fixture
def fresh() -> Iterator[Platform]:
    with platform_in("lj-fresh-") as found:
        yield found


def test_everything_is_well_and_each_name_leads_to_its_service(platform: Platform) -> None:
    done = platform.run("status")
    assert done.returncode == 0, done.stdout
    assert "JupyterHub" in done.stdout and "正常" in done.stdout
    assert "学习环境打开着 0 个" in done.stdout
    settings = platform.settings
    assert f"stand-in {settings.port + 3}" in platform.browse("portal.localhost", "/").text
    assert f"stand-in {settings.port + 3}" in platform.browse("anything.else", "/").text
    until(lambda: f"stand-in {settings.port + 4}" in platform.browse("boards.localhost", "/").text)
    assert platform.browse("hub.localhost", "/hub/login").headers["X-JupyterHub-Version"]


def test_the_hub_may_not_be_framed(platform: Platform) -> None:
    answer = platform.browse("hub.localhost", "/hub/login")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_signing_out_of_the_hub_leads_back_to_the_portal(platform: Platform) -> None:
    """The stand-in for the sign-in has no logout page of its own; the setting is what the real one follows."""
    answer = platform.browse("hub.localhost", "/hub/logout")
    assert answer.status_code in (200, 302)


def test_a_second_up_says_that_it_runs_and_where(platform: Platform) -> None:
    for words in (("up",), ("up", "--detach")):
        done = platform.run(*words)
        assert done.returncode == 0
        assert "已经在运行" in done.stdout
        assert platform.settings.address in done.stdout


def test_no_process_knows_more_than_it_needs(platform: Platform) -> None:
    known = {name: psutil.Process(platform.pid(name)).environ() for name in platform.states()}
    for name in ("proxy", "boards", "culler", "hub"):
        assert "LUOJIAO_DATABASE_URL" not in known[name], name
    assert "JUPYTERHUB_DATABASE_URL" not in known["portal"]
    for name, env in known.items():
        assert "STANDIN_FAULT" not in env, name
        assert not {"SSH_AUTH_SOCK", "LS_COLORS", "PYTEST_CURRENT_TEST"} & set(env), name


@pytest.mark.parametrize("name", ["portal", "worker", "proxy", "postgres", "hub"])
def test_a_killed_service_comes_back(platform: Platform, name: str) -> None:
    until(platform.well, 60)
    before = platform.pid(name)
    os.kill(before, signal.SIGKILL)
    until(lambda: platform.pid(name) != before and platform.well(), 60)
    if name == "postgres":
        # The Hub, which holds one session for all its life, must find its way back to the new server.
        until(lambda: platform.api("GET", "/users").status_code == 200, 30)
        until(lambda: platform.api("POST", f"/users/t{before:08}").status_code == 201, 30)
    if name == "proxy":
        # The routes of a proxy that starts empty come back from the Hub.
        until(lambda: platform.browse("hub.localhost", "/hub/login").status_code == 200, 20)
        until(lambda: "stand-in" in platform.browse("boards.localhost", "/").text, 20)


def test_an_end_without_warning_is_cleaned_up_by_the_next_up_and_keeps_the_data(fresh: Platform) -> None:
    assert fresh.run("up", "--detach").returncode == 0
    room = fresh.open_room("t12345678")["state"]["room"]["pid"]
    os.kill(fresh.pid("supervisor"), signal.SIGKILL)
    until(lambda: not psutil.pid_exists(fresh.pid("hub")) or gone(fresh.pid("hub")), 40)
    assert fresh.run("status").returncode == 3
    done = fresh.run("up", "--detach")
    assert done.returncode == 0, done.stdout
    assert gone(room)
    assert fresh.api("GET", "/users/t12345678").json()["name"] == "t12345678"
    assert fresh.api("GET", "/users/t12345678").json()["servers"] == {}


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_ctrl_c_ends_everything(fresh: Platform) -> None:
    process = subprocess.Popen(
        [sys.executable, str(STANDINS), "up"],
        env=fresh.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    until(fresh.well, 60)
    seen = fresh.processes()
    assert len(seen) > 6
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "洛教学堂已启动" in said and "停止" in said
    assert all(gone(p.pid) for p in seen)
    assert not list(fresh.settings.run_dir.glob("*.pid"))


def test_a_step_that_fails_is_one_line_with_the_reason(fresh: Platform) -> None:
    done = fresh.run("up", STANDIN_FAULT="FailingStep")
    assert done.returncode == 1
    assert "数据表失败：列 name 不存在" in done.stdout
    assert "migrate.log" in done.stdout
    assert not fresh.processes()


def test_an_essential_service_that_does_not_start_ends_the_start(fresh: Platform) -> None:
    done = fresh.run("up", STANDIN_FAULT="DyingPortal")
    assert done.returncode == 1
    assert done.stdout.count("门户起不来：no board of that name") == 1
    assert "portal.log" in done.stdout
    assert not fresh.processes()


def test_without_boards_the_rest_runs_and_the_operator_is_told_once(fresh: Platform) -> None:
    done = fresh.run("up", "--detach", STANDIN_FAULT="MissingBoards", STANDIN_WITHOUT="hub,culler")
    assert done.returncode == 1
    assert done.stdout.count("看板（Voilà）起不来：no board of that name") == 1
    assert "洛教学堂已启动" in done.stdout
    assert fresh.run("status").returncode == 1
    assert "stand-in" in fresh.browse("portal.localhost", "/").text


def test_behind_a_bare_address_everything_is_under_one_origin_and_the_operator_is_warned(
    fresh: Platform,
) -> None:
    fresh.env["LUOJIAO_ADDRESS"] = f"http://127.0.0.1:{fresh.port}"
    done = fresh.run("up", "--detach")
    assert done.returncode == 0, done.stdout
    assert "精简隔离模式" in done.stdout
    assert f"stand-in {fresh.port + 3} /" in fresh.browse("127.0.0.1", "/").text
    assert "/jupyter/hub/" in fresh.browse("127.0.0.1", "/jupyter/").headers["Location"]
    until(lambda: f"stand-in {fresh.port + 4} /boards/x" in fresh.browse("127.0.0.1", "/boards/x").text)
    fresh.api("POST", "/users/t12345678")
    fresh.api("POST", "/users/t12345678/server")
    until(lambda: fresh.ready_room("t12345678"), 60)
    assert fresh.browse("127.0.0.1", "/jupyter/user/t12345678/api/status", headers=ADMIN).status_code == 200


def test_down_when_nothing_runs_says_so(fresh: Platform) -> None:
    done = fresh.run("down")
    assert done.returncode == 0
    assert "没有在运行" in done.stdout
