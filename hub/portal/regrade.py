"""教: grading an assignment of a run again: asking for it, the before/after list, accepting or discarding."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.regrade import Choice
from hub.journey import decide, regrade
from hub.portal.base import STATUS, Page


class Regrades(Page):
    """/teach/RUN/KEY/regrade: what there is to grade again and what has been; asking for it."""

    scope = "teach"
    verb = "run.teach"

    async def get(self, run: str, key: str) -> None:
        await self.show(run, key)

    async def show(self, run: str, key: str, refusal: Refusal | None = None) -> None:
        """The page; also after something was refused."""
        history = await self.do(regrade.history, self.f, self.me, run, key)
        self.page("regrades.html", history=history, refusal=refusal)

    async def post(self, run: str, key: str) -> None:
        newest = {"newest": True, "own": False}.get(self.field("release"))
        try:
            if newest is None:
                raise refuse("request.invalid", why="请选一种评法")
            made = await self.do(regrade.ask, self.f, self.me, run, key, newest=newest)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(run, key, refusal)
            return
        self.redirect(f"/teach/{run}/{key}/regrade/{made.id}")


class Regrade(Page):
    """/teach/RUN/KEY/regrade/ID: how far it is, and the list; ``?stop=1`` adds the form to discard it early."""

    scope = "teach"
    verb = "run.teach"

    async def get(self, run: str, key: str, id: str) -> None:
        await self.show(run, key, id)

    async def show(self, run: str, key: str, id: str, refusal: Refusal | None = None, **typed: str) -> None:
        """The page; also after something was refused, with what was typed."""
        view = await self.do(regrade.view, self.f, self.me, id)
        if (view.run.id, view.assignment.key) != (run, key):
            raise refuse("thing.missing", what="这次重评")
        given = {"choice": "", "reason": ""} | typed
        self.page(
            "regrade.html",
            view=view,
            refusal=refusal,
            given=given,
            stopping=bool(
                self.get_argument("stop", "") or refusal
            ),  # with a form it does not reload by itself
            address=f"/teach/{run}/{key}/regrade/{id}",
        )


class Decide(Regrade):
    """/teach/RUN/KEY/regrade/ID/decide: accept what rises or all of it, or discard it."""

    async def get(self, run: str, key: str, id: str) -> None:
        self.redirect(f"/teach/{run}/{key}/regrade/{id}")

    async def post(self, run: str, key: str, id: str) -> None:
        chosen, reason = self.field("choice"), self.field("reason")
        try:
            if chosen not in set(Choice):
                raise refuse("request.invalid", why="请选怎样处理")
            await self.do(decide.decide, self.f, self.me, id, Choice(chosen), reason, self.field("digest"))
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(run, key, id, refusal, choice=chosen, reason=reason)
            return
        self.redirect(f"/teach/{run}/{key}/regrade/{id}")


class Again(Regrade):
    """/teach/RUN/KEY/regrade/ID/again: what failed is graded once more."""

    async def get(self, run: str, key: str, id: str) -> None:
        self.redirect(f"/teach/{run}/{key}/regrade/{id}")

    async def post(self, run: str, key: str, id: str) -> None:
        try:
            await self.do(regrade.again, self.f, self.me, id)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(run, key, id, refusal)
            return
        self.redirect(f"/teach/{run}/{key}/regrade/{id}")


_PLACE = "/teach/([a-z0-9-]{1,64})/([A-Za-z0-9_-]{1,32})/regrade"
_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    (_PLACE, Regrades),
    (f"{_PLACE}/{_ID}", Regrade),
    (f"{_PLACE}/{_ID}/decide", Decide),
    (f"{_PLACE}/{_ID}/again", Again),
]
