"""公示 and 异议: posting lists, reading them, objecting to a line, answering."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.journey.award import objections, publicity
from hub.portal.base import STATUS, Page
from hub.portal.forms import page_of, whole


class Board(Page):
    """/publicity: the lists within reach, and what waits to be posted."""

    scope = "all"
    verb = "notice.read"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """The board, also beside a refusal."""
        board = await self.do(publicity.board, self.f, self.me, page_of(self.get_query_argument("page", "")))
        self.page("publicity.html", board=board, refusal=refusal, days=self.field("days") or "5")

    async def post(self) -> None:
        try:
            made = await self.do(
                publicity.open_notice, self.f, self.me, self.field("school"),
                self.get_body_arguments("application")[:1000], whole(self.field("days"), "公示工作日"),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.code == "thing.missing":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal)
            return
        self.redirect(f"/publicity/{made.id}")


class Poster(Page):
    """/publicity/NOTICE: one list, fit for the wall; and objecting to a line of it."""

    scope = "all"
    verb = "notice.read"

    async def get(self, notice: str) -> None:
        await self.show(notice)

    async def show(self, notice: str, refusal: Refusal | None = None) -> None:
        """The list, also beside a refusal with what was typed."""
        poster = await self.do(publicity.poster, self.f, self.me, notice)
        given = {"application": self.field("application"), "reason": self.field("reason")}
        self.page("poster.html", poster=poster, refusal=refusal, given=given)

    async def post(self, notice: str) -> None:
        application, reason = self.field("application"), self.field("reason")
        try:
            if not application:
                raise refuse("request.invalid", why="请选择对哪一位的公示有异议")
            await self.do(objections.object_to, self.f, self.me, notice, application, reason)
        except Refusal as refusal:
            if refusal.code == "thing.missing":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(notice, refusal)
            return
        self.redirect("/objections")


class Objections(Page):
    """/objections: one's own with their answers; for those who answer, their desk."""

    scope = "all"
    verb = "notice.read"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """The page, also beside a refusal with what was typed."""
        found = await self.do(objections.objections, self.f, self.me)
        given = {"objection": self.field("objection"), "answer": self.field("answer")}
        self.page("objections.html", view=found, refusal=refusal, given=given)

    async def post(self) -> None:
        decision = self.field("decision")
        try:
            if decision not in ("uphold", "reject"):
                raise refuse("request.invalid", why="请选择异议成立或不成立")
            await self.do(
                objections.answer, self.f, self.me, self.field("objection"), self.field("answer"),
                upheld=decision == "uphold",
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.code == "thing.missing":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal)
            return
        self.redirect("/objections")


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/publicity", Board),
    (f"/publicity/{_ID}", Poster),
    ("/objections", Objections),
]
