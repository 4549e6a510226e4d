"""What corresponds to what between frameworks: along a lineage, or as far as crosswalks reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hub.domain.competency import Crosswalk

FULL = 3  # the strength of two places that are the same
COPIED = "copied"  # who says that a place corresponds to the one it was copied from
STRENGTH_NAMES = {1: "有关", 2: "大部分相同", FULL: "相同"}


def composed(steps: Sequence[Sequence[Crosswalk]], code: str) -> dict[str, int]:
    """What ``code`` corresponds to after several crosswalks one after the other: code -> the weakest link's strength."""
    found = {code: FULL}
    for step in steps:
        further: dict[str, int] = {}
        for link in step:
            if link.from_code in found:
                strength = min(found[link.from_code], link.strength)
                further[link.to_code] = max(strength, further.get(link.to_code, 0))
        found = further
    return found


def along(
    line: Sequence[str], crosswalks: Iterable[Crosswalk], place: tuple[str, str], to: str
) -> dict[str, int]:
    """What a place corresponds to in a later framework of its line, the oldest first; nothing where that is not later."""
    framework, code = place
    if framework not in line or to not in line or line.index(framework) >= line.index(to):
        return {}
    links = tuple(crosswalks)
    way = line[line.index(framework) : line.index(to) + 1]
    steps = [[c for c in links if (c.from_framework, c.to_framework) == step] for step in pairwise(way)]
    return composed(steps, code)


def reached(crosswalks: Iterable[Crosswalk], start: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Everything that corresponds to these places, in either direction and over up to three crosswalks.

    A way never comes back to a framework that it has been in: what two places share with a third they need not
    share with each other. (framework, code) -> the strength of the best way.
    """
    links: dict[tuple[str, str], list[tuple[tuple[str, str], int]]] = {}
    for c in crosswalks:
        one, other = (c.from_framework, c.from_code), (c.to_framework, c.to_code)
        links.setdefault(one, []).append((other, c.strength))
        links.setdefault(other, []).append((one, c.strength))
    found: dict[tuple[str, str], int] = {}

    def walk(at: tuple[str, str], strength: int, been: frozenset[str]) -> None:
        if strength <= found.get(at, 0):
            return
        found[at] = strength
        for there, of_link in links.get(at, ()):
            if there[0] not in been and len(been) <= 3:
                walk(there, min(strength, of_link), been | {there[0]})

    for place in start:
        walk(place, FULL, frozenset({place[0]}))
    return found
