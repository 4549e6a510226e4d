"""A process that asks for a regrade or decides about it: ``python -m tests.faults.regrade_by ask RUN UID`` and ``… decide ID UID``."""

from __future__ import annotations

import sys

from hub import faults
from hub.domain.regrade import Choice
from hub.journey import decide, enter, regrade
from hub.settings import load
from hub.wiring import engine_for, fittings
from tests.people import FIRST


def main() -> None:
    deed, about, uid = sys.argv[1:]
    settings = load()
    faults.arm(settings.home)
    f = fittings(settings, engine_for(settings))
    with f.work() as work:
        who = enter.actor(work, uid, f.clock.now())
    assert who is not None
    if deed == "ask":
        sys.stdout.write(regrade.ask(f, who, about, FIRST, newest=True).id)
        return
    seen = regrade.view(f, who, about)
    decide.decide(f, who, about, Choice.ALL, "检查有误，已改正", seen.digest)


if __name__ == "__main__":
    main()
