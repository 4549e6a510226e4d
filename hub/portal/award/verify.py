"""The public verification: one field, one answer."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import refuse
from hub.journey.award import verify
from hub.portal.base import PUBLIC, Page


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


_NUMBER = "([A-Z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/verify", Verify),
    (f"/v/{_NUMBER}", Verify),
]
