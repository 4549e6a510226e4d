"""What both runs of the demo stand on: the course, its built releases, and fittings whose clock stands in the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from courses.model import Assignment, Course
from hub.domain.people import Actor
from hub.journey import enter, gates
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class StoppedClock:
    """A clock that shows one moment."""

    moment: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.moment


@dataclass(frozen=True)
class BuiltCatalogue:
    """The catalogue, with releases that are being built beside everything else (nbgrader takes its time)."""

    courses: Sequence[Course]
    building: Mapping[tuple[str, str], Future[Mapping[str, bytes]]]

    def all(self) -> Sequence[Course]:
        """Every course."""
        return self.courses

    def get(self, slug: str) -> Course | None:
        """One course, or None."""
        return next((c for c in self.courses if c.slug == slug), None)

    def release_files(self, course: str, assignment: str) -> Mapping[str, bytes]:
        """The learner's files, once they are built."""
        return self.building[course, assignment].result()


def start_building(f: Fittings, pool: ThreadPoolExecutor) -> Fittings:
    """The same fittings with the first course's releases under way."""
    course = course_of(f)
    building = {
        (course.slug, a.key): pool.submit(f.catalogue.release_files, course.slug, a.key)
        for a in course.assignments
    }
    pool.submit(_gated, f, course, course.assignments[0], building)  # release asks again and finds it done
    return replace(f, catalogue=BuiltCatalogue(f.catalogue.all(), building))


def _gated(
    f: Fittings,
    course: Course,
    assignment: Assignment,
    building: Mapping[tuple[str, str], Future[Mapping[str, bytes]]],
) -> None:
    built = building[course.slug, assignment.key].result()
    gates.check(f, course, assignment, assignment.source.read_bytes(), built)


def course_of(f: Fittings) -> Course:
    """The course that the demo teaches: the first of the catalogue."""
    courses = f.catalogue.all()
    if not courses:
        raise LookupError("the catalogue is empty")
    return courses[0]


def at(f: Fittings, moment: datetime) -> Fittings:
    """The same fittings as of ``moment``."""
    return replace(f, clock=StoppedClock(moment))


def actor(work: Work, uid: str, moment: datetime) -> Actor:
    """An invented person, acting at ``moment``."""
    found = enter.actor(work, uid, moment)
    if found is None:
        raise LookupError("somebody of the demo is not there")
    return found


def chance(*words: Any) -> Random:
    """Chance that depends on the words alone, not on what was drawn before."""
    return Random("/".join(map(str, words)))  # noqa: S311 - nothing here is a secret


def source_of(f: Fittings, assignment: Assignment) -> str:
    """The digest of an assignment's source, kept."""
    return f.files.put(assignment.source.read_bytes())
