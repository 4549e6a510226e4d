"""我的能力: one's own competencies as tiles, and one of them with what is wanted, what is there and what is missing."""

from __future__ import annotations

from typing import Any

from hub.journey import read
from hub.journey.award import standing
from hub.portal.base import Page


class Competencies(Page):
    """/competencies: the tiles, the evidence, and what is missing; ``?framework=`` another one than certificates go by."""

    scope = "read"
    verb = "certificate.apply"

    async def get(self) -> None:
        framework = self.get_argument("framework", "")
        self.page("competencies.html", view=await self.do(read.competencies, self.f, self.me, framework))


class Competency(Page):
    """/competencies/FRAMEWORK/CODE"""

    scope = "read"
    verb = "certificate.apply"

    async def get(self, framework: str, code: str) -> None:
        self.page("competency.html", place=await self.do(standing.place, self.f, self.me, framework, code))


ROUTES: list[tuple[str, type[Any]]] = [
    ("/competencies", Competencies),
    ("/competencies/([a-z0-9-]{1,64})/([A-Za-z0-9.-]{1,32})", Competency),
]
