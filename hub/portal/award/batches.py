"""Issuing what was confirmed: the desk, and a batch that can be watched."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.journey.award import batches
from hub.portal.base import Page


class Batches(Page):
    """/batches: how many wait to be issued, the latest batches; and issuing them."""

    scope = "all"
    verb = "certificate.issue"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """The desk, also beside a refusal."""
        self.page("batches.html", desk=await self.do(batches.desk, self.f, self.me), refusal=refusal)

    async def post(self) -> None:
        try:
            made = await self.do(batches.open_issue, self.f, self.me)
        except Refusal as refusal:
            self.set_status(409)
            await self.show(refusal)
            return
        self.redirect(f"/batches/{made.id}")


class Batch(Page):
    """/batches/ID: how far it is; loads itself again while it is open."""

    scope = "all"
    verb = "certificate.issue"

    async def get(self, id: str) -> None:
        self.page("batch.html", watched=await self.do(batches.watch, self.f, self.me, id))


ROUTES: list[tuple[str, type[Any]]] = [
    ("/batches", Batches),
    ("/batches/([a-z0-9-]{1,64})", Batch),
]
