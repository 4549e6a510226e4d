"""One-time codes after RFC 6238, by pyotp: six digits, thirty seconds, as every authenticator app knows them."""

from __future__ import annotations

from datetime import datetime

import pyotp
from pyotp.utils import strings_equal

_ISSUER = "洛教学堂"
_WINDOW = 1  # steps that a phone's clock may be off, either way


class PyOtp:
    """See hub.journey.ports.Totp."""

    def new(self) -> str:
        """160 random bits in base 32."""
        return pyotp.random_base32(32)

    def uri(self, secret: str, login: str) -> str:
        """What the QR code says."""
        return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)

    def step(self, secret: str, code: str, now: datetime, after: int) -> int | None:
        """The time step whose code this is, within the window and later than ``after``; None where it is none."""
        totp = pyotp.TOTP(secret)
        present = int(now.timestamp()) // totp.interval
        found = None
        for step in range(present - _WINDOW, present + _WINDOW + 1):
            if strings_equal(totp.generate_otp(step), code) and step > after:
                found = step
        return found
