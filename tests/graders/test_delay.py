"""One learner's attempt delays nobody: an honest notebook beside it is graded in hardly more time than beside honest ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import attempts
import papers
import pytest

from graders.verdict import Verdict

ROUNDS = 12
MOST = 4.0  # times as long as beside honest work: the machine's cores are shared, nothing else is
BESIDE = (
    "hostile/loops_for_ever.py",
    "hostile/floods_its_output.py",
    "hostile/takes_six_gigabytes.py",
    "hostile/forks_six_hundred.py",
    "hostile/writes_half_a_gigabyte.py",
    "hostile/starts_a_thousand_threads.py",
    "hostile/regex_for_ever.py",
    "hostile/spins_in_every_process.py",
)


def times(graded: Callable[..., Verdict]) -> float:
    """The median seconds of an honest grading."""
    found = []
    for _ in range(ROUNDS):
        begun = time.monotonic()
        assert graded(papers.good_cells()).points == 10
        found.append(time.monotonic() - begun)
    return sorted(found)[len(found) // 2]


def beside(graded: Callable[..., Verdict], data: bytes, source: bytes, **how: object) -> float:
    """The median seconds while another is being graded again and again."""
    over = threading.Event()

    def keep() -> None:
        while not over.is_set():
            graded(data, source, **how)

    other = threading.Thread(target=keep)
    other.start()
    try:
        return times(graded)
    finally:
        over.set()
        other.join()


@pytest.fixture(scope="module")
def usual(graded: Callable[..., Verdict]) -> float:
    """Beside an honest notebook."""
    times(graded)
    return beside(graded, papers.notebook(papers.good_cells()), papers.source())


@pytest.mark.parametrize("name", BESIDE)
def test_an_attempt_delays_an_honest_notebook_no_more_than_honest_work_does(
    name: str, usual: float, graded: Callable[..., Verdict]
) -> None:
    attempt = attempts.attempt_of(name)
    limits = replace(attempt.limits, cell_seconds=2.0)
    seconds = beside(graded, attempt.data, attempt.source, files=attempt.files, limits=limits)
    assert seconds < MOST * usual + 0.25, (seconds, usual)
