"""nbgrader's list of assignments: what is released to this person, what they have, and what they handed in."""

from __future__ import annotations

from typing import Any

from nbgrader.exchange import abc

from hub.exchange.assignments import Assignment, Submission, chosen, offered
from hub.exchange.base import Exchange
from hub.exchange.feedback import fetched
from hub.exchange.files import Folder


class ExchangeList(Exchange, abc.ExchangeList):
    """``inbound`` and ``cached`` both list one's own submissions, as the portal keeps them."""

    def init_src(self) -> None:
        """Ask the portal."""
        course, assignment = self.coursedir.course_id, self.coursedir.assignment_id
        self.found = chosen(offered(self.portal), course, assignment)

    def list_files(self) -> list[dict[str, Any]]:
        """Called by ``start``; the shapes are those that JupyterLab's assignment list reads."""
        if self.inbound or self.cached:
            return [self._handed_in(one) for one in self.found if one.submissions]
        return [self._released(one) for one in self.found if one.released and (one.open or one.taught)]

    def remove_files(self) -> None:
        """Called by ``start`` for ``nbgrader list --remove``."""
        self.fail("作业和提交都由平台保存，不能从这里删除。")

    def _released(self, one: Assignment) -> dict[str, Any]:
        folder = self.folder(one)
        # With a notebook missing it can be fetched again: nothing that is there is touched.
        there = all(folder.has(name) for name in one.notebooks)
        self.log.info("%s　%s%s", one.course, one.label, "（已领取）" if there else "")
        return {
            "course_id": one.course,
            "assignment_id": one.label,
            "run": one.run,
            "key": one.key,
            "title": one.title,
            "due_at": one.due_at,
            "status": "fetched" if there else "released",
            "path": folder.path(),
            "notebooks": [
                {"notebook_id": name.removesuffix(".ipynb"), "path": folder.path(name)}
                for name in one.notebooks
            ],
        }

    def _handed_in(self, one: Assignment) -> dict[str, Any]:
        in_order = sorted(one.submissions, key=lambda s: s.attempt)
        return _names(one) | {
            "status": "submitted",
            "submissions": [self._submission(one, submission) for submission in in_order],
        }

    def _submission(self, one: Assignment, submission: Submission) -> dict[str, Any]:
        folder = self.folder(one)
        notebooks = [_feedback(folder, name, submission) for name in one.notebooks]
        here = bool(notebooks) and all(n["has_local_feedback"] for n in notebooks)
        ready = bool(submission.feedback_at)
        word = "（已取回评阅结果）" if here else "（评阅结果可以取回）" if ready else "（还没有评阅结果）"
        self.log.info("%s　%s　%s%s", one.course, one.label, submission.timestamp, word)
        return _names(one) | {
            "status": "submitted",
            "timestamp": submission.timestamp,
            "attempt": submission.attempt,
            "state": submission.state,
            "path": folder.path(),
            "notebooks": notebooks,
            "has_local_feedback": here,
            "has_exchange_feedback": ready,
            "feedback_updated": any(n["feedback_updated"] for n in notebooks),
            "local_feedback_path": folder.path(submission.feedback_folder) if here else None,
        }


def _names(one: Assignment) -> dict[str, Any]:
    """nbgrader also wants a student; the portal knows who asks, and nothing here needs to."""
    return {
        "course_id": one.course,
        "student_id": "",
        "assignment_id": one.label,
        "run": one.run,
        "key": one.key,
        "title": one.title,
    }


def _feedback(folder: Folder, name: str, submission: Submission) -> dict[str, Any]:
    path, as_of = fetched(folder, name, submission)
    return {
        "notebook_id": name.removesuffix(".ipynb"),
        "path": folder.path(name),
        "has_local_feedback": as_of is not None,
        "has_exchange_feedback": bool(submission.feedback_at),
        "local_feedback_path": folder.path(path) if as_of is not None else None,
        "feedback_updated": as_of is not None and as_of != submission.feedback_at,
    }
