"""A process that hands in one notebook and prints its receipt: ``python -m tests.faults.hand_in RUN UID FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from hub import faults
from hub.domain.people import Actor
from hub.journey import enter, study
from hub.journey.ports import Fittings
from hub.settings import load
from hub.wiring import engine_for, fittings
from tests.faults.paper import NAME
from tests.people import FIRST


def armed_as(uid: str) -> tuple[Fittings, Actor]:
    """The house as a process finds it, its fault armed, and who works in it."""
    settings = load()
    faults.arm(settings.home)
    f = fittings(settings, engine_for(settings))
    with f.work() as work:
        who = enter.actor(work, uid, f.clock.now())
    assert who is not None
    return f, who


def main() -> None:
    run, uid, file = sys.argv[1:]
    f, who = armed_as(uid)
    made = study.submit(f, who, run, FIRST, {NAME: Path(file).read_bytes()})
    sys.stdout.write(f"{made.id} {made.receipt}\n")


if __name__ == "__main__":
    main()
