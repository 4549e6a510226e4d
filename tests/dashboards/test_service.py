"""The service through its front door: who gets in, who sees what, and what stays shut."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import requests
from jupyter_client import BlockingKernelClient

from hub.settings import CHECKOUT
from tests.dashboards.conftest import Stage
from tests.dashboards.visitor import Visitor

MAP, CITY = "my-competencies", "city-overview"


def mothers(stage: Stage) -> list[psutil.Process]:
    """The mother of kernels, where the service has one now."""
    return _children(psutil.Process(stage.service.pid), "dashboards.kernel")


def kernels(stage: Stage) -> list[psutil.Process]:
    """The kernels that the service runs now, warm and cold."""
    service = psutil.Process(stage.service.pid)
    return [k for one in mothers(stage) for k in one.children()] + _children(service, "ipykernel_launcher")


def _children(process: psutil.Process, module: str) -> list[psutil.Process]:
    found = []
    for child in process.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one of these
            if module in child.cmdline():
                found.append(child)
    return found


def environments(stage: Stage) -> list[dict[str, str]]:
    """What each kernel finds in its environment, and in what /proc shows of it; asked over its own sockets."""
    (folder,) = {Path(line).parent for kernel in kernels(stage) for line in _sockets(kernel)}
    found = []
    for file in folder.glob("kernel-*.json"):
        client = BlockingKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels()
        code = "import os, json; print(json.dumps([dict(os.environ), open('/proc/self/environ').read()]))"
        heard: list[str] = []
        client.execute_interactive(
            code, timeout=10, output_hook=lambda m, h=heard: h.append(m["content"].get("text", ""))
        )
        client.stop_channels()
        own, raw = json.loads("".join(heard))
        found.append(own | {"raw": raw})
    return found


def _sockets(kernel: psutil.Process) -> list[str]:
    """The unix sockets that a kernel listens on."""
    return [str(c.laddr) for c in kernel.net_connections("unix") if "kernel-" in str(c.laddr)]


def gone_within(stage: Stage, seconds: float, left: int = 0) -> bool:
    """Whether no more than ``left`` kernels run before the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if len(kernels(stage)) <= left:
            return True
        time.sleep(0.2)
    return False


@pytest.fixture(autouse=True)
def quiet(stage: Stage) -> None:
    """Each test starts without anybody's kernels."""
    assert gone_within(stage, 40), "kernels of the test before are still there"


