"""nbgrader's configuration in a room: which classes are its exchange, and where assignments lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

CLASSES = {
    "exchange": "hub.exchange.base.Exchange",
    "list": "hub.exchange.list.ExchangeList",
    "fetch_assignment": "hub.exchange.fetch_assignment.ExchangeFetchAssignment",
    "submit": "hub.exchange.submit.ExchangeSubmit",
    "fetch_feedback": "hub.exchange.fetch_feedback.ExchangeFetchFeedback",
    "release_assignment": "hub.exchange.release_assignment.ExchangeReleaseAssignment",
    "release_feedback": "hub.exchange.not_here.ExchangeReleaseFeedback",
    "collect": "hub.exchange.not_here.ExchangeCollect",
}


def configure(c: Any) -> None:
    """Called by a room's nbgrader_config.py with nbgrader's configuration."""
    for name, path in CLASSES.items():
        setattr(c.ExchangeFactory, name, path)
    # The folder that JupyterLab shows as the top, wherever a command was started.
    c.Exchange.assignment_dir = os.environ.get("JUPYTERHUB_ROOT_DIR") or str(Path.home())
    c.Exchange.path_includes_course = True
    # Every run of this person, until one is chosen.
    c.CourseDirectory.course_id = "*"
