"""Long work over many records, item by item: it can be watched, left, and goes on where a killed worker stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BatchKind(StrEnum):
    """What is done to each item."""

    ISSUE = "issue"  # certificates of confirmed applications
    EXPORT = "export"  # the records of a package for the HR bureau


class BatchState(StrEnum):
    """``open`` until every item is done or has failed."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True)
class Batch:
    """One run over many items, and how far it is. ``about`` names what it is for, where there is such a thing."""

    id: str
    kind: BatchKind
    about: str
    asked_by: str
    asked_at: datetime
    state: BatchState
    total: int
    done: int = 0
    failed: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True)
class BatchItem:
    """One item: ``waiting``, then ``done`` with what came of it, or ``failed`` with the code of the refusal."""

    batch: str
    position: int
    subject: str
    state: str = "waiting"
    outcome: str = ""


BATCH_NAMES = {BatchKind.ISSUE: "发证", BatchKind.EXPORT: "报送"}
