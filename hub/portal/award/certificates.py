"""One's own certificates; looking one up and revoking it."""

from __future__ import annotations

from typing import Any

from hub.journey import read
from hub.journey.award import certificates
from hub.portal.base import Page


class Certificates(Page):
    """/certificates: one's own."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self) -> None:
        self.page("certificates.html", view=await self.do(read.competencies, self.f, self.me))


class Certificate(Page):
    """/certificates/NUMBER: as one would print and hang it; .pdf and .jwt beside it."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self, number: str, form: str | None) -> None:
        view = await self.do(certificates.of_holder, self.f, self.me, number)
        if form == ".jwt":
            self.set_header("Content-Type", "application/jwt")
            self.set_header("Content-Disposition", f'attachment; filename="{number}.jwt"')
            self.finish(view.certificate.credential)
        elif form == ".pdf":
            pdf = await self.do(self.f.typesetter.certificate, view)
            self.set_header("Content-Type", "application/pdf")
            self.set_header("Content-Disposition", f'inline; filename="{number}.pdf"')
            self.finish(pdf)
        else:
            self.page("certificate.html", view=view, qr=self.f.typesetter.qr(view.address))


class Issued(Page):
    """/issued: looking up and revoking a certificate."""

    scope = "all"
    verb = "certificate.revoke"

    async def get(self) -> None:
        number = self.get_argument("number", "").strip().upper()
        found = await self.do(certificates.for_revocation, self.f, self.me, number) if number else None
        self.page("issued.html", number=number, found=found)

    async def post(self) -> None:
        number = self.field("number").strip().upper()
        await self.do(certificates.revoke, self.f, self.me, number, self.field("reason"))
        self.redirect(f"/issued?number={number}")


_NUMBER = "([A-Z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/certificates", Certificates),
    (f"/certificates/{_NUMBER}(\\.pdf|\\.jwt)?", Certificate),
    ("/issued", Issued),
]
