"""评: one's own hours under each rule, a statement of them on paper; and for those who tend a ledger, a teacher's, and what is wrong in it."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.domain.hours_statement import Statement
from hub.journey.award import hours
from hub.portal.base import STATUS, Page
from hub.portal.forms import whole


class Ledger(Page):
    """What both pages of a ledger share: the year, and the paper."""

    def year(self) -> int | None:
        text = self.get_argument("year", "")
        return whole(text, "年度") if text else None

    def hand_over(self, made: Statement) -> None:
        """The statement as PDF, or the signed text alone; its name says nothing of whose it is."""
        text = self.field("form") == "jws"
        name = f"hours-{made.progress.rule.ref}-{made.progress.span.last.year}.{'jws' if text else 'pdf'}"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("Content-Type", "application/jose" if text else "application/pdf")


class Hours(Ledger):
    """/hours: each rule as a bar with what is missing and by when, the entries below; a post is a statement."""

    scope = "all"
    verb = "hours.own"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """The page, also beside a refusal."""
        year = self.year() if refusal is None else None
        view = await self.do(hours.own, self.f, self.me, year)
        self.page("hours.html", view=view, refusal=refusal, login="", own=True)

    async def post(self) -> None:
        try:
            made = await self.do(hours.statement, self.f, self.me, self.field("rule"), self.year())
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal)
            return
        self.hand_over(made)
        self.finish(
            made.token if self.field("form") == "jws" else await self.do(self.f.typesetter.hours, made)
        )


class OfTeacher(Ledger):
    """/hours/school/LOGIN: a teacher's hours for those who import for them; a post is a statement."""

    scope = "all"
    verb = "hours.import"

    async def get(self, login: str) -> None:
        view = await self.do(hours.of_teacher, self.f, self.me, login, self.year())
        self.page("hours.html", view=view, refusal=None, login=login, own=view.person.uid == self.me.uid)

    async def post(self, login: str) -> None:
        made = await self.do(hours.statement, self.f, self.me, self.field("rule"), self.year(), login=login)
        self.hand_over(made)
        self.finish(
            made.token if self.field("form") == "jws" else await self.do(self.f.typesetter.hours, made)
        )


class Reverse(Page):
    """/hours/school/reverse/ID: take back a wrong entry, with a reason."""

    scope = "all"
    verb = "hours.import"

    async def get(self, id: str) -> None:
        await self.show(id)

    async def show(self, id: str, refusal: Refusal | None = None) -> None:
        """The entry and the form, with what was typed."""
        person, entry = await self.do(hours.to_reverse, self.f, self.me, id)
        self.page(
            "hours_reverse.html", person=person, entry=entry, refusal=refusal, reason=self.field("reason")
        )

    async def post(self, id: str) -> None:
        try:
            await self.do(hours.reverse, self.f, self.me, id, self.field("reason"))
        except Refusal as refusal:
            if refusal.code == "thing.missing":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(id, refusal)
            return
        person, _ = await self.do(hours.to_reverse, self.f, self.me, id)
        self.redirect(f"/hours/school/{person.login}")


ROUTES: list[tuple[str, type[Any]]] = [
    ("/hours", Hours),
    ("/hours/school/([a-z0-9-]{1,64})", OfTeacher),
    ("/hours/school/reverse/([a-z0-9-]{1,64})", Reverse),
]
