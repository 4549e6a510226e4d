"""What follows from a settled grade: evidence for the competencies its cells carry, and the hours of a finished run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import rfc8785

from hub.domain import hours
from hub.domain.competency import Evidence
from hub.domain.dossier import Dossier
from hub.domain.grade import Grade, Score
from hub.domain.hours import HoursEntry
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

LEDGER = ("hours", "ledger")  # what lock_attempts holds a person's hours by, and lock_assignment everybody's


def record_evidence(f: Fittings, work: Work, grade: Grade, scores: tuple[Score, ...]) -> None:
    """Let a settled grade stand as evidence for the competencies that its cells carry; a failed one shows nothing."""
    run = work.study.run(grade.run)
    course = f.catalogue.get(run.course) if run else None
    assignment = next((a for a in course.assignments if a.key == grade.assignment), None) if course else None
    pieces: list[Evidence] = []
    if course and assignment and grade.passed:
        by_cell = {s.grade_id: s for s in scores}
        shown: dict[str, list[Score]] = defaultdict(list)
        for cell in assignment.cells:
            for code in cell.competencies:
                if cell.grade_id in by_cell:
                    shown[code].append(by_cell[cell.grade_id])
        pieces = [
            Evidence(
                f.ids.new("evi"), grade.person, course.framework_id, code, grade.id, grade.run, grade.assignment,
                sum((s.points for s in of_code), Decimal(0)), sum((s.max_points for s in of_code), Decimal(0)),
                grade.settled_at,
            )
            for code, of_code in sorted(shown.items())
        ]  # fmt: skip
    work.evidence.set_evidence(grade.person, grade.run, grade.assignment, pieces)


def credit_hours(f: Fittings, work: Work, grade: Grade) -> None:
    """Credit the hours of a run once all its assignments are passed; later grades take nothing back (decision 0013).

    The event of a credit is that of the grade it follows from; the entry names the run. A training that somebody has
    already reported for this person is not credited again, nor is one that a person took back.
    """
    run = work.study.run(grade.run)
    course = f.catalogue.get(run.course) if run else None
    if run is None or course is None:
        return
    passed = {g.assignment for g in work.assess.grades(grade.run, grade.person) if g.passed}
    if not {a.key for a in course.assignments} <= passed:
        return
    work.study.lock_attempts(*LEDGER, grade.person)
    ended = beijing_day(grade.settled_at)
    made = HoursEntry(
        f.ids.new("hrs"), grade.person, run.id, run.title, course.hours_total, course.hours_practice, ended,
        tuple(dict.fromkeys(r.flag for r in f.rules.hour_rules())), "run", min(beijing_day(run.starts_at), ended),
        hours.PLATFORM, course.project_no, course.doc_no, mode=hours.MODES[0],
        online=course.hours_total - course.hours_practice, noted_by="rule", noted_at=f.clock.now(),
    )  # fmt: skip
    if not any(hours.same_training(made, e) for e in hours.standing(work.hours.hours(grade.person))):
        work.hours.add_hours(made)


def evidence_digest(dossiers: Iterable[Dossier], pieces: Iterable[Evidence]) -> str:
    """SHA-256 over the canonical JSON of what a certificate rests on: dossiers with their ratings, grades with their points."""
    listed: list[dict[str, Any]] = [
        {"id": d.id, "code": d.code, "digest": d.digest, "round": d.round, "rating": d.rating.value if d.rating else ""}
        for d in sorted(dossiers, key=lambda d: d.code)
    ] + [
        {"id": e.id, "code": e.code, "grade": e.grade, "points": str(e.points.normalize()), "max": str(e.max_points.normalize())}
        for e in sorted(pieces, key=lambda e: (e.code, e.id))
    ]  # fmt: skip
    return hashlib.sha256(rfc8785.dumps(listed)).hexdigest()
