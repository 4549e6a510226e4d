"""The audit log: events chained by hash; whoever has them, and one signed checkpoint, can tell what was changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

FIRST = "0" * 64  # what the first event names as the one before it
_LARGEST = 2**53 - 1  # of the whole numbers that every reader of JSON takes for the same

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


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


@dataclass(frozen=True)
class Entry:
    """What is to become an event, before it has its place in the chain."""

    at: str
    actor: str
    role: str
    scope: str
    verb: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """An event with its details and their salt, where whoever has it may see them."""

    event: Event
    salt: str
    detail: dict[str, Any]


def moment(at: datetime) -> str:
    """An instant as an event spells it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(at: str) -> datetime | None:
    """The instant that an event spells, or None where it spells none."""
    try:
        return datetime.fromisoformat(at) if at.endswith("Z") else None
    except ValueError:
        return None


def follow(seq: int, previous: str, entry: Entry, salt: str) -> Event:
    """The event that ``entry`` becomes behind event ``seq``, whose hash is ``previous``."""
    made = Event(
        seq + 1, entry.at, entry.actor, entry.role, entry.scope, entry.verb, entry.subject,
        digest_of(salt, entry.detail), previous, "",
    )  # fmt: skip
    return replace(made, hash=hash_of(made))


def digest_of(salt: str, detail: dict[str, Any]) -> str:
    """SHA-256 over the salt and the details; without the salt nobody can try out what they were."""
    return hashlib.sha256(canonical({"salt": salt, "detail": detail})).hexdigest()


def hash_of(event: Event) -> str:
    """The hash that ``event`` must carry."""
    values = dict(vars(event))
    del values["hash"]
    return hashlib.sha256(canonical(values)).hexdigest()


def canonical(value: Any) -> bytes:
    """RFC 8785 for what occurs here: text, whole numbers, booleans, lists and objects with ASCII names; no floats."""
    _no_surprises(value)
    return _ENCODER.encode(value).encode()


def line_of(kept: Event | Kept) -> bytes:
    """One line of an exported log: canonical JSON, with details and salt where they are given."""
    if isinstance(kept, Event):
        return canonical(vars(kept)) + b"\n"
    return canonical(vars(kept.event) | {"salt": kept.salt, "detail": kept.detail}) + b"\n"


def read_line(line: bytes) -> Event | Kept | None:
    """What an exported line says, or None where it is not, byte for byte, what an export writes."""
    try:
        told = json.loads(line)
        names = {f.name for f in fields(Event)}
        event = Event(**{name: told[name] for name in names})
        if type(event.seq) is not int or any(
            type(v) is not str for n, v in vars(event).items() if n != "seq"
        ):
            return None
        more = told.keys() - names
        found = Kept(event, told["salt"], told["detail"]) if more == {"salt", "detail"} else event
        if isinstance(found, Kept) and not (type(found.salt) is str and type(found.detail) is dict):
            return None
        return found if line_of(found) == line else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _no_surprises(value: Any) -> None:
    if isinstance(value, str | bool) or value is None:
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise TypeError("a whole number in an audited record has at most 53 bits")
    elif isinstance(value, dict):
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise TypeError("names in an audited record are ASCII")
        for inner in value.values():
            _no_surprises(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_surprises(inner)
    else:
        raise TypeError(f"{type(value).__name__} has no place in an audited record")
