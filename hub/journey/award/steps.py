"""One step of an application: the new state, the row that tells who took it, and the event; never one without the others."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from hub.domain.errors import refuse
from hub.domain.people import Actor
from hub.domain.review import STATE_NAMES, Application, Review, Step, after
from hub.journey import audit
from hub.journey.ports import Fittings, Work

REASON_MOST = 1000
# What the audit log calls each step.
EVENTS = {
    Step.SUBMIT: "application.submitted", Step.TAKE_BACK: "application.taken_back",
    Step.SCHOOL: "application.school_reviewed", Step.COUNTY: "application.county_reviewed",
    Step.PUBLICISE: "application.publicised", Step.OBJECT: "application.objected",
    Step.REJECT_OBJECTION: "application.objection_rejected", Step.UPHOLD_OBJECTION: "application.objection_upheld",
    Step.CONFIRM: "application.confirmed", Step.RETURN: "application.returned", Step.ISSUE: "application.issued",
    Step.EXPORT: "application.exported", Step.RECEIPT: "application.receipted", Step.REVOKE: "application.revoked",
    Step.SUPERSEDE: "application.superseded",
}  # fmt: skip


def take(
    f: Fittings,
    work: Work,
    application: Application,
    step: Step,
    who: Actor,
    *,
    role: str,
    org: str,
    reason: str = "",
    **changes: Any,
) -> Application:
    """Take ``step`` with an application that was read under its row lock; its new form.

    Refuses where the step does not lead on from its state. Call ``tell`` for it last in the unit of work.
    """
    state = after(application.state, step)
    if state is None:
        raise refuse("application.state", state=STATE_NAMES[application.state])
    now = f.clock.now()
    made = replace(application, state=state, moved_at=now, **changes)
    if not work.review.change(made, application.state):
        raise refuse("application.state", state=STATE_NAMES[application.state])
    work.review.add_review(
        Review(f.ids.new("rev"), application.id, step, who.uid, role, org, now, reason.strip()[:REASON_MOST])
    )
    return made


def tell(
    f: Fittings,
    work: Work,
    who: Actor,
    made: Application,
    step: Step,
    *,
    org: str,
    reason: str = "",
    **more: Any,
) -> None:
    """The event of a step; a reason is written by people about people, so the event holds its digest alone."""
    detail: dict[str, Any] = {
        "state": made.state.value, "rule": made.rule, "rating": made.rating.value, "dossiers": list(made.dossiers)
    } | more  # fmt: skip
    if reason.strip():
        detail["reason"] = hashlib.sha256(reason.strip().encode()).hexdigest()
    audit.note(f, work, who, EVENTS[step], made.id, detail, org=org)
