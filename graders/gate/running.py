"""Have many submissions of one assignment graded, a few at a time, with limits that a hanging mutant soon meets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

from graders.grade import SEED, grade
from graders.runner import GradeLimits
from graders.verdict import Verdict

AT_ONCE = 2
_LEAST_SECONDS = 2.0  # of one cell; a mutant that loops for ever costs this
_TIMES = 8  # as long as the reference took altogether


class Broken(Exception):  # noqa: N818 - says what came about
    """The grader reached no verdict; `message` is fit to be shown."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class Grading:
    """One assignment: its source and files, and how many gradings were made."""

    def __init__(self, source: bytes, files: Mapping[str, bytes]) -> None:
        self.source = source
        self._files = files
        self.made = 0
        self._limits = GradeLimits()

    def one(self, submission: bytes, seed: int = SEED) -> Verdict:
        """The verdict on a submission; raises Broken when there is none."""
        self.made += 1
        verdict = grade(self.source, submission, self._files, limits=self._limits, seed=seed)
        if verdict.state != "graded":
            raise Broken(verdict.message)
        return verdict

    def shorten(self, seconds: float) -> None:
        """From now on give each cell a few times what the whole reference took."""
        cell = max(_LEAST_SECONDS, _TIMES * seconds)
        walls = replace(self._limits.walls, wall_seconds=3 * cell + 5, cpu_seconds=int(3 * cell) + 5)
        self._limits = GradeLimits(walls, cell, self._limits.start_seconds)

    def many(self, submissions: Iterable[bytes], done: Callable[[], None]) -> list[Verdict]:
        """Verdicts in the same order; `done` is called after each."""

        def judged(submission: bytes) -> Verdict:
            verdict = self.one(submission)
            done()
            return verdict

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="gate") as pool:
            return list(pool.map(judged, submissions))


def paid(verdict: Verdict) -> dict[str, Decimal]:
    """Points by test."""
    return {test.grade_id: test.points for test in verdict.tests}


def noticed(right: Verdict, wrong: Verdict) -> set[str]:
    """The tests that took points away; of those after the end of the run only the one in which it ended."""
    before, lost = paid(right), set()
    ended = False
    for test in wrong.tests:
        if test.points < before[test.grade_id] and not ended:
            lost.add(test.grade_id)
        ended = ended or test.status == "not_run"
    return lost


def hung(verdict: Verdict) -> bool:
    """Whether time ended the run."""
    return any(test.reason == "run.time" for test in verdict.tests)
