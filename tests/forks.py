"""Find the processes of a grading by the names that they bear: the forks of a role, and the template they come from."""

from __future__ import annotations

from pathlib import Path

import psutil


def named(process: psutil.Process) -> str:
    """What the kernel calls a process, "" when it has ended."""
    try:
        return Path(f"/proc/{process.pid}/comm").read_text().strip()
    except OSError:
        return ""


def members(above: psutil.Process, role: str, *, template: bool = False) -> list[psutil.Process]:
    """Below a process: the forks of a role ("learner", "tests"), children of their template and named like it, or that template."""
    found = []
    for process in above.children(recursive=True):
        parent = process.parent()
        if parent and named(process).startswith(role) and (named(parent) != named(process)) == template:
            found.append(process)
    return found
