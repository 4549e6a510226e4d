"""The reviewer's desk: applications within reach, with what each rests on."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.certificate import Application
from hub.domain.competency import Evidence
from hub.domain.people import Actor, Person
from hub.journey import scope
from hub.journey.ports import Fittings


@dataclass(frozen=True)
class Request:
    """An application on the reviewer's desk, with the evidence it rests on and what that shows in words."""

    application: Application
    person: Person
    evidence: tuple[tuple[Evidence, str, str], ...]  # piece, competency, assignment
    certificate: str | None


def review_desk(f: Fittings, who: Actor) -> tuple[Request, ...]:
    """Applications of the schools this person reviews for, the open ones first."""
    found = []
    titles = {a.key: a.title for course in f.catalogue.all() for a in course.assignments}
    with f.work() as work:
        names = {n.code: n.name for r in f.rules.requirements() for n in work.frameworks.nodes(r.framework)}
        for school in scope.schools(work, who, "application.review"):
            for application in work.review.applications(school=school.code):
                person = work.people.person(application.person)
                pieces = work.evidence.evidence_by_ids(application.evidence)
                if person:
                    shown = tuple(
                        (e, f"{e.code} {names.get(e.code, '')}", titles.get(e.assignment, e.assignment))
                        for e in pieces
                    )
                    number = work.certificates.number_of(application.id)
                    found.append(Request(application, person, shown, number))
    return tuple(
        sorted(found, key=lambda r: (r.application.state != "submitted", r.application.submitted_at))
    )
