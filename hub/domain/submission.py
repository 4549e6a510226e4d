"""A submission, the receipt that proves it, and the states it goes through."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_FILES = 50
MAX_NAME = 120


class State(StrEnum):
    """Where a submission stands; the last three are final until somebody asks for a new grading."""

    QUEUED = "queued"
    GRADING = "grading"
    GRADED = "graded"
    REJECTED = "rejected"
    FAILED = "failed"


STATE_NAMES = {
    State.QUEUED: "排队中",
    State.GRADING: "评阅中",
    State.GRADED: "已评阅",
    State.REJECTED: "未能评阅",
    State.FAILED: "评阅失败",
}


@dataclass(frozen=True)
class Submission:
    """What was handed in, as received: files by digest, the server's time, and the attempt number."""

    id: str
    release: str
    run: str
    assignment: str
    person: str
    attempt: int
    received_at: datetime
    late: bool
    files: dict[str, str]
    digest: str
    state: State
    receipt: str  # signed; the learner keeps a copy
    message: str = ""
    queued_at: datetime | None = None
    leased_at: datetime | None = None
    graded_at: datetime | None = None
    lease: int = 0  # the fencing number of the last lease on its grading
    tries: int = 0  # gradings begun since it was last queued
    reason: str = ""  # stable code of the last failure


def phases(submission: Submission, now: datetime) -> tuple[tuple[str, float], ...]:
    """How long it waited and how long it was graded, in seconds so far; a try that came to nothing counts as waiting."""
    queued = submission.queued_at or submission.received_at
    leased = submission.leased_at if submission.state is not State.QUEUED else None
    ended = now if submission.state in (State.QUEUED, State.GRADING) else submission.graded_at or now
    waited = ("排队", max(0.0, ((leased or ended) - queued).total_seconds()))
    return (waited, ("评阅", max(0.0, (ended - leased).total_seconds()))) if leased else (waited,)


def file_problem(files: Mapping[str, int]) -> str | None:
    """Why a set of submitted files (name -> bytes) is not taken, or None; names are relative POSIX paths."""
    if not files:
        return "没有文件"
    if len(files) > MAX_FILES:
        return f"最多 {MAX_FILES} 个文件，现在有 {len(files)} 个"
    seen: set[str] = set()
    for name in files:
        parts = name.split("/")
        if not name or len(name) > MAX_NAME or any(p in ("", ".", "..") or p.startswith(".") for p in parts):
            return f"文件名不能用：{name[:40]!r}"
        if "\\" in name or any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in name):
            return f"文件名里有不能用的字符：{name[:40]!r}"
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            return f"有两个同名文件：{name[:40]!r}"
        seen.add(folded)
    return None


def receipt_claims(submission: Submission, learner: str) -> dict[str, object]:
    """What a receipt states; it names the person by login, never by ID number."""
    return {
        "typ": "luojiao-receipt",
        "submission": submission.id,
        "run": submission.run,
        "assignment": submission.assignment,
        "learner": learner,
        "attempt": submission.attempt,
        "received_at": submission.received_at.isoformat(),
        "late": submission.late,
        "sha256": submission.digest,
        "files": dict(sorted(submission.files.items())),
    }
