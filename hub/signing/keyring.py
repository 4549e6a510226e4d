"""The ring of signing keys: one a year, made when first needed, the public halves of all years published."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from hub.domain import base58
from hub.domain.audit import canonical
from hub.domain.credential import issuer_of, registered
from hub.domain.keys import (
    ED25519,
    SM2,
    PublicKey,
    b64,
    jwk,
    moment,
    name_of,
    parse_name,
    plain,
    unb64,
    window,
    year_of,
)
from hub.domain.presented import ALGORITHMS, SECOND, SUITE, VC_JWT, hashed, second_message
from hub.signing import sm2
from hub.signing.primitives import good
from hub.signing.published import Published

COMPROMISED = "compromised.json"  # {"luojiao-2026": "2026-03-01T00:00:00+08:00"}: from when on a key vouches for nothing
Keep = Callable[[Path, Callable[[], str]], str]  # text of a file, made by the other where there is none yet


@dataclass
class KeyRing:
    """See hub.journey.ports.Signer. Keys lie in ``folder``, a file each, named by year; ``second`` adds SM2 signatures.

    A folder that has changed is read again: another process may have made this year's key, an operator may have
    marked one as compromised.
    """

    folder: Path
    keep: Keep
    second_on: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _seen: tuple[tuple[str, int], ...] = ()
    _published: dict[str, PublicKey] = field(default_factory=dict)
    _private: dict[str, Any] = field(default_factory=dict)

    def published(self) -> Mapping[str, PublicKey]:
        """Every public key by its name, of this and earlier years; of this one also before it has signed anything.

        Whoever takes the keys along, or is about to read a list that is signed in a moment, needs it already.
        """
        self.key_at(self.now())
        return self._read_folder()

    def _read_folder(self) -> Mapping[str, PublicKey]:
        files = sorted((p.name, p.stat().st_mtime_ns) for p in self.folder.glob("*.json"))
        if tuple(files) != self._seen:
            marks = self.folder / COMPROMISED
            told = json.loads(marks.read_text("utf-8")) if marks.is_file() else {}
            since = {str(name): moment(at) for name, at in told.items()}
            found: dict[str, PublicKey] = {}
            for path in (self.folder / name for name, _ in files):
                if parsed := parse_name(path.stem):
                    private, material = _read(parsed[0], json.loads(path.read_text("utf-8")))
                    self._private[path.stem] = private
                    found[path.stem] = PublicKey(
                        path.stem, parsed[0], material, *window(parsed[1]), since.get(path.stem)
                    )
            self._published, self._seen = found, tuple(files)
        return self._published

    def key_at(self, at: datetime, algorithm: str = ED25519) -> str:
        """The name of the key that signs what is dated ``at``: of that year, not compromised; made where there is none."""
        for number in range(1, 1000):
            name = name_of(algorithm, year_of(at), number)
            key = self._read_folder().get(name)
            if key is None:
                self.keep(self.folder / f"{name}.json", lambda: _new(algorithm))
                key = self._read_folder()[name]
            if key.refuses(at) is None:
                return name
        raise RuntimeError("a thousand keys of one year are compromised")

    def sign(self, claims: Mapping[str, Any], typ: str, at: datetime | None = None) -> str:
        """A compact JWS with exactly alg, kid and typ in its header, by the key of ``at`` (which the claims must state)."""
        name = self.key_at(at or self.now())
        owner = f"{issuer_of(claims)}#" if typ == VC_JWT else ""
        header = {"alg": ALGORITHMS.get(typ, ED25519), "kid": owner + name, "typ": typ}
        payload = dict(claims) | (registered(claims) if typ == VC_JWT else {})
        message = f"{b64(canonical(header))}.{b64(_compact(payload))}"
        return f"{message}.{b64(self._private[name].sign(message.encode()))}"

    def prove(self, document: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """A Data Integrity proof over a credential or a list without one."""
        name = self.key_at(at)
        proof = {
            "@context": document["@context"],
            "type": "DataIntegrityProof",
            "cryptosuite": SUITE,
            "created": plain(at),
            "verificationMethod": f"{issuer_of(document)}#{name}",
            "proofPurpose": "assertionMethod",
        }
        return proof | {"proofValue": base58.encode(self._private[name].sign(hashed(proof, document)))}

    def second_key(self, at: datetime) -> str:
        """The name of the SM2 key that signs beside the first one, or nothing where that is switched off."""
        return self.key_at(at, SM2) if self.second_on else ""

    def second(self, document: Mapping[str, Any], at: datetime) -> str:
        """A detached SM2 signature over a credential, or nothing where that is switched off."""
        name = self.second_key(at)
        if not name:
            return ""
        head = b64(canonical({"alg": SM2, "kid": f"{issuer_of(document)}#{name}", "typ": SECOND}))
        return f"{head}..{b64(sm2.sign(second_message(head, document), self._private[name]))}"

    def verify(self, token: str, typ: str) -> Mapping[str, Any] | None:
        """See Published.verify."""
        return Published(self.published()).verify(token, typ)

    def good(self, algorithm: str, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether one signature is good under one public key, whosever it is."""
        return good(algorithm, public, message, signature)

    def public(self, did: str = "") -> dict[str, Any]:
        """The public keys as a JWK set; with ``did``, also under the names and the algorithm that credentials spell."""
        keys = [key for _, key in sorted(self.published().items())]
        own = [jwk(k, k.name, k.algorithm) for k in keys]
        if did:
            own += [jwk(k, f"{did}#{k.name}", ALGORITHMS[VC_JWT]) for k in keys if k.algorithm == ED25519]
        return {"keys": own}

    def document(self, did: str) -> dict[str, Any]:
        """The DID document: every Ed25519 key as a Multikey, the latest first, each with its last day."""
        keys = [k for k in self.published().values() if k.algorithm == ED25519]
        keys.sort(key=lambda k: parse_name(k.name) or ("", 0, 0), reverse=True)
        methods = [
            {
                "id": f"{did}#{k.name}", "type": "Multikey", "controller": did,
                "publicKeyMultibase": base58.multikey(k.material), "expires": plain(k.valid_until),
            } | ({"revoked": plain(k.compromised_from)} if k.compromised_from else {})
            for k in keys
        ]  # fmt: skip
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": did,
            "verificationMethod": methods,
            "assertionMethod": [m["id"] for m in methods],
        }


def _compact(claims: Mapping[str, Any]) -> bytes:
    text = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _new(algorithm: str) -> str:
    """A fresh private key as JSON text."""
    if algorithm == ED25519:
        return json.dumps(OKPKey.generate_key("Ed25519", private=True).as_dict(private=True))
    private = sm2.new_key()
    public = sm2.public_of(private)
    parts = {"x": public[:32], "y": public[32:], "d": private.to_bytes(32, "big")}
    return json.dumps({"kty": "EC", "crv": "SM2"} | {k: b64(v) for k, v in parts.items()})


def _read(algorithm: str, told: dict[str, Any]) -> tuple[Any, bytes]:
    """What signs, and the public material."""
    if algorithm == SM2:
        private = int.from_bytes(unb64(told["d"]), "big")
        return private, sm2.public_of(private)
    return OKPKey.import_key(told).private_key, unb64(told["x"])
