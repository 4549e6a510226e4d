"""Published keys: they verify tokens and cannot sign."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.domain.keys import ED25519, PublicKey, of_jwks, unb64
from hub.domain.presented import ALGORITHMS
from hub.signing.primitives import good


@dataclass(frozen=True)
class Published:
    """Public keys by name."""

    keys: Mapping[str, PublicKey]

    def verify(self, token: str, typ: str) -> Mapping[str, Any] | None:
        """The claims, where ``token`` is of this type and signed by one of the keys, else None.

        Keys are looked up by name among our own; a key or an address inside the header is never followed.
        """
        try:
            head, body, tail = token.split(".")
            header, claims = json.loads(unb64(head)), json.loads(unb64(body))
            key = self.keys.get(str(header["kid"]).rpartition("#")[2])
            if set(header) != {"alg", "kid", "typ"} or header["typ"] != typ or key is None:
                return None
            exact = header["alg"] == ALGORITHMS.get(typ, ED25519) and key.algorithm == ED25519
            if not exact or not good(ED25519, key.material, f"{head}.{body}".encode(), unb64(tail)):
                return None
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        return claims if isinstance(claims, dict) else None


def published(jwks: Any) -> Published | None:
    """The keys of a JWK set as ``KeyRing.public`` writes it. None where it is none."""
    try:
        return Published(of_jwks(jwks))
    except ValueError:
        return None
