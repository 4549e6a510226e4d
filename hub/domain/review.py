"""The record of a certification: its states from draft to receipt, who may move it, and whose hands must differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.domain.rating import Rating


class State(StrEnum):
    """Where an application stands; domain.md 3.6. Nothing is edited after ``issued``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCHOOL_REVIEWED = "school_reviewed"
    COUNTY_REVIEWED = "county_reviewed"
    PUBLICISED = "publicised"
    CITY_CONFIRMED = "city_confirmed"
    ISSUED = "issued"
    EXPORTED = "exported"
    RECEIPTED = "receipted"
    RETURNED = "returned"
    OBJECTED = "objected"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


STATE_NAMES = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "待学校审核",
    State.SCHOOL_REVIEWED: "待县（市、区）审核",
    State.COUNTY_REVIEWED: "待公示",
    State.PUBLICISED: "公示中",
    State.CITY_CONFIRMED: "待发证",
    State.ISSUED: "已发证",
    State.EXPORTED: "已报送",
    State.RECEIPTED: "已回执",
    State.RETURNED: "已退回",
    State.OBJECTED: "有异议待答复",
    State.REVOKED: "已撤销",
    State.SUPERSEDED: "已被替代",
}


class Step(StrEnum):
    """What is done to an application."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    SCHOOL = "school"
    COUNTY = "county"
    PUBLICISE = "publicise"
    OBJECT = "object"
    REJECT_OBJECTION = "reject_objection"
    UPHOLD_OBJECTION = "uphold_objection"
    CONFIRM = "confirm"
    RETURN = "return"
    ISSUE = "issue"
    EXPORT = "export"
    RECEIPT = "receipt"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"


STEP_NAMES = {
    Step.SUBMIT: "提交", Step.TAKE_BACK: "撤回", Step.SCHOOL: "学校审核通过", Step.COUNTY: "县（市、区）审核通过",
    Step.PUBLICISE: "张榜公示", Step.OBJECT: "公示期间有异议", Step.REJECT_OBJECTION: "异议不成立",
    Step.UPHOLD_OBJECTION: "异议成立，退回", Step.CONFIRM: "市级确认", Step.RETURN: "退回", Step.ISSUE: "发证",
    Step.EXPORT: "报送", Step.RECEIPT: "回执", Step.REVOKE: "撤销", Step.SUPERSEDE: "被新记录替代",
}  # fmt: skip

# (state, step) -> the state it leads to; whatever is not listed cannot be done.
STEPS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Step.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Step.TAKE_BACK): State.DRAFT,
    (State.SUBMITTED, Step.SCHOOL): State.SCHOOL_REVIEWED,
    (State.SUBMITTED, Step.RETURN): State.RETURNED,
    (State.SCHOOL_REVIEWED, Step.COUNTY): State.COUNTY_REVIEWED,
    (State.SCHOOL_REVIEWED, Step.RETURN): State.RETURNED,
    (State.COUNTY_REVIEWED, Step.PUBLICISE): State.PUBLICISED,
    (State.COUNTY_REVIEWED, Step.RETURN): State.RETURNED,
    (State.PUBLICISED, Step.OBJECT): State.OBJECTED,
    (State.OBJECTED, Step.REJECT_OBJECTION): State.PUBLICISED,
    (State.OBJECTED, Step.UPHOLD_OBJECTION): State.RETURNED,
    (State.PUBLICISED, Step.CONFIRM): State.CITY_CONFIRMED,
    (State.PUBLICISED, Step.RETURN): State.RETURNED,
    (State.CITY_CONFIRMED, Step.ISSUE): State.ISSUED,
    (State.ISSUED, Step.EXPORT): State.EXPORTED,
    (State.EXPORTED, Step.RECEIPT): State.RECEIPTED,
    **{(s, Step.REVOKE): State.REVOKED for s in (State.ISSUED, State.EXPORTED, State.RECEIPTED)},
    **{(s, Step.SUPERSEDE): State.SUPERSEDED for s in (State.ISSUED, State.EXPORTED, State.RECEIPTED)},
}  # fmt: skip

# In these an application holds on to what it rests on: no grade, dossier or hours under it may move.
HOLDING = frozenset(State) - {State.DRAFT, State.RETURNED, State.REVOKED, State.SUPERSEDED}


# Under these a person has an application for a rule under way: no second one beside it.
IN_FLIGHT = frozenset(
    {State.DRAFT, State.SUBMITTED, State.SCHOOL_REVIEWED, State.COUNTY_REVIEWED, State.PUBLICISED, State.OBJECTED,
     State.CITY_CONFIRMED, State.RETURNED}
)  # fmt: skip


class Office(StrEnum):
    """Whose part a step of the chain is; each part of one record is played by another person."""

    APPLICANT = "applicant"
    SCHOOL = "school"
    COUNTY = "county"
    CITY = "city"


OFFICE_NAMES = {
    Office.APPLICANT: "申请人",
    Office.SCHOOL: "学校审核人",
    Office.COUNTY: "县（市、区）审核人",
    Office.CITY: "市级审核人",
}

DESK_NAMES = {Office.SCHOOL: "学校审核", Office.COUNTY: "县（市、区）审核", Office.CITY: "市级确认"}

# Whose desk an application lies on: who takes it the next step, or returns it.
DESKS = {State.SUBMITTED: Office.SCHOOL, State.SCHOOL_REVIEWED: Office.COUNTY, State.COUNTY_REVIEWED: Office.COUNTY,
         State.PUBLICISED: Office.CITY}  # fmt: skip
# The step by which that office lets it pass; out of 待公示 leads the notice.
PASSING = {State.SUBMITTED: Step.SCHOOL, State.SCHOOL_REVIEWED: Step.COUNTY, State.PUBLICISED: Step.CONFIRM}
_JUDGING = {Step.SCHOOL, Step.COUNTY, Step.CONFIRM, Step.RETURN}


def after(state: State, step: Step) -> State | None:
    """Where ``step`` leads from ``state``, or None where it cannot be done."""
    return STEPS.get((state, step))


@dataclass(frozen=True)
class Application:
    """A teacher's request to be certified under a rule: the dossiers and evidence it rests on, and how it stands."""

    id: str
    person: str
    school: str
    rule: str
    dossiers: tuple[str, ...]
    evidence: tuple[str, ...]  # of the graded notebooks in those dossiers
    rating: Rating
    state: State
    begun_at: datetime
    moved_at: datetime
    submitted_at: datetime | None = None
    certificate: str | None = None


