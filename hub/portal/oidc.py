"""OpenID Connect for our own applications (Hub, boards): authorization code flow with PKCE S256, by oauthlib."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from oauthlib.common import Request
from oauthlib.oauth2 import BearerToken
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, TokenEndpoint
from oauthlib.openid import RequestValidator
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant
from tornado.httputil import HTTPServerRequest

from hub.domain.people import Actor
from hub.journey import enter
from hub.journey.ports import Fittings


@dataclass(frozen=True)
class Client:
    """A registered application: first-party only, one redirect address, the scopes its tokens carry."""

    client_id: str
    secret: str
    redirect_uri: str
    scopes: tuple[str, ...]


class Provider(RequestValidator):
    """What oauthlib asks of us; each answer is a journey of ``enter``. Runs in a worker thread."""

    def __init__(self, f: Fittings, clients: dict[str, Client]) -> None:
        super().__init__()
        self._f = f
        self._clients = clients
        grant = AuthorizationCodeGrant(self, refresh_token=False)
        grant.custom_validators.pre_auth.append(_only_s256)
        bearer = BearerToken(
            self, token_generator=self._new_token, expires_in=int(enter.TOKEN.total_seconds())
        )
        self.authorization = AuthorizationEndpoint("code", bearer, {"code": grant})
        self.token = TokenEndpoint("authorization_code", bearer, {"authorization_code": grant})

    def _new_token(self, request: Request, refresh_token: bool = False) -> str:
        token, _ = enter.issue_token(self._f, request.code_record, request.scopes)
        return token

    # --- the authorization endpoint asks ---
    def validate_client_id(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        request.client = self._clients.get(client_id)
        return request.client is not None

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return bool(redirect_uri == self._clients[client_id].redirect_uri)

    def get_default_redirect_uri(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> None:
        return None  # it must be named

    def validate_response_type(
        self, client_id: str, response_type: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return response_type == "code"

    def get_default_scopes(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        return ["openid"]

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return set(scopes) <= set(self._clients[client_id].scopes)

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        return True

    def validate_user_match(
        self, id_token_hint: str, scopes: list[str], claims: Any, request: Request
    ) -> bool:
        return True  # the code is given to whoever holds the session; a hint changes nothing

    def validate_silent_login(self, request: Request) -> bool:
        return True  # asked only for somebody who is signed in

    def validate_silent_authorization(self, request: Request) -> bool:
        return True  # first-party applications need no consent

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Request, *args: Any, **kwargs: Any
    ) -> None:
        kept = {
            "redirect_uri": request.redirect_uri,
            "scopes": list(request.scopes),
            "challenge": request.code_challenge,
            "nonce": request.nonce,
        }
        enter.grant_code(self._f, request.session_secret, client_id, kept, code["code"])

    # --- the token endpoint asks ---
    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        return True

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        name, secret = _basic(request) or (request.client_id, request.client_secret)
        client = self._clients.get(str(name))
        if client is None or not hmac.compare_digest(client.secret.encode(), str(secret).encode()):
            return False
        request.client = client
        request.client_id = client.client_id
        return True

    def authenticate_client_id(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        return False  # no public clients

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type == "authorization_code"

    def validate_code(
        self, client_id: str, code: str, client: Client, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        record = enter.redeem_code(self._f, code, client_id)  # used up from here on, whatever comes next
        if record is None:
            return False
        request.code_record, request.scopes, request.user = record, record.request["scopes"], record.person
        return True

    def get_code_challenge(self, code: str, request: Request) -> Any:
        return request.code_record.request["challenge"]

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        return "S256"

    def confirm_redirect_uri(
        self,
        client_id: str,
        code: str,
        redirect_uri: str,
        client: Client,
        request: Request,
        *args: Any,
        **kw: Any,
    ) -> bool:
        return bool(request.code_record.request["redirect_uri"] == redirect_uri)

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> Any:
        return request.code_record.request["nonce"]

    def finalize_id_token(
        self, id_token: dict[str, Any], token: dict[str, Any], token_handler: Any, request: Request
    ) -> str:
        claims = id_token | {
            "iss": self._f.issuer,
            "sub": request.user,
            "exp": id_token["iat"] + int(enter.CODE.total_seconds()),
        }
        return self._f.signer.sign(claims, "JWT")

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """Kept already, by digest, when it was made."""

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Request, *a: Any, **k: Any
    ) -> None:
        """Gone already, when it was redeemed."""


def bearer(request: HTTPServerRequest) -> tuple[str, str] | None:
    """Kind ("bearer" or "token") and value of the Authorization header, or None."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return (kind.lower(), value.strip()) if kind.lower() in ("bearer", "token") and value.strip() else None


def _basic(request: Request) -> tuple[str, str] | None:
    """Client and secret from an ``Authorization: Basic`` header (RFC 6749 2.3.1), or None."""
    kind, _, value = str(request.headers.get("Authorization", "")).partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return unquote_plus(name), unquote_plus(secret)


def _only_s256(request: Request) -> dict[str, Any]:
    if request.code_challenge is not None and request.code_challenge_method != "S256":
        raise errors.UnsupportedCodeChallengeMethodError(request=request)
    return {}


def userinfo(actor: Actor, terminal: bool) -> dict[str, Any]:
    """The claims about somebody that our own applications get: real name, login, roles, what the room needs; no identity number."""
    return {
        "sub": actor.uid,
        "preferred_username": actor.login,
        "name": actor.name,
        "roles": sorted(role.value for role in actor.roles),
        "terminal": terminal,
    }


def discovery(address: str, internal: str) -> dict[str, Any]:
    """The provider's metadata."""
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/oidc/authorize",
        "token_endpoint": f"{internal}/oidc/token",
        "userinfo_endpoint": f"{internal}/oidc/userinfo",
        "jwks_uri": f"{address}/keys.json",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["Ed25519"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
