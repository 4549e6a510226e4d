"""Runs of a course and the releases in them, and when something may be handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from hub.domain.errors import Refusal, refuse


@dataclass(frozen=True)
class Run:
    """One holding of a course (班次), open to an organisation and all below it between two instants."""

    id: str
    course: str
    title: str
    org: str
    starts_at: datetime
    ends_at: datetime
    created_by: str


@dataclass(frozen=True)
class Release:
    """An assignment as learners of a run get it; a change of content is a new version, never an edit.

    ``source_digest`` names the notebook with its hidden tests, ``files`` the learner's files: name -> digest.
    """

    id: str
    run: str
    assignment: str
    version: int
    source_digest: str
    data_files: dict[str, str]
    files: dict[str, str]
    opens_at: datetime
    due_at: datetime
    grace_minutes: int
    max_attempts: int
    pass_ratio: Decimal
    released_by: str
    released_at: datetime

    @property
    def notebook(self) -> str:
        """The one notebook of the release: what is handed in under its name is what is graded."""
        return next(name for name in self.files if name.endswith(".ipynb"))


@dataclass(frozen=True)
class Extension:
    """A later deadline for one person, with who gave it and why."""

    run: str
    assignment: str
    person: str
    due_at: datetime
    reason: str
    given_by: str
    given_at: datetime


@dataclass(frozen=True)
class Window:
    """Until when a person may hand in, and whether ``now`` is already past the due time (but within grace)."""

    due_at: datetime
    closes_at: datetime
    late: bool


def enrolment_refusal(run: Run, now: datetime) -> Refusal | None:
    """Why nobody can enrol into ``run`` at ``now``, or None."""
    return None if now < run.ends_at else refuse("run.closed", run=run.title)


def submission_window(
    release: Release, extension: Extension | None, attempts_used: int, now: datetime
) -> Window | Refusal:
    """Whether one more submission is taken at ``now``, by the server's clock alone."""
    if now < release.opens_at:
        return refuse("submission.not_open", opens=local(release.opens_at))
    due = max(release.due_at, extension.due_at) if extension else release.due_at
    closes = due + timedelta(minutes=release.grace_minutes)
    if now > closes:
        return refuse("submission.after_deadline", due=local(due), grace=release.grace_minutes)
    if attempts_used >= release.max_attempts:
        return refuse("submission.no_attempts", max=release.max_attempts)
    return Window(due, closes, late=now > due)


def local(moment: datetime) -> str:
    """Beijing time as people write it: 2026年12月31日 18:00."""
    there = moment + timedelta(hours=8) - (moment.utcoffset() or timedelta())
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"
