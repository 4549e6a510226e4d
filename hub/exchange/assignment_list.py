"""nbgrader's assignment list in JupyterLab, saying in Chinese what was refused, where nbgrader shows a traceback."""

from __future__ import annotations

import os
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.server_extensions.assignment_list import handlers


class AssignmentList(handlers.AssignmentList):
    """What nbgrader's handlers call; each answer is ``{"success": bool, "value": ...}``."""

    _refused: dict[str, Any] | None = None

    def list_released_assignments(self, course_id: str | None = None) -> dict[str, Any]:
        """What can be fetched, and what was."""
        return self._listed(course_id, cached=False)

    def list_submitted_assignments(self, course_id: str | None = None) -> dict[str, Any]:
        """What was handed in."""
        return self._listed(course_id, cached=True)

    def list_assignments(self, course_id: str | None = None) -> dict[str, Any]:
        """Both. After a fetch that was refused, the reason instead: JupyterLab shows nothing else of it."""
        refused, self._refused = self._refused, None
        answer: dict[str, Any] = refused or super().list_assignments(course_id=course_id)
        return answer

    def fetch_assignment(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        """Called for the button of a released assignment; the list is asked for next."""
        return self._remembered(self._start("FetchAssignment", course_id, assignment_id))

    def fetch_feedback(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        """Called for the button of a submitted assignment; the list is asked for next."""
        return self._remembered(self._start("FetchFeedback", course_id, assignment_id))

    def submit_assignment(self, course_id: str, assignment_id: str) -> dict[str, Any]:
        """Called for the button of a fetched assignment; a refusal is shown as it is."""
        return self._start("Submit", course_id, assignment_id)

    def _remembered(self, answer: dict[str, Any]) -> dict[str, Any]:
        self._refused = None if answer["success"] else answer
        return answer

    def _listed(self, course_id: str | None, *, cached: bool) -> dict[str, Any]:
        answer = self._start("List", course_id, None, cached=cached)
        if not answer["success"]:
            return answer
        found = sorted(answer["value"], key=lambda one: (one["course_id"], one["assignment_id"]))
        places = [(of, "path") for one in found if not cached for of in (one, *one["notebooks"])]
        places += [(s, "local_feedback_path") for one in found if cached for s in one["submissions"]]
        for of, name in places:
            if of[name]:
                of[name] = os.path.relpath(of[name], self.root_dir)
        return {"success": True, "value": found}

    def _start(
        self, action: str, course_id: str | None, assignment_id: str | None, *, cached: bool = False
    ) -> dict[str, Any]:
        with self.get_assignment_dir_config() as config:
            if course_id:
                config.CourseDirectory.course_id = course_id
            if assignment_id:
                config.CourseDirectory.assignment_id = assignment_id
            config.ExchangeList.cached = cached
            act = getattr(ExchangeFactory(config=config), action)
            try:
                coursedir, authenticator = CourseDirectory(config=config), Authenticator(config=config)
                value = act(coursedir=coursedir, authenticator=authenticator, config=config).start()
            except ExchangeError as error:
                return {"success": False, "value": str(error)}
            except Exception:  # the learner gets a sentence, the room's log the rest
                self.log.exception("%s failed", action)
                return {"success": False, "value": "学习环境出了故障，请重新打开学习环境后再试。"}
        return {"success": True, "value": value}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by a room's server, instead of nbgrader's own extension: the same handlers, with our list behind them."""
    handlers.load_jupyter_server_extension(server)
    manager = AssignmentList(parent=server)
    manager.root_dir = server.root_dir
    server.web_app.settings["assignment_list_manager"] = manager