@dataclass(frozen=True)
class Waiting:
    """An application in somebody's queue, before anybody looks into it."""

    id: str
    school: str
    later: bool  # its publicity period still runs, or an objection waits for its answer
    odd: bool  # something on record about it asks for a second look


@dataclass(frozen=True)
class Review:
    """What somebody did to an application: kept for ever, one a step. ``org`` is the scope they acted in."""

    id: str
    application: str
    step: Step
    by: str
    role: str
    org: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Notice:
    """A publicity list (公示) of one school: open from ``opens_on`` until ``closes_on``, both days included."""

    id: str
    school: str
    opens_on: date
    closes_on: date
    working_days: int
    opened_by: str
    opened_at: datetime
    applications: tuple[str, ...]


@dataclass(frozen=True)
class Objection:
    """Somebody's objection within the publicity period, by real name, and the written answer."""

    id: str
    application: str
    notice: str
    by: str
    reason: str
    made_at: datetime
    due_on: date
    answer: str = ""
    upheld: bool | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


def hands(application: Application, reviews: Iterable[Review]) -> dict[str, Office]:
    """Who has played which part in this record, over all its rounds; ``reviews`` are all of them, in order."""
    played: dict[str, Office] = {}
    state = State.DRAFT
    for review in reviews:
        if review.step in _JUDGING and state in DESKS:
            played[review.by] = DESKS[state]
        state = after(state, review.step) or state
    return {**played, application.person: Office.APPLICANT}


def hands_differ(
    application: Application,
    reviews: Iterable[Review],
    assessors: Collection[str],
    by: str,
    office: Office,
    schools: Collection[str],
) -> str | None:
    """Why ``by`` may not act on this record in ``office``, or None: the one rule of separate hands.

    The applicant, whoever sat as assessor on its dossiers, and whoever judged it for the school, the county and the
    city are different people, through all rounds; and above the school nobody judges people of ``schools``, their own.
    """
    if by == application.person:
        return "不能办理自己的申请"
    if by in assessors:
        return "您评审过这份申请的考核材料，要由别人办理"
    before = hands(application, reviews).get(by)
    if before not in (None, office):
        return f"您已作为{OFFICE_NAMES[before]}办理过这份申请，这一步要由别人办理"
    if office is not Office.SCHOOL and application.school in schools:
        return "申请人和您同在一所学校，要由别人办理"
    return None
