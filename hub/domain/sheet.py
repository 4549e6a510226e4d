"""What every import of a sheet reports: an outcome for each row, and all or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from hub.domain.errors import Refusal, refuse


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    ERROR = "error"


OUTCOME_NAMES = {Outcome.NEW: "新增", Outcome.UPDATE: "更新", Outcome.SAME: "不变", Outcome.ERROR: "错误"}


class AnyLine(Protocol):
    """A line of a report has at least an outcome."""

    @property
    def outcome(self) -> Outcome: ...


L = TypeVar("L", bound=AnyLine)


@dataclass(frozen=True)
class SheetReport(Generic[L]):
    """What a sheet would do or did. ``digest`` stands for the rows and for what they meet in the database."""

    org: str
    digest: str
    lines: tuple[L, ...]
    done: bool = False

    @property
    def counts(self) -> dict[Outcome, int]:
        """Rows by outcome, all four of them."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def errors(self) -> int:
        """How many rows have a reason not to be taken."""
        return self.counts[Outcome.ERROR]


class RowsRefused(Refusal):
    """The refusal ``roster.rows``, with the report that says which rows and why."""

    def __init__(self, report: SheetReport[Any]) -> None:
        no = refuse("roster.rows", count=report.errors)
        super().__init__(no.code, no.message, no.kind)
        self.report = report
