"""Have a plan run in two walled processes and read the record; this side runs no notebook code and unpickles nothing."""

from __future__ import annotations

import secrets
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders import warm
from graders.data_files import check_files
from graders.errors import BrokenAssignment
from graders.inside.kinds import FAMILIES
from graders.inside.wire.frames import Closed, Line, Malformed, TooLarge
from graders.restore import Plan, Step
from graders.steps import runs, steps_of
from zygote.errors import TemplateBroken, WallsMissing
from zygote.spec import MB, Limits, Outcome
from zygote.template import Forked

_ENDS = {"gone": 0, "tests": 1}  # whose end stopped the run: which fork that is
_DYING_SECONDS = 0.3  # a process that closed its line may be dying, or only have closed it


@dataclass(frozen=True)
class GradeLimits:
    """Bounds of one grading: of everything behind each wall, of one cell, of getting ready."""

    walls: Limits = field(
        default_factory=lambda: Limits(
            wall_seconds=120.0, cpu_seconds=120, address_bytes=4096 * MB, open_files=128
        )
    )
    cell_seconds: float = 30.0
    start_seconds: float = 30.0


@dataclass(frozen=True)
class Answer:
    """How one test cell ended: an error's family or "", and the digits of its value, None for no value, "" or "*" for one that is none.

    `touched`: what the learner's objects were asked; `doubts`: what the learner's code did to things of the test (see inside/tests/doubts.py).
    """

    error: str
    value: str | None
    touched: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass
