"""The boards' own service with one notebook more, the benchmark's: ``python -m tests.bench.board_service``."""

from __future__ import annotations

import os
from typing import Any

from dashboards import service
from dashboards.environment import BOARDS, Environment

FOLDER = os.environ["BENCH_NOTEBOOKS"]
_as_released = service.configuration


def configuration(env: Environment) -> Any:
    """As released, but for the folder that the notebooks lie in."""
    found = _as_released(env)
    found.Voila.root_dir = FOLDER
    return found


if __name__ == "__main__":
    BOARDS["bench"] = "一块看板"
    service.configuration = configuration
    service.main()
