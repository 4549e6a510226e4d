"""How a title record is made from its facts: the record, or every reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from hub.domain import title_record as r
from hub.domain.competency import AssessmentRule, Node
from hub.domain.id_number import IdNumber, parse
from hub.domain.ladder import Provider, Series
from hub.domain.organisation import CITY, Organisation
from hub.domain.people import ROLE_NAMES
from hub.domain.rating import RATING_NAMES
from hub.domain.review import Notice, Objection, Review, Step
from hub.domain.title import WEIGHT_NAMES, Holding, Weight
from hub.domain.title_facts import (
    Facts,
    Frame,
    Result,
    Training,
    counted,
    day_of,
    hands_of,
    hours1,
    problems,
    stamp,
    unit_on,
)
from hub.domain.title_record import said

_GB = re.compile(r"\d{6}")
_ROLES = {role.value: name for role, name in ROLE_NAMES.items()}


def compose(facts: Facts, frame: Frame, id_text: str) -> r.Record | tuple[str, ...]:
    """The record, or why there is none. ``id_text`` is the opened identity number, "" where none is kept."""
    number = opened(id_text, frame)
    reasons = problems(facts, frame, number)
    holding, paper, notice, unit = facts.holding, facts.certificate, facts.notice, facts.unit
    series = frame.ladders.get(holding.series) if holding else None
    if reasons or not isinstance(number, IdNumber):
        return tuple(reasons)
    if not (holding and paper and notice and series and unit and facts.school):
        return ("资料不全",)  # problems() has said why before it comes to this
    trainings, results = counted(facts, frame)
    rule = frame.rules[facts.rule]
    issued = day_of(paper.issued_at).isoformat()
    return r.Record(
        r.RECORD,
        _identity(facts, holding, number),
        _unit(facts.school, facts.uscc, unit_on(unit, frame.units, day_of(paper.issued_at))),
        _title(holding, series, frame),
        tuple(_training(one, frame.ladders.provider) for one in trainings),
        _hours(trainings, rule),
        _competency(facts, frame, rule, results),
        _process(facts, notice, frame.issuer),
        r.Paper(paper.number, issued, issued, paper.valid_to.isoformat(), "有效", paper.evidence_digest),
        r.Corrects(),
    )


def opened(text: str, frame: Frame) -> IdNumber | str:
    """An identity number that was let in once: checked again, but for its region, which the roster has looked at."""
    if not text:
        return "缺身份证号"
    return parse(text, regions=frozenset({text[:2]}), today=frame.today, allow_synthetic=True)


def _identity(facts: Facts, holding: Holding, number: IdNumber) -> r.Identity:
    gender = "男" if number.gender_code == "1" else "女"
    return r.Identity(
        facts.name, "1", number.text, gender, number.birth_date.isoformat(), facts.person, said(holding.national_id),
        holding.teacher_cert_no,
    )  # fmt: skip


def _unit(school: Organisation, uscc: str, unit: Organisation | str) -> r.Unit:
    if isinstance(unit, str):
        raise ValueError(unit)  # problems() has refused it
    gb = unit.code if _GB.fullmatch(unit.code) else CITY  # a functional zone has no code of its own
    return r.Unit(school.name, school.code, uscc, gb, unit.code, "市直" if unit.code == CITY else unit.name)


def _title(holding: Holding, series: Series, frame: Frame) -> r.Title:
    weight = frame.weights.get(series.id)
    told = WEIGHT_NAMES[weight] if weight else f"{WEIGHT_NAMES[Weight.REFERENCE]}（未设置）"
    return r.Title(
        series.name, holding.title, holding.obtained_on.isoformat(), holding.appointed_on.isoformat(), holding.stage,
        holding.subject, frame.year, told,
    )  # fmt: skip


def _competency(facts: Facts, frame: Frame, rule: AssessmentRule, results: Sequence[Result]) -> r.Competency:
    nodes = [frame.nodes[one.framework, one.code] for one in results]
    overall = RATING_NAMES[facts.rating] if facts.rating else ""
    return r.Competency(
        rule.framework, said("、".join(dict.fromkeys(node.environment for node in nodes if node.environment))),
        tuple(_item(one, node, rule.framework) for one, node in zip(results, nodes, strict=True)), overall, f"{rule.id}@{rule.version}",
    )  # fmt: skip


def _process(facts: Facts, notice: Notice, issuer: str) -> r.Process:
    hands = hands_of(facts)
    return r.Process(
        _hand(hands[Step.SCHOOL]),
        _hand(hands[Step.COUNTY]),
        _hand(hands[Step.CONFIRM]),
        r.Publicity(
            notice.opens_on.isoformat(), notice.closes_on.isoformat(), notice.working_days, f"{issuer}/publicity/{notice.id}",
            len(facts.objections),
        ),
        _appeal(facts.objections),
    )  # fmt: skip


def _hand(review: Review) -> r.Hand:
    roles = "、".join(_ROLES.get(one, one) for one in review.role.split(","))
    return r.Hand(said(roles), review.by, stamp(review.at), "通过")


def _item(one: Result, node: Node, asked: str) -> r.Item:
    rated = day_of(one.rated_at).isoformat() if one.rated_at else ""
    return r.Item(
        one.code, node.name, said(node.environment), RATING_NAMES[one.rating] if one.rating else "", rated, one.raters, one.digest,
        None if one.framework == asked else one.framework,
    )  # fmt: skip


def _training(one: Training, own: Provider) -> r.Training:
    ours = one.source == "run"
    return r.Training(
        said(one.project_no), one.title, said(one.doc_no), said(one.level or (own.level if ours else "")),
        said(one.mode or (own.mode if ours else "")), one.started_on.isoformat() if one.started_on else r.NOTHING,
        one.earned_on.isoformat(), one.earned_on.year, hours1(one.hours), hours1(one.practice), hours1(one.online),
        said(one.category or (own.category if ours else "")), said("、".join(one.counts_for)),
        said(one.provider or (own.name if ours else "")), own.uscc if ours else r.NOTHING, said(one.certificate_no),
    )  # fmt: skip


def _hours(trainings: Sequence[Training], rule: AssessmentRule) -> r.Hours:
    """Sums of what the trainings say, rounded as they say it."""
    total = sum((Decimal(hours1(t.hours)) for t in trainings), Decimal(0))
    practice = sum((Decimal(hours1(t.practice)) for t in trainings), Decimal(0))
    share = f"{(practice / total * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%" if total else r.NOTHING
    return r.Hours(hours1(total), hours1(practice), share, rule.hour_rule or r.NOTHING)


def _appeal(objections: Sequence[Objection]) -> str:
    if not objections:
        return "none"
    return "upheld" if max(objections, key=lambda one: one.made_at).upheld else "rejected"
