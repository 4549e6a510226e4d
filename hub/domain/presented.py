"""What somebody presents to be verified, taken apart strictly: tokens, credentials with a proof, status lists, receipts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from hub.domain import base58
from hub.domain.audit import canonical
from hub.domain.credential import issuer_of, registered
from hub.domain.keys import SM2, b64, moment, unb64

# (algorithm, public key, message, signature) -> whether it is good; an unknown algorithm is a no.
Good = Callable[[str, bytes, bytes, bytes], bool]
MOST_BYTES = 256 * 1024
SUITE = "eddsa-jcs-2022"
VC_JWT, OLD_VC_JWT, SECOND = "vc+jwt", "vc+ld+jwt", "luojiao-second"


class Kind(Enum):
    """What it is."""

    CREDENTIAL = "credential"
    STATUS_LIST = "status_list"
    RECEIPT = "receipt"


# typ -> the one name of the algorithm that such a token may carry. Readers of credentials elsewhere know Ed25519 by its
# older name; what only we read has the name of RFC 9864.
ALGORITHMS = {
    VC_JWT: "EdDSA",
    OLD_VC_JWT: "Ed25519",
    "luojiao-receipt": "Ed25519",
    "luojiao-dossier-receipt": "Ed25519",
}
_CREDENTIALS = (VC_JWT, OLD_VC_JWT)
_SAID_AT = ("received_at", "submitted_at", "issued_at", "at")


class Unreadable(ValueError):  # noqa: N818 - an answer, not a fault
    """It is none of these; the message says why, in Chinese."""


@dataclass(frozen=True)
class Presented:
    """Taken apart, nothing checked: who is said to have signed what, and when. ``body`` has no claims of the envelope."""

    kind: Kind
    typ: str
    body: Mapping[str, Any]
    key: str  # name of the key, without whose it is
    message: bytes
    signature: bytes
    at: datetime

    @property
    def id(self) -> str:
        return str(self.body.get("id", ""))


def typ_of(text: str) -> str:
    """What a token says it is, unchecked; nothing for what is none."""
    head = text.strip().partition(".")[0][:1024]
    try:
        return str(json.loads(unb64(head)).get("typ", ""))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ""


def take_apart(text: str) -> Presented:
    """Read a token or a JSON document. Raises Unreadable; never anything else, whatever the text."""
    text = text.strip()
    if len(text) > MOST_BYTES:
        raise Unreadable("内容太大，不是凭证")
    try:
        return _document(text) if text.startswith("{") else _token(text)
    except Unreadable:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        OverflowError,
    ) as wrong:
        raise Unreadable("格式不对：内容残缺，或被改动过") from wrong


def strict_json(text: str | bytes) -> dict[str, Any]:
    """A JSON object without a name twice and without fractions. Raises ValueError, RecursionError."""
    read = json.loads(text, object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse)
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return read


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _refuse(text: str) -> Any:
    raise ValueError(f"no place for {text}")


def _token(text: str) -> Presented:
    head, body, tail = text.split(".")
    header, claims = strict_json(unb64(head)), strict_json(unb64(body))
    typ = str(header.get("typ"))
    # Exactly these three: a key or an address in the header is never followed.
    if set(header) != {"alg", "kid", "typ"} or header["alg"] != ALGORITHMS.get(typ):
        raise Unreadable("不是本平台签发的凭证、状态列表或回执")
    owner, _, name = str(header["kid"]).rpartition("#")
    message = f"{head}.{body}".encode("ascii")
    if typ not in _CREDENTIALS:
        said = next(claims[field] for field in _SAID_AT if field in claims)
        return Presented(Kind.RECEIPT, typ, claims, name, message, unb64(tail), moment(said))
    envelope = registered(claims)
    if any(claims.get(name) != value for name, value in envelope.items()):
        raise Unreadable("凭证的外层和内容不一致")
    if typ == VC_JWT and owner != envelope["iss"]:
        raise Unreadable("签名的不是凭证上写的签发者")
    content = {name: value for name, value in claims.items() if name not in envelope}
    return Presented(_kind(content), typ, content, name, message, unb64(tail), moment(content["validFrom"]))


def _document(text: str) -> Presented:
    content = strict_json(text)
    proof = dict(content.pop("proof"))
    signature = base58.decode(proof.pop("proofValue"))
    if (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose")) != (
        "DataIntegrityProof", SUITE, "assertionMethod",
    ):  # fmt: skip
        raise Unreadable("不是本平台用的证明方式")
    if proof.get("@context") != content.get("@context") or len(signature) != 64:
        raise Unreadable("证明和内容不配套")
    owner, _, name = str(proof["verificationMethod"]).rpartition("#")
    if owner != issuer_of(content):
        raise Unreadable("签名的不是凭证上写的签发者")
    if moment(proof["created"]) != moment(content["validFrom"]):
        raise Unreadable("签名时间和生效时间不一致")
    return Presented(_kind(content), SUITE, content, name, hashed(proof, content), signature, moment(content["validFrom"]))  # fmt: skip


def hashed(proof: Mapping[str, Any], content: Mapping[str, Any]) -> bytes:
    """What an eddsa-jcs-2022 proof signs: the digests of its own options and of the document, both canonical."""
    return b"".join(hashlib.sha256(canonical(dict(part))).digest() for part in (proof, content))


def _kind(content: Mapping[str, Any]) -> Kind:
    types = content["type"]
    if "BitstringStatusListCredential" in types:
        return Kind.STATUS_LIST
    if "OpenBadgeCredential" in types and "VerifiableCredential" in types:
        return Kind.CREDENTIAL
    raise Unreadable("不是能力认证证书，也不是状态列表")


def second_message(header: str, content: Mapping[str, Any]) -> bytes:
    """What the second signature signs: a JWS over the canonical content, which is detached from it."""
    return f"{header}.{b64(canonical(dict(content)))}".encode("ascii")


def take_second(text: str, content: Mapping[str, Any]) -> tuple[str, bytes, bytes]:
    """Key name, message and signature of a detached second signature over ``content``. Raises Unreadable."""
    try:
        head, nothing, tail = text.strip().split(".")
        header = strict_json(unb64(head))
        if nothing or set(header) != {"alg", "kid", "typ"} or (header["alg"], header["typ"]) != (SM2, SECOND):
            raise Unreadable("不是国密签名")
        return str(header["kid"]).rpartition("#")[2], second_message(head, content), unb64(tail)
    except Unreadable:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as wrong:
        raise Unreadable("国密签名的格式不对") from wrong
