"""The audit log: events chained by hash; whoever has them, and one signed checkpoint, can tell what was changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

FIRST = "0" * 64  # what the first event names as the one before it


@dataclass(frozen=True)
class Event:
    """One change or one read that must be accounted for. ``digest`` is of its salted details, which lie elsewhere.

    ``at`` is UTC text to the microsecond; ``hash`` is SHA-256 over the canonical JSON of the other fields.
    """

    seq: int
    at: str
    actor: str
    role: str
    scope: str
    verb: str
    subject: str
    digest: str
    previous: str
    hash: str


def moment(at: datetime) -> str:
    """An instant as an event spells it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(salt: str, detail: dict[str, Any]) -> str:
    """SHA-256 over the salt and the details; without the salt nobody can try out what they were."""
    return hashlib.sha256(canonical({"salt": salt, "detail": detail})).hexdigest()


def hash_of(event: Event) -> str:
    """The hash that ``event`` must carry."""
    fields = {name: value for name, value in asdict(event).items() if name != "hash"}
    return hashlib.sha256(canonical(fields)).hexdigest()


def canonical(value: Any) -> bytes:
    """RFC 8785 for what occurs here: text, whole numbers, booleans, lists and objects with ASCII names; no floats."""
    _no_floats(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no place in an audited record")
    if isinstance(value, dict):
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise TypeError("names in an audited record are ASCII")
        for inner in value.values():
            _no_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_floats(inner)
