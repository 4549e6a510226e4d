"""Signing keys as the world sees them: one a year and algorithm, good for what was signed in that year, until compromised."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

ED25519, SM2 = "Ed25519", "SM2-SM3"
_BEIJING = timezone(timedelta(hours=8))
_NAME = re.compile(r"luojiao-(sm2-)?(\d{4})(?:-(\d{1,3}))?")


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key. ``material`` is 32 bytes for Ed25519, x and y (64 bytes) for SM2."""

    name: str
    algorithm: str
    material: bytes
    valid_from: datetime
    valid_until: datetime
    compromised_from: datetime | None = None

    def refuses(self, at: datetime) -> str | None:
        """Why this key vouches for nothing that is dated ``at``, or None. Somebody's else's key may have signed since."""
        if not self.valid_from <= at < self.valid_until:
            first, last = (day(m) for m in (self.valid_from, self.valid_until - timedelta(seconds=1)))
            return f"签发密钥 {self.name} 只在 {first} 至 {last} 有效，这份签发于 {day(at)}"
        if self.compromised_from and at >= self.compromised_from:
            return f"签发密钥 {self.name} 自 {day(self.compromised_from)} 起作废"
        return None


def day(moment: datetime) -> str:
    """The Beijing day of an instant, as the checks spell it."""
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d")


def year_of(moment: datetime) -> int:
    """The Beijing year of an instant: its key signs."""
    return moment.astimezone(_BEIJING).year


def parse_name(name: str) -> tuple[str, int, int] | None:
    """Algorithm, year and number of a key's name (``luojiao-2026``, ``luojiao-2026-2``, ``luojiao-sm2-2026``), or None."""
    found = _NAME.fullmatch(name)
    return (SM2 if found[1] else ED25519, int(found[2]), int(found[3] or 1)) if found else None


def name_of(algorithm: str, year: int, number: int) -> str:
    """The name of the ``number``-th key of a year; a further one is made only where those before are compromised."""
    stem = f"luojiao-sm2-{year}" if algorithm == SM2 else f"luojiao-{year}"
    return stem if number == 1 else f"{stem}-{number}"


def window(year: int) -> tuple[datetime, datetime]:
    """When a key of ``year`` signs: from New Year to New Year in Beijing."""
    first, after = (datetime(y, 1, 1, tzinfo=_BEIJING).astimezone(UTC) for y in (year, year + 1))
    return first, after


def plain(moment: datetime) -> str:
    """An instant as documents spell it: UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The reverse, and of no other spelling: each bit of the text counts. Raises ValueError."""
    data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("not canonical base64url")
    return data


def jwk(key: PublicKey, name: str, algorithm: str) -> dict[str, Any]:
    """One entry of the published set: who verifies with it looks for exactly this name and algorithm."""
    entry: dict[str, Any] = {"kid": name, "alg": algorithm, "use": "sig"}
    if key.algorithm == SM2:
        entry |= {"kty": "EC", "crv": "SM2", "x": b64(key.material[:32]), "y": b64(key.material[32:])}
    else:
        entry |= {"kty": "OKP", "crv": "Ed25519", "x": b64(key.material)}
    entry |= {"valid_from": plain(key.valid_from), "valid_until": plain(key.valid_until)}
    if key.compromised_from:
        entry["compromised_from"] = plain(key.compromised_from)
    return entry


def last_day(key: PublicKey) -> str:
    """The last Beijing day on which a key signs."""
    return day(key.valid_until - timedelta(seconds=1))


def fingerprint(key: PublicKey) -> str:
    """The JWK thumbprint (RFC 7638, SHA-256) in hexadecimal, four digits a group: what two people read to each other."""
    members = ("crv", "kty", "x", "y") if key.algorithm == SM2 else ("crv", "kty", "x")
    spelled = {name: value for name, value in jwk(key, "", "").items() if name in members}
    digest = hashlib.sha256(json.dumps(spelled, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def latest_first(keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Keys as people look for them: those of this year before those of earlier ones."""
    return tuple(sorted(keys, key=lambda key: (parse_name(key.name) or ("", 0, 0))[1:], reverse=True))


def of_jwks(told: Any) -> Mapping[str, PublicKey]:
    """The keys of a JWK set as ``jwk`` writes it, by name. Raises ValueError for what is no such set."""
    entries = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a JWK set")
    return {key.name: key for key in _keys(entries)}


def _keys(entries: Iterable[Any]) -> Iterable[PublicKey]:
    for entry in entries:
        try:
            name = str(entry["kid"]).rpartition("#")[2]
            parsed = parse_name(name)
            parts = [unb64(entry[part]) for part in (("x", "y") if entry["crv"] == "SM2" else ("x",))]
            if parsed is None or any(len(part) != 32 for part in parts):
                continue
            compromised = entry.get("compromised_from")
            yield PublicKey(
                name, parsed[0], b"".join(parts), moment(entry["valid_from"]), moment(entry["valid_until"]),
                moment(compromised) if compromised else None,
            )  # fmt: skip
        except (KeyError, TypeError, AttributeError) as wrong:
            raise ValueError("not a JWK set of ours") from wrong


def moment(text: Any) -> datetime:
    """An instant out of a document; one without a zone is refused. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("not an instant")
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("an instant without a zone")
    return read.astimezone(UTC)
