"""What a title record is made from, and every reason in Chinese why there can be none yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from hub.domain.competency import AssessmentRule, Node
from hub.domain.id_number import IdNumber
from hub.domain.ladder import Ladders
from hub.domain.organisation import Level, Organisation
from hub.domain.rating import Rating
from hub.domain.review import Notice, Objection, Review, State, Step
from hub.domain.title import Holding, Weight

_BEIJING = timezone(timedelta(hours=8))
_GB = re.compile(r"\d{6}")
LEAST_DAYS = 5  # working days of publicity
LEAST_RATERS = 2


@dataclass(frozen=True)
class Training:
    """An entry of the hours ledger that was not taken back."""

    title: str
    hours: Decimal
    practice: Decimal
    online: Decimal
    started_on: date | None
    earned_on: date
    counts_for: tuple[str, ...]
    source: str
    provider: str
    project_no: str
    doc_no: str
    level: str
    mode: str
    category: str
    certificate_no: str


@dataclass(frozen=True)
class Result:
    """A rated dossier of the application, with how many assessors rated it in the round that stands."""

    framework: str
    code: str
    rating: Rating | None
    rated_at: datetime | None
    digest: str
    raters: int


@dataclass(frozen=True)
class Standing:
    """The certificate and what became of it."""

    number: str
    issued_at: datetime
    valid_to: date
    evidence_digest: str
    revoked_at: datetime | None
    revoked_reason: str
    suspended: bool


@dataclass(frozen=True)
class Facts:
    """Everything that the database says of one application. ``sealed`` is the identity number, encrypted."""

    application: str
    person: str
    name: str
    id_masked: str
    sealed: bytes | None
    rule: str
    rating: Rating | None
    state: State
    school: Organisation | None
    uscc: str
    unit: Organisation | None
    holding: Holding | None
    trainings: tuple[Training, ...]
    results: tuple[Result, ...]
    reviews: tuple[Review, ...]
    notice: Notice | None
    objections: tuple[Objection, ...]
    certificate: Standing | None


@dataclass(frozen=True)
class Frame:
    """What is the same for every record of a package."""

    year: int
    since_title: bool
    today: date
    issuer: str
    ladders: Ladders
    rules: Mapping[str, AssessmentRule]
    nodes: Mapping[tuple[str, str], Node]
    weights: Mapping[str, Weight | None]  # by series; None was never set
    units: Sequence[Organisation]


def day_of(at: datetime) -> date:
    """The day in Beijing."""
    return at.astimezone(_BEIJING).date()


def stamp(at: datetime) -> str:
    """An instant as a record spells it: ISO 8601, +08:00, whole seconds."""
    return at.astimezone(_BEIJING).replace(microsecond=0).isoformat()


def hours1(amount: Decimal) -> str:
    """Hours with one decimal."""
    return str(amount.quantize(Decimal("0.1"), ROUND_HALF_UP))


def problems(facts: Facts, frame: Frame, number: IdNumber | str) -> list[str]:
    """Every reason why no record can be made."""
    reasons = []
    if not isinstance(number, IdNumber):
        reasons.append(number or "缺身份证号")
    elif number.masked != facts.id_masked:
        reasons.append("身份证号和名册里的对不上")
    reasons += _holding_reasons(facts, frame)
    reasons += ["缺统一社会信用代码（学校）"] if not facts.uscc else []
    reasons += ["学校在库中已不存在"] if facts.school is None or facts.unit is None else []
    reasons += _paper_reasons(facts, frame)
    reasons += _process_reasons(facts)
    if facts.rule not in frame.rules:
        reasons.append("证书所依据的规则不是市里的能力认定规则")
    else:
        reasons += _result_reasons(facts, frame, frame.rules[facts.rule])
    return reasons


def _holding_reasons(facts: Facts, frame: Frame) -> list[str]:
    if facts.holding is None:
        return ["缺现任职务"]
    reasons = [] if facts.holding.teacher_cert_no else ["缺教师资格证书号码"]
    return reasons if frame.ladders.get(facts.holding.series) else [*reasons, "现任职务的职称系列已不存在"]


def _paper_reasons(facts: Facts, frame: Frame) -> list[str]:
    paper = facts.certificate
    if paper is None:
        return ["缺证书"]
    reasons = []
    if paper.revoked_at or facts.state is not State.ISSUED:
        reasons.append("证书已撤销、被替代或已报送过")
    if paper.suspended:
        reasons.append("证书已中止，恢复以后才能报送")
    if paper.valid_to <= frame.today:
        reasons.append(f"证书有效期到 {paper.valid_to} 为止，已过期")
    if facts.unit is not None and isinstance(
        said_unit := unit_on(facts.unit, frame.units, day_of(paper.issued_at)), str
    ):
        reasons.append(said_unit)
    return reasons


def _process_reasons(facts: Facts) -> list[str]:
    reasons, hands = [], hands_of(facts)
    for step, name in ((Step.SCHOOL, "学校审核"), (Step.COUNTY, "县级审核"), (Step.CONFIRM, "市级确认")):
        if step not in hands:
            reasons.append(f"缺{name}记录")
    persons = [hand.by for hand in hands.values()] + [facts.person]
    if len(set(persons)) != len(persons):
        reasons.append("申请人、审核人、确认人有重复，不合职责分离")
    notice = facts.notice
    if notice is None:
        return [*reasons, "缺公示记录"]
    if notice.working_days < LEAST_DAYS:
        reasons.append(f"公示只有 {notice.working_days} 个工作日，不满 {LEAST_DAYS} 个")
    confirmed = hands.get(Step.CONFIRM)
    if confirmed and day_of(confirmed.at) <= notice.closes_on:
        reasons.append("公示还没有结束就作了市级确认")
    if any(one.answered_at is None for one in facts.objections):
        reasons.append("有异议还没有答复")
    return reasons


def _result_reasons(facts: Facts, frame: Frame, rule: AssessmentRule) -> list[str]:
    reasons, (_, results) = [], counted(facts, frame)
    for one in facts.results:
        if one.rating is None or one.rating is Rating.FAIL or one.rated_at is None:
            reasons.append(f"{one.code} 没有合格的结果")
        elif one.raters < LEAST_RATERS:
            reasons.append(f"{one.code} 只有 {one.raters} 位评审，不足 {LEAST_RATERS} 位")
        if (one.framework, one.code) not in frame.nodes:
            reasons.append(f"{one.code} 在能力标准里找不到")
        if not one.digest:
            reasons.append(f"{one.code} 缺证据摘要")
    if len(results) < rule.count:
        since = f"任现职（{facts.holding.appointed_on}）以来" if frame.since_title and facts.holding else ""
        reasons.append(f"{since}只有 {len(results)} 项微能力结果，规则要求 {rule.count} 项")
    if facts.rating is None:
        reasons.append("缺总评")
    return reasons


def counted(facts: Facts, frame: Frame) -> tuple[list[Training], list[Result]]:
    """The trainings and results that go in; with ``since_title`` those from the day of the appointment on."""
    since = facts.holding.appointed_on if frame.since_title and facts.holding else date.min
    trainings = sorted(
        (t for t in facts.trainings if t.earned_on >= since), key=lambda t: (t.earned_on, t.title)
    )
    results = sorted(
        (x for x in facts.results if x.rated_at and day_of(x.rated_at) >= since),
        key=lambda x: (x.code, x.digest),
    )
    return trainings, results


def hands_of(facts: Facts) -> dict[Step, Review]:
    """The last review of each kind."""
    return {one.step: one for one in sorted(facts.reviews, key=lambda one: one.at)
            if one.step in (Step.SCHOOL, Step.COUNTY, Step.CONFIRM)}  # fmt: skip


def unit_on(unit: Organisation, units: Sequence[Organisation], day: date) -> Organisation | str:
    """The unit as it was on ``day``: codes are retired and given anew. A reason where that cannot be told."""
    by_code = {one.code: one for one in units}
    found: Organisation | None = unit
    for _ in range(len(units) + 1):
        if found is None or found.valid_on(day):
            break
        if found.valid_to and found.valid_to <= day:
            found = by_code.get(found.successor or "")
        else:
            before = [
                one
                for one in units
                if one.successor == found.code and one.level is Level.UNIT and one.valid_on(day)
            ]
            found = before[0] if len(before) == 1 else None
    return found if found and found.valid_on(day) else f"{unit.name}在发证那天的行政区划代码无法确定"
