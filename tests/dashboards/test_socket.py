"""The websocket of a page: its viewer's widgets, and nothing that runs code."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.dashboards.conftest import Stage
from tests.dashboards.test_service import CITY, gone_within, leave
from tests.dashboards.visitor import Visitor


def open_board(visitor: Visitor) -> str:
    """Open the board; the id of its kernel."""
    found = re.search(r'"kernelId": "([0-9a-f-]+)"', visitor.board(CITY).text)
    assert found
    return found[1]


async def connect(
    stage: Stage, kernel: str, visitor: Visitor | None, origin: str = ""
) -> WebSocketClientConnection:
    host = stage.settings.boards_url.partition("//")[2]
    headers = {"Host": host, "Origin": origin or stage.settings.boards_url}
    if visitor:
        headers["Cookie"] = visitor.cookies(stage.settings.boards_url)
    url = f"ws://127.0.0.1:{stage.env['BOARDS_PORT']}/api/kernels/{kernel}/channels?session_id=test"
    return await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=10))


def message(kind: str, content: dict[str, Any], channel: str = "shell") -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "test",
        "date": "",
        "version": "5.3",
    }
    return json.dumps(
        {"channel": channel, "header": header, "parent_header": {}, "metadata": {}, "content": content}
    )


async def heard(socket: WebSocketClientConnection, seconds: float) -> list[dict[str, Any]]:
    """All that comes within ``seconds``, or until the socket is closed."""
    found = []
    try:
        async with asyncio.timeout(seconds):
            while (text := await socket.read_message()) is not None:
                found.append(json.loads(text))
    except TimeoutError:
        pass
    return found


def test_code_that_a_viewer_sends_is_never_run(stage: Stage, tmp_path: Any) -> None:
    """Every request type and channel by which a front end can make a kernel run or look at code."""
    visitor = stage.visitor("city")
    kernel = open_board(visitor)
    trace = tmp_path / "ran"
    code = f"open({str(trace)!r}, 'w').close(); print('RAN')"

    async def attempt() -> list[dict[str, Any]]:
        socket = await connect(stage, kernel, visitor)
        execute = {
            "code": code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
        }
        for channel in ("shell", "control", "iopub", "stdin"):
            socket.write_message(message("execute_request", execute, channel))
            socket.write_message(
                message("inspect_request", {"code": "open", "cursor_pos": 2, "detail_level": 1}, channel)
            )
            socket.write_message(message("complete_request", {"code": "op", "cursor_pos": 2}, channel))
            socket.write_message(
                message("debug_request", {"type": "request", "command": "evaluate", "seq": 1}, channel)
            )
            socket.write_message(message("interrupt_request", {}, channel))
        socket.write_message(message("comm_info_request", {"target_name": "jupyter.widget"}))
        answers = await heard(socket, 2.5)
        socket.close()
        return answers

    answers = asyncio.run(attempt())
    kinds = {a["header"]["msg_type"] for a in answers}
    assert "comm_info_reply" in kinds, "the socket itself works"
    assert not kinds & {
        "execute_reply",
        "execute_input",
        "stream",
        "inspect_reply",
        "complete_reply",
        "debug_reply",
    }
    assert not trace.exists()
    leave(visitor)


def test_nobody_else_reaches_a_viewers_kernel(stage: Stage) -> None:
    """A stranger, another viewer who knows its id, and another site in the viewer's own browser."""
    visitor, other = stage.visitor("city"), stage.visitor("county")
    kernel = open_board(visitor)
    other.board(CITY)
    for who, origin, status in ((None, "", 403), (other, "", 404), (visitor, "http://evil.example", 403)):
        with pytest.raises(HTTPClientError) as refused:
            asyncio.run(connect(stage, kernel, who, origin))
        assert refused.value.code == status
    model = f"{stage.settings.boards_url}/api/kernels/{kernel}"
    assert visitor.get(model).json()["id"] == kernel
    assert other.get(model).status_code == 404
    end = f"{stage.settings.boards_url}/voila/api/shutdown/{kernel}"
    assert other.post(end, {}, Origin=stage.settings.boards_url).status_code == 404
    assert visitor.post(end, {}, Origin="http://evil.example").status_code == 403
    for method in ("restart", "interrupt"):
        assert visitor.post(f"{model}/{method}", {}).status_code == 404
    assert visitor.post(end, {}, Origin=stage.settings.boards_url).status_code == 204
    assert gone_within(stage, 5, left=1)
    leave(other)


def test_sign_out_closes_an_open_page_within_15_seconds(stage: Stage) -> None:
    """Signing out at the portal is enough, even where the browser never gets as far as our own /logout."""
    visitor = stage.visitor("city")
    kernel = open_board(visitor)
    host = stage.settings.boards_url.partition("//")[2]
    cookies = dict(visitor.jars[host])

    async def wait() -> None:
        socket = await connect(stage, kernel, visitor)
        await asyncio.to_thread(visitor.sign_out)
        async with asyncio.timeout(15):
            while await socket.read_message() is not None:
                pass
        assert socket.close_code == 4000

    asyncio.run(wait())
    assert gone_within(stage, 3)
    again = Visitor(stage.settings)
    again.jars[host] = cookies
    answer = again.board(CITY, follow=False)
    assert answer.status_code == 302 and "/login" in answer.headers["Location"]


def test_a_kernel_goes_when_its_page_has_gone(stage: Stage) -> None:
    visitor = stage.visitor("city")
    kernel = open_board(visitor)

    async def look() -> None:
        socket = await connect(stage, kernel, visitor)
        socket.close()

    asyncio.run(look())
    assert gone_within(stage, 25)


def test_a_page_that_nobody_touches_falls_asleep_though_it_is_open(stage: Stage) -> None:
    visitor = stage.visitor("city")
    kernel = open_board(visitor)
    idle = int(stage.env["BOARDS_IDLE_SECONDS"])

    async def wait() -> tuple[float, int | None]:
        socket = await connect(stage, kernel, visitor)
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(2 * idle):
            while await socket.read_message() is not None:
                pass
        return asyncio.get_running_loop().time() - began, socket.close_code

    slept_after, code = asyncio.run(wait())
    assert code == 4000 and slept_after > idle / 2
    assert gone_within(stage, 5)
