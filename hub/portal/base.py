"""What every handler of the portal shares: who asks, the check before the body, journeys off the loop, refusals."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

import jinja2
from tornado import web
from tornado.log import app_log

from hub.domain.errors import CODES, Kind, Refusal, refuse
from hub.domain.people import Actor, may, within
from hub.journey import enter, second_factor
from hub.journey.ports import Fittings
from hub.portal.oidc import Provider, bearer
from hub.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

STATUS = {
    Kind.INVALID: 400,
    Kind.SIGN_IN: 401,
    Kind.DENIED: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.BUSY: 503,
}
COOKIE = "luojiao"
SECOND = "/second-factor"  # the one page that a session without its second factor opens
PUBLIC = "public"  # the scope of a handler that anybody may call


@dataclass
class Portal:
    """What the handlers are given."""

    f: Fittings
    settings: Settings
    pages: jinja2.Environment
    provider: Provider
    vouch: Callable[[str], Any]  # a Hub token -> the login it belongs to, awaitable
    pool: ThreadPoolExecutor
    waiting: int = 0


MAX_WAITING = 200  # journeys in line for a thread before we say so


class Handler(web.RequestHandler):
    """One request. A subclass names the ``scope`` it needs of a session or token; one that names none answers nobody.

    ``verb`` is the permission without which nothing here concerns somebody; which things they may see or change is
    for the journey to say, which knows whose they are.
    """

    scope: str | None = None
    verb: str | None = None
    actor: Actor | None = None

    def initialize(self, portal: Portal) -> None:
        self.portal = portal
        self.f = portal.f

    async def do(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a journey in a thread; the loop goes on. Refuses politely where too many wait."""
        if self.portal.waiting >= MAX_WAITING:
            raise refuse("server.busy")
        self.portal.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self.portal.pool, lambda: function(*args, **kwargs)
            )
        finally:
            self.portal.waiting -= 1

    async def prepare(self) -> None:
        """Find out who asks and whether their session or token reaches this far, before the body runs."""
        self.check_size()
        self.actor = await self.identify()
        if self._finished:  # sent somewhere else first
            return
        if self.scope is None:
            raise refuse("access.denied")
        if self.scope == PUBLIC:
            return
        if self.actor is None:
            raise refuse("auth.required")
        if not within(self.actor, self.scope) or (self.verb and not may(self.actor, self.verb)):
            raise refuse("access.denied")

    async def identify(self) -> Actor | None:
        """Who asks; pages go by cookie, the API by token."""
        raise NotImplementedError

    def check_size(self) -> None:
        """Refuse a body above the limit in words."""
        limit = self.f.limits.upload
        if int(self.request.headers.get("Content-Length", "0") or 0) > limit * 3 // 2 + 65536:
            raise refuse("request.too_large", limit_mb=limit // 2**20)

    @property
    def me(self) -> Actor:
        """Who asks, where somebody must be there."""
        if self.actor is None:
            raise refuse("auth.required")
        return self.actor

    def set_default_headers(self) -> None:
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if isinstance(value, Refusal):
            app_log.info("refused %s %s: %s", self.request.method, self.route_name(), value.code)
        elif not isinstance(value, web.HTTPError):
            self.ref = secrets.token_hex(4)
            trace = "".join(traceback.format_exception(typ, value, tb))
            app_log.error("fault %s in %s %s\n%s", self.ref, self.request.method, self.route_name(), trace)

    def route_name(self) -> str:
        """The handler, not the address: addresses may name people's things."""
        return type(self).__name__

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, Refusal):
            super().send_error(STATUS[error.kind], **(kwargs | {"refusal": error}))
            return
        if isinstance(error, web.HTTPError):
            code = {404: "thing.missing", 403: "auth.form_expired", 413: "request.too_large"}.get(status_code)
            facts = {"what": "这个页面", "limit_mb": self.f.limits.upload // 2**20, "why": str(status_code)}
            code = code or "request.invalid"
            super().send_error(
                status_code,
                **(kwargs | {"refusal": Refusal(code, CODES[code][1].format(**facts), CODES[code][0])}),
            )
            return
        kwargs["refusal"] = refuse("server.fault", ref=getattr(self, "ref", "-"))
        super().send_error(status_code, **kwargs)


class Page(Handler):
    """A page for a browser: by cookie, with a form token, in HTML."""

    async def prepare(self) -> None:
        """Pages live under one name: somebody who typed the machine's number is led there."""
        settings = self.portal.settings
        if settings.host_mode and self.request.host != urlsplit(settings.address).netloc:
            self.redirect(settings.address + (self.request.uri or "/"))
            return
        await super().prepare()

    async def identify(self) -> Actor | None:
        secret = self.get_cookie(COOKIE)
        if not secret:
            return None
        idle = timedelta(minutes=self.portal.settings.idle_minutes)
        actor = await self.do(enter.current, self.f, secret, idle)
        if actor is None and (await self.do(second_factor.halfway, self.f, secret)) is not None:
            if self.request.path != "/logout":
                to = self.request.uri if self.request.method == "GET" else "/"
                self.redirect(f"{SECOND}?" + urlencode({"next": to}))
            return None
        if actor and actor.must_change_password and self.request.path not in ("/password", "/logout"):
            self.redirect("/password")
        return actor

    def set_default_headers(self) -> None:
        super().set_default_headers()
        # Browsers hold every redirect after a form to this list: opening a lesson ends in a room's own origin.
        settings: Settings = self.settings["portal_settings"]
        rooms = settings.hub_url.replace("://", "://*.") if settings.host_mode else ""
        forms = f"'self' {settings.hub_url} {settings.boards_url} {rooms}"
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action {forms}",
        )

    def page(self, template: str, **facts: Any) -> None:
        """Render a template."""
        text = self.portal.pages.get_template(template).render(
            actor=self.actor,
            path=self.request.path,
            xsrf=self.xsrf_form_html,
            settings=self.portal.settings,
            static=self.static_url,
            now=self.f.clock.now(),
            **facts,
        )
        self.finish(text)

    def field(self, name: str) -> str:
        """A form field, or nothing."""
        return self.get_body_argument(name, "")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        refusal: Refusal = kwargs["refusal"]
        if refusal.kind is Kind.SIGN_IN and refusal.code == "auth.required" and self.request.method == "GET":
            self.set_status(302)
            self.set_header("Location", "/login?" + urlencode({"next": self.request.uri or "/"}))
            self.finish()
            return
        self.page("refusal.html", refusal=refusal, status=status_code)


class Api(Handler):
    """An endpoint for programs: by token only (never by cookie, so no form token), in JSON."""

    def check_xsrf_cookie(self) -> None:
        """No cookie is ever read here, so nothing can be forged with one."""

    async def identify(self) -> Actor | None:
        presented = bearer(self.request)
        if presented is None:
            return None
        kind, value = presented
        if kind == "bearer":
            actor = await self.do(enter.actor_of_token, self.f, value)
        else:
            login = await self.portal.vouch(value)
            found = await self.do(enter.actor_by_login, self.f, login) if login else None
            actor = enter.narrowed(found, ("study", "teach")) if found else None
        if actor is None:
            raise refuse("auth.token")
        if actor.must_change_password:  # as a page would: nobody goes around that with a token
            raise refuse("auth.change_password")
        return actor

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        refusal: Refusal = kwargs["refusal"]
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish({"code": refusal.code, "message": refusal.message})
