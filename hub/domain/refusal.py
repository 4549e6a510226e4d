"""What a refusal is: a named no, of a kind that a door turns into a status; hub.domain.errors lists them all."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What sort of no it is; doors map kinds to HTTP statuses in one table."""

    INVALID = "invalid"  # the input is wrong and can be corrected
    DENIED = "denied"  # this person may not
    SIGN_IN = "sign_in"  # nobody is signed in, or no longer
    MISSING = "missing"  # no such thing, or none that this person may know of
    CONFLICT = "conflict"  # right in itself, but not in the present state
    TOO_LARGE = "too_large"
    BUSY = "busy"  # try again in a moment


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """A named no. ``code`` is stable, ``message`` is Chinese and fit to be shown."""

    def __init__(self, code: str, message: str, kind: Kind) -> None:
        super().__init__(code, message)
        self.code, self.message, self.kind = code, message, kind

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
