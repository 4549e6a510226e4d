"""What a person's room must have for the courses of this day."""

from __future__ import annotations

from hub.domain.people import Actor
from hub.journey.ports import Fittings


def terminal(f: Fittings, who: Actor) -> bool:
    """Whether a course that this person takes or teaches, in a run that is not over, works in a terminal."""
    now = f.clock.now()
    with f.work() as work:
        for run in work.study.runs():
            course = f.catalogue.get(run.course)
            if course is None or not course.terminal or now >= run.ends_at:
                continue
            if work.study.enrolled(run.id, who.uid) or who.uid in work.study.staff(run.id):
                return True
    return False
