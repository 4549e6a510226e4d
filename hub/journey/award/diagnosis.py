"""自我诊断: a teacher rates themselves and is told where to begin. It is theirs alone: no record, no event, no other eyes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain import diagnosis as rules
from hub.domain.competency import Framework, Node
from hub.domain.diagnosis import Diagnosis, Question
from hub.domain.errors import refuse
from hub.domain.people import Actor
from hub.journey.award import frameworks
from hub.journey.award.courses import Practice, practising
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

COMPARED = 4  # so many of the last ones stand side by side


@dataclass(frozen=True)
class Paper:
    """The questions of one framework, and the others that could be asked instead."""

    framework: Framework
    each: bool
    questions: tuple[Question, ...]
    choices: tuple[tuple[Framework, int, int], ...]  # framework, questions by group, questions one by one
    mine: tuple[Diagnosis, ...]  # one's own, the latest first
    names: dict[str, str]  # of the frameworks of these


@dataclass(frozen=True)
class Advice:
    """One weak place, with what practises it."""

    question: Question
    level: int
    practices: tuple[Practice, ...]


@dataclass(frozen=True)
class Result:
    """A kept diagnosis with what follows from it, beside the last ones over the same questions."""

    diagnosis: Diagnosis
    framework: Framework
    questions: tuple[Question, ...]
    advice: tuple[Advice, ...]
    earlier: tuple[Diagnosis, ...]  # the latest of them first


def paper(f: Fittings, who: Actor, framework: str = "", *, each: bool = False) -> Paper:
    """The questions of ``framework``, or of the one that certificates go by."""
    day = beijing_day(f.clock.now())
    with f.work() as work:
        choices: list[tuple[Framework, int, int]] = []
        for one in frameworks.current(f, work, day):
            nodes = work.frameworks.nodes(one.id)
            if any(n.assessable for n in nodes):
                few, many = (len(rules.questions(nodes, each=e)) for e in (False, True))
                choices.append((one, few, many))
        wanted = framework or frameworks.of_certificates(f, work, day)
        chosen = next((one for one, _, _ in choices if one.id == wanted), None)
        if chosen is None:
            raise refuse("thing.missing", what="这套能力标准")
        asked = rules.questions(work.frameworks.nodes(chosen.id), each=each)
        mine = work.diagnoses.diagnoses(who.uid)
        names = {one.id: one.name for one in work.frameworks.frameworks()}
    return Paper(chosen, each, asked, tuple(choices), mine, names)


def answer(f: Fittings, who: Actor, framework: str, answers: Mapping[str, int], *, each: bool) -> Diagnosis:
    """Keep what somebody says of themselves."""
    now = f.clock.now()
    with f.work() as work:
        one = next((c for c in frameworks.current(f, work, beijing_day(now)) if c.id == framework), None)
        if one is None:
            raise refuse("thing.missing", what="这套能力标准")
        why = rules.fault(answers, rules.questions(work.frameworks.nodes(framework), each=each))
        if why:
            raise refuse("diagnosis.answers", why=why)
        made = Diagnosis(f.ids.new("dia"), who.uid, framework, dict(answers), now)
        work.diagnoses.add_diagnosis(made)
    return made


def result(f: Fittings, who: Actor, id: str) -> Result:
    """One's own diagnosis; anybody else's is not there."""
    with f.work() as work:
        made = work.diagnoses.diagnosis(id)
        if made is None or made.person != who.uid:
            raise refuse("thing.missing", what="这次自我诊断")
        framework = frameworks.published(work, made.framework)
        nodes = work.frameworks.nodes(framework.id)
        asked = rules.of(made, nodes)
        earlier = [
            d
            for d in work.diagnoses.diagnoses(who.uid)
            if d.framework == made.framework and d.id != id and d.made_at <= made.made_at
            and d.answers.keys() & made.answers.keys()
        ]  # fmt: skip
        advice = [
            Advice(q, made.answers[q.key], _practices(f, work, who, framework, q, nodes))
            for q in rules.weakest(made.answers, asked)
        ]
    return Result(made, framework, asked, tuple(advice), tuple(earlier[: COMPARED - 1]))


def _practices(
    f: Fittings, work: Work, who: Actor, framework: Framework, question: Question, nodes: tuple[Node, ...]
) -> tuple[Practice, ...]:
    """What practises a weak place; a competency is also looked for under the group that it stands in."""
    found = practising(f, work, who, framework.id, question.codes)
    parents = {n.parent for n in nodes if n.code in question.codes and n.parent} - set(question.codes)
    return found or (practising(f, work, who, framework.id, parents) if parents else ())
