"""Lay the ground of an empty house: regions and frameworks; run by ``python -m hub.founding`` at every start."""

from __future__ import annotations

import sys

from hub import settings as all_settings
from hub.journey import appoint
from hub.sources import regions
from hub.wiring import fittings


def main() -> int:
    """Put down what is missing; the second time changes nothing."""
    appoint.found(fittings(all_settings.load()), regions.organisations())
    return 0


if __name__ == "__main__":
    sys.exit(main())
