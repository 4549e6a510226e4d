"""The status lists that we publish: which certificates are revoked (or replaced) and which suspended, signed, as of now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.domain import bitstring, presented
from hub.domain.credential import ISSUER_NAME, VC, did_of
from hub.domain.errors import refuse
from hub.domain.keys import plain
from hub.journey.ports import Fittings, Work

PURPOSES = ("revocation", "suspension")
TTL = timedelta(minutes=5)  # how long a reader may keep a list before it looks again
GOOD_FOR = timedelta(days=7)  # how long a list that was taken along says anything
_ADDRESS = re.compile(r"(https?://[^/\s]+)/status/(revocation|suspension)/([1-9]\d{0,5})")


@dataclass(frozen=True)
class StatusList:
    """A list without its proof, and the instant that it speaks of."""

    content: dict[str, Any]
    at: datetime


def listed(f: Fittings, work: Work, purpose: str, number: int, address: str = "") -> StatusList:
    """A list as of the last five minutes or the last change, whichever came later: whoever asks gets the same text."""
    if purpose not in PURPOSES or not 1 <= number <= work.certificates.lists():
        raise refuse("thing.missing", what="这份状态列表")
    now = f.clock.now().astimezone(UTC)
    bits, changed = work.certificates.set_bits(number, purpose)
    slot = datetime.fromtimestamp(now.timestamp() // TTL.total_seconds() * TTL.total_seconds(), UTC)
    # A change in this second may not be the last one in it: the second is over before the list speaks of it.
    at = max(slot, changed.astimezone(UTC).replace(microsecond=0)) if changed else slot
    home = address or f.issuer
    me = f"{home}/status/{purpose}/{number}"
    content = {
        "@context": [VC],
        "id": me,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": did_of(home), "name": ISSUER_NAME},
        "validFrom": plain(at),
        "validUntil": plain(at + GOOD_FOR),
        "credentialSubject": {
            "id": f"{me}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": bitstring.encoded(bits),
            "ttl": int(TTL.total_seconds() * 1000),
        },
    }
    return StatusList(content, at)


def as_token(f: Fittings, purpose: str, number: int) -> str:
    """A list as VC-JWT."""
    with f.work() as work:
        return token(f, work, purpose, number)


def as_document(f: Fittings, purpose: str, number: int) -> dict[str, Any]:
    """A list as JSON with a Data Integrity proof."""
    with f.work() as work:
        made = listed(f, work, purpose, number)
    return {**made.content, "proof": f.signer.prove(made.content, made.at)}


def token(f: Fittings, work: Work, purpose: str, number: int, address: str = "") -> str:
    """A list as VC-JWT, in the name of ``address`` where a certificate was issued under another one than today's."""
    made = listed(f, work, purpose, number, address)
    return f.signer.sign(made.content, presented.VC_JWT, made.at)


def token_at(f: Fittings, work: Work, address: str) -> str | None:
    """The list that one of our own certificates names, or None where that is no list of ours."""
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found[3]) > work.certificates.lists():
        return None
    return token(f, work, found[2], int(found[3]), found[1])
