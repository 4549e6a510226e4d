"""What is in the way of a start is one Chinese line that names the thing and what to do."""

from __future__ import annotations

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from running import CHECKOUT, Platform, free_ports

from hub.identity.secrets import secret
from hub.operations import checks, node
from hub.settings import load


def settings(tmp_path: Path, **more: str):
    port = free_ports()
    env = {"LUOJIAO_HOME": str(tmp_path), "LUOJIAO_ADDRESS": f"http://portal.localhost:{port}"}
    return load(env | more)


def test_a_port_in_use_is_named_with_its_holder_and_the_setting(tmp_path: Path) -> None:
    found = settings(tmp_path)
    taken = socket.create_server(("127.0.0.1", found.port + 3))
    with taken, pytest.raises(checks.MachineError) as caught:
        checks.ports_free(found)
    for part in (str(found.port + 3), "门户", "进程号", "LUOJIAO_PORT"):
        assert part in str(caught.value)


def test_a_full_disk_names_the_home(tmp_path: Path) -> None:
    with pytest.raises(checks.MachineError, match=r"512 MB.*LUOJIAO_HOME"):
        checks.disk_space(settings(tmp_path / "not" / "yet"), free=lambda place: 512 * 1024**2)


def test_missing_node_modules_name_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "PROXY_SCRIPT", tmp_path / "none")
    with pytest.raises(checks.MachineError, match="npm ci"):
        checks.proxy_installed(settings(tmp_path))


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(checks.MachineError, match="LUOJIAO_HOME"):
        checks.home_writable(settings(tmp_path, LUOJIAO_HOME=str(tmp_path / "file" / "home")))


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"LUOJIAO_ADDRESS": "http://203.0.113.9:8000"}, "不是这台机器的地址"),
        ({"LUOJIAO_ADDRESS": f"http://{checks.lan_address()}:8000"}, "LUOJIAO_BIND=0.0.0.0"),
    ],
)
def test_an_address_that_leads_nowhere_is_named(tmp_path: Path, more: dict[str, str], part: str) -> None:
    if checks.lan_address().startswith("127."):
        pytest.skip("this machine has no address but its own")
    with pytest.raises(checks.MachineError, match=part):
        checks.address_usable(settings(tmp_path, **more))


def test_a_bind_address_of_another_machine_is_named(tmp_path: Path) -> None:
    with pytest.raises(checks.MachineError, match="LUOJIAO_BIND"):
        checks.ports_free(settings(tmp_path, LUOJIAO_BIND="203.0.113.9"))


def test_up_says_one_line_and_no_traceback(tmp_path: Path) -> None:
    platform = Platform(tmp_path)
    with socket.create_server(("127.0.0.1", platform.port)):
        done = platform.run("up")
    assert done.returncode == 1
    assert str(platform.port) in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    done = Platform(tmp_path).run("status", LUOJIAO_GRADERS="many")
    assert done.returncode == 2
    assert "LUOJIAO_GRADERS" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1


def test_a_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(lambda _: secret("some_key", folder), range(32)))
    assert len(values) == 1
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "some_key").stat().st_mode) == 0o600
    assert [p.name for p in folder.iterdir()] == ["some_key"]
    with pytest.raises(ValueError):
        secret("../etc/passwd", folder)


def test_the_lock_file_of_npm_holds_no_address_of_a_registry() -> None:
    lock = (CHECKOUT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry." not in lock


def test_every_verb_is_documented() -> None:
    from hub.cli import VERBS

    page = (CHECKOUT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    for verb in VERBS:
        assert f"`luojiao {verb.name}" in page


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("warm", "学习环境预热启动，最多同时 7 个"),
        ("cold", "学习环境不预热（LUOJIAO_ROOMS=cold）"),
        ("open", "学习环境没有隔离墙（LUOJIAO_ROOMS=open）"),
    ],
)
def test_the_doctor_says_how_rooms_start_and_how_many_there_may_be(
    tmp_path: Path, way: str, told: str
) -> None:
    done = Platform(tmp_path).run("doctor", LUOJIAO_ROOMS=way, LUOJIAO_ROOMS_AT_ONCE="7")
    assert told in done.stdout.replace("\n", "")
