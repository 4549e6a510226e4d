"""The portal's templates: where they lie, and the filters, words and rules that they may use."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import jinja2

from graders.reasons import MESSAGES
from graders.reasons import message as explain
from hub.domain import (
    approval,
    attainment,
    audit_view,
    certificate,
    correspondence,
    dossier,
    framework,
    keys,
    lease,
    offices,
    organisation,
    passwords,
    people,
    rating,
    regrade,
    sheet,
    submission,
    title,
    title_facts,
    verification,
)
from hub.domain import diagnosis as levels
from hub.domain import review as record
from hub.domain.hours import SOURCES
from hub.portal.forms import beijing, day_in_words, days_left, due_in, size, span
from hub.portal.menu import entries, home
from hub.portal.text import markdown

_HERE = Path(__file__).parent


def _failed_because(reason: str) -> str:
    """Why something was not graded: the grader's own sentence, or what an operator reads of the queue."""
    return MESSAGES.get(reason) or lease.explain(reason)


def points(value: Decimal) -> str:
    """Points without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "bj": beijing,
        "day": day_in_words,
        "size": size,
        "points": points,
        "markdown": markdown,
        "span": span,
        "fingerprint": keys.fingerprint,
        "last_day": keys.last_day,
    }
    made.globals |= {
        "entries": entries,
        "home": home,
        "PASSWORD_AGE": passwords.MAX_AGE.days,
        "PASSWORD_WARNED": passwords.WARNED,
        "days_left": days_left,
        "due_in": due_in,
        "explain": explain,
        "failure": lease.explain,
        "failed_because": _failed_because,
        "phases": submission.phases,
        "SOURCES": SOURCES,
        "STATE_NAMES": submission.STATE_NAMES,
        "privileged": offices.privileged,
        "REASONS": offices.REASONS,
        "STANDING_NAMES": approval.STANDING_NAMES,
        "ROLE_NAMES": people.ROLE_NAMES,
        "OUTCOME_NAMES": sheet.OUTCOME_NAMES,
        "OUTCOMES": regrade.OUTCOME_NAMES,
        "DECISION_NAMES": regrade.DECISION_NAMES,
        "CERTIFICATE_STATES": certificate.CERTIFICATE_STATES,
        "RATINGS": {code.value: name for code, name in rating.RATING_NAMES.items()},
        "CHECK_NAMES": verification.NAMES,
        "RECORD_STATES": record.STATE_NAMES,
        "STEP_NAMES": record.STEP_NAMES,
        "DESK_NAMES": record.DESK_NAMES,
        "may": people.may,
        "LEAST_PUBLICITY": title_facts.LEAST_DAYS,
        "PACKAGE_NAMES": title.PACKAGE_NAMES,
        "TILE_NAMES": attainment.TILE_NAMES,
        "RATING_NAMES": rating.RATING_NAMES,
        "FRAMEWORK_STANDING": framework.STANDING_NAMES,
        "STRENGTH_NAMES": correspondence.STRENGTH_NAMES,
        "PIECE_NAMES": dossier.PIECE_NAMES,
        "LEVELS": levels.LEVELS,
        "DOSSIER_NAMES": dossier.DOSSIER_NAMES,
        "SEAT_NAMES": dossier.SEAT_NAMES,
        "LEVEL_TONES": {"fail": "bad", "pass": "good", "excellent": "good"},
        "SCHOOL_KINDS": organisation.SCHOOL_KINDS,
        "LEVEL_NAMES": organisation.LEVEL_NAMES,
        "VERB_NAMES": audit_view.VERB_NAMES,
    }
    return made
