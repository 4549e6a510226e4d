"""What a year's title review makes of the certificate: set by the bureau series by series, shown and exported, never a veto."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.errors import refuse
from hub.domain.ladder import Series
from hub.domain.organisation import CITY
from hub.domain.people import Actor, may
from hub.domain.title import Setting, Weight
from hub.journey import audit
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings

FIRST_YEAR = 2015


@dataclass(frozen=True)
class YearSettings:
    """A year: each series with what was set, or None; and the years that can be looked at."""

    year: int
    rows: tuple[tuple[Series, Setting | None], ...]
    years: tuple[int, ...]


def of_year(f: Fittings, who: Actor, year: int | None = None) -> YearSettings:
    """What is set for a year, this one if none is asked for."""
    if not may(who, "title.note") and not may(who, "title.set"):
        raise refuse("access.denied")
    now = beijing_day(f.clock.now()).year
    year = now if year is None else year
    with f.work() as work:
        found = work.titles.settings(year)
        years = work.titles.setting_years()
    rows = tuple((one, found.get(one.id)) for one in f.titles.ladders.series)
    return YearSettings(year, rows, tuple(sorted({now + 1, now, year, *years}, reverse=True)))


def set_weight(f: Fittings, who: Actor, year: int, series: str, weight: str) -> Setting:
    """Set what the certificate is to a series in a year; what was set before stays on record."""
    now = f.clock.now()
    if f.titles.ladders.get(series) is None or weight not in set(Weight):
        raise refuse("title.setting")
    if not FIRST_YEAR <= year <= beijing_day(now).year + 1:
        raise refuse("title.setting")
    with f.work() as work:
        if not may(who, "title.set", work.people.path(CITY)):
            raise refuse("access.denied")
        made = Setting(year, series, Weight(weight), who.uid, now)
        work.titles.add_setting(made)
        told = {"year": year, "series": series, "weight": weight}
        audit.note(f, work, who, "title.set", f"{year}/{series}", told, org=CITY)
    return made
