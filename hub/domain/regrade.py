"""A regrade: what is graded again for whom, what it proposes for each person, and what was decided about that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from hub.domain.grade import better
from hub.domain.submission import State


class Choice(StrEnum):
    """What an instructor decides about the proposals."""

    RISES = "rises"
    ALL = "all"
    DISCARD = "discard"


DECISION_NAMES = {Choice.RISES: "接受了上升的", Choice.ALL: "全部接受", Choice.DISCARD: "放弃"}


class Outcome(StrEnum):
    """What a regrade means for one person; only the first four can change anything."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    OPEN = "open"  # a person has to mark something first
    CERTIFIED = "certified"  # an application or a certificate rests on what stands
    NEWER = "newer"  # handed in or graded since, or not graded yet
    OWN = "own"  # the work of whoever decides
    WAITING = "waiting"  # something of theirs is still to be graded again
    MISSED = "missed"  # nothing of theirs could be graded again


# outcome -> a word for it, and where nothing changes by itself the sentence that says why.
OUTCOME_NAMES = {
    Outcome.UP: ("上升", ""),
    Outcome.DOWN: ("下降", ""),
    Outcome.SAME: ("不变", ""),
    Outcome.OPEN: ("待批改", "有开放题还没有人批；接受后按新的判定批改，批完才出成绩"),
    Outcome.CERTIFIED: ("已用于证书", "成绩已用于证书申请或证书，不能改；确需更正，先退回申请或撤销证书"),
    Outcome.NEWER: ("另有提交", "重评之后又有新的提交或评阅，以后来的为准；需要时再重评一次"),
    Outcome.OWN: ("本人作业", "不能决定自己的成绩，请另一位授课教师处理"),
    Outcome.WAITING: ("还在评", "还没有评完"),
    Outcome.MISSED: ("没有评成", "没有得出新的结果，保持原来的成绩"),
}


@dataclass(frozen=True)
class Regrade:
    """Work to be graded again: an assignment of a run, asked for by a person; or a night's sample, with neither."""

    id: str
    run: str | None
    assignment: str | None
    release: str | None  # the one release that all are graded against; None: each against its own
    asked_by: str | None
    asked_at: datetime
    night: date | None = None


@dataclass(frozen=True)
class Item:
    """One submission to grade again, and ``record``, the new verdict; it goes through the states of a submission.

    ``round`` is the verdict that stood when it was asked for (0: none), which a night's sample must find again.
    """

    id: str
    regrade: str
    submission: str
    release: str
    round: int
    state: State
    queued_at: datetime
    reason: str = ""
    record: str | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided about a regrade, by whom and why; ``rows`` is the list that was accepted, as it was shown."""

    regrade: str
    choice: Choice
    reason: str
    decided_by: str
    decided_at: datetime
    digest: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Total:
    """Points of one submission, all questions together."""

    submission: str
    attempt: int
    points: Decimal
    max_points: Decimal
    passed: bool


@dataclass(frozen=True)
class Change:
    """One test that came out otherwise. A side is None where that version of the assignment has no such test."""

    attempt: int
    title: str
    max_points: Decimal
    old: Decimal | None
    new: Decimal | None
    old_reason: str
    new_reason: str


@dataclass(frozen=True)
class Row:
    """One person in the before/after list; ``grade`` and ``rounds`` (submission, round) are what became of it.

    Where a person has to mark something and no grade stands yet, ``before`` and ``after`` are the machine's points.
    """

    person: str
    outcome: Outcome
    graded: bool  # a grade stands
    before: Total | None
    after: Total | None
    changes: tuple[Change, ...]
    missed: tuple[tuple[int, str], ...]  # attempt, reason
    grade: str = ""
    rounds: tuple[tuple[str, int], ...] = ()

    @property
    def other_attempt(self) -> bool:
        """Whether another submission than before is now the best one."""
        return bool(self.before and self.after and self.before.submission != self.after.submission)

    @property
    def wins_pass(self) -> bool:
        return bool(
            self.after and self.after.passed and not (self.before and self.before.passed) and not self.open
        )

    @property
    def loses_pass(self) -> bool:
        return bool(
            self.before and self.after and self.before.passed and not self.after.passed and not self.open
        )

    @property
    def moved(self) -> bool:
        """Whether anything at all came out otherwise."""
        return bool(self.changes or self.missed or self.other_attempt)

    @property
    def open(self) -> bool:
        return self.outcome is Outcome.OPEN

    def follows(self, choice: Choice) -> bool:
        """Whether this choice changes something for this person."""
        if choice is Choice.ALL:
            moved = self.outcome is Outcome.SAME and (self.changes or self.other_attempt)
            return bool(moved) or self.outcome in (Outcome.UP, Outcome.DOWN, Outcome.OPEN)
        if choice is Choice.RISES and self.open and not self.graded:
            return bool(self.after and (self.before is None or better(self.after, self.before)))
        return choice is Choice.RISES and self.outcome is Outcome.UP


class Test(Protocol):
    """What is looked at in a test's result."""

    @property
    def grade_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def points(self) -> Decimal: ...
    @property
    def max_points(self) -> Decimal: ...
    @property
    def reason(self) -> str: ...


def changes(attempt: int, before: Iterable[Test], after: Iterable[Test]) -> tuple[Change, ...]:
    """The tests that came out otherwise, in the order of the newer assignment, those that are gone at the end."""
    old = {test.grade_id: test for test in before}
    found = []
    for new in after:
        was = old.pop(new.grade_id, None)
        if was is None or _seen(was) != _seen(new):
            found.append(_change(attempt, new, was, new))
    return (*found, *(_change(attempt, gone, gone, None) for gone in old.values()))


def _seen(test: Test) -> tuple[object, ...]:
    return test.status, test.points, test.max_points, test.reason


def _change(attempt: int, shown: Test, old: Test | None, new: Test | None) -> Change:
    return Change(
        attempt, shown.title or shown.grade_id, shown.max_points, old.points if old else None,
        new.points if new else None, old.reason if old else "", new.reason if new else "",
    )  # fmt: skip


def best(totals: Sequence[Total], standing: str | None) -> Total | None:
    """The best of several; where none is better, the one that stands, else the last one handed in."""
    found: Total | None = None
    for total in sorted(totals, key=lambda t: (t.submission == standing, t.attempt), reverse=True):
        if found is None or better(total, found):
            found = total
    return found


def outcome(before: Total | None, after: Total | None) -> Outcome:
    """What becomes of somebody for whom nothing stands in the way."""
    if after is None:
        return Outcome.OPEN
    if before is None or better(after, before):
        return Outcome.UP
    return Outcome.DOWN if better(before, after) else Outcome.SAME
