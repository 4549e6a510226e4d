"""Certificates: what one rests on and says, its number, and when it counts as valid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Item:
    """One competency that a certificate certifies; ``digest`` (SHA-256 hex) is of the evidence that shows it.

    ``framework`` is named only where it is another than the one that the rule names.
    """

    code: str
    name: str
    rating: str
    evidence: str
    digest: str
    framework: str = ""


@dataclass(frozen=True)
class Grounds:
    """What a certificate rests on, under which version of which rule."""

    rule: str
    version: str
    name: str
    framework: str
    valid_years: int
    narrative: str
    items: tuple[Item, ...]
    hours: dict[str, str] | None = None


@dataclass(frozen=True)
class Certificate:
    """An issued certificate and what has become of it. The row is never changed: what follows stands in other rows.

    ``credential`` is the signed credential (VC-JWT), ``proof`` the Data Integrity proof over the same content as JSON,
    ``second`` a detached signature beside them, or nothing.
    """

    number: str
    application: str
    person: str
    holder_name: str
    school_name: str
    requirement: str
    rating: str
    issued_at: datetime
    valid_to: date
    key_id: str
    credential: str
    evidence_digest: str
    version: str = ""
    proof: str = ""
    second: str = ""
    status_list: int | None = None
    status_index: int | None = None
    succeeds: str | None = None
    reason: str = ""  # of a re-issue
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_reason: str = ""
    suspended_at: datetime | None = None
    suspended_reason: str = ""
    successor: str | None = None
    superseded_at: datetime | None = None

    @property
    def state(self) -> str:
        """``revoked``, ``superseded``, ``suspended`` or ``standing``; whether it has expired is for the day to say."""
        if self.revoked_at:
            return "revoked"
        if self.successor:
            return "superseded"
        return "suspended" if self.suspended_at else "standing"


@dataclass(frozen=True)
class Shown:
    """What a certificate's page, paper and verification show: read from what was signed, never from today's rules."""

    number: str
    title: str
    holder: str
    school: str
    rating: str
    items: tuple[tuple[str, str], ...]  # code and name; rating, where each was rated
    rule: str
    hours: tuple[tuple[str, str], ...]
    supersedes: str
    evidence: tuple[str, ...]


CERTIFICATE_STATES = {
    "standing": "有效",
    "revoked": "已撤销",
    "superseded": "已被替代",
    "suspended": "已暂停",
}


@dataclass(frozen=True)
class CertificateView:
    """A certificate with everything that its page and its paper show."""

    certificate: Certificate
    shown: Shown
    document: str  # the credential as JSON with its proof
    address: str  # where anybody verifies it, with the check code
    code: str
    issuer: str


class Standing(StrEnum):
    """The three possible answers of a verification."""

    VALID = "valid"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def number_check(body: str) -> str:
    """The ISO 7064 MOD 37,36 check character over the letters and digits of ``body``."""
    product = 36
    for char in body:
        if char == "-":
            continue
        total = (product + _ALPHABET.index(char)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def certificate_number(framework: str, year: int, unit: str, sequence: int) -> str:
    """``LY-IT-{framework}-{yyyy}-{unit}-{seq6}-{check}``; holds no digit of an identity number."""
    body = f"LY-IT-{framework.upper()}-{year}-{unit.replace('-', '')}-{sequence:06d}"
    return f"{body}-{number_check(body)}"


def is_number(text: str) -> bool:
    """Whether ``text`` has the form and check character of a certificate number."""
    body, _, check = text.rpartition("-")
    if not body.startswith("LY-IT-") or any(c not in _ALPHABET + "-" for c in body):
        return False
    return number_check(body) == check


def check_code(credential: str) -> str:
    """Twelve characters that stand in the QR code and on the paper: whoever has them has seen the certificate."""
    return hashlib.sha256(credential.encode()).hexdigest()[:12]


def masked_name(name: str) -> str:
    """A name as strangers see it: the first and, from three characters on, the last: 张*三."""
    if len(name) <= 1:
        return "*"
    return name[0] + "*" * (len(name) - 1) if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]
