"""管: the audit log for the audit administrator, one's own log-ins for everybody, the last checkpoint for the world."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.domain.audit import Kept, instant
from hub.domain.audit_view import Wanted
from hub.domain.chain import sentence
from hub.domain.errors import Refusal, refuse
from hub.journey import audit_log
from hub.portal.base import PUBLIC, STATUS, Api, Page

_ASKED = ("subject", "verb", "actor", "day")


class Audit(Page):
    """/audit: the newest events, by subject, verb, actor or day; is the chain whole, and how far is that known."""

    scope = "all"
    verb = "audit.read"

    async def get(self) -> None:
        asked = {name: self.get_argument(name, "")[:100] for name in _ASKED}
        refusal, found = None, audit_log.LogPage((), None)
        try:
            wanted = _wanted(asked)
            found = await self.do(audit_log.read, self.f, self.me, wanted, _number(self))
        except Refusal as error:
            if error.code == "access.denied":
                raise
            refusal = error
            self.set_status(STATUS[error.kind])
        state = await self.do(audit_log.state, self.f)
        self.page(
            "audit.html",
            rows=_rows(found),
            next=found.next,
            asked=asked,
            refusal=refusal,
            state=state,
            wrong=sentence(state.wrong) if state and state.wrong else "",
            last=await self.do(audit_log.latest, self.f),
        )


class LogIns(Page):
    """/log-ins: who came in as me, or tried to."""

    scope = "all"

    async def get(self) -> None:
        found = await self.do(audit_log.own, self.f, self.me, _number(self))
        self.page("log_ins.html", rows=_rows(found), next=found.next)


class Checkpoint(Api):
    """/audit/checkpoint: the last signed checkpoint, for anybody who keeps it."""

    scope = PUBLIC

    async def identify(self) -> None:
        return None  # the same for everybody

    async def get(self) -> None:
        found = await self.do(audit_log.latest, self.f)
        if found is None:
            raise refuse("audit.no_checkpoint")
        self.finish(vars(found.checkpoint) | {"token": found.token, "keys": "/keys.json"})


def _rows(found: audit_log.LogPage) -> list[tuple[Kept, Any]]:
    return [(kept, instant(kept.event.at)) for kept in found.events]


def _number(page: Page) -> int | None:
    """Where the page before this one ended."""
    text = page.get_argument("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _wanted(asked: dict[str, str]) -> Wanted:
    since = until = ""
    if asked["day"]:
        try:
            since, until = audit_log.of_day(date.fromisoformat(asked["day"]))
        except (ValueError, OverflowError):
            raise refuse("request.invalid", why="日期要写成 2016-12-31 这样") from None
    verbs = (asked["verb"],) if asked["verb"] else ()
    return Wanted(asked["subject"], verbs, asked["actor"], since, until)


ROUTES: list[tuple[str, type[Any]]] = [
    ("/audit", Audit),
    ("/audit/checkpoint", Checkpoint),
    ("/log-ins", LogIns),
]
