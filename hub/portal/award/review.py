"""Applications on the reviewer's desk, and what is decided on them."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import refuse
from hub.journey.award import certificates, desk
from hub.portal.base import Page


class Review(Page):
    """/review: applications of one's school, the open ones first."""

    scope = "all"
    verb = "application.review"

    async def get(self) -> None:
        self.page("review.html", rows=await self.do(desk.review_desk, self.f, self.me))


class Decide(Page):
    """/review/APPLICATION"""

    scope = "all"
    verb = "application.review"

    async def post(self, application: str) -> None:
        decision = self.field("decision")
        if decision not in ("approve", "return"):
            raise refuse("request.invalid", why="请选择通过或退回")
        await self.do(
            certificates.review,
            self.f,
            self.me,
            application,
            approve=decision == "approve",
            reason=self.field("reason"),
        )
        self.redirect("/review")


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/review", Review),
    (f"/review/{_ID}", Decide),
]
