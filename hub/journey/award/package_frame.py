"""What every record of a package is made with, and what a package made now would hold and leave out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.domain.ladder import Series
from hub.domain.title import Refused
from hub.domain.title_compose import compose
from hub.domain.title_facts import Facts, Frame
from hub.domain.title_record import Record
from hub.journey.award import frameworks
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

CHUNK = 500  # applications whose facts are read at once
_VOCATIONAL = "vocational"


@dataclass(frozen=True)
class Candidate:
    """A certificate that can be handed over, or a correction of one that was."""

    application: str
    school: str
    certificate: str
    kind: str


@dataclass(frozen=True)
class Survey:
    """What a package made now would hold, and what it would leave out and why; ``digest`` stands for both."""

    good: tuple[Candidate, ...]
    refused: tuple[Refused, ...]
    digest: str


def frame(f: Fittings, work: Work, year: int, *, since_title: bool) -> Frame:
    """What is the same for every record of a package."""
    rules = {rule.id: rule for rule in f.rules.assessment_rules()}
    nodes = {
        (name, code): node
        for line in frameworks.lines(work, {rule.framework for rule in rules.values()}).values()
        for name, own in line.nodes.items()
        for code, node in own.items()
    }
    ladders = f.titles.ladders
    found = work.titles.settings(year)
    weights = {one.id: found[one.id].weight if one.id in found else None for one in ladders.series}
    today = beijing_day(f.clock.now())
    return Frame(year, since_title, today, f.issuer, ladders, rules, nodes, weights, work.title_facts.units())


def id_text(f: Fittings, facts: Facts) -> str:
    """The identity number, opened; "" where none is kept."""
    return f.vault.open(facts.sealed) if facts.sealed else ""


def facts_of(work: Work, applications: Sequence[str]) -> Iterator[Facts]:
    """The facts of many applications, some hundreds at a time."""
    for start in range(0, len(applications), CHUNK):
        yield from work.title_facts.facts(applications[start : start + CHUNK])


def survey(f: Fittings, work: Work, org: str, year: int, series: str, *, since_title: bool) -> Survey:
    """Look through every certificate from ``org`` down that was not handed over, and every correction that is due."""
    ids = work.packages.candidates(org)
    waiting = work.packages.under_way(ids)
    made = frame(f, work, year, since_title=since_title)
    good, refused = [], []
    for facts in facts_of(work, ids):
        if not _of_series(facts, series, made):
            continue
        number = facts.certificate.number if facts.certificate else ""
        school = facts.school.code if facts.school else ""
        if facts.application in waiting:
            said: Record | tuple[str, ...] = (f"已在报送包 {waiting[facts.application]} 里",)
        else:
            said = compose(facts, made, id_text(f, facts))
        if isinstance(said, Record):
            good.append(Candidate(facts.application, school, number, "record"))
        else:
            refused.append(Refused(facts.application, number, school, said))
    corrections = work.packages.to_correct(org)
    earlier = work.packages.earlier(corrections)
    good += [
        Candidate(id, earlier[id].school, earlier[id].certificate, "correction") for id in corrections if id in earlier
    ]  # fmt: skip
    told = [
        org,
        year,
        series,
        since_title,
        [[c.application, c.kind] for c in good],
        [[r.application, *r.reasons] for r in refused],
    ]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
    return Survey(tuple(good), tuple(refused), digest)


def _of_series(facts: Facts, series: str, made: Frame) -> bool:
    """Whether a certificate belongs to what was asked for; of somebody without a title the school decides."""
    if not series:
        return True
    if facts.holding is not None:
        return facts.holding.series == series
    asked: Series | None = made.ladders.get(series)
    vocational = facts.school is not None and facts.school.kind == _VOCATIONAL
    return asked is not None and ("职校" in asked.stages) == vocational
