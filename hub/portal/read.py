"""管: the city in numbers for officials, people and rosters for registrars, the system for its administrator."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.journey import overview, people, resets
from hub.portal.base import Page


class Overview(Page):
    """/overview: one level of the city, as a plain table; the Voilà board shows the same figures as charts."""

    scope = "read"
    verb = "overview.read"

    async def get(self) -> None:
        code = self.get_argument("org", None)
        self.page("overview.html", view=await self.do(overview.overview, self.f, self.me, code))


class People(Page):
    """/people: who is in one's schools; a fresh first password for somebody who lost theirs."""

    scope = "all"
    verb = "people.list"

    async def get(self) -> None:
        await self.show()

    async def show(self, **facts: Any) -> None:
        """The list, also with a fresh password to hand over."""
        org, find = self.get_argument("org", ""), self.get_argument("find", "")
        view = await self.do(people.listing, self.f, self.me, org, find)
        self.page("people.html", view=view, find=find, **({"fresh": None, "refusal": None} | facts))

    async def post(self) -> None:
        login = self.field("login")
        try:
            fresh = await self.do(resets.reset_password, self.f, self.me, login)
        except Refusal as refusal:
            self.set_status(404)
            await self.show(refusal=refusal)
            return
        await self.show(fresh=(login, fresh))


class System(Page):
    """/system: what waits, what failed, for whoever runs the machine; no names, no submissions."""

    scope = "all"
    verb = "system.read"

    async def get(self) -> None:
        self.page("system.html", view=await self.do(people.system, self.f, self.me))


ROUTES: list[tuple[str, type[Any]]] = [
    ("/overview", Overview),
    ("/people", People),
    ("/system", System),
]
