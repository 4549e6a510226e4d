"""Ed25519 signatures over JSON claims (JWS), with yearly keys whose public halves stay published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

_ALG = "Ed25519"  # RFC 9864: fully specified, where EdDSA left the curve open


@dataclass(frozen=True)
class KeyRing:
    """Keys of one folder, ``<kid>.json`` each; the greatest name signs, all of them verify."""

    keys: Mapping[str, OKPKey]

    @property
    def key_id(self) -> str:
        """The identifier of the key in use."""
        return max(self.keys)

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        """A compact JWS with exactly alg, kid and typ in its header."""
        header = {"alg": _ALG, "kid": self.key_id, "typ": typ}
        payload = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return jws.serialize_compact(header, payload, self.keys[self.key_id], algorithms=[_ALG])

    def verify(self, token: str, typ: str) -> Mapping[str, Any] | None:
        """The claims, where ``token`` is of this type and signed by one of the keys, else None.

        Keys are looked up by name among our own; a key or an address inside the header is never followed.
        """
        try:
            header = jws.extract_compact(token.encode()).headers()
            if set(header) != {"alg", "kid", "typ"} or header["typ"] != typ or header["alg"] != _ALG:
                return None
            key = self.keys.get(str(header["kid"]))
            if key is None:
                return None
            claims = json.loads(jws.deserialize_compact(token, key, algorithms=[_ALG]).payload)
        except (JoseError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return claims if isinstance(claims, dict) else None

    def public(self) -> dict[str, Any]:
        """The public keys as a JWK set."""
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": kid, "alg": _ALG, "use": "sig"}
                for kid, key in sorted(self.keys.items())
            ]
        }


def published(keys: Any) -> KeyRing | None:
    """The keys of a JWK set as ``KeyRing.public`` writes it: they verify and cannot sign. None where it is none."""
    try:
        return KeyRing(
            {
                str(k["kid"]): OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": k["x"]})
                for k in keys["keys"]
            }
        )
    except (JoseError, KeyError, TypeError, ValueError):
        return None


def new_key() -> str:
    """A fresh private key as JSON text."""
    return json.dumps(OKPKey.generate_key("Ed25519", private=True).as_dict(private=True))


def load_keys(folder: Path) -> KeyRing:
    """Every key of ``folder``, named by its file."""
    return KeyRing(
        {p.stem: OKPKey.import_key(json.loads(p.read_text())) for p in sorted(folder.glob("*.json"))}
    )
