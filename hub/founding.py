"""Lay the ground of an empty house: regions, frameworks, the calendar of working days; run by ``python -m hub.founding`` at every start."""

from __future__ import annotations

import sys

from hub import settings as all_settings
from hub.journey import appoint, workdays
from hub.sources import calendar, regions
from hub.wiring import fittings


def main() -> int:
    """Put down what is missing; the second time changes nothing."""
    f = fittings(all_settings.load())
    appoint.found(f, regions.organisations())
    workdays.found(f, calendar.shipped())
    return 0


if __name__ == "__main__":
    sys.exit(main())
