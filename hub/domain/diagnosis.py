"""自我诊断: the questions a framework gives, what somebody said of themselves, and where they are weakest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.competency import Node

LEVELS = {1: "还没做过", 2: "试过几次", 3: "经常这样做", 4: "能带同事一起做"}
WEAK = 2  # up to this level there is something to learn
SHOWN = 3  # so many weakest places are named


@dataclass(frozen=True)
class Diagnosis:
    """What one person said of themselves on one day: key of a question -> level 1 to 4. Nobody else sees it."""

    id: str
    person: str
    framework: str
    answers: dict[str, int]
    made_at: datetime


@dataclass(frozen=True)
class Question:
    """One thing to rate: a competency, or a group of them; ``codes`` are what it covers."""

    key: str
    name: str
    text: str
    group: str
    codes: tuple[str, ...]


def questions(nodes: Sequence[Node], *, each: bool) -> tuple[Question, ...]:
    """A question a competency (``each``), else one a group: the parents where there are any, else the dimensions."""
    asked = [n for n in nodes if n.assessable]
    if each:
        return tuple(
            Question(
                n.code, n.name, n.text, " · ".join(filter(None, (n.environment, n.dimension))), (n.code,)
            )
            for n in asked
        )
    by_code = {n.code: n for n in nodes}
    groups: dict[str, list[Node]] = {}
    for node in asked:
        groups.setdefault(node.parent or node.dimension, []).append(node)
    return tuple(_grouped(key, by_code.get(key), own) for key, own in groups.items())


def _grouped(key: str, parent: Node | None, own: Sequence[Node]) -> Question:
    text = "；".join(n.name.rstrip("。") for n in own[:6]) + ("……" if len(own) > 6 else "")
    codes = ((parent.code,) if parent else ()) + tuple(n.code for n in own)
    group = own[0].environment or own[0].dimension if parent else ""
    return Question(key, parent.name if parent else key, text, group, codes)


def of(diagnosis: Diagnosis, nodes: Sequence[Node]) -> tuple[Question, ...]:
    """The questions that a kept diagnosis answered, in the order of the framework."""
    both = {q.key: q for each in (False, True) for q in questions(nodes, each=each)}
    return tuple(q for key, q in both.items() if key in diagnosis.answers)


def fault(answers: Mapping[str, int], asked: Iterable[Question]) -> str | None:
    """Why these answers cannot be kept, or None."""
    keys = {q.key for q in asked}
    if not answers:
        return "一项也没有选。可以只答想答的，至少答一项"
    if not answers.keys() <= keys:
        return "题目已有变化，请重新打开自我诊断"
    if any(level not in LEVELS for level in answers.values()):
        return "每项请在四个选项里选一个"
    return None


def weakest(answers: Mapping[str, int], asked: Sequence[Question]) -> tuple[Question, ...]:
    """The weakest places, the weakest first and at most ``SHOWN``; none where everything is done often."""
    low = [q for q in asked if answers.get(q.key, 4) <= WEAK]
    return tuple(sorted(low, key=lambda q: answers[q.key])[:SHOWN])
