"""A process that asks for a regrade or decides about it: ``python -m tests.faults.regrade_by ask RUN UID`` and ``… decide ID UID``."""

from __future__ import annotations

import sys

from hub.domain.regrade import Choice
from hub.journey import decide, regrade
from tests.faults.hand_in import armed_as
from tests.people import FIRST


def main() -> None:
    deed, about, uid = sys.argv[1:]
    f, who = armed_as(uid)
    if deed == "ask":
        sys.stdout.write(regrade.ask(f, who, about, FIRST, newest=True).id)
        return
    seen = regrade.view(f, who, about)
    decide.decide(f, who, about, Choice.ALL, "检查有误，已改正", seen.digest)


if __name__ == "__main__":
    main()
