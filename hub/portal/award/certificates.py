"""One's own certificates; looking one up, revoking, suspending and replacing it."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.journey import read
from hub.journey.award import certificates, revocation
from hub.portal.base import Page


class Certificates(Page):
    """/certificates: one's own."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self) -> None:
        view = await self.do(read.competencies, self.f, self.me)
        titles = {c.number: certificates.title(c) for c in view.certificates}
        self.page("certificates.html", view=view, titles=titles)


# What a certificate can be taken away as: the kind of content.
_FORMS = {
    ".jwt": "application/vc+jwt",
    ".json": "application/vc",
    ".sm2": "application/jose",
    ".pdf": "application/pdf",
}


class Certificate(Page):
    """/certificates/NUMBER: as one would print and hang it; .pdf, .json, .jwt and .sm2 beside it."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self, number: str, form: str | None) -> None:
        view = await self.do(certificates.of_holder, self.f, self.me, number)
        if not form:
            self.page("certificate.html", view=view, qr=self.f.typesetter.qr(view.address))
            return
        if form == ".pdf":
            content: str | bytes = await self.do(self.f.typesetter.certificate, view)
        else:
            c = view.certificate
            content = {".jwt": c.credential, ".json": view.document, ".sm2": c.second}[form]
        if not content:
            raise refuse("thing.missing", what="这种格式的凭证")
        shown = "inline" if form == ".pdf" else "attachment"
        self.set_header("Content-Type", _FORMS[form])
        self.set_header("Content-Disposition", f'{shown}; filename="{number}{form}"')
        self.finish(content)


_DEEDS = {
    "revoke": revocation.revoke,
    "suspend": revocation.suspend,
    "lift": revocation.lift,
    "reissue": revocation.reissue,
}


class Issued(Page):
    """/issued: looking up a certificate, and what an official may do with it."""

    scope = "all"
    verb = "certificate.revoke"

    async def get(self) -> None:
        await self.show(self.get_argument("number", "").strip().upper())

    async def show(self, number: str, refusal: Refusal | None = None) -> None:
        """The certificate, also beside a refusal, with what was typed."""
        found = await self.do(revocation.find, self.f, self.me, number) if number else None
        typed = {name: self.field(name) for name in ("reason", "deed")} if refusal else {}
        self.page("issued.html", number=number, found=found, refusal=refusal, typed=typed)

    async def post(self) -> None:
        number, deed = self.field("number").strip().upper(), _DEEDS.get(self.field("deed"))
        if deed is None:
            raise refuse("request.invalid", why="请选择要做的事")
        try:
            made = await self.do(deed, self.f, self.me, number, self.field("reason"))
        except Refusal as refusal:
            if refusal.code in ("thing.missing", "access.denied"):
                raise
            self.set_status(409)
            await self.show(number, refusal)
            return
        self.redirect(f"/issued?number={made.number if made else number}")


_NUMBER = "([A-Z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/certificates", Certificates),
    (f"/certificates/{_NUMBER}(\\.pdf|\\.json|\\.jwt|\\.sm2)?", Certificate),
    ("/issued", Issued),
]
