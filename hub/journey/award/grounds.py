"""What an application rests on: the rule, the dossiers chosen, the hours; computed anew whenever somebody takes a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hub.domain.competency import AssessmentRule, Evidence, Node
from hub.domain.dossier import Dossier
from hub.domain.grounds import Met, Missing, judge
from hub.domain.hour_count import Progress, progress
from hub.domain.hours import HoursEntry
from hub.domain.rating import RATING_NAMES
from hub.domain.review import Application
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


def rule_of(f: Fittings, id: str) -> AssessmentRule | None:
    """The rule ``id``, also one that is out of force, or None."""
    return next((r for r in f.rules.assessment_rules() if r.id == id), None)


def hours_under(
    f: Fittings, rule: AssessmentRule, entries: Sequence[HoursEntry], day: date
) -> Progress | None:
    """How far somebody with this ledger is on ``day`` under the hour rule that this rule names."""
    found = progress(f.rules.hour_rules(), entries, day) if rule.hour_rule else ()
    return next((p for p in found if p.rule.id == rule.hour_rule), None)


def standing(
    f: Fittings, work: Work, uid: str, rule: AssessmentRule, dossiers: Sequence[Dossier], day: date
) -> Met | Missing:
    """Whether these dossiers of one person meet the rule on ``day``."""
    nodes = {n.code: n for n in work.frameworks.nodes(rule.framework)}
    return judge(rule, dossiers, hours_under(f, rule, work.hours.hours(uid), day), nodes, day)


def best_of(f: Fittings, work: Work, uid: str, rule: AssessmentRule, day: date) -> Met | Missing:
    """Whether somebody could apply today with everything they have; what was rated 不合格 is no obstacle then."""
    latest: dict[str, Dossier] = {}
    for dossier in work.review.rated(uid, rule.framework):  # the latest of a competency comes first
        if dossier.rating and dossier.rating.rank > 0:
            latest.setdefault(dossier.code, dossier)
    return standing(f, work, uid, rule, tuple(latest.values()), day)


def still(
    f: Fittings,
    application: Application,
    dossiers: Mapping[str, Dossier],
    evidence: Mapping[str, Evidence],
    nodes: Mapping[str, Node],
    entries: Sequence[HoursEntry],
) -> Met | Missing:
    """Whether what an application rests on still stands, as of the day it was submitted.

    The mappings hold at least its own; ``entries`` are the applicant's hours.
    """
    rule = rule_of(f, application.rule)
    own = [dossiers[id] for id in application.dossiers if id in dossiers]
    if (
        rule is None
        or len(own) < len(application.dossiers)
        or any(d.person != application.person for d in own)
    ):
        return Missing(("申请所依据的规则或考核材料已不在",))
    day = beijing_day(application.submitted_at or f.clock.now())
    answer = judge(rule, own, hours_under(f, rule, entries, day), nodes, day)
    if any(e.superseded for id in application.evidence if (e := evidence.get(id))):
        return Missing(("考核材料里有一份作业的成绩已被更正，要先重新考核",))
    if isinstance(answer, Met) and answer.rating is not application.rating:
        was, now = RATING_NAMES[application.rating], RATING_NAMES[answer.rating]
        return Missing((f"考核结果由{was}变为{now}，请退回后重新提交",))
    return answer
