"""Whether one signature over some bytes is good under one public key."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.domain.keys import ED25519, SM2
from hub.signing import sm2


def good(algorithm: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """See hub.domain.presented.Good: exact algorithms, anything else is a no."""
    if algorithm == SM2:
        return sm2.verify(public, message, signature)
    if algorithm != ED25519:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
