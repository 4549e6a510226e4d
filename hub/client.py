"""The portal's JSON API as Python calls, for rooms and dashboards: one token, HTTP, and nothing of the house below."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

import requests

LIMIT_BYTES = 20 * 1024 * 1024  # what the portal takes in one submission
CONNECT_SECONDS, READ_SECONDS = 5, 30
RELEASE_SECONDS = 300  # the release gates grade an assignment some eighty times first


class PortalError(Exception):
    """A no of the portal, or that it could not be asked. ``message`` is Chinese and fit to be shown.

    ``status`` is the HTTP status, 0 where nothing was sent or nothing came back.
    """

    def __init__(self, code: str, message: str, status: int = 0) -> None:
        super().__init__(code, message, status)
        self.code, self.message, self.status = code, message, status

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Portal:
    """The portal as one person sees it: whoever the token was given to."""

    def __init__(self, base_url: str, token: str, token_kind: Literal["bearer", "token"] = "bearer") -> None:  # noqa: S107 - a kind, not a token
        self._base = base_url.rstrip("/")
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy and no .netrc of the environment ever sees the token
        kind = {"bearer": "Bearer", "token": "token"}[token_kind]
        self._http.headers.update({"Authorization": f"{kind} {token}", "Accept": "application/json"})

    def __repr__(self) -> str:
        return f"Portal({self._base!r})"

    def me(self) -> dict[str, Any]:
        """Who the token speaks for: uid, login, name, roles."""
        return _object(self._ask("GET", "/api/me"))

    def competencies(self) -> dict[str, Any]:
        """One's own competencies: nodes, evidence, hours, requirements, certificates, read_at."""
        return _object(self._ask("GET", "/api/read/competencies"))

    def overview(self, org: str | None = None) -> dict[str, Any]:
        """One level of the city below ``org``, or below the top of one's own scope; None is a suppressed count."""
        return _object(self._ask("GET", "/api/read/overview", params={"org": org} if org else None))

    def runs(self) -> dict[str, Any]:
        """The runs one studies and teaches, with their assignments."""
        return _object(self._ask("GET", "/api/runs"))

    def files(self, run: str, key: str) -> dict[str, bytes]:
        """The learner's files of a released assignment: name -> content."""
        sent = _object(self._ask("GET", f"{_assignment(run, key)}/files"))
        return {name: base64.b64decode(data) for name, data in sent.items()}

    def submit(self, run: str, key: str, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Hand in files; the answer holds the signed receipt. Refused here where they are too large to be sent."""
        if sum(len(data) for data in files.values()) > LIMIT_BYTES:
            megabytes = LIMIT_BYTES // 2**20
            raise PortalError(
                "request.too_large", f"要交的文件超过 {megabytes} MB，请删去大文件或清除单元输出后再交。"
            )
        body = {"files": {name: base64.b64encode(data).decode() for name, data in files.items()}}
        return _object(self._ask("POST", f"{_assignment(run, key)}/submissions", json=body))

    def submissions(self, run: str, key: str) -> list[dict[str, Any]]:
        """One's own submissions of an assignment."""
        found = self._ask("GET", f"{_assignment(run, key)}/submissions")
        if not isinstance(found, list):
            raise _unreadable()
        return found

    def feedback(self, submission: str) -> dict[str, Any]:
        """What came back for one's own submission: tests, open questions, grade."""
        return _object(self._ask("GET", f"/api/submissions/{quote(submission, safe='')}/feedback"))

    def release(self, run: str, key: str, opens_at: datetime, due_at: datetime) -> dict[str, Any]:
        """Publish an assignment; both times carry a time zone."""
        body = {"opens_at": opens_at.isoformat(), "due_at": due_at.isoformat()}
        return _object(self._ask("POST", f"{_assignment(run, key)}/release", RELEASE_SECONDS, json=body))

    def _ask(self, method: str, path: str, patience: float = READ_SECONDS, **sent: Any) -> Any:
        try:
            answer = self._http.request(
                method,
                self._base + path,
                timeout=(CONNECT_SECONDS, patience),
                allow_redirects=False,  # the token goes to the portal and nowhere else
                **sent,
            )
        except requests.RequestException:
            raise PortalError("portal.unreachable", "门户暂时连不上，请稍后再试。") from None
        try:
            told = answer.json()
        except ValueError:
            raise _unreadable(answer.status_code) from None
        if answer.ok and not answer.is_redirect:
            return told
        if isinstance(told, dict) and {"code", "message"} <= told.keys():
            raise PortalError(str(told["code"]), str(told["message"]), answer.status_code)
        raise _unreadable(answer.status_code)


def from_environment(environ: Mapping[str, str] = os.environ) -> Portal:
    """The portal that this process was told of: a viewer's token on a dashboard, the Hub's token in a room."""
    address = environ.get("LUOJIAO_PORTAL", "")
    viewer, room = environ.get("LUOJIAO_VIEWER_TOKEN", ""), environ.get("JUPYTERHUB_API_TOKEN", "")
    if not address or not (viewer or room):
        raise PortalError("portal.unknown", "这个环境没有连到门户，请从门户重新打开。")
    return Portal(address, viewer, "bearer") if viewer else Portal(address, room, "token")


def _assignment(run: str, key: str) -> str:
    return f"/api/runs/{quote(run, safe='')}/assignments/{quote(key, safe='')}"


def _object(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise _unreadable()
    return told


def _unreadable(status: int = 0) -> PortalError:
    return PortalError(
        "portal.unreadable", "门户的回答读不懂，请稍后再试；如果一直这样，请联系技术人员。", status
    )
