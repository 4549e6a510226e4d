"""Before a release: whether an assignment bears on certificates, which class its tests are, and what the gates say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from courses.model import Assignment, Course
from graders.gate.accepted import FILE
from graders.lint.findings import worst
from hub.domain.errors import refuse
from hub.domain.lineage import asked
from hub.journey.ports import Fittings

_TOLD = 4  # reasons in one sentence; `luojiao gate` lists them all


@dataclass(frozen=True)
class Standing:
    """What an assignment's points are good for: the worst class of its tests, and whether a certificate counts them."""

    klass: str
    certifies: bool


def standing(f: Fittings, course: Course, assignment: Assignment) -> Standing:
    """Read from the source; nothing is run."""
    return _standing(f, course, assignment, _asked(f))


def _asked(f: Fittings) -> frozenset[str]:
    """The frameworks that some certificate counts, also one that followed what its rule names."""
    with f.work() as work:
        return asked(f.rules.assessment_rules(), work.frameworks.frameworks())


def _standing(f: Fittings, course: Course, assignment: Assignment, counted: frozenset[str]) -> Standing:
    classes = f.gates.classes(assignment.source.read_bytes())
    bears = course.framework_id in counted and any(cell.competencies for cell in assignment.cells)
    return Standing(worst(classes.values()), bears)


def standings(f: Fittings, course: Course) -> dict[str, Standing]:
    """The standing of every assignment of a course, by its key."""
    counted = _asked(f)
    return {one.key: _standing(f, course, one, counted) for one in course.assignments}


def check(
    f: Fittings, course: Course, assignment: Assignment, source: bytes, built: Mapping[str, bytes]
) -> None:
    """Refuse the release of what certificates count, unless it passes every gate. Seconds the first time, then kept."""
    if not standing(f, course, assignment).certifies:
        return
    name = assignment.release_name(assignment.source)
    files = {each: data for each, data in built.items() if each != name}
    listed = course.path / FILE
    accepted = listed.read_bytes() if listed.is_file() else b""
    report = f.gates.check(source, files, built[name], accepted, assignment.key)
    if report is None:
        raise refuse("release.busy")
    if not report.passed:
        told = [one.sentence for one in report.findings[:_TOLD]]
        more = len(report.findings) - len(told)
        raise refuse("release.gates", why="\n".join(["", *told, *([f"另有 {more} 项。"] if more else [])]))
