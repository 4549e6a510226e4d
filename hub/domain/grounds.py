"""Whether assessed dossiers and hours are what the bureau's rule asks for, or what is still missing, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.competency import AssessmentRule, Node
from hub.domain.dossier import Dossier, DossierState
from hub.domain.hour_count import Progress
from hub.domain.lineage import Line, Place
from hub.domain.rating import Rating, lowest
from hub.domain.title_facts import day_of


@dataclass(frozen=True)
class Met:
    """The rule is met by these dossiers; ``rating`` is of the whole, which is its lowest part."""

    dossiers: tuple[Dossier, ...]
    rating: Rating


@dataclass(frozen=True)
class Missing:
    """What is not there yet, a sentence each."""

    reasons: tuple[str, ...]


def in_force(rule: AssessmentRule, day: date) -> bool:
    """Whether somebody can be certified under ``rule`` on ``day``."""
    return rule.valid_from <= day and (rule.valid_to is None or day < rule.valid_to)


def judge(
    rule: AssessmentRule,
    dossiers: Sequence[Dossier],
    hours: Progress | None,
    line: Line,
    day: date,
) -> Met | Missing:
    """Whether these dossiers, and the hours under the rule's hour rule, carry a certificate on ``day``.

    ``line`` is of the rule's framework. What does not count is told with its reason, and what remains is measured
    against the rule.
    """
    reasons = [] if in_force(rule, day) else [f"“{rule.name}”现在不接受申请"]
    able = []
    for dossier in dossiers:
        why = _uncounted(rule, dossier, line, day)
        if why:
            reasons.append(why)
        else:
            able.append(dossier)
    kept, again = once(line, able)
    reasons += [_twice(line, one.place, other.place) for one, other in again]
    nodes = [node for dossier in kept if (node := line.node(dossier.place))]
    reasons += _too_few(rule, nodes) + _hours(rule, hours)
    if reasons:
        return Missing(tuple(reasons))
    met = tuple(sorted(kept, key=lambda d: line.order(d.place)))
    return Met(met, lowest(d.rating for d in met if d.rating))


def once(
    line: Line, dossiers: Sequence[Dossier]
) -> tuple[tuple[Dossier, ...], tuple[tuple[Dossier, Dossier], ...]]:
    """Of rated dossiers for the same place the latest counts: those that do, and each other one with the one that does instead."""
    kept: list[Dossier] = []
    again: list[tuple[Dossier, Dossier]] = []
    for one in sorted(dossiers, key=lambda d: (d.rated_at or d.begun_at, d.id), reverse=True):
        twin = next((k for k in kept if line.same(k.place, one.place)), None)
        if twin is None:
            kept.append(one)
        else:
            again.append((one, twin))
    return tuple(kept), tuple(again)


def _twice(line: Line, one: Place, other: Place) -> str:
    """That two dossiers show one competency."""
    if one == other:
        return f"{line.told(one)} 选了两次"
    older, newer = sorted((one, other), key=lambda place: line.ids.index(place[0]))
    return f"{_named(line, older)}与 {_named(line, newer)}是同一项，只算一次"


def _named(line: Line, place: Place) -> str:
    """A competency in a sentence, with its framework where that is not the one the rule names."""
    framework, code = place
    node = line.node(place)
    name = f"“{code} {node.name}”" if node else code
    return name if framework == line.ids[0] else f"{framework} 的{name}"


def _uncounted(rule: AssessmentRule, dossier: Dossier, line: Line, day: date) -> str | None:
    """Why a dossier does not count under the rule, or None."""
    node = line.node(dossier.place)
    if node is None:
        return f"{dossier.code} 不属于这种证书的能力标准"
    name = _named(line, dossier.place)
    if dossier.state is not DossierState.RATED or dossier.rating is None or dossier.rated_at is None:
        return f"{name}的考核还没有结果"
    if dossier.rating is Rating.FAIL:
        return f"{name}的考核结果是不合格"
    if rule.environments and node.environment not in rule.environments:
        return f"{name}不在要求的教学环境内"
    rated = day_of(dossier.rated_at)
    if (day.year - rule.valid_years, day.month, day.day) >= (rated.year, rated.month, rated.day):
        return f"{name}的考核结果已满 {rule.valid_years} 年，需要重新考核"
    return None


def _too_few(rule: AssessmentRule, nodes: Sequence[Node]) -> list[str]:
    """What is missing of the number and the spread of competencies."""
    found = []
    if len(nodes) < rule.count:
        found.append(
            f"还缺 {rule.count - len(nodes)} 项考核合格的微能力（需要 {rule.count} 项，已有 {len(nodes)} 项）"
        )
    dimensions = sorted({node.dimension for node in nodes})
    if nodes and len(dimensions) < rule.min_dimensions:
        names = "、".join(dimensions)
        found.append(f"所选微能力只涉及“{names}”，需要不少于 {rule.min_dimensions} 个维度")
    return found


def _hours(rule: AssessmentRule, hours: Progress | None) -> list[str]:
    """What is missing under the hour rule that must be met, if one must."""
    if rule.hour_rule is None:
        return []
    if hours is None or hours.rule.id != rule.hour_rule:
        return [f"没有学时规则 {rule.hour_rule}，算不出学时"]
    rule_, short, found = hours.rule, hours.short, []
    if short.hours:
        found.append(
            f"学时还缺 {short.hours.normalize():f}（“{rule_.name}”需要 {rule_.hours.normalize():f}）"
        )
    if short.practice:
        found.append(
            f"其中实践学时还缺 {short.practice.normalize():f}（不少于 {rule_.practice.normalize():f}）"
        )
    if short.online:
        found.append(f"其中网络研修学时还缺 {short.online.normalize():f}")
    if short.professional:
        found.append(f"其中专业科目学时还缺 {short.professional.normalize():f}")
    return found
