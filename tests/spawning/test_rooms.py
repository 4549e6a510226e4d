"""Real rooms behind real walls, started through the Hub: what a learner sees, and what nobody in a room can reach."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
import websocket
from running import ADMIN, CHECKOUT, Platform, until
from talking import Kernel

from hub.spawning.walls import HOME
from zygote.warm import LOOK_EVERY

LEARNER, AUTHOR, STUDENT = "t12345678", "t23456789", "t34567890"


@pytest.fixture(scope="module")
def learner(platform: Platform) -> dict[str, Any]:
    return platform.open_room(LEARNER)


@pytest.fixture(scope="module")
def author(platform: Platform) -> dict[str, Any]:
    return platform.open_room(AUTHOR)


def execute(platform: Platform, login: str, code: str) -> str:
    """What ``code`` prints in a kernel of the room, through the proxy as a browser would; and its error."""
    kernel = Kernel(platform, login)
    ran = kernel.run(code)
    kernel.end()
    return ran.printed + ran.error


def page_config(platform: Platform, login: str) -> dict[str, Any]:
    page = platform.room(login, "lab").text
    found = re.search(r'id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found.group(1))


def test_the_template_that_was_warm_before_the_first_room_serves_those_after_it(
    platform: Platform, learner: dict[str, Any]
) -> None:
    first = psutil.Process(learner["state"]["room"]["pid"]).ppid()
    time.sleep(1.5 * LOOK_EVERY)
    later = platform.open_room("t77000077")["state"]["room"]["pid"]
    assert psutil.Process(later).ppid() == first


def test_each_room_has_an_origin_of_its_own(platform: Platform, learner: dict[str, Any]) -> None:
    assert learner["full_url"] == f"http://{LEARNER}.hub.localhost:{platform.port}/user/{LEARNER}/"
    assert platform.room(LEARNER, "api/status").status_code == 200
    stranger = platform.browse("portal.localhost", f"/user/{LEARNER}/api/status")
    assert "stand-in" in stranger.text


def test_a_room_speaks_chinese_compresses_and_asks_nobody_for_news(platform: Platform, learner: Any) -> None:
    answer = platform.room(LEARNER, "lab/api/settings")
    assert answer.headers["Content-Encoding"] == "gzip"
    schemas = {s["id"]: s["schema"].get("properties") for s in answer.json()["settings"]}
    assert schemas["@jupyterlab/translation-extension:plugin"]["locale"]["default"] == "zh_CN"
    assert schemas["@jupyterlab/apputils-extension:notification"]["fetchNews"]["default"] == "false"
    assert page_config(platform, LEARNER)["news"]["disabled"] is True
    pack = platform.room(LEARNER, "lab/api/translations/zh_CN").json()["data"]["jupyterlab"]
    assert pack[""]["language"] == "zh-CN"
    assert len(pack) > 500


def says(platform: Platform, login: str, typed: str, expected: str) -> str:
    """What a terminal of the room shows after ``typed``, up to what is expected."""
    name = platform.room(login, "api/terminals", "POST").json()["name"]
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{platform.port}/user/{login}/terminals/websocket/{name}",
        header=[f"{key}: {value}" for key, value in ADMIN.items()],
        host=f"{login}.hub.localhost:{platform.port}",
        timeout=20,
    )
    socket.send(json.dumps(["stdin", typed + "\r"]))
    shown = ""
    while expected not in shown:
        kind, text = json.loads(socket.recv())[:2]
        shown += text if kind == "stdout" else ""
    socket.close()
    return shown


@pytest.mark.parametrize("login", [AUTHOR, STUDENT])
def test_an_author_and_a_learner_whose_course_says_so_have_a_terminal_behind_the_same_walls(
    platform: Platform, author: Any, login: str
) -> None:
    platform.ready_room(login) or platform.open_room(login)
    shown = says(platform, login, "tty; echo $((6*7))in $PWD; echo 'e'nd", "end")
    assert "/dev/pts/" in shown
    assert f"42in {HOME}" in shown
    tried = says(platform, login, "mount -t tmpfs none /mnt && echo 'moun'ted; echo 'e'nd", "end")
    assert "mounted" not in tried
    assert "not found" not in tried  # the program is there: it is the walls that refuse


def test_a_room_has_no_terminal_and_may_not_be_framed(platform: Platform, learner: Any) -> None:
    answer = platform.room(LEARNER, "api/terminals")
    assert answer.status_code == 404
    assert "frame-ancestors 'none'" in platform.room(LEARNER, "lab").headers["Content-Security-Policy"]


def test_authors_alone_see_the_authoring_panel(platform: Platform, learner: Any, author: Any) -> None:
    for login, sees in ((LEARNER, False), (AUTHOR, True)):
        off = page_config(platform, login)["disabledExtensions"]
        assert ("@jupyter/nbgrader:create-assignment" not in off) is sees
        assert "@jupyter/nbgrader:formgrader" in off
        assert "@jupyter/nbgrader:course-list" in off
        assert platform.room(login, "assignments").status_code == 400  # there, and asks for a course
        assert platform.room(login, "formgrader").status_code == 404


def test_code_in_a_room_reaches_its_own_home_and_nothing_else(
    platform: Platform, learner: dict[str, Any], author: dict[str, Any]
) -> None:
    settings = platform.settings
    other = settings.homes_dir / AUTHOR / "private.txt"
    other.write_text("theirs")
    places = [
        settings.home, settings.secrets_dir / "database_luojiao", settings.database_dir / "PG_VERSION",
        settings.run_dir / "pg", settings.files_dir, other, "/home/" + AUTHOR, "/root/.bashrc", "/root/.cache", "/etc/shadow",
        CHECKOUT / "courses", CHECKOUT / "graders", CHECKOUT / "tests", CHECKOUT / ".git", CHECKOUT / "var",
    ]  # fmt: skip
    code = f"""
