"""Identity numbers at rest: AES-256-GCM to keep them, keyed HMAC to find them again."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_CONTEXT = b"luojiao id number v1"


@dataclass(frozen=True)
class IdVault:
    """See hub.journey.ports.Vault. ``key`` is 32 or more random bytes; two keys are drawn from it."""

    key: bytes

    def seal(self, text: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(12)
        return nonce + AESGCM(self._derive(b"seal")).encrypt(nonce, text.encode(), _CONTEXT)

    def open(self, sealed: bytes) -> str:
        """The text again. Raises ValueError where it was altered or the key is another."""
        try:
            return AESGCM(self._derive(b"seal")).decrypt(sealed[:12], sealed[12:], _CONTEXT).decode()
        except InvalidTag:
            raise ValueError("altered, or sealed under another key") from None

    def tag(self, text: str) -> bytes:
        """HMAC-SHA256 of the text: equal numbers have equal tags, and without the key none can be guessed."""
        return hmac.new(self._derive(b"find"), text.encode(), hashlib.sha256).digest()

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=_CONTEXT + b"/" + purpose).derive(self.key)
