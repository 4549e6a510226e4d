"""评: competencies, certificates, review, and the public verification."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.journey import award, read, verify
from hub.portal.base import PUBLIC, Page


class Competencies(Page):
    """/competencies: the tiles, the evidence, and what is missing."""

    scope = "read"
    verb = "certificate.apply"

    async def get(self) -> None:
        self.page("competencies.html", view=await self.do(read.competencies, self.f, self.me))


class Certificates(Page):
    """/certificates: one's own; and asking for one."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """The list, also beside a refusal."""
        view = await self.do(read.competencies, self.f, self.me)
        self.page("certificates.html", view=view, refusal=refusal)

    async def post(self) -> None:
        try:
            await self.do(award.apply, self.f, self.me, self.field("requirement"))
        except Refusal as refusal:
            self.set_status(409)
            await self.show(refusal)
            return
        self.redirect("/certificates")


class Certificate(Page):
    """/certificates/NUMBER: as one would print and hang it; .pdf and .jwt beside it."""

    scope = "all"
    verb = "certificate.apply"

    async def get(self, number: str, form: str | None) -> None:
        view = await self.do(award.of_holder, self.f, self.me, number)
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


class Review(Page):
    """/review: applications of one's school, the open ones first."""

    scope = "all"
    verb = "application.review"

    async def get(self) -> None:
        self.page("review.html", rows=await self.do(read.review_desk, self.f, self.me))


class Decide(Page):
    """/review/APPLICATION"""

    scope = "all"
    verb = "application.review"

    async def post(self, application: str) -> None:
        decision = self.field("decision")
        if decision not in ("approve", "return"):
            raise refuse("request.invalid", why="请选择通过或退回")
        await self.do(
            award.review,
            self.f,
            self.me,
            application,
            approve=decision == "approve",
            reason=self.field("reason"),
        )
        self.redirect("/review")


class Issued(Page):
    """/issued: looking up and revoking a certificate."""

    scope = "all"
    verb = "certificate.revoke"

    async def get(self) -> None:
        number = self.get_argument("number", "").strip().upper()
        found = await self.do(award.for_revocation, self.f, self.me, number) if number else None
        self.page("issued.html", number=number, found=found)

    async def post(self) -> None:
        number = self.field("number").strip().upper()
        await self.do(award.revoke, self.f, self.me, number, self.field("reason"))
        self.redirect(f"/issued?number={number}")


class Verify(Page):
    """/verify and /v/NUMBER: one field, one answer, for anybody."""

    scope = PUBLIC

    async def get(self, number: str | None = None) -> None:
        text = number or self.get_argument("number", "")
        code = self.get_argument("h", "")
        found = await self.do(verify.verify, self.f, text, code) if text else None
        self.page("verify.html", text=text, code=code, found=found)

    async def post(self, number: str | None = None) -> None:
        text = self.field("credential")
        files = self.request.files.get("file")
        if files:
            text = files[0]["body"][:65536].decode("ascii", "replace")
        if not text.strip():
            raise refuse("request.invalid", why="请填写证书编号，或粘贴、上传凭证")
        self.page("verify.html", text=text[:200], code="", found=await self.do(verify.verify, self.f, text))


_NUMBER, _ID = "([A-Z0-9-]{1,64})", "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/competencies", Competencies),
    ("/certificates", Certificates),
    (f"/certificates/{_NUMBER}(\\.pdf|\\.jwt)?", Certificate),
    ("/review", Review),
    (f"/review/{_ID}", Decide),
    ("/issued", Issued),
    ("/verify", Verify),
    (f"/v/{_NUMBER}", Verify),
]
