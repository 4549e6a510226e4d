"""What an application rests on: the rule, the dossiers chosen, the hours; computed anew whenever somebody takes a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hub.domain.competency import AssessmentRule, Evidence
from hub.domain.dossier import Dossier
from hub.domain.grounds import Met, Missing, judge, once
from hub.domain.hour_count import Progress, progress
from hub.domain.hours import HoursEntry
from hub.domain.lineage import Line, Place
from hub.domain.rating import RATING_NAMES
from hub.domain.review import Application
from hub.journey.award import frameworks
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


def line_of(work: Work, rule: AssessmentRule) -> Line:
    """The framework that a rule names and what followed it."""
    return frameworks.lines(work, [rule.framework])[rule.framework]


def to_choose(work: Work, uid: str, line: Line) -> tuple[tuple[Dossier, ...], frozenset[str]]:
    """What somebody can choose from, one dossier a place; and the ids of those that they had best choose.

    Of a place it is the latest that passed, or the latest where none did; of those that are the same place the best
    choice is the one rated last.
    """
    found: dict[Place, Dossier] = {}
    for dossier in work.review.rated(uid, line.ids):  # the latest of a competency comes first
        had = found.setdefault(dossier.place, dossier)
        if not _passed(had) and _passed(dossier):
            found[dossier.place] = dossier
    known = [d for place, d in found.items() if line.node(place)]
    best, _ = once(line, [d for d in known if _passed(d)])
    return tuple(sorted(known, key=lambda d: line.order(d.place))), frozenset(d.id for d in best)


def _passed(dossier: Dossier) -> bool:
    return dossier.rating is not None and dossier.rating.rank > 0


def best_of(f: Fittings, work: Work, uid: str, rule: AssessmentRule, day: date) -> Met | Missing:
    """Whether somebody could apply today with everything they have; what was rated 不合格 is no obstacle then."""
    line = line_of(work, rule)
    every, best = to_choose(work, uid, line)
    chosen = [d for d in every if d.id in best]
    return judge(rule, chosen, hours_under(f, rule, work.hours.hours(uid), day), line, day)


def still(
    f: Fittings,
    application: Application,
    dossiers: Mapping[str, Dossier],
    evidence: Mapping[str, Evidence],
    line: Line,
    entries: Sequence[HoursEntry],
) -> Met | Missing:
    """Whether what an application rests on still stands, as of the day it was submitted.

    The mappings hold at least its own; ``line`` is that of its rule, ``entries`` are the applicant's hours.
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
    answer = judge(rule, own, hours_under(f, rule, entries, day), line, day)
    if any(e.superseded for id in application.evidence if (e := evidence.get(id))):
        return Missing(("考核材料里有一份作业的成绩已被更正，要先重新考核",))
    if isinstance(answer, Met) and answer.rating is not application.rating:
        was, now = RATING_NAMES[application.rating], RATING_NAMES[answer.rating]
        return Missing((f"考核结果由{was}变为{now}，请退回后重新提交",))
    return answer
