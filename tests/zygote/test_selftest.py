"""The self-test: every wall holds, an open one is noticed, and it is so for an ordinary user too."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from zygote import selftest
from zygote.errors import WallsMissing
from zygote.spec import MB, Limits, Tmpfs, WallSpec
from zygote.walls import run

REPOSITORY = Path(selftest.__file__).resolve().parent.parent
PATH = {"PATH": "/usr/bin:/bin"}
_USABLE = (
    "import os, sys\n"
    "sys.exit(sys.version_info < (3, 11) or not os.access(os.path.realpath(sys.executable), os.X_OK))"
)


@pytest.fixture(scope="module")
def checks() -> dict[str, selftest.WallCheck]:
    """One self-test for all."""
    return {check.name: check for check in selftest.check_walls()}


@pytest.mark.parametrize("name", selftest.NAMES)
def test_the_wall_holds(checks: dict[str, selftest.WallCheck], name: str) -> None:
    assert checks[name].ok, checks[name].detail


def probe(attempt: str, *arguments: str, env: dict[str, str] | None = None, **spec: object) -> str:
    """What one attempt of the self-test reaches with these walls."""
    source = str(REPOSITORY / "zygote/inside/probe.py")
    argv = (sys.executable, "-I", "-S", "-B", "/luojiao/probe.py", json.dumps({attempt: list(arguments)}))
    read_only = ((source, "/luojiao/probe.py"), *spec.pop("read_only", ()))  # type: ignore[misc]
    outcome = run(WallSpec(argv=argv, env=env or PATH, read_only=read_only, **spec))  # type: ignore[arg-type]
    return str(json.loads(outcome.stdout)[attempt])


def test_the_self_test_notices_an_open_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert "connected" in probe("network", port, "nobody", network=True)
        assert probe("network", port, "nobody") == ""


def test_the_self_test_notices_a_readable_file(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("secret")
    assert "read 6 bytes" in probe("foreign_file", "/elsewhere", read_only=((str(canary), "/elsewhere"),))


def test_the_self_test_notices_missing_bounds() -> None:
    loose = Limits(processes=None, file_bytes=None)
    assert "forked 200" in probe("forks", limits=loose)
    room = (Tmpfs("/room", 400 * MB), Tmpfs("/tmp"))  # noqa: S108 - inside the walls
    assert "wrote 200 MB" in probe("disk", limits=loose, tmpfs=room)


def test_the_self_test_notices_a_variable_and_a_descriptor() -> None:
    assert "TOKEN" in probe("environment", env={"TOKEN": "x"})
    reader, writer = os.pipe()
    try:
        assert "descriptors" in probe("environment", pass_fds=(reader,))
    finally:
        os.close(reader)
        os.close(writer)


def test_walls_that_hold_nothing_back_are_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = dict.fromkeys(selftest.NAMES, "") | {"network": "connected to the host"}
    monkeypatch.setattr(selftest, "_ask", lambda arguments: answers)
    with pytest.raises(WallsMissing, match="网络") as caught:
        selftest.require_walls()
    assert caught.value.code == "walls.leaky"
    monkeypatch.setattr(selftest, "_ask", lambda arguments: {})
    with pytest.raises(WallsMissing):
        selftest.require_walls()


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 能换成普通用户再试一遍")
def test_the_walls_hold_for_an_ordinary_user_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    """As root no user namespace is needed for mounting; as anybody else everything hangs on one."""
    ordinary = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
    reachable = [
        tool
        for tool in (sys.executable, "/usr/bin/python3")
        if shutil.which("setpriv")
        and subprocess.run(
            [*ordinary, tool, "-c", _USABLE],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    ]
    if not reachable:
        pytest.skip("没有普通用户也能运行的 Python 3.11")
    folder = Path(tmp_path_factory.mktemp("ordinary", numbered=True))
    for place in (folder, *folder.parents):  # pytest's own folders are closed to others
        place.chmod(0o755)
        if place.name.startswith("pytest-of-"):
            break
    shutil.copytree(REPOSITORY / "zygote", folder / "zygote", ignore=shutil.ignore_patterns("__pycache__"))
    for place in (folder / "zygote").rglob("*"):
        place.chmod(0o755 if place.is_dir() else 0o644)
    code = (
        "import json\nfrom zygote.selftest import check_walls, require_walls\nrequire_walls()\n"
        "print(json.dumps({c.name: c.ok for c in check_walls()}))"
    )
    done = subprocess.run(
        [*ordinary, reachable[0], "-B", "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == dict.fromkeys(selftest.NAMES, True)
