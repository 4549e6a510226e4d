"""Each file in `hostile/` and `hostile_wire/` is a learner's attempt; what it may be paid stands in it."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import attempts
import papers
import pytest

from graders import warm
from graders.feedback import build_feedback
from graders.reasons import MESSAGES
from graders.verdict import Verdict

CASES = attempts.names()


def traces() -> tuple[int, int, int]:
    """What a grading could leave in this process: mounts, descriptors, cgroups."""
    mounts = len(Path("/proc/self/mountinfo").read_text().splitlines())
    groups = len(list(Path("/sys/fs/cgroup").glob(f"**/luojiao-{os.getpid()}-*")))
    return mounts, len(list(Path("/proc/self/fd").iterdir())), groups


@pytest.fixture(scope="module", autouse=True)
def _temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No attempt leaves a file where temporary files go."""
    place, before = tmp_path_factory.mktemp("temporary"), tempfile.tempdir
    tempfile.tempdir = str(place)
    yield
    tempfile.tempdir = before
    assert not list(place.iterdir())


@pytest.mark.parametrize("name", CASES)
def test_an_attempt_is_paid_what_it_may_be_and_told_why(name: str, graded: Callable[..., Verdict]) -> None:
    attempt = attempts.attempt_of(name)
    begun = time.monotonic()
    verdict = graded(attempt.data, attempt.source, limits=attempt.limits, files=attempt.files)
    seconds = time.monotonic() - begun
    told = [(t.grade_id, t.status, t.points, t.reason) for t in verdict.tests]
    assert verdict.state == "graded", verdict.reason
    if attempt.exactly is not None:
        assert verdict.points == attempt.exactly, told
    else:
        assert verdict.points <= attempt.most, told
    reasons = {test.grade_id: test.reason for test in verdict.tests}
    assert {key: reasons[key] for key in attempt.reasons} == attempt.reasons
    assert all(test.reason in MESSAGES for test in verdict.tests if test.status != "passed")
    assert not attempt.ends or verdict.message == MESSAGES[attempt.ends], verdict.message
    assert seconds < 30
    shown = json.dumps(asdict(build_feedback(verdict)), ensure_ascii=False) + verdict.to_json()
    for word in (papers.CANARY, "Traceback", "Error"):
        assert word not in shown
    if CASES.index(name) % 5 == 0:
        assert graded(papers.good_cells()).points == 10  # the next one is none the worse


def test_the_leftovers_of_fifty_do_not_add_up(graded: Callable[..., Verdict]) -> None:
    """Children, threads, files and full folders of one grading are gone before the next."""
    mess = (
        "import os, threading, time\nfor n in range(10):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(61.5)\n"
        "for n in range(500):\n    open(f'/tmp/{n}', 'w').write('x' * 1000)\n"
        "threading.Thread(target=time.sleep, args=(61.5,)).start()\n"
    )
    cells = papers.good_cells(add=papers.GOOD["add"] + mess)
    graded(cells)
    before, times = traces(), []
    for _ in range(50):
        begun = time.monotonic()
        assert graded(cells).points == 10
        times.append(time.monotonic() - begun)
    assert traces() == before
    assert sum(times[-10:]) < 4 * sum(times[:10]) + 1


def test_nothing_of_the_attempts_is_still_running() -> None:
    """Whatever ran behind walls hangs on a template of ours, or on init if that died before its own children."""
    warm.close()
    left = [line for line in _commands() if b"graders.inside" in line or b"sleep\x0061.5" in line]
    assert not left


def _commands() -> list[bytes]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            found += [(entry / "cmdline").read_bytes()] if entry.name.isdigit() else []
        except OSError:
            continue
    return found
