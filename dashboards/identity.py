"""Who may look: Voilà's identity provider that asks the portal, and the three addresses a login goes through."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import quote, urlsplit

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.utils import url_path_join
from tornado import web

from dashboards import portal_login
from dashboards.environment import Environment
from dashboards.pages import Clothed
from dashboards.portal_login import PortalAway, SignedOut
from dashboards.sessions import Sessions, Viewer

COOKIE = "boards"
PENDING_MINUTES = 10
AWAY = "门户暂时连不上，请稍后再试。"


class PortalIdentity(IdentityProvider):
    """Knows a browser by its cookie and the portal's word. There is no other way in: no token, no password."""

    def get_user(self, handler: web.RequestHandler) -> Any:
        return self._viewer(handler)

    async def _viewer(self, handler: web.RequestHandler) -> User | None:
        secret = handler.get_cookie(COOKIE)
        if not secret:
            return None
        sessions: Sessions = handler.settings["boards_sessions"]
        try:
            viewer = await sessions.of(secret)
        except PortalAway:
            raise web.HTTPError(503, reason="Portal away") from None
        handler.viewer = viewer  # type: ignore[attr-defined]
        return User(viewer.uid, name=viewer.name, display_name=viewer.name) if viewer else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """The addresses of a login, under Voilà's base."""
        base = getattr(self.parent, "base_url")  # noqa: B009 - traitlets knows it as Any | None
        return [
            (url_path_join(base, "login"), Login),
            (url_path_join(base, "oidc/callback"), Callback),
            (url_path_join(base, "logout"), Logout),
        ]


def viewer_of(handler: web.RequestHandler) -> Viewer:
    """The viewer behind a request that was let in."""
    viewer: Viewer | None = getattr(handler, "viewer", None)
    if viewer is None:
        raise web.HTTPError(403)
    return viewer


class Login(Clothed):
    """/login?next=: sends the browser to the portal, which sends it back at once where a session lives there."""

    def get(self) -> None:
        start = portal_login.begin()
        after = own_path(self.env, self.get_query_argument("next", self.env.base))
        # What must come back is kept in the browser itself, so that nobody can fill our memory with begun logins.
        self.set_signed_cookie(
            _pending(start.state),
            json.dumps({"state": start.state, "verifier": start.verifier, "next": after}),
            expires_days=PENDING_MINUTES / 1440,
            path=f"{self.env.base}oidc/",
            httponly=True,
            samesite="Lax",
            secure=self.env.secure,
        )
        self.redirect(portal_login.authorize_url(self.env, start))


class Callback(Clothed):
    """/oidc/callback: the portal sent the browser back with a code."""

    async def get(self) -> None:
        state, code = self.get_query_argument("state", ""), self.get_query_argument("code", "")
        kept = self.get_signed_cookie(_pending(state), max_age_days=PENDING_MINUTES / 1440)
        self.clear_cookie(_pending(state), path=f"{self.env.base}oidc/")
        begun = json.loads(kept) if kept else {}
        if (
            not code
            or not state
            or not hmac.compare_digest(str(begun.get("state", "")).encode(), state.encode())
        ):
            self.sentence(400, "这次登录没有完成或放得太久，请再试一次。", again=self.env.base)
            return
        try:
            token = await portal_login.redeem(self.env, code, begun["verifier"])
            about = await portal_login.who(self.env, token.value)
        except SignedOut:
            self.sentence(403, "门户没有确认这次登录，请再试一次。", again=begun["next"])
            return
        except PortalAway:
            self.sentence(503, AWAY, again=begun["next"])
            return
        sessions: Sessions = self.settings["boards_sessions"]
        before = self.get_cookie(COOKIE)
        if before:
            await sessions.end_by_cookie(before)
        secret = sessions.begin(token, about)
        self.set_cookie(
            COOKIE, secret, path=self.env.base, httponly=True, samesite="Lax", secure=self.env.secure
        )
        self.redirect(own_path(self.env, begun["next"]))


class Logout(Clothed):
    """/logout: our part of the one sign-out; it goes on to the Hub."""

    async def get(self) -> None:
        secret = self.get_cookie(COOKIE)
        if secret:
            sessions: Sessions = self.settings["boards_sessions"]
            await sessions.end_by_cookie(secret)
        self.clear_cookie(COOKIE, path=self.env.base)
        self.redirect(self.env.hub_logout_url)


def own_path(env: Environment, target: str) -> str:
    """``target`` if it is a path of ours, else our front page: never an address of another host."""
    parts = urlsplit(target)
    own = (
        target.startswith(env.base) and not target.startswith("//") and not parts.netloc and not parts.scheme
    )
    return target if own and "\\" not in target and target.isprintable() else env.base


def _pending(state: str) -> str:
    """One cookie a begun login, so that two tabs do not disturb each other."""
    return f"boards-login-{quote(state[:12], safe='')}"
