"""What every change to a framework goes through: the bureau alone, drafts alone, and nothing on a state that is past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hub.domain.competency import Crosswalk, Framework, FrameworkState
from hub.domain.correspondence import STRENGTH_NAMES
from hub.domain.errors import refuse
from hub.domain.framework import stamp
from hub.domain.organisation import CITY
from hub.domain.people import Actor, may
from hub.journey import audit
from hub.journey.award import frameworks
from hub.journey.ports import Fittings, Work

EDIT = "framework.edit"


def bureau(work: Work, who: Actor) -> None:
    """Frameworks are the city's: whoever may edit them may so in the whole city."""
    if not may(who, EDIT, work.people.path(CITY)):
        raise refuse("access.denied")


def known(work: Work, who: Actor, id: str, *, lock: bool = False) -> Framework:
    """A framework for those who edit; to anybody else it is not there."""
    found = work.frameworks.framework(id, lock=lock) if may(who, EDIT, work.people.path(CITY)) else None
    if found is None:
        raise refuse("thing.missing", what="这套能力标准")
    return found


def draft(work: Work, who: Actor, id: str) -> Framework:
    """A draft, locked until the end of this unit of work; nobody's record may name it."""
    found = known(work, who, id, lock=True)
    if found.state is not FrameworkState.DRAFT or work.frameworks.in_use(id):
        raise refuse("framework.published", name=found.name)
    return found


def unchanged(now: str, seen: str) -> None:
    """That what is about to be changed is what was shown."""
    if now != seen:
        raise refuse("framework.changed")


def unknown(work: Work, pairs: Sequence[Crosswalk]) -> Iterator[str]:
    """What correspondences name on the side of the earlier framework that is not there, a sentence each."""
    for from_ in sorted({c.from_framework for c in pairs}):
        codes = {n.code for n in work.frameworks.nodes(from_)}
        for pair in pairs:
            if pair.from_framework == from_ and pair.from_code not in codes:
                yield f"“{pair.from_code}”不在标准 {from_} 里"
            if pair.strength not in STRENGTH_NAMES:
                yield f"“{pair.from_code}”对“{pair.to_code}”的程度不对"


@contextmanager
def edited(f: Fittings, who: Actor, id: str, part: str) -> Iterator[tuple[Work, Framework]]:
    """A unit of work on one draft, which nobody else changes meanwhile, with its event at the end."""
    with f.work() as work:
        found = draft(work, who, id)
        yield work, found
        after = frameworks.whole(work, found)
        audit.note(f, work, who, "framework.edited", id, {"part": part, "digest": stamp(after)}, org=CITY)
