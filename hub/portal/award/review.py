"""审核: the desk of school, county and city; many passed at once after a list of what will happen; one record at a time."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.review import Office
from hub.journey.award import applications, certificates, desk, review
from hub.portal.base import STATUS, Page
from hub.portal.forms import page_of

_MOST = 1000  # ticked at once


def _office(text: str) -> Office:
    try:
        return Office(text)
    except ValueError:
        raise refuse("request.invalid", why="没有这一级审核") from None


class Review(Page):
    """/review?office=&page=: what waits, the unusual first."""

    scope = "all"
    verb = "application.review"

    async def get(self) -> None:
        asked = self.get_argument("office", "")
        await self.show(_office(asked) if asked else None)

    async def show(self, office: Office | None, refusal: Refusal | None = None) -> None:
        """The desk, also beside a refusal."""
        page = page_of(self.get_query_argument("page", ""))
        seen = await self.do(desk.desk, self.f, self.me, office, page)
        self.page("review.html", desk=seen, refusal=refusal)


class Together(Review):
    """/review/together: the ticked ones; first the list of what will happen, then, with its digest, the deed."""

    async def get(self) -> None:
        self.redirect("/review")

    async def post(self) -> None:
        office = _office(self.field("office"))
        ids = self.get_body_arguments("application")[:_MOST]
        digest, refusal = self.field("digest"), None
        try:
            if digest:
                done = await self.do(desk.carry_out, self.f, self.me, office, ids, digest)
                self.page("review_done.html", done=done, office=office)
                return
        except Refusal as refused:
            if refused.code != "review.changed":
                raise
            refusal = refused
            self.set_status(STATUS[refused.kind])
        try:
            plan = await self.do(desk.plan, self.f, self.me, office, ids)
        except Refusal as refused:
            if refused.code != "review.nothing":
                raise
            self.set_status(STATUS[refused.kind])
            await self.show(office, refused)
            return
        self.page("review_plan.html", plan=plan, refusal=refusal)


class One(Page):
    """/review/APPLICATION: the whole record; passing, returning, and issuing what the city has confirmed."""

    scope = "all"
    verb = "application.review"

    async def get(self, application: str) -> None:
        await self.show(application)

    async def show(self, application: str, refusal: Refusal | None = None) -> None:
        """The record, also beside a refusal with the reason that was typed."""
        whole = await self.do(applications.whole, self.f, self.me, application)
        self.page("review_one.html", whole=whole, refusal=refusal, reason=self.field("reason"))

    async def post(self, application: str) -> None:
        decision = self.field("decision")
        try:
            if decision == "pass":
                await self.do(review.let_pass, self.f, self.me, application, _office(self.field("office")))
            elif decision == "return":
                await self.do(review.send_back, self.f, self.me, application, self.field("reason"))
            elif decision == "issue":
                await self.do(certificates.issue_confirmed, self.f, self.me, application)
            else:
                raise refuse("request.invalid", why="请选择通过或退回")
        except Refusal as refusal:
            if refusal.code == "thing.missing":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(application, refusal)
            return
        self.redirect(f"/review/{application}")


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/review", Review),
    ("/review/together", Together),
    (f"/review/{_ID}", One),
]
