"""Named points at the durable steps, where a test makes the process die, stop or find the disk full; else nothing."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

VARIABLE = "LUOJIAO_FAULT"
# The second key: it lies in the data folder of a test and of nothing else.
PERMIT = "faults-allowed"
POINTS = (
    "upload.tmp_written",
    "upload.fsynced",
    "receipt.row",
    "queue.insert",
    "submit.committed",
    "lease.row",
    "lease.taken",
    "verdict.built",
    "verdict.row",
    "event.append",
    "grade.row",
    "grade.committed",
    "regrade.row",
    "regrade.committed",
    "item.row",
    "item.committed",
    "decision.row",
    "decision.committed",
    "sample.row",
    "sample.committed",
    "certificate.signed",
    "certificate.row",
    "batch.committed",
    "package.records_made",
    "package.records_kept",
    "package.zip_kept",
    "package.signed",
)
ACTIONS = ("kill", "stop", "disk")


class FaultError(ValueError):
    """A fault that was asked for but is not allowed here, or that nobody knows."""


class _Armed:
    point = ""
    action = ""


def arm(home: Path, fault: str | None = None) -> None:
    """Take the fault ``name[:action]`` from the environment, for a process that is about to work on ``home``.

    Raises FaultError where the folder does not hold the permit, and for an unknown point or action: a process that
    was started with a fault by mistake does not start.
    """
    asked = os.environ.get(VARIABLE, "") if fault is None else fault
    if not asked:
        return
    if not (home / PERMIT).is_file():
        raise FaultError(f"{VARIABLE} 只用于测试：数据目录里没有 {PERMIT}，拒绝启动。")
    point, _, action = asked.partition(":")
    action = action or "kill"
    if point not in POINTS or action not in ACTIONS:
        raise FaultError(f"{VARIABLE} 里的 {asked!r} 不是已知的故障点或动作。")
    _Armed.point, _Armed.action = point, action


def reached(point: str) -> None:
    """Say that a step is done (or, inside a transaction, about to be). Raises OSError only for a planted full disk."""
    if _Armed.point != point:
        return
    if _Armed.action == "disk":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    _Armed.point = ""
    os.kill(os.getpid(), signal.SIGSTOP if _Armed.action == "stop" else signal.SIGKILL)
