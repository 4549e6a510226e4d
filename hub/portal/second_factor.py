"""The page after the password: a code of the phone, or setting one up."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Kind, Refusal
from hub.domain.people import Actor
from hub.journey import enter, second_factor
from hub.portal.base import COOKIE, SECOND, STATUS
from hub.portal.entering import Entering


class SecondFactor(Entering):
    """/second-factor: the one page for a session that is good for nothing else yet; for others, how theirs stands."""

    scope = "second"
    owed: second_factor.Halfway | None = None

    async def identify(self) -> Actor | None:
        secret = self.get_cookie(COOKIE)
        self.owed = await self.do(second_factor.halfway, self.f, secret) if secret else None
        if self.owed:
            return enter.narrowed(self.owed.actor, ("second",))
        return await super().identify()

    async def get(self) -> None:
        if self.owed is None:
            view = await self.do(second_factor.standing, self.f, self.me)
            self.page("second_factor_standing.html", view=view)
        elif self.owed.enrolled:
            self.ask()
        else:
            self.set_up(await self.do(second_factor.offer, self.f, self._secret()))

    async def post(self) -> None:
        if self.owed is None:
            self.redirect(self.after())
            return
        code, sealed = self.field("code"), self.field("sealed")
        try:
            if sealed:
                entered = await self.do(second_factor.confirm, self.f, self._secret(), sealed, code)
            else:
                entered = await self.do(second_factor.prove, self.f, self._secret(), code)
        except Refusal as refusal:
            await self._again(refusal, sealed)
            return
        self.sign_in(entered.secret)
        target = "/password" if entered.must_change_password else self.after()
        if entered.recovery or entered.left is not None:
            self.page("recovery_codes.html", entered=entered, target=target)
            return
        self.redirect(target)

    async def _again(self, refusal: Refusal, sealed: str) -> None:
        """The page once more beside what was wrong; the secret on the phone stays the one that was scanned."""
        self.set_status(STATUS[refusal.kind])
        if refusal.code == "second.first_code":
            self.set_up(await self.do(second_factor.offered, self.f, self._secret(), sealed), refusal)
        elif refusal.code == "second.failed":
            self.ask(refusal)
        elif refusal.kind is Kind.SIGN_IN:
            self.clear_cookie(COOKIE)
            self.page("login.html", after=self.after(), login="", refusal=refusal)
        else:
            raise refusal

    def ask(self, refusal: Refusal | None = None) -> None:
        """The field for a code."""
        self.page("second_factor.html", refusal=refusal, after=self.after())

    def set_up(self, offer: second_factor.Offer, refusal: Refusal | None = None) -> None:
        """The QR code, the key as text, and the field for the first code."""
        qr = self.f.typesetter.qr(offer.uri)
        self.page("second_factor_new.html", offer=offer, qr=qr, refusal=refusal, after=self.after())

    def _secret(self) -> str:
        return self.get_cookie(COOKIE) or ""


ROUTES: list[tuple[str, type[Any]]] = [(SECOND, SecondFactor)]
