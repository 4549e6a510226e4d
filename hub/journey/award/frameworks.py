"""Frameworks: put down once, asked which is in force, what follows what, and what corresponds to what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain import framework as rules
from hub.domain.attainment import Carried
from hub.domain.competency import Crosswalk, Framework, FrameworkState, Node
from hub.domain.correspondence import along
from hub.domain.dossier import Dossier, DossierState
from hub.domain.errors import refuse
from hub.domain.framework import Standing, Whole
from hub.domain.lineage import Line, onwards
from hub.domain.rating import Rating
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Correspondence:
    """What a competency of one framework corresponds to in another, and how well."""

    node: Node
    strength: int


def put_down(f: Fittings, work: Work) -> None:
    """Put down the frameworks, correspondences and guides that the platform brings and that are not there yet."""
    work.frameworks.lock_lineages()  # two houses that start at once put them down once
    for framework, nodes in f.rules.frameworks():
        work.frameworks.put_framework(framework, nodes)
    work.frameworks.add_crosswalks(f.rules.crosswalks())
    work.frameworks.add_guides(f.rules.guides())


def current(f: Fittings, work: Work, day: date) -> tuple[Framework, ...]:
    """The frameworks in force on ``day``, the newest first."""
    return rules.in_force(work.frameworks.frameworks(), day)


def present(work: Work, id: str, day: date) -> Framework:
    """Of the lineage of ``id``, the one in force on ``day``; where none is, ``id`` itself."""
    every = work.frameworks.frameworks()
    if not any(one.id == id for one in every):
        raise refuse("thing.missing", what="这套能力标准")
    line = rules.lineage(every, id)
    return next(
        (one for one in reversed(line) if rules.standing(one, day) is Standing.IN_FORCE),
        next(one for one in line if one.id == id),
    )


def published(work: Work, id: str) -> Framework:
    """The published framework ``id``; of a draft nobody outside the bureau knows."""
    found = work.frameworks.framework(id)
    if found is None or found.state is not FrameworkState.PUBLISHED:
        raise refuse("thing.missing", what="这套能力标准")
    return found


def whole(work: Work, framework: Framework) -> Whole:
    """A framework with all that belongs to it."""
    return Whole(
        framework,
        work.frameworks.nodes(framework.id),
        work.frameworks.guides(framework.id),
        work.frameworks.crosswalks(to=framework.id),
    )


def corresponding(work: Work, framework: str, code: str, to: str) -> tuple[Correspondence, ...]:
    """What a competency corresponds to in a later framework of the same lineage, the best first.

    An attainment stays what it is, under its own framework; this says what it can be shown beside.
    """
    line = [one.id for one in rules.lineage(work.frameworks.frameworks(), to)]
    found = along(line, _steps(work, line), (framework, code), to)
    nodes = {n.code: n for n in work.frameworks.nodes(to)} if found else {}
    return tuple(
        Correspondence(nodes[c], s)
        for c, s in sorted(found.items(), key=lambda item: (-item[1], nodes[item[0]].position))
    )


def _steps(work: Work, line: Sequence[str]) -> tuple[Crosswalk, ...]:
    """The correspondences into every framework of a line but its first."""
    return tuple(c for after in line[1:] for c in work.frameworks.crosswalks(to=after))


def lines(work: Work, ids: Iterable[str]) -> dict[str, Line]:
    """What rules that name these frameworks ask for, by the framework they name."""
    every, found = work.frameworks.frameworks(), {}
    for id in sorted(set(ids)):
        line = onwards(every, id)
        nodes = {one: {n.code: n for n in work.frameworks.nodes(one)} for one in line}
        found[id] = Line(line, nodes, _steps(work, line))
    return found


def carried(work: Work, framework: Framework, dossiers: tuple[Dossier, ...]) -> dict[str, list[Carried]]:
    """Ratings under earlier frameworks of the lineage beside the competencies they correspond to, by code."""
    found: dict[str, list[Carried]] = {}
    earlier = [f for f in rules.lineage(work.frameworks.frameworks(), framework.id) if f.id != framework.id]
    for old in earlier:
        best: dict[str, Rating] = {}
        for d in dossiers:
            if (
                d.framework == old.id
                and d.state is DossierState.RATED
                and d.rating not in (None, Rating.FAIL)
            ):
                best[d.code] = max(d.rating, best.get(d.code, d.rating), key=lambda r: r.rank)
        for code, rating in best.items():
            for one in corresponding(work, old.id, code, framework.id):
                beside = Carried(old.id, old.name, code, rating, one.strength)
                found.setdefault(one.node.code, []).append(beside)
    return found


def of_certificates(f: Fittings, work: Work, day: date) -> str:
    """The framework that certificates go by on ``day``: that of the bureau's rule in force, or what succeeded it."""
    rule = next(
        (r for r in f.rules.assessment_rules() if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)),
        None,
    )  # fmt: skip
    named = rule.framework if rule else f.rules.assessment_rules()[0].framework
    return present(work, named, day).id
