"""A title record (职称评聘记录): its groups and fields as the HR bureau gets them; nothing in it is ever empty."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

NOTHING = "无"
RECORD, CORRECTION = "record", "correction"


@dataclass(frozen=True)
class ColumnMap:
    """The columns of the provincial import: heading, and where its value comes from."""

    columns: tuple[tuple[str, str], ...]
    encoding: str
    text_mark: str  # put before identity numbers, where a reader wants them marked as text


@dataclass(frozen=True)
class Identity:
    """Who it is about; the one place where an identity number stands in full."""

    name: str
    id_type: str  # 1 居民身份证
    id_no: str
    gender: str
    birth_date: str
    teacher_uid: str
    teacher_nat_id: str
    teacher_cert_no: str


@dataclass(frozen=True)
class Unit:
    """Where they work; the county's code is the one valid on the day of the certificate."""

    org_name: str
    school_code: str
    org_uscc: str
    county_code: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True)
class Title:
    """What they hold, and what the year's setting makes of the certificate."""

    series: str
    current_title: str
    title_date: str
    appointed_date: str
    stage: str
    subject: str
    year: int
    weight: str


@dataclass(frozen=True)
class Training:
    """One training; hours as text with one decimal."""

    project_no: str
    project_name: str
    project_doc_no: str
    training_level: str
    training_mode: str
    start_date: str
    end_date: str
    year: int
    hours_total: str
    hours_practice: str
    hours_online: str
    hours_category: str
    hour_rule_ids: str
    provider_name: str
    provider_uscc: str
    certificate_no: str


@dataclass(frozen=True)
class Hours:
    """The sum of the trainings, and the version of the rule that the certificate asked for."""

    hours_total: str
    hours_practice: str
    practice_ratio: str
    hour_rule_id: str


@dataclass(frozen=True)
class Item:
    """The result of one 微能力; its framework is named only where it is another than the competency group's."""

    code: str
    name: str
    environment: str
    rating: str
    assess_date: str
    rater_count: int
    evidence_hash: str
    framework_id: str | None = None


@dataclass(frozen=True)
class Competency:
    """The results, and the rating of the whole with its rule."""

    framework_id: str
    environment: str
    items: tuple[Item, ...]
    overall_rating: str
    rule_id: str


@dataclass(frozen=True)
class Hand:
    """Who did a step of the review: role and person's identifier, never a name."""

    role: str
    by: str
    at: str
    result: str


@dataclass(frozen=True)
class Publicity:
    """The publicity period; ``since`` and ``until`` are the fields ``from`` and ``to``."""

    since: str
    until: str
    working_days: int
    place_url: str
    objections: int


@dataclass(frozen=True)
class Process:
    """What was done before the certificate was issued."""

    school_review: Hand
    county_review: Hand
    city_confirm: Hand
    publicity: Publicity
    appeal_status: str


@dataclass(frozen=True)
class Paper:
    """The certificate."""

    cert_no: str
    issue_date: str
    valid_from: str
    valid_to: str
    status: str
    evidence_hash: str


@dataclass(frozen=True)
class Corrects:
    """Which earlier record a correction is of."""

    batch_no: str = NOTHING
    record_hash: str = NOTHING
    reason: str = NOTHING


@dataclass(frozen=True)
class Record:
    """Everything that the HR bureau is told of one certificate, without the group ``integrity``."""

    kind: str
    identity: Identity
    unit: Unit
    title: Title
    training: tuple[Training, ...]
    hours: Hours
    competency: Competency
    process: Process
    certificate: Paper
    corrects: Corrects


@dataclass(frozen=True)
class Integrity:
    """What binds a record to its package; ``signature`` names the file that holds it."""

    record_hash: str
    prev_hash: str
    batch_root: str
    batch_no: str
    generated_at: str
    platform_version: str
    signature: str
    key_id: str
    alg: str


def as_json(record: Record) -> dict[str, Any]:
    """A record as its JSON has it."""
    made = asdict(record)
    notice = made["process"]["publicity"]
    notice["from"], notice["to"] = notice.pop("since"), notice.pop("until")
    for item in made["competency"]["items"]:
        if item["framework_id"] is None:
            del item["framework_id"]
    plain: dict[str, Any] = _lists(made)
    return plain


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lists(inner) for name, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, tuple | list) else value


def corrected(
    earlier: dict[str, Any], batch_no: str, record_hash: str, status: str, reason: str
) -> dict[str, Any]:
    """The record that tells of a certificate which lost its standing after ``earlier`` was handed over."""
    made = {name: value for name, value in earlier.items() if name != "integrity"}
    made["kind"] = CORRECTION
    made["certificate"] = {**earlier["certificate"], "status": status}
    made["corrects"] = asdict(Corrects(batch_no, record_hash, reason or NOTHING))
    return made


def said(text: str) -> str:
    """``text``, or 无 where there is none: a form has no empty field."""
    return text.strip() or NOTHING
