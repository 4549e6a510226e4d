"""The browser-less half of the login: OpenID Connect code flow with PKCE S256 against the portal, over 127.0.0.1."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from dashboards.environment import Environment

CLIENT = "boards"
SCOPES = "openid profile read"


class SignedOut(Exception):  # noqa: N818  (an answer of the portal, not a fault)
    """The portal does not know this token any more, or refused the code."""


class PortalAway(Exception):  # noqa: N818
    """The portal could not be asked."""


@dataclass(frozen=True)
class Start:
    """A login that has begun: what the browser is sent off with, and what must come back with it."""

    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Token:
    """An access token and its lifetime in seconds."""

    value: str = field(repr=False)
    seconds: int


def begin() -> Start:
    """A fresh state and PKCE verifier (RFC 7636: 43 to 128 characters)."""
    return Start(secrets.token_urlsafe(24), secrets.token_urlsafe(48))


def authorize_url(env: Environment, start: Start) -> str:
    """Where the browser goes to sign in."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(start.verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": env.callback,
        "scope": SCOPES,
        "state": start.state,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    return f"{env.portal_public}/oidc/authorize?{urlencode(query)}"


async def redeem(env: Environment, code: str, verifier: str) -> Token:
    """Exchange a code for a token. Raises SignedOut where the portal refuses it, PortalAway where it is not there."""
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": env.callback,
        "code_verifier": verifier,
        "client_id": CLIENT,
        "client_secret": env.client_secret,
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    told = await _ask(HTTPRequest(f"{env.portal_internal}/oidc/token", "POST", kind, urlencode(body)))
    return Token(str(told["access_token"]), int(told.get("expires_in", 0)))


async def who(env: Environment, token: str) -> dict[str, Any]:
    """Whose token this is: sub, preferred_username, name, roles. Raises SignedOut and PortalAway."""
    header = {"Authorization": f"Bearer {token}"}
    return await _ask(HTTPRequest(f"{env.portal_internal}/oidc/userinfo", headers=header))


async def _ask(request: HTTPRequest) -> dict[str, Any]:
    request.connect_timeout, request.request_timeout, request.follow_redirects = 2, 5, False
    try:
        answer = await AsyncHTTPClient().fetch(request)
        told = json.loads(answer.body)
    except HTTPClientError as error:
        if error.code in (400, 401, 403):
            raise SignedOut from None
        raise PortalAway from None
    except (OSError, ValueError):
        raise PortalAway from None
    if not isinstance(told, dict):
        raise PortalAway
    return told
