"""Which courses and runs of the catalogue practise a competency; for a framework that no course names, by crosswalk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.model import Assignment, Course
from hub.domain.correspondence import reached
from hub.domain.course import Run
from hub.domain.people import Actor
from hub.journey import study
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Practice:
    """A course that practises something wanted: which assignments, for which of its own competencies."""

    course: Course
    assignments: tuple[Assignment, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]  # of the codes
    direct: bool  # the course itself names what is wanted; else it corresponds
    runs: tuple[Run, ...]  # that this person may join or has joined, not over
    joined: frozenset[str]


def practising(
    f: Fittings, work: Work, who: Actor, framework: str, codes: Iterable[str]
) -> tuple[Practice, ...]:
    """The courses whose graded cells carry these competencies, those that name them first."""
    wanted = {(framework, code) for code in codes}
    near = reached(work.frameworks.crosswalks(), wanted)
    found = []
    for course in f.catalogue.all():
        own = {
            code: near[(course.framework_id, code)]
            for code in _codes(course)
            if (course.framework_id, code) in near
        }
        if not own:
            continue
        best = sorted(own, key=lambda code: (-own[code], code))
        names = {n.code: n.name for n in work.frameworks.nodes(course.framework_id)}
        doing = tuple(
            a for a in course.assignments if any(c in own for cell in a.cells for c in cell.competencies)
        )
        runs, joined = _runs(f, work, who, course)
        found.append(
            Practice(
                course,
                doing,
                tuple(best),
                tuple(names.get(c, "") for c in best),
                any((course.framework_id, c) in wanted for c in best),
                runs,
                joined,
            )
        )
    return tuple(sorted(found, key=lambda p: (not p.direct, not p.runs, p.course.slug)))  # fmt: skip


def _codes(course: Course) -> set[str]:
    return {code for a in course.assignments for cell in a.cells for code in cell.competencies}


def _runs(f: Fittings, work: Work, who: Actor, course: Course) -> tuple[tuple[Run, ...], frozenset[str]]:
    now = f.clock.now()
    runs, joined = [], set()
    for run in work.study.runs():
        if run.course != course.slug or now >= run.ends_at:
            continue
        if work.study.enrolled(run.id, who.uid):
            joined.add(run.id)
        elif study.open_to(work, who, run) is None:
            continue
        runs.append(run)
    return tuple(runs), frozenset(joined)
