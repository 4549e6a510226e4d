"""The porch: what hub.client makes of the portal's answers, of silence, and of too much."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from hub.client import LIMIT_BYTES, Portal, PortalError, from_environment
from tests.dashboards.conftest import Stage
from tests.operations.running import free_ports

TOKEN = "a-token-that-nobody-else-may-see"


class Parrot(BaseHTTPRequestHandler):
    """Answers what the test has laid down, and keeps what it was asked."""

    status, body, asked, headers_of_answer = 200, b"{}", [], {}  # type: ignore[var-annotated]

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        sent = self.rfile.read(length)
        type(self).asked.append((self.command, self.path, self.headers.get("Authorization"), sent))
        self.send_response(self.status)
        for name, value in self.headers_of_answer.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def parrot() -> Iterator[type[Parrot]]:
    server = HTTPServer(("127.0.0.1", 0), Parrot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Parrot.status, Parrot.body, Parrot.headers_of_answer = 200, b"{}", {}
    Parrot.asked = []
    Parrot.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield Parrot
    server.shutdown()
    server.server_close()


def portal(parrot: Any, kind: Any = "bearer") -> Portal:
    return Portal(parrot.address, TOKEN, kind)


def test_the_token_goes_in_the_header_and_shows_nowhere(parrot: type[Parrot]) -> None:
    for kind, sent in (("bearer", f"Bearer {TOKEN}"), ("token", f"token {TOKEN}")):
        asked = portal(parrot, kind)
        asked.me()
        assert parrot.asked[-1][2] == sent and TOKEN not in repr(asked) + str(vars(asked).get("_base"))


def test_a_refusal_keeps_its_code_its_sentence_and_its_status(parrot: type[Parrot]) -> None:
    parrot.status, parrot.body = 409, json.dumps({"code": "run.closed", "message": "不在报名期内。"}).encode()
    with pytest.raises(PortalError, match=r"run\.closed") as refused:
        portal(parrot).submissions("r", "k")
    assert (refused.value.message, refused.value.status) == ("不在报名期内。", 409)


@pytest.mark.parametrize(
    ("status", "body"), [(502, b"<html>"), (200, b"[]"), (200, b"not json"), (500, b'{"x": 1}')]
)
def test_an_answer_that_makes_no_sense_is_no_success(parrot: type[Parrot], status: int, body: bytes) -> None:
    parrot.status, parrot.body = status, body
    with pytest.raises(PortalError, match=r"portal\.unreadable"):
        portal(parrot).me()


def test_a_redirect_is_not_followed_with_the_token(parrot: type[Parrot]) -> None:
    parrot.status, parrot.headers_of_answer = 302, {"Location": f"{parrot.address}/elsewhere"}  # type: ignore[attr-defined]
    with pytest.raises(PortalError, match=r"portal\.unreadable"):
        portal(parrot).me()
    assert len(parrot.asked) == 1


def test_a_portal_that_is_away_is_a_sentence_and_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.raises(PortalError, match=r"portal\.unreachable") as refused:
        Portal(f"http://127.0.0.1:{free_ports(1)}", TOKEN).me()
    assert "暂时连不上" in refused.value.message and TOKEN not in repr(refused.value)


def test_what_is_too_large_is_refused_before_it_is_sent(parrot: type[Parrot]) -> None:
    with pytest.raises(PortalError, match=r"request\.too_large"):
        portal(parrot).submit("r", "k", {"a.ipynb": bytes(LIMIT_BYTES + 1)})
    assert not parrot.asked


def test_files_travel_as_base64_and_names_cannot_leave_their_place(parrot: type[Parrot]) -> None:
    portal(parrot).submit("../r", "k?x", {"作业.ipynb": b"\x00\xff"})
    _, path, _, sent = parrot.asked[-1]
    assert path == "/api/runs/..%2Fr/assignments/k%3Fx/submissions"
    assert json.loads(sent) == {"files": {"作业.ipynb": base64.b64encode(b"\x00\xff").decode()}}
    parrot.body = json.dumps({"a.csv": base64.b64encode(b"1,2").decode()}).encode()
    assert portal(parrot).files("r", "k") == {"a.csv": b"1,2"}
    portal(parrot).release("r", "k", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert json.loads(parrot.asked[-1][3])["opens_at"] == "2026-01-01T00:00:00+00:00"


def test_the_environment_says_whose_token_it_is(parrot: type[Parrot]) -> None:
    address = {"LUOJIAO_PORTAL": parrot.address}  # type: ignore[attr-defined]
    from_environment(address | {"LUOJIAO_VIEWER_TOKEN": "v", "JUPYTERHUB_API_TOKEN": "h"}).runs()
    from_environment(address | {"JUPYTERHUB_API_TOKEN": "h"}).feedback("s")
    assert [a[2] for a in parrot.asked] == ["Bearer v", "token h"]
    with pytest.raises(PortalError, match=r"portal\.unknown"):
        from_environment(address)


def test_the_real_portal_refuses_a_token_that_it_does_not_know(stage: Stage) -> None:
    with pytest.raises(PortalError, match=r"auth\.token") as refused:
        Portal(stage.settings.portal_internal, "unknown").overview()
    assert refused.value.status == 401
