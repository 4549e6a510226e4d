"""What a rule asks for over the versions of its framework: those that followed it, and which of their places are one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.domain.competency import AssessmentRule, Crosswalk, Framework, Node
from hub.domain.correspondence import FULL, along
from hub.domain.framework import lineage

Place = tuple[str, str]  # framework, code


def onwards(frameworks: Iterable[Framework], id: str) -> tuple[str, ...]:
    """A framework and the published ones that followed it, the oldest first; of one that nobody knows, itself alone."""
    known = tuple(frameworks)
    if not any(one.id == id for one in known):
        return (id,)
    line = [one.id for one in lineage(known, id)]
    return tuple(line[line.index(id) :])


def asked(rules: Iterable[AssessmentRule], frameworks: Iterable[Framework]) -> frozenset[str]:
    """The frameworks whose competencies count towards some certificate."""
    known = tuple(frameworks)
    return frozenset(id for rule in rules for id in onwards(known, rule.framework))


def told(framework: str, code: str, of: str) -> str:
    """A code as it reads under a rule that names ``of``: with its framework where that is another, as two have a B1."""
    return code if framework == of else f"{code}（{framework}）"


@dataclass(frozen=True)
class Line:
    """The framework that a rule names and those that followed it, with their places by code and their correspondences."""

    ids: tuple[str, ...]  # the oldest first, which is the one that the rule names
    nodes: Mapping[str, Mapping[str, Node]]
    crosswalks: tuple[Crosswalk, ...] = ()

    def node(self, place: Place) -> Node | None:
        """The competency at a place; None where the place is not in this line."""
        framework, code = place
        return self.nodes.get(framework, {}).get(code) if framework in self.ids else None

    def told(self, place: Place) -> str:
        """The code of a place as it reads under the rule."""
        return told(*place, self.ids[0])

    def order(self, place: Place) -> tuple[str, int]:
        """Places sort by code, and of the same code the older framework first."""
        return place[1], self.ids.index(place[0]) if place[0] in self.ids else len(self.ids)

    def same(self, one: Place, other: Place) -> bool:
        """Whether two places are one competency: the same code of the same framework, or equal over every step between.

        Two competencies of one framework are never the same, not even where both became one, or came out of one.
        """
        if one == other:
            return True
        if one[0] == other[0] or not {one[0], other[0]} <= set(self.ids):
            return False
        older, newer = sorted((one, other), key=lambda place: self.ids.index(place[0]))
        return along(self.ids, self.crosswalks, older, newer[0]).get(newer[1]) == FULL
