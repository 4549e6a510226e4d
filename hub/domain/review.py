"""The record of a certification: its states from draft to receipt, who may move it, and whose hands must differ."""

from __future__ import annotations

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
