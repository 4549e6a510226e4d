"""The seam to the review: the application as the city confirmed it, and the steps that certificates take it through."""

from __future__ import annotations

from hub.domain.people import Actor
from hub.domain.review import Application, Step, after
from hub.journey.ports import Fittings, Work


def confirmed(work: Work, id: str) -> Application | None:
    """An application with all that was confirmed, held until the work ends."""
    return work.batches.application(id)


def moved(f: Fittings, work: Work, who: Actor | None, id: str, step: Step, reason: str = "") -> None:
    """Take an application on by one step, where it can be taken; one of the earlier kind stays as it is."""
    application = work.batches.application(id)
    state = after(application.state, step) if application else None
    if application and state:
        work.batches.move(application.id, state)
