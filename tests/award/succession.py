"""A framework that follows another, published by the journeys of the bureau."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from hub.journey.award import drafting, framework_views, places
from hub.journey.enter import beijing_day
from tests.people import Town

NEXT = "micro2027"


def succeed(
    town: Town, id: str = NEXT, base: str = "micro2019", apart: Collection[str] = (), days: int = 0
) -> str:
    """From so many days from now on another framework with the same places; those in ``apart`` are only mostly the same."""
    f, city = town.f, town.actor("city")
    drafting.begin(
        f, city, id, drafting.Facts(f"微能力（{id[-4:]} 版）", version=id[-4:]), base=base, succeeds=True
    )
    seen = framework_views.view(f, city, id)
    pairs = [
        (c.from_code, c.to_code, 2 if c.from_code in apart else c.strength) for c in seen.whole.crosswalks
    ]
    places.set_crosswalks(f, city, id, pairs, seen.crosswalk_seen)
    day = beijing_day(f.clock.now()) + timedelta(days=days)
    drafting.publish(f, city, id, day, None, framework_views.view(f, city, id).seen)
    return id
