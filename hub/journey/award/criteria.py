"""What a credential refers to, for anybody: the rule that it was issued under, and the framework of its competencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.domain import framework as frameworks_rules
from hub.domain.competency import AssessmentRule, Framework, FrameworkState, Node
from hub.domain.errors import refuse
from hub.domain.framework import Standing
from hub.domain.grounds import in_force
from hub.domain.hour_rules import HourRule
from hub.domain.lineage import onwards
from hub.journey.award import frameworks
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class RuleShown:
    """One version of a rule; ``lost`` is the version that was asked for where nobody kept it, and the present is shown."""

    rule: AssessmentRule
    versions: tuple[AssessmentRule, ...]  # of the same id, the present one first
    open: bool  # whether one may apply under it today
    hours: HourRule | None
    framework: Framework | None
    followers: tuple[Framework, ...]  # of the framework, which count as well
    lost: str = ""

    @property
    def present(self) -> AssessmentRule:
        return self.versions[0]


@dataclass(frozen=True)
class FrameworkShown:
    """A published framework with its places in the order of a tree, and what came before and after it."""

    framework: Framework
    standing: Standing
    nodes: tuple[Node, ...]
    predecessor: Framework | None
    successor: Framework | None
    rules: tuple[AssessmentRule, ...]  # that certify its competencies

    @property
    def competencies(self) -> int:
        return sum(1 for node in self.nodes if node.assessable)


def rule(f: Fittings, id: str, version: str = "") -> RuleShown:
    """A version of a rule, the present one where none is named; a rule that never was is refused."""
    present = [r for r in f.rules.assessment_rules() if r.id == id]
    if not present:
        raise refuse("thing.missing", what="这条发证规则")
    former = [r for r in f.rules.former_rules() if r.id == id]
    versions = (*present, *sorted(former, key=lambda r: r.valid_from, reverse=True))
    found = next((r for r in versions if r.version == version), None)
    shown = found or versions[0]
    with f.work() as work:
        line = [_published(work, one) for one in onwards(work.frameworks.frameworks(), shown.framework)]
    framework, *followers = line
    return RuleShown(
        shown, versions, shown is versions[0] and in_force(shown, _today(f)),
        next((h for h in f.rules.hour_rules() if h.id == shown.hour_rule), None), framework,
        tuple(one for one in followers if one),
        version if version and found is None else "",
    )  # fmt: skip


def framework(f: Fittings, id: str) -> FrameworkShown:
    """A published framework; of a draft nobody outside the bureau knows."""
    with f.work() as work:
        found = frameworks.published(work, id)
        nodes = work.frameworks.nodes(id)
        before = _published(work, found.succeeds) if found.succeeds else None
        every = work.frameworks.frameworks()
    after = frameworks_rules.successor(every, id)
    certify = tuple(r for r in f.rules.assessment_rules() if id in onwards(every, r.framework))
    standing = frameworks_rules.standing(found, _today(f))
    return FrameworkShown(found, standing, frameworks_rules.arranged(nodes), before, after, certify)


def _published(work: Work, id: str) -> Framework | None:
    found = work.frameworks.framework(id)
    return found if found and found.state is FrameworkState.PUBLISHED else None


def _today(f: Fittings) -> date:
    return beijing_day(f.clock.now())
