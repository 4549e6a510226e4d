"""管: asking for leave to read what is starred in the permission matrix, deciding, and reading an identity number."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.domain.people import may
from hub.journey import approvals, identity
from hub.portal.base import STATUS, Page

_LOGIN = r"([A-Za-z0-9-]{1,64})"
_ID = r"([A-Za-z0-9-]{1,64})"


class Approvals(Page):
    """/approvals: mine, and those that I may decide."""

    scope = "all"
    verb = "approval.decide"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """Both lists, also beside a refusal; what was typed stays."""
        sent = {name: self.get_argument(name, "") for name in ("resource", "org")}
        sent["purpose"] = self.field("purpose")
        desk = await self.do(approvals.desk, self.f, self.me, sent["org"])
        reads = may(self.me, "identity.read")
        self.page("approvals.html", desk=desk, sent=sent, reads=reads, refusal=refusal)

    async def post(self) -> None:
        resource, org, purpose = (self.field(n) for n in ("resource", "org", "purpose"))
        try:
            await self.do(approvals.ask, self.f, self.me, resource, org, purpose)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal)
            return
        self.redirect("/approvals")


class Decide(Approvals):
    """/approvals/ID: the answer."""

    async def get(self, _id: str) -> None:  # type: ignore[override]
        self.redirect("/approvals")

    async def post(self, id: str) -> None:  # type: ignore[override]
        try:
            grant = self.field("answer") == "yes"
            await self.do(approvals.decide, self.f, self.me, id, grant=grant, reason=self.field("reason"))
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal)
            return
        self.redirect("/approvals")


class Find(Page):
    """/identity: whose number; by login, never by name."""

    scope = "all"
    verb = "identity.read"

    async def post(self) -> None:
        card = await self.do(identity.card, self.f, self.me, self.field("login"))
        self.redirect(f"/people/{card.person.login}/identity")


class Identity(Page):
    """/people/LOGIN/identity: masked, until the button is pressed; then once, and the read is on record."""

    scope = "all"
    verb = "identity.read"

    async def get(self, login: str) -> None:
        await self.show(login)

    async def show(self, login: str, number: str = "", refusal: Refusal | None = None) -> None:
        """The card; with the number where it was just read."""
        card = await self.do(identity.card, self.f, self.me, login)
        self.page("identity.html", card=card, number=number, refusal=refusal)

    async def post(self, login: str) -> None:
        try:
            number = await self.do(identity.number, self.f, self.me, login)
        except Refusal as refusal:
            if refusal.code != "approval.needed":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(login, refusal=refusal)
            return
        await self.show(login, number)


ROUTES: list[tuple[str, type[Any]]] = [
    ("/approvals", Approvals),
    (f"/approvals/{_ID}", Decide),
    ("/identity", Find),
    (f"/people/{_LOGIN}/identity", Identity),
]
