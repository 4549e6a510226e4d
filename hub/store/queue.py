"""Work for later as rows of the same database (Procrastinate), taken in the caller's own transaction."""

from __future__ import annotations

from dataclasses import dataclass

import procrastinate
from sqlalchemy import Connection

AUTOGRADE = "autograde"
_app = procrastinate.App(
    connector=procrastinate.SyncPsycopgConnector()
)  # never opened: it only words the SQL


@dataclass(frozen=True)
class Queue:
    """See hub.journey.ports.Queue."""

    connection: Connection

    def autograde(self, submission: str) -> None:
        """Queue the grading of ``submission``; two jobs of one submission never run at once."""
        _app.configure_task(
            AUTOGRADE,
            queue="grading",
            lock=submission,
            connection=self.connection.connection.driver_connection,
        ).defer(submission=submission)