def told(page: str) -> str:
    """The text of a page, for a failing test to print."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def leave(visitor: Visitor) -> None:
    """Sign out of the boards; kernels go at once."""
    visitor.get(f"{visitor.settings.boards_url}/logout", follow=False)


def test_health_is_told_to_anybody(stage: Stage) -> None:
    answer = stage.visitor().get(f"{stage.settings.boards_url}/healthz")
    assert answer.status_code == 200 and answer.text == "ok\n"


@pytest.mark.parametrize("board", [MAP, CITY])
def test_a_stranger_is_sent_to_the_portal_to_sign_in(stage: Stage, board: str) -> None:
    visitor = stage.visitor()
    answer = visitor.board(board)
    assert visitor.seen[-1].startswith(f"{stage.settings.address}/login?next=")
    assert 'name="password"' in answer.text
    assert not kernels(stage)


def test_a_teacher_sees_their_own_map_hours_gaps_and_certificate(stage: Stage) -> None:
    page = stage.visitor("teacher").board(MAP)
    assert page.status_code == 200
    assert page.text.count('class="tile ') == 30
    assert "<b>3</b> 项有证书，<b>2</b> 项有证据，25 项暂无" in page.text
    assert "还缺 38 学时（已有 12，要求 50），实践还缺 17 学时（已有 8，要求 25）" in page.text
    assert re.search(rf'href="{stage.settings.address}/certificates/LY-2026-\d+"', page.text)
    assert "学时还缺 38（“信息技术应用能力提升工程2.0”需要 50）" in page.text
    assert "其中实践学时还缺 17（" in page.text
    assert "陈晓燕" in page.text
    assert gone_within(stage, 5), "a page without widgets needs no kernel"


@pytest.mark.parametrize(
    ("who", "board", "sentence"),
    [
        ("teacher", CITY, "这项操作不在您的权限范围内"),
        ("student", CITY, "这项操作不在您的权限范围内"),
        ("student", MAP, "“我的能力”只对教师开放"),
    ],
)
def test_whoever_has_no_right_reads_why_in_chinese(stage: Stage, who: str, board: str, sentence: str) -> None:
    page = stage.visitor(who).board(board)
    assert sentence in page.text and "Traceback" not in page.text
    assert "class=tile" not in page.text and 'class="table"' not in page.text


def test_each_official_sees_as_far_as_their_office(stage: Stage) -> None:
    visitors = {who: stage.visitor(who) for who in ("city", "county", "school_admin")}
    city, county, school = (visitor.board(CITY).text for visitor in visitors.values())
    assert "洛龙区" in city and "洛阳市：人数" in city and "18/40" in city
    assert "涧西区：人数" in county and "洛龙区" not in county and "洛阳市" not in county
    assert "涧西第一小学：人数" in school and "涧西第二小学" not in school, told(school)
    for visitor in visitors.values():
        leave(visitor)


def test_small_units_are_not_shown_and_the_total_is(stage: Stage) -> None:
    visitor = stage.visitor("city")
    page = visitor.board(CITY).text
    leave(visitor)
    row = re.search(r'<th scope="row">宜阳县</th><td[^>]*>(.*?)</td></tr>', page)
    assert row and "人数少，不显示" in row[1]
    assert re.search(r'合计</th><td class="n">105</td>', page)


def test_nothing_else_of_voila_or_of_the_machine_is_served(stage: Stage) -> None:
    visitor = stage.visitor("city")
    visitor.board(CITY)
    for path in (
        "voila/render/city-overview.ipynb", "voila/tree", "voila/files/city-overview.ipynb", "voila/api/contents",
        "voila/static/voila.js", "api/kernels", "api/kernelspecs", "city-overview.ipynb", "../../etc/passwd",
        "voila/templates/lab/static/voila.js", "explorer", "tree",
    ):  # fmt: skip
        assert visitor.get(f"{stage.settings.boards_url}/{path}").status_code == 404, path
    front = visitor.get(f"{stage.settings.boards_url}/", follow=False)
    assert front.status_code == 302 and front.headers["Location"] == f"{stage.settings.address}/"
    leave(visitor)


def test_assets_are_kept_for_a_year_packed_and_nothing_climbs_out_of_them(stage: Stage) -> None:
    visitor = stage.visitor("teacher")
    style = re.search(r'href="(/static/([0-9a-f]{12})/own/boards\.css)"', visitor.board(MAP).text)
    assert style
    answer = visitor.get(stage.settings.boards_url + style[1])
    assert "immutable" in answer.headers["Cache-Control"] and answer.headers["Content-Encoding"] == "br"
    for bad in (
        f"{style[2]}/own/../../service.py",
        f"{style[2]}/own/%2e%2e/%2e%2e/%2e%2e/service.py",
        "0123/own/boards.css",
    ):
        address = f"http://127.0.0.1:{stage.env['BOARDS_PORT']}/static/{bad}"
        request = requests.Request("GET", address).prepare()
        request.url = address
        assert requests.Session().send(request, timeout=10).status_code == 404


def test_a_page_may_load_from_its_own_host_only(stage: Stage) -> None:
    policy = stage.visitor("teacher").board(MAP).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy and "unsafe-eval" not in policy


def test_a_kernel_is_told_the_viewers_token_and_no_secret_of_the_service(stage: Stage) -> None:
    visitor = stage.visitor("city")
    visitor.board(CITY)
    [told] = environments(stage)
    assert told["LUOJIAO_VIEWER_TOKEN"] and told["LUOJIAO_PORTAL"] == stage.settings.portal_internal
    secrets = {stage.env["BOARDS_CLIENT_SECRET"], stage.env["BOARDS_COOKIE_SECRET"]}
    assert not secrets & set(told.values()) and not [one for one in secrets if one in told["raw"]]
    assert not [name for name in told if name.startswith("BOARDS_") and name != "BOARDS_PORTAL_PUBLIC"]
    header = {"Authorization": f"Bearer {told['LUOJIAO_VIEWER_TOKEN']}"}
    me = requests.get(f"{stage.settings.portal_internal}/api/me", headers=header, timeout=5).json()
    assert me["name"] == "市干部"
    assert not requests.get(f"{stage.settings.portal_internal}/api/runs", headers=header, timeout=5).ok
    leave(visitor)
    assert gone_within(stage, 5)


def test_each_viewer_has_a_kernel_and_a_token_of_their_own(stage: Stage) -> None:
    one, other = stage.visitor("city"), stage.visitor("county")
    one.board(CITY)
    other.board(CITY)
    tokens = {told["LUOJIAO_VIEWER_TOKEN"] for told in environments(stage)}
    assert len(tokens) == 2
    leave(one)
    assert gone_within(stage, 5, left=1) and len(kernels(stage)) == 1
    leave(other)


def test_one_viewer_cannot_take_all_places(stage: Stage) -> None:
    visitor = stage.visitor("city")
    for _ in range(5):
        visitor.board(CITY)
    assert len(kernels(stage)) <= 3
    leave(visitor)


def test_a_full_house_says_so_politely(stage: Stage) -> None:
    first, second = stage.visitor("city"), stage.visitor("county")
    for visitor in (first, first, first, second):
        assert visitor.board(CITY).status_code == 200
    third = stage.visitor("school_admin")
    answer = third.board(CITY)
    assert (
        answer.status_code == 503 and "现在打开看板的人太多" in answer.text and answer.headers["Retry-After"]
    )
    leave(first)
    assert gone_within(stage, 5, left=1)
    assert third.board(CITY).status_code == 200
    leave(second)
    leave(third)


def test_a_mother_of_kernels_that_dies_is_replaced_and_pages_open_meanwhile(stage: Stage) -> None:
    """Open pages keep their kernels; the next one opens cold; a later one is warm again."""
    early, meanwhile, later = (stage.visitor(who) for who in ("city", "county", "school_admin"))
    assert early.board(CITY).status_code == 200
    [born] = kernels(stage)
    [mother] = mothers(stage)
    mother.kill()
    page = meanwhile.board(CITY)
    assert "涧西区：人数" in page.text, told(page.text)
    assert any(k.ppid() == stage.service.pid for k in kernels(stage)), "this one started cold"
    assert born.is_running() and born.status() != psutil.STATUS_ZOMBIE
    end = time.monotonic() + 60
    while not (new := mothers(stage)) or new[0].name() != "kernels":  # its name once it is ready
        assert time.monotonic() < end, stage.log()[-2000:]
        time.sleep(0.2)
    assert new[0].pid != mother.pid
    assert "涧西第一小学：人数" in later.board(CITY).text
    assert [k for k in kernels(stage) if k.ppid() == new[0].pid], "this one is warm again"
    for visitor in (early, meanwhile, later):
        leave(visitor)
    assert gone_within(stage, 5)
    assert not born.is_running() or born.status() == psutil.STATUS_ZOMBIE


def test_logout_clears_the_session_and_sends_on_to_the_hub(stage: Stage) -> None:
    visitor = stage.visitor("city")
    visitor.board(CITY)
    answer = visitor.get(f"{stage.settings.boards_url}/logout", follow=False)
    assert answer.headers["Location"] == stage.env["BOARDS_HUB_LOGOUT_URL"]
    assert gone_within(stage, 5)
    assert "boards=" not in visitor.cookies(stage.settings.boards_url)


def test_a_login_that_was_begun_elsewhere_is_not_finished_here(stage: Stage) -> None:
    victim = stage.visitor("teacher")
    answer = victim.get(f"{stage.settings.boards_url}/oidc/callback?code=x&state=y")
    assert answer.status_code == 400 and "再试一次" in answer.text
    assert "boards=" not in victim.cookies(stage.settings.boards_url)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "http:evil"]
)
def test_a_login_never_leads_to_another_host(stage: Stage, target: str) -> None:
    visitor = stage.visitor("teacher")
    visitor.get(f"{stage.settings.boards_url}/login?next={requests.utils.quote(target, safe='')}")
    assert not [url for url in visitor.seen if "evil" in url.partition("?")[0]]


def test_the_log_holds_no_token_and_no_name(stage: Stage) -> None:
    visitor = stage.visitor("teacher")
    visitor.board(MAP)
    log = stage.log()
    assert "陈晓燕" not in log and stage.env["BOARDS_CLIENT_SECRET"] not in log
    assert not set(visitor.jars["boards.localhost:" + str(stage.settings.port)].values()) & set(log.split())


def test_a_service_without_its_settings_names_the_one_that_is_missing() -> None:
    env = {"PATH": os.environ["PATH"], "BOARDS_PORT": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "dashboards.service"],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0 and "BOARDS_BASE" in ended.stderr
