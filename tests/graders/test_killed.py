"""What ends a grading from outside is nobody's zero; what ends it from inside is the learner's own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import papers
import psutil
import pytest

from graders.grade import grade
from graders.verdict import Verdict
from tests.forks import members

SLOW = papers.GOOD["add"] + "import time\ntime.sleep(2)\n"
ROLES = {"the learner's process": "learner", "the tests' process": "tests"}


def end(role: str, *, template: bool = False) -> None:
    """Kill -9."""
    for process in members(psutil.Process(), role, template=template):
        process.kill()


def meanwhile(deed: Callable[[], None], submission: bytes) -> Verdict:
    """Grade, and do the deed when the learner's cell runs."""
    found: list[Verdict] = []
    grading = threading.Thread(target=lambda: found.append(grade(papers.source(), submission)))
    grading.start()
    deadline = time.monotonic() + 20
    while not all(members(psutil.Process(), role) for role in ROLES.values()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.5)
    deed()
    grading.join(30)
    return found[0]


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_a_process_that_the_machine_killed_costs_nobody_a_point(
    graded: Callable[..., Verdict], role: str
) -> None:
    graded(papers.good_cells())  # the templates are warm
    verdict = meanwhile(lambda: end(role), papers.notebook(papers.good_cells(add=SLOW)))
    assert (verdict.state, verdict.reason, verdict.points) == ("failed", "grader.failed", 0)
    assert graded(papers.good_cells()).points == 10


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_a_template_that_the_machine_killed_costs_nobody_a_point(
    graded: Callable[..., Verdict], role: str
) -> None:
    graded(papers.good_cells())
    verdict = meanwhile(lambda: end(role, template=True), papers.notebook(papers.good_cells(add=SLOW)))
    assert (verdict.state, verdict.reason, verdict.points) == ("failed", "grader.failed", 0)
    assert graded(papers.good_cells()).points == 10


@pytest.mark.parametrize(
    "deed",
    [
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nos._exit(9)\n",
        "import os\nos.closerange(3, 100)\nimport time\ntime.sleep(1)\n",
        "import os\ntry:\n    os.kill(-1, 9)\nexcept OSError:\n    os.abort()\n",
        "import ctypes\nctypes.string_at(0)\n",
    ],
    ids=["kills itself", "closes its line", "kills everybody", "crashes"],
)
def test_a_learner_who_ends_the_own_process_is_graded_with_what_was_reached(
    graded: Callable[..., Verdict], deed: str
) -> None:
    verdict = graded(papers.good_cells(mean=papers.GOOD["mean"] + deed))
    assert verdict.state == "graded"
    assert verdict.points == 5
    assert {test.reason for test in verdict.tests if test.status == "not_run"} <= {
        "run.exited",
        "run.crashed",
    }
