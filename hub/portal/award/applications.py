"""证书申请: a teacher chooses from their rated competencies, hands in, and sees where it stands."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.journey.award import applications, review
from hub.portal.base import STATUS, Page


class Applications(Page):
    """/applications: what one can apply for, and where one's applications stand."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None, chosen: list[str] | None = None) -> None:
        """The page, also beside a refusal with what was ticked."""
        view = await self.do(applications.mine, self.f, self.me)
        self.page("applications.html", view=view, refusal=refusal, ticked=chosen)

    async def post(self) -> None:
        chosen = self.get_body_arguments("dossier")[:100]
        try:
            made = await self.do(review.draft, self.f, self.me, self.field("rule"), chosen)
            if self.field("act") != "draft":
                await self.do(review.submit, self.f, self.me, made.id)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal, chosen)
            return
        self.redirect("/applications")


class TakeBack(Page):
    """/applications/APPLICATION/back"""

    scope = "all"
    verb = "certificate.apply"

    async def post(self, application: str) -> None:
        await self.do(review.take_back, self.f, self.me, application)
        self.redirect("/applications")


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/applications", Applications),
    (f"/applications/{_ID}/back", TakeBack),
]
