"""自我诊断: the questions, and what somebody's own answers advise."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.journey.award import diagnosis
from hub.portal.base import STATUS, Page


class Diagnose(Page):
    """/diagnosis: rate oneself on a framework, by group or each competency; the last ones."""

    scope = "all"
    verb = "diagnosis.own"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None, given: dict[str, int] | None = None) -> None:
        """The questions, also after a refusal, with what was ticked."""
        framework, each = self.get_argument("framework", ""), self.get_argument("each", "") == "1"
        paper = await self.do(diagnosis.paper, self.f, self.me, framework, each=each)
        self.page("diagnosis.html", paper=paper, refusal=refusal, given=given or {})

    def answers(self) -> dict[str, int]:
        """Key of a question -> level; tornado reads the names of fields as Latin-1, and ours may be Chinese."""
        named = [n for n in self.request.body_arguments if n.startswith("q:")]
        levels = {"1": 1, "2": 2, "3": 3, "4": 4}
        return {
            n[2:].encode("latin-1").decode("utf-8", "replace"): levels.get(self.field(n), 0) for n in named
        }

    async def post(self) -> None:
        framework, each = self.get_argument("framework", ""), self.get_argument("each", "") == "1"
        answers = self.answers()
        try:
            made = await self.do(diagnosis.answer, self.f, self.me, framework, answers, each=each)
        except Refusal as refusal:
            if refusal.code != "diagnosis.answers":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal, answers)
            return
        self.redirect(f"/diagnosis/{made.id}")


class Diagnosed(Page):
    """/diagnosis/ID: the weakest places, what practises them, and the last ones beside it."""

    scope = "all"
    verb = "diagnosis.own"

    async def get(self, id: str) -> None:
        self.page("diagnosed.html", result=await self.do(diagnosis.result, self.f, self.me, id))


ROUTES: list[tuple[str, type[Any]]] = [
    ("/diagnosis", Diagnose),
    ("/diagnosis/([a-z0-9-]{1,64})", Diagnosed),
]
