"""The lease on a grading: how often it is tried, how long is paused between, and what cannot be helped by trying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

TASK = "autograde"  # the queue's name for the grading of one submission
REGRADE = "regrade"  # and for grading one item of a regrade or of a night's sample
TASKS = (TASK, REGRADE)
# Seconds to wait after the first, second, … failed try; after one more the submission waits for an operator.
PAUSES = (2, 10, 60, 300)
MAX_TRIES = len(PAUSES) + 1
SILENT_SECONDS = 30.0  # a holder that has not beaten for so long is gone, unless a setting says otherwise
# No grading takes so long; whoever holds a lease for more is stuck, and its lease is no longer renewed.
LONGEST_SECONDS = 900

# code, or what stands before its dot -> what an operator reads. The reasons of verdicts are the grader's own.
REASONS = {
    "worker.lost": "评分进程中途没有了（被终止、死机，或停顿太久），任务已被收回",
    "worker.fault": "评分时出了没有料到的错误，详情见评分日志",
    "files.lost": "存储里找不到提交或作业的文件，或文件已损坏",
    "regrade.discarded": "评完之前，这次重评已被放弃",
    "source": "作业本身有问题，再评也一样；请授课教师更正后重新发布",
    "walls": "评分用的隔离环境没有搭起来；请用 luojiao doctor 检查",
    "grader": "评分程序出了故障",
}


def explain(reason: str) -> str:
    """A reason in words; an unknown one is said to be unknown."""
    return REASONS.get(reason) or REASONS.get(reason.partition(".")[0], "没有记下原因")


class FilesLostError(Exception):
    """Stored bytes are gone or damaged; a store's own error derives from it."""


@dataclass(frozen=True)
class Lease:
    """The right to grade one submission or item, until another one is given out: ``number`` is the fence."""

    id: str
    number: int
    tries: int  # with this one
    taken_at: datetime
    task: str = TASK


def permanent(reason: str) -> bool:
    """Whether trying again cannot help: the assignment itself is broken."""
    return reason.startswith("source.")


def pause(tries: int) -> int | None:
    """Seconds before the next try after ``tries`` of them failed; None where there is none."""
    return PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None
