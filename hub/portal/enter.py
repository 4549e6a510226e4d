"""Sign-in, password, sign-out for all, and the browser side of OpenID Connect."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

from oauthlib.oauth2.rfc6749 import errors as oauth_errors

from hub.domain.errors import Refusal, refuse
from hub.journey import enter, password, room
from hub.portal.base import COOKIE, PUBLIC, SECOND, Api, Page
from hub.portal.entering import Entering
from hub.portal.menu import home
from hub.portal.oidc import bearer, discovery, userinfo

_IN_ROOM = re.compile(r"(notebooks|lab|tree|edit)(/[^/\\\x00-\x1f]+)*")


class Front(Page):
    """/: sends people to the page that their role starts with; strangers see what this is."""

    scope = PUBLIC

    async def get(self) -> None:
        if self.actor:
            self.redirect(home(self.actor))
            return
        self.page("front.html")


class Login(Entering):
    """/login"""

    scope = PUBLIC

    async def get(self) -> None:
        if self.actor:
            self.redirect(self.after())
            return
        self.page("login.html", after=self.get_argument("next", "/"), login="", refusal=None)

    async def post(self) -> None:
        login, given = self.field("login"), self.get_body_argument("password", "", strip=False)
        try:
            session = await self.do(enter.sign_in, self.f, login, given)
        except Refusal as refusal:
            self.set_status(401)
            self.page("login.html", after=self.get_argument("next", "/"), login=login, refusal=refusal)
            return
        self.sign_in(session.secret)
        if session.second:
            self.redirect(f"{SECOND}?" + urlencode({"next": self.after()}))
            return
        self.redirect("/password" if session.must_change_password else self.after())


class Password(Page):
    """/password"""

    scope = "all"

    async def get(self) -> None:
        self.page("password.html", refusal=None)

    async def post(self) -> None:
        old, new = (self.get_body_argument(n, "", strip=False) for n in ("old", "new"))
        try:
            if new != self.get_body_argument("again", "", strip=False):
                raise refuse("auth.weak_password", why="两次输入的新密码不一样")
            await self.do(password.change, self.f, self.me, old, new)
        except Refusal as refusal:
            self.set_status(400)
            self.page("password.html", refusal=refusal)
            return
        self.clear_cookie(COOKIE)
        self.redirect("/login?" + urlencode({"changed": "1"}))


class Logout(Page):
    """/logout: one sign-out for all. Our session and its tokens end at once; then boards and Hub clear theirs."""

    scope = PUBLIC

    async def post(self) -> None:
        secret = self.get_cookie(COOKIE)
        if secret:
            await self.do(enter.sign_out, self.f, secret)
        self.clear_cookie(COOKIE)
        settings = self.portal.settings
        self.redirect(f"{settings.boards_url}/logout")  # it sends on to the Hub, and the Hub to /signed-out


class SignedOut(Page):
    """/signed-out: the end of the chain."""

    scope = PUBLIC

    async def get(self) -> None:
        self.page("signed_out.html")


class Resting(Page):
    """/resting?to=PATH: where the page of a room goes that nobody touched; the way back is into one's own room only."""

    scope = PUBLIC

    async def get(self) -> None:
        to = self.get_query_argument("to", "tree")
        safe = to if _IN_ROOM.fullmatch(to) and ".." not in to else "tree"
        back = f"{self.portal.settings.hub_url}/hub/user-redirect/{quote(safe)}"
        self.page("resting.html", back=back, minutes=self.portal.settings.idle_minutes)


class Authorize(Page):
    """/oidc/authorize: a browser that one of our applications sent here to sign in."""

    scope = PUBLIC

    async def get(self) -> None:
        if self.actor is None:
            self.redirect("/login?" + urlencode({"next": self.request.uri}))
            return
        try:
            status, headers = await self.do(self._answer)
        except oauth_errors.FatalClientError as error:
            raise refuse("oidc.client") from error
        self.set_status(status)
        for name, value in headers.items():
            self.set_header(name, value)
        self.finish()

    def _answer(self) -> tuple[int, dict[str, str]]:
        endpoint = self.portal.provider.authorization
        uri = self.portal.settings.address + (self.request.uri or "")
        scopes, credentials = endpoint.validate_authorization_request(uri)
        credentials.pop("request", None)
        headers, _body, status = endpoint.create_authorization_response(
            uri, scopes=scopes, credentials=credentials | {"session_secret": self.get_cookie(COOKIE)}
        )
        return status, headers


class Token(Api):
    """/oidc/token: our applications redeem their codes here, from this machine."""

    scope = PUBLIC

    async def identify(self) -> None:
        return None  # the client's own secret is checked by the provider

    async def post(self) -> None:
        headers, body, status = await self.do(
            self.portal.provider.token.create_token_response,
            self.portal.settings.address + (self.request.uri or ""),
            "POST",
            self.request.body.decode("utf-8", "replace"),
            dict(self.request.headers),
        )
        self.set_status(status)
        for name, value in headers.items():
            self.set_header(name, value)
        self.finish(body)


class UserInfo(Api):
    """/oidc/userinfo"""

    scope = "openid"

    async def identify(self) -> Any:
        presented = bearer(self.request)
        return await self.do(enter.actor_of_token, self.f, presented[1]) if presented else None

    async def get(self) -> None:
        self.finish(userinfo(self.me, await self.do(room.terminal, self.f, self.me)))


class Discovery(Api):
    """/.well-known/openid-configuration"""

    scope = PUBLIC

    async def get(self) -> None:
        settings = self.portal.settings
        self.finish(discovery(settings.address, settings.portal_internal))


ROUTES: list[tuple[str, type[Any]]] = [
    ("/", Front),
    ("/login", Login),
    ("/password", Password),
    ("/logout", Logout),
    ("/signed-out", SignedOut),
    ("/resting", Resting),
    ("/oidc/authorize", Authorize),
    ("/oidc/token", Token),
    ("/oidc/userinfo", UserInfo),
    ("/.well-known/openid-configuration", Discovery),
]