class Report:
    """Everything a run yields. `ended` is "" or why it stopped early: time, memory, exited, crashed, protocol."""

    tests: dict[str, Answer] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    ended: str = ""
    ready: bool = False
    versions: dict[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    cpu_seconds: float = 0.0
    max_rss_bytes: int = 0


@dataclass(frozen=True)
class Seeds:
    """What random numbers begin with: the learner's side is the same for everybody, the tests' side nobody can foresee."""

    learner: int
    tests: int


class _Stopped(Exception):  # noqa: N818 - it is an end
    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def execute(
    plan: Plan,
    files: Mapping[str, bytes],
    brought: Mapping[str, bytes],
    limits: GradeLimits,
    seeds: Seeds,
    granted: Mapping[str, tuple[str, ...]] | None,
    admitted: Mapping[str, frozenset[str] | None] | None = None,
) -> Report:
    """Run every step that can be reached. Raises WallsMissing, TemplateBroken, or BrokenAssignment for unusable files.

    `granted` says by grade_id what a learner's objects may be asked for in a test; None grants everything. `admitted` says
    so of what the learner's code may do to things of the test; None, for all or for one test, keeps nothing from it.
    """
    check_files(files)
    report = Report()
    libraries = plan.libraries
    ours, theirs = socket.socketpair()
    asks, answers = socket.socketpair()
    forks: list[Forked] = []
    stopped = ""
    by_itself = False
    try:
        with theirs, asks, answers:
            forks.append(warm.fork("learner", libraries, [answers.fileno()], limits.walls))
            forks.append(warm.fork("tests", libraries, [theirs.fileno(), asks.fileno()], limits.walls))
        line = Line(ours)
        job = _job(plan, files, brought, seeds, granted, admitted or {})
        _converse(line, job, files, brought, plan, limits, report)
    except _Stopped as stop:
        stopped = stop.why
        if stopped in _ENDS:
            by_itself = forks[_ENDS[stopped]].ends_within(_DYING_SECONDS)
    finally:
        ours.close()
        outcomes = _end(forks)
    _conclude(outcomes, stopped, by_itself, report)
    return report


def _job(
    plan: Plan,
    files: Mapping[str, bytes],
    brought: Mapping[str, bytes],
    seeds: Seeds,
    granted: Mapping[str, tuple[str, ...]] | None,
    admitted: Mapping[str, frozenset[str] | None],
) -> dict[str, Any]:
    texts = [step.prepared.body + step.prepared.last for step in plan.steps if step.prepared]
    return {
        "nonce": secrets.token_hex(16),
        "theirs": sorted(plan.naming.theirs),
        "read": sorted(plan.naming.read),
        "written": sorted(plan.naming.written),
        "rebound": sorted(plan.naming.rebound),
        "aliases": plan.naming.aliases,
        "texts": plan.texts,
        "ran": [step.text for step in plan.steps if step.kind == "learner"],
        "modules": list(plan.modules),
        "files": list(files),
        "brought": list(brought),
        "kept": list(files),
        "random": any("random" in text or "seed" in text for text in texts),
        "learner_seed": seeds.learner,
        "test_seed": seeds.tests,
        "steps": steps_of(plan, granted, admitted),
    }


def _converse(
    line: Line,
    job: dict[str, Any],
    files: Mapping[str, bytes],
    brought: Mapping[str, bytes],
    plan: Plan,
    limits: GradeLimits,
    report: Report,
) -> None:
    deadline = time.monotonic() + limits.start_seconds
    line.set_patience(limits.start_seconds)
    try:
        line.send(job, [*files.values(), *brought.values()])
    except TooLarge as error:
        raise BrokenAssignment("source.files", "too large together") from error
    except (Closed, TimeoutError):
        pass  # the reading below says why
    ready = _record(line, job["nonce"], deadline, "ready")
    report.versions = {str(name): str(version) for name, version in ready[0].items()}
    report.ready = True
    for number, step in enumerate(step for step in plan.steps if runs(step)):
        done = _record(line, job["nonce"], time.monotonic() + limits.cell_seconds, "done")
        _note(step, number, done, report)
    _record(line, job["nonce"], time.monotonic() + limits.cell_seconds, "over")


def _record(line: Line, nonce: str, deadline: float, word: str) -> list[Any]:
    """The next record of the tests' process, which must be the one that is due."""
    try:
        line.set_patience(max(0.01, deadline - time.monotonic()))
        found, _ = line.receive()
    except TimeoutError:
        raise _Stopped("time") from None
    except Closed:
        raise _Stopped("tests") from None
    except Malformed:
        raise _Stopped("protocol") from None
    if not isinstance(found, list) or len(found) < 2 or found[0] != nonce:
        raise _Stopped("protocol")
    if found[1] == "lost":
        raise _Stopped("gone" if found[2:] == ["gone"] else "protocol")
    if found[1] != word:
        raise _Stopped("protocol")
    return found[2:]


def _note(step: Step, number: int, done: list[Any], report: Report) -> None:
    if len(done) != 5 or done[0] != number:
        raise _Stopped("protocol")
    error, value, touched, doubts = done[1:]
    if error not in FAMILIES or not isinstance(value, str | None):
        raise _Stopped("protocol")
    if not isinstance(touched, list) or not isinstance(doubts, list):
        raise _Stopped("protocol")
    if step.kind == "test" and step.cell is not None:
        answer = Answer(error, value, tuple(map(str, touched)), tuple(map(str, doubts)))
        report.tests[step.cell.grade_id] = answer
    elif step.kind == "learner" and error:
        report.troubles.setdefault(step.cell.grade_id if step.cell else "", error)


def _end(forks: list[Forked]) -> list[Outcome]:
    """Kill and collect all of them, whatever one of them has to report."""
    for fork in forks:
        fork.kill()
    outcomes: list[Outcome] = []
    trouble: Exception | None = None
    for fork in forks:
        try:
            outcomes.append(fork.finish())
        except (WallsMissing, TemplateBroken) as error:
            trouble = error
    if trouble is not None:
        raise trouble
    return outcomes


def _conclude(outcomes: list[Outcome], stopped: str, by_itself: bool, report: Report) -> None:
    """Name what ended the run, from what the walls saw rather than from what was said.

    Nobody inside can send SIGKILL to the first process of its namespace: one that died of it without running into a
    bound was killed by the machine. That is nobody's zero; TemplateBroken has it graded again.
    """
    report.cpu_seconds = sum(one.cpu_seconds for one in outcomes)
    report.max_rss_bytes = max(one.max_rss for one in outcomes)
    hits = {hit for one in outcomes for hit in one.limits_hit}
    if stopped in _ENDS:
        died = outcomes[_ENDS[stopped]]
        if by_itself and died.signal == signal.SIGKILL and not hits:
            raise TemplateBroken(f"the {'learner' if stopped == 'gone' else 'tests'}' process was killed")
        if hits & {"wall", "cpu"}:
            stopped = "time"
        elif "memory" in hits:
            stopped = "memory"
        else:
            stopped = "crashed" if died.signal or stopped == "tests" else "exited"
    report.ended = stopped
    report.limits = tuple(sorted(hits | ({"wall"} if stopped == "time" else set())))
