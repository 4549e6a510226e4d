"""What the portal offers to this person, and the names under which nbgrader's list shows it and asks for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from hub.client import Portal

BEIJING = timezone(timedelta(hours=8))
FINAL = ("graded", "rejected", "failed")
# JupyterLab puts a course's name into an address unescaped, and nbgrader refuses "+": show the wide forms.
_WIDE = {ord(c): chr(ord(c) + 0xFEE0) for c in '"#%&*+/:;<>?\\'}


@dataclass(frozen=True)
class Submission:
    """One's own submission, as received. ``feedback_at`` is when what came back last changed, "" before that."""

    id: str
    attempt: int
    received_at: datetime
    state: str
    feedback_at: str

    @property
    def timestamp(self) -> str:
        """Beijing time, as the list shows it; sorts as it happened."""
        return self.received_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S %z")

    @property
    def feedback_folder(self) -> str:
        """The folder of this submission's feedback, below that of the assignment."""
        return f"feedback/{self.received_at.astimezone(BEIJING):%Y-%m-%d_%H%M%S}_第{self.attempt}次"


@dataclass(frozen=True)
class Assignment:
    """An assignment of a run that one studies or teaches. ``course`` and ``label`` are what nbgrader shows."""

    run: str
    key: str
    course: str
    label: str
    title: str
    taught: bool
    released: bool
    open: bool
    version: int
    due_at: str
    notebooks: tuple[str, ...]
    submissions: tuple[Submission, ...]


def offered(portal: Portal) -> list[Assignment]:
    """Every assignment of the runs one studies, and of those one teaches."""
    told = portal.runs()
    studied = {run["run"] for run in told["studying"]}
    runs = [(run, False) for run in told["studying"]]
    runs += [(run, True) for run in told["teaching"] if run["run"] not in studied]
    taught = {run["run"] for run in told["teaching"]}
    names = Counter(_shown(run["title"]) for run, _ in runs) + Counter(run["run"] for run, _ in runs)
    found = []
    for run, _ in runs:
        title = _shown(run["title"])
        course = title if names[title] == 1 else f"{title}（{run['run']}）"
        found += [_assignment(run["run"], course, run["run"] in taught, one) for one in run["assignments"]]
    return found


def chosen(found: list[Assignment], course: str, assignment: str) -> list[Assignment]:
    """Those that ``course`` (a run's identifier or its name; "" and "*" for all) and ``assignment`` (likewise) mean."""
    key = assignment.partition(" ")[0]
    return [
        one
        for one in found
        if course in ("", "*", one.run, one.course) and key in ("", "*", one.key)
    ]  # fmt: skip


def _assignment(run: str, course: str, taught: bool, told: dict[str, Any]) -> Assignment:
    return Assignment(
        run=run,
        key=told["key"],
        course=course,
        label=_shown(f"{told['key']} {told['title']}"),
        title=told["title"],
        taught=taught,
        released=told["released"],
        open=told["open"],
        version=told["version"],
        due_at=told["due_at"] or "",
        notebooks=tuple(name for name in told["files"] if name.endswith(".ipynb")),
        submissions=tuple(_submission(one) for one in told.get("submissions", ())),
    )


def _submission(told: dict[str, Any]) -> Submission:
    back = told["feedback_at"] if told["state"] in FINAL else None
    return Submission(
        told["id"],
        told["attempt"],
        datetime.fromisoformat(told["received_at"]),
        told["state"],
        back or "",
    )


def _shown(text: str) -> str:
    return " ".join(text.translate(_WIDE).split())
