"""The portal as one tornado application: its routes in a table, its templates, its clients."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tornado import web
from tornado.escape import json_decode
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.log import access_log

from hub.assets.packing import Packing
from hub.domain.errors import refuse
from hub.identity.secrets import secret
from hub.journey.ports import Fittings
from hub.portal import (
    accounts,
    api,
    api_read,
    approvals,
    assess,
    assets,
    enter,
    queue,
    read,
    roster,
    schools,
    second_factor,
    study,
)
from hub.portal import regrade as regrade_pages
from hub.portal.award import applications as application_pages
from hub.portal.award import (
    assessing,
    batches,
    competencies,
    criteria,
    diagnosis,
    dossiers,
    framework_parts,
    frameworks,
    hours,
    hours_school,
    publicity,
    published,
    review,
    verify,
)
from hub.portal.award import audit as audit_pages
from hub.portal.award import certificates as certificate_pages
from hub.portal.award import packages as package_pages
from hub.portal.award import titles as title_pages
from hub.portal.base import PUBLIC, Handler, Page, Portal
from hub.portal.oidc import Client, Provider
from hub.portal.pages import templates
from hub.settings import Settings

_HERE = Path(__file__).parent
_TRUST_SECONDS = 10  # how long the Hub's word for a token is good

ROUTES: list[tuple[str, type[Handler]]] = [
    *enter.ROUTES,
    *second_factor.ROUTES,
    *accounts.ROUTES,
    *approvals.ROUTES,
    *study.ROUTES,
    *assess.ROUTES,
    *regrade_pages.ROUTES,
    *competencies.ROUTES,
    *diagnosis.ROUTES,
    *frameworks.ROUTES,
    *framework_parts.ROUTES,
    *certificate_pages.ROUTES,
    *dossiers.ROUTES,
    *assessing.ROUTES,
    *application_pages.ROUTES,
    *review.ROUTES,
    *publicity.ROUTES,
    *verify.ROUTES,
    *criteria.ROUTES,
    *batches.ROUTES,
    *published.ROUTES,
    *title_pages.ROUTES,
    *package_pages.ROUTES,
    *hours.ROUTES,
    *hours_school.ROUTES,
    *read.ROUTES,
    *queue.ROUTES,
    *audit_pages.ROUTES,
    *roster.ROUTES,
    *schools.ROUTES,
    *api_read.ROUTES,
    *api.ROUTES,
]


class Missing(Page):
    """Any address that is no page."""

    scope = PUBLIC

    async def prepare(self) -> None:
        await super().prepare()
        if not self._finished:
            raise refuse("thing.missing", what="这个页面")


def application(f: Fittings, settings: Settings) -> web.Application:
    """The portal over its fittings."""
    portal = Portal(
        f,
        settings,
        templates(),
        Provider(f, clients(settings)),
        _vouch(settings),
        ThreadPoolExecutor(8, thread_name_prefix="journey"),
    )
    return web.Application(
        [
            *((path, handler, {"portal": portal}) for path, handler in ROUTES),
            *assets.routes(Packing(settings.assets_dir)),
        ],
        default_handler_class=Missing,
        default_handler_args={"portal": portal},
        static_path=str(_HERE / "static"),
        static_url_prefix="/static/",
        xsrf_cookies=True,
        xsrf_cookie_kwargs={
            "samesite": "lax",
            "httponly": True,
            "secure": settings.address.startswith("https"),
        },
        compress_response=True,
        portal_settings=settings,
        log_function=_log,
    )


def _log(handler: web.RequestHandler) -> None:
    """One line a request: the handler and no address, since addresses may name people's things."""
    milliseconds = 1000 * handler.request.request_time()
    what = (handler.get_status(), handler.request.method, type(handler).__name__, milliseconds)
    access_log.info("%d %s %s %.0f ms", *what)


def clients(settings: Settings) -> dict[str, Client]:
    """Our own applications; the Hub's tokens say who somebody is, the boards' may also read that person's data."""
    return {
        "hub": Client(
            "hub",
            secret("oidc_hub", settings.secrets_dir),
            f"{settings.hub_url}/hub/oauth_callback",
            ("openid", "profile"),
        ),
        "boards": Client(
            "boards",
            secret("oidc_boards", settings.secrets_dir),
            f"{settings.boards_url}/oidc/callback",
            ("openid", "profile", "read"),
        ),
    }


def _vouch(settings: Settings) -> Any:
    """Ask the Hub whose token this is; it answers None for a token that it does not know."""
    known: dict[str, tuple[float, str | None]] = {}
    address = f"{settings.hub_internal}{settings.hub_base}hub/api/user"

    async def vouch(token: str) -> str | None:
        now = time.monotonic()
        if token in known and known[token][0] > now:
            return known[token][1]
        try:
            answer = await AsyncHTTPClient().fetch(
                address, headers={"Authorization": f"token {token}"}, request_timeout=5
            )
        except HTTPClientError as error:
            if error.code in (401, 403):
                return None
            raise refuse("server.busy") from error
        except OSError as error:
            raise refuse("server.busy") from error
        told = json_decode(answer.body)
        login = str(told["name"]) if told.get("kind") == "user" else None
        if len(known) > 10000:
            known.clear()
        known[token] = (now + _TRUST_SECONDS, login)
        return login

    return vouch
