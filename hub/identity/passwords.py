"""Passwords by argon2id (OWASP settings), as slow for somebody unknown as for somebody known."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """See hub.journey.ports.Passwords. At most two hashes at a time: each takes 19 MiB and a core."""

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 19456) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._gate = threading.BoundedSemaphore(2)

    def hash(self, password: str) -> str:
        """An encoded argon2id hash."""
        with self._gate:
            return self._hasher.hash(password)

    def check(self, encoded: str | None, password: str) -> bool:
        """Whether ``password`` fits; None takes as long as a real one and never fits."""
        with self._gate:
            try:
                self._hasher.verify(encoded or self._nobody, password[:1024])
            except (VerificationError, InvalidHashError):
                return False
        return encoded is not None

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody's password")
