"""What the journeys need for trust: signatures, passwords, second factors, and what is kept encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from hub.domain.keys import PublicKey


class Signer(Protocol):
    """Signs receipts and credentials; asked on submit, on issue, and whenever somebody fetches a status list."""

    def key_at(self, at: datetime) -> str:
        """The name of the key that signs what is dated ``at``."""

    def sign(self, claims: Mapping[str, Any], typ: str, at: datetime | None = None) -> str:
        """A compact JWS over ``claims`` with the key of ``at``, now if it is not told; of a credential as VC-JWT."""

    def prove(self, document: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """A Data Integrity proof over a credential or a status list."""

    def second_key(self, at: datetime) -> str:
        """The name of the key of the second algorithm, or nothing where that is switched off."""

    def second(self, document: Mapping[str, Any], at: datetime) -> str:
        """A detached signature by the second algorithm over a credential, or nothing where that is switched off."""

    def verify(self, token: str, typ: str) -> Mapping[str, Any] | None:
        """The claims where the signature is good under a published key, else None."""

    def good(self, algorithm: str, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether one signature is good under one public key, whosever it is."""

    def published(self) -> Mapping[str, PublicKey]:
        """The public keys of all years, by name."""

    def public(self, did: str = "") -> dict[str, Any]:
        """The public keys as a JWK set; with ``did``, also under the names that credentials spell."""

    def document(self, did: str) -> dict[str, Any]:
        """The public keys as a DID document."""


class Passwords(Protocol):
    """Hashes and checks passwords; asked on sign-in and change. Slow on purpose."""

    def hash(self, password: str) -> str:
        """An encoded hash."""

    def check(self, encoded: str | None, password: str) -> bool:
        """Whether it fits; as slow for an unknown person (None) as for a known one."""


class Vault(Protocol):
    """Keeps ID numbers and secrets: encrypted, and found again only by keyed HMAC."""

    def seal(self, text: str) -> bytes:
        """Ciphertext."""

    def open(self, sealed: bytes) -> str:
        """The text again; asked for a second factor, and for an ID number that may be read. Raises where it was altered."""

    def tag(self, text: str) -> bytes:
        """The search key of ``text``."""


class Totp(Protocol):
    """One-time codes from a phone; asked when somebody sets up or gives a second factor."""

    def new(self) -> str:
        """A fresh secret as an authenticator app takes it."""

    def uri(self, secret: str, login: str) -> str:
        """What the QR code for an app says."""

    def step(self, secret: str, code: str, now: datetime, after: int) -> int | None:
        """The time step that ``code`` is good for, later than ``after``, or None."""
