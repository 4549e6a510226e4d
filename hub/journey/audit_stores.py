"""What the audit log is kept in, as Protocols: the chain in the database, and the checkpoints beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from hub.domain.audit import Entry, Event, Kept
from hub.domain.audit_view import Coverage, Wanted


class AuditStore(Protocol):
    """The chain of events; used by the journeys ``audit`` and ``audit_log`` alone."""

    def append(self, entries: Sequence[Entry]) -> int: ...
    def size(self) -> int: ...
    def events(self, since: int = 1) -> Iterator[Event]: ...
    def kept(self, since: int = 1) -> Iterator[Kept]: ...
    def page(self, wanted: Wanted, before: int | None, most: int) -> tuple[Kept, ...]: ...
    def details(self, verb: str, subject: str) -> Mapping[str, Any] | None: ...
    def coverage(self) -> tuple[Coverage, ...]: ...
    def counts(self) -> dict[str, int]: ...


class Checkpoints(Protocol):
    """Signed checkpoints as files outside the database, and how far the log was last found whole."""

    def add(self, name: str, token: str) -> None:
        """Keep a checkpoint; on disk before it returns. One that is there stays as it is."""

    def tokens(self) -> Sequence[str]:
        """Every one, the oldest first."""

    def note_state(self, state: Mapping[str, Any]) -> None:
        """Replace what the last verification found."""

    def state(self) -> Mapping[str, Any]:
        """What the last verification found; empty where there was none."""
