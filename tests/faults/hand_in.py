"""A process that hands in one notebook and prints its receipt: ``python -m tests.faults.hand_in RUN UID FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from hub import faults
from hub.journey import enter, study
from hub.settings import load
from hub.wiring import engine_for, fittings
from tests.faults.paper import NAME
from tests.people import FIRST


def main() -> None:
    run, uid, file = sys.argv[1:]
    settings = load()
    faults.arm(settings.home)
    f = fittings(settings, engine_for(settings))
    with f.work() as work:
        who = enter.actor(work, uid, f.clock.now())
    assert who is not None
    made = study.submit(f, who, run, FIRST, {NAME: Path(file).read_bytes()})
    sys.stdout.write(f"{made.id} {made.receipt}\n")


if __name__ == "__main__":
    main()