import glob, json, os, pathlib
seen = [p for p in {[str(p) for p in places]!r} if os.path.exists(p)]
pathlib.Path("mine.txt").write_text("ok")
processes = [open(f"/proc/{{p}}/cmdline").read() for p in os.listdir("/proc") if p.isdigit()]
print(json.dumps({{"seen": seen, "home": os.path.expanduser("~"), "cwd": os.getcwd(), "uid": os.getuid(),
    "env": dict(os.environ), "homes": os.listdir("/home"),
    "hidden": [p for p in glob.glob("/home/*/.[a-z]*") if not p.startswith("{HOME}/")], "processes": processes}}))
"""
    found = json.loads(execute(platform, LEARNER, code))
    assert found["seen"] == []
    assert found["home"] == found["cwd"] == HOME
    # A Python below somebody's home leaves the bare names of the folders that lead to it.
    prefix = Path(sys.prefix).parts
    leads = {prefix[2]} if prefix[1] == "home" else set()
    assert set(found["homes"]) - leads == {Path(HOME).name}
    assert found["hidden"] == []
    assert found["uid"] != 0 or os.geteuid() != 0
    assert (settings.homes_dir / LEARNER / "mine.txt").read_text() == "ok"
    assert not [p for p in found["processes"] if AUTHOR in p or "postgres" in p or "supervisor" in p]
    env = found["env"]
    assert {n for n in env if n.startswith("LUOJIAO_")} == {"LUOJIAO_PORTAL", "LUOJIAO_MARK"}
    told = json.dumps(env)
    for file in settings.secrets_dir.iterdir():
        assert file.read_text().strip() not in told, file.name
    assert str(settings.home) not in told


def test_a_kernel_listens_on_no_port_that_another_room_could_reach(platform: Platform, learner: Any) -> None:
    code = "import json, ipykernel; print(json.load(open(ipykernel.get_connection_file()))['transport'])"
    assert execute(platform, LEARNER, code).strip() == "ipc"


def test_a_chart_in_a_room_finds_a_chinese_face_that_the_machine_need_not_have(
    platform: Platform, learner: Any
) -> None:
    code = """
import os, matplotlib
from matplotlib.font_manager import FontProperties, findfont
print(os.path.exists(os.path.expanduser("~/.local/share/fonts/NotoSansCJKsc-Regular.otf")), matplotlib.rcParams["font.sans-serif"][0], findfont(FontProperties(family=["sans-serif"])))
"""
    told = execute(platform, LEARNER, code).strip()
    assert told.startswith("True Noto Sans CJK SC ")
    assert "NotoSansCJK" in told


def test_a_room_knows_who_it_is_to_the_portal(platform: Platform, learner: Any) -> None:
    code = """
import os, urllib.request
ask = urllib.request.Request(os.environ["JUPYTERHUB_API_URL"] + "/user",
    headers={"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"]})
print(urllib.request.urlopen(ask).read().decode())
"""
    assert json.loads(execute(platform, LEARNER, code))["name"] == LEARNER


def test_a_room_shows_the_real_name(platform: Platform, learner: Any) -> None:
    token = platform.api("POST", f"/users/{LEARNER}/tokens").json()["token"]
    host = f"{LEARNER}.hub.localhost"
    answer = platform.browse(
        host, f"/user/{LEARNER}/api/me", headers={"Authorization": f"token {token}"}
    ).json()
    assert answer["identity"]["username"] == LEARNER
    assert answer["identity"]["name"] == answer["identity"]["display_name"] == "欧阳静"
    assert answer["identity"]["initials"] == "欧"


def test_one_room_may_not_enter_another(platform: Platform, learner: Any, author: Any) -> None:
    token = platform.api("POST", f"/users/{LEARNER}/tokens").json()["token"]
    host = f"{AUTHOR}.hub.localhost"
    answer = platform.browse(
        host, f"/user/{AUTHOR}/api/contents", headers={"Authorization": f"token {token}"}
    )
    assert answer.status_code == 403


def test_a_room_is_found_again_after_the_hub_was_killed(platform: Platform, learner: dict[str, Any]) -> None:
    pid, hub = learner["state"]["room"]["pid"], platform.pid("hub")
    os.kill(hub, signal.SIGKILL)
    until(lambda: platform.pid("hub") != hub and platform.well(), 60)
    room = until(lambda: platform.ready_room(LEARNER), 30)
    assert room["state"]["room"]["pid"] == pid
    assert platform.room(LEARNER, "api/status").status_code == 200


def test_stopping_a_room_ends_all_of_its_processes(platform: Platform, author: dict[str, Any]) -> None:
    outer = psutil.Process(author["state"]["room"]["pid"])
    everybody = [outer, *outer.children(recursive=True)]
    assert len(everybody) >= 3
    assert platform.api("DELETE", f"/users/{AUTHOR}/server").status_code in (202, 204)
    until(lambda: not [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 20)
    assert not (platform.settings.run_dir / "rooms" / AUTHOR).exists()


def test_down_ends_the_rooms_too(platform: Platform, learner: dict[str, Any]) -> None:
    """The last test here: it stops the platform."""
    outer = psutil.Process(learner["state"]["room"]["pid"])
    everybody = [outer, *outer.children(recursive=True)]
    done = platform.run("down")
    assert done.returncode == 0, done.stdout
    assert not [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert not platform.processes()
