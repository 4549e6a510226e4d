"""The public verification: one field, one answer."""

from __future__ import annotations

from typing import Any

from hub.domain.certificate import Standing
from hub.domain.enclosed import attached
from hub.domain.errors import refuse
from hub.journey.award import verify
from hub.portal.award.guesses import Guesses
from hub.portal.base import PUBLIC, Page

_BY_ADDRESS, _BY_NUMBER = Guesses(60, 600), Guesses(10, 600)
_MOST = 1 << 20
_MOST_IN_ADDRESS = 4096  # a signed statement of hours comes in its QR code


class Verify(Page):
    """/verify and /v/NUMBER: one field, one answer, for anybody."""

    scope = PUBLIC

    async def get(self, number: str | None = None) -> None:
        text = (number or self.get_argument("number", ""))[:_MOST_IN_ADDRESS]
        code = self.get_argument("h", "")[:64]
        found = await self.judge(text, code) if text.strip() else None
        self.page("verify.html", text=text, code=code, found=found)

    async def judge(self, text: str, code: str = "", second: str | None = None) -> verify.Verification:
        """The answer; whoever was wrong too often waits: by where they ask from, and by the number they guess at."""
        now = self.f.clock.now()
        asker, asked = self.request.remote_ip or "", "".join(text.split()).upper() if code else ""
        if _BY_ADDRESS.spent(asker, now) or (asked and _BY_NUMBER.spent(asked, now)):
            raise refuse("verify.busy")
        found = await self.do(verify.verify, self.f, text, code, second)
        if found.standing is Standing.UNKNOWN and not found.number:
            _BY_ADDRESS.wrong(asker, now)
            if asked:
                _BY_NUMBER.wrong(asked, now)
        return found

    async def post(self, number: str | None = None) -> None:
        text, second = self.field("credential"), None
        for sent in self.request.files.get("file", [])[:2]:
            body = sent["body"][:_MOST]
            if sent["filename"].lower().endswith(".sm2"):
                second = body.decode("ascii", "replace")
            elif body.startswith(b"%PDF-"):
                text = attached(body) or "%PDF"
            else:
                text = body.decode("utf-8", "replace")
        if not text.strip():
            raise refuse("request.invalid", why="请填写证书编号，或粘贴、上传凭证")
        self.page("verify.html", text="", code="", found=await self.judge(text, second=second))


_NUMBER = "([A-Z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/verify", Verify),
    (f"/v/{_NUMBER}", Verify),
]
