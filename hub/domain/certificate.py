"""Certificates: what one says, its number, and when it counts as valid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.domain.competency import AssessmentRule, Node

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Certificate:
    """An issued certificate: its number, whose, until when, and the signed credential (VC-JWT)."""

    number: str
    application: str
    person: str
    holder_name: str
    school_name: str
    requirement: str  # the rule it was issued under
    rating: str
    issued_at: datetime
    valid_to: date
    key_id: str
    credential: str
    evidence_digest: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_reason: str = ""


@dataclass(frozen=True)
class CertificateView:
    """A certificate with everything that its page and its paper show."""

    certificate: Certificate
    rule: AssessmentRule
    nodes: tuple[Node, ...]
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
