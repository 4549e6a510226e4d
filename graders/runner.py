"""Have a plan executed behind walls, question by question; this side runs no notebook code and believes little."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from graders.channel import Channel, Ended
from graders.errors import BrokenAssignment
from graders.restore import Plan, Step
from graders.rewriting import BUILTINS
from zygote.spec import MB, Limits, Tmpfs, WallSpec
from zygote.walls import Walled, start

log = logging.getLogger(__name__)
ROOM = "/room"
MAX_FILES, MAX_FILE_BYTES = 500, 500 * MB
_INSIDE = Path(__file__).resolve().parent / "inside"
_BOOT = "import sys; sys.path.append('/luojiao'); from graders.inside.executor import main; main()"
_KINDS = frozenset(
    {"", "input", "exit", "memory", "recursion", "not_answered", "wrong", "syntax", "missing_name", "raised"}
)


@dataclass(frozen=True)
class GradeLimits:
    """Bounds of one grading: of everything behind the walls, of one cell, of getting ready."""

    walls: Limits = field(
        default_factory=lambda: Limits(
            wall_seconds=120.0, cpu_seconds=120, address_bytes=4096 * MB, open_files=128
        )
    )
    cell_seconds: float = 30.0
    start_seconds: float = 30.0


@dataclass(frozen=True)
class Answer:
    """How one test cell ended: an error's family or "", and the digits of its value, "" for no number, None for none."""

    error: str
    value: str | None


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


def execute(plan: Plan, files: Mapping[str, bytes], limits: GradeLimits, seed: int) -> Report:
    """Run every step that can be reached. Raises WallsMissing, or BrokenAssignment for unusable files."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="luojiao-files-") as folder:
        binds = _lay_out(files, Path(folder))
        walled, channel = _start(binds, limits, seed)
        try:
            walled.wait_up()
            _converse(plan, channel, limits, seed, report)
            stopped = ""
        except Ended as ended:
            stopped = ended.reason
        except BaseException:
            walled.close()
            raise
        finally:
            channel.close()
        _conclude(walled, stopped, report)
    return report


def _converse(plan: Plan, channel: Channel, limits: GradeLimits, seed: int, report: Report) -> None:
    guards = sorted(BUILTINS)
    first = {"modules": plan.modules, "seed": seed, "builtins": guards}
    ready = channel.ask(first, limits.start_seconds)
    if "versions" not in ready:
        log.error("the executor could not start: %s", ready.get("broken"))
        return
    report.versions = {str(name): str(version) for name, version in ready["versions"].items()}
    report.ready = True
    for step in plan.steps:
        question = _question(step)
        if question is None:
            continue
        answer = channel.ask(question, limits.cell_seconds)
        error, value = answer.get("error"), answer.get("value")
        if not isinstance(error, str) or error not in _KINDS or not (value is None or isinstance(value, str)):
            raise Ended("protocol")
        if step.kind == "test" and step.cell is not None:
            report.tests[step.cell.grade_id] = Answer(error, value)
        elif step.kind == "learner" and error:
            report.troubles.setdefault(step.cell.grade_id if step.cell else "", error)


def _question(step: Step) -> dict[str, Any] | None:
    if step.kind == "learner":
        return {"do": "learner", "text": step.text}
    if step.prepared is None or not step.prepared.ok:
        return None
    return {
        "do": step.kind,
        "body": step.prepared.body,
        "last": step.prepared.last,
        "binds": step.prepared.binds,
    }


def _conclude(walled: Walled, stopped: str, report: Report) -> None:
    """Close the walls and name what ended the run, from what the init process saw rather than from what was said."""
    if stopped != "gone":
        walled.stop()
    outcome = walled.finish()
    report.cpu_seconds, report.max_rss_bytes = outcome.cpu_seconds, outcome.max_rss
    hits = set(outcome.limits_hit)
    if stopped == "gone":
        if "memory" in hits:
            stopped = "memory"
        elif hits & {"wall", "cpu"}:
            stopped = "time"
        else:
            stopped = "crashed" if outcome.signal else "exited"
    report.ended = stopped
    report.limits = tuple(sorted(hits | ({"wall"} if stopped == "time" else set())))


def _start(binds: tuple[tuple[str, str], ...], limits: GradeLimits, seed: int) -> tuple[Walled, Channel]:
    questions_out, questions_in = os.pipe()
    answers_out, answers_in = os.pipe()
    theirs = (questions_out, answers_in)
    spec = WallSpec(
        argv=(sys.executable, "-P", "-s", "-B", "-c", _BOOT, *map(str, theirs)),
        env=_environment(seed),
        read_only=((str(_INSIDE), "/luojiao/graders/inside"), *binds),
        tmpfs=(Tmpfs("/tmp"), Tmpfs("/dev/shm"), Tmpfs(ROOM, 128 * MB, 20_000)),  # noqa: S108 - inside the walls
        cwd=ROOM,
        limits=replace(limits.walls),
        pass_fds=theirs,
    )
    channel = Channel(questions_in, answers_out)
    try:
        return start(spec), channel
    except BaseException:
        channel.close()
        raise
    finally:
        for fd in theirs:
            os.close(fd)


def _environment(seed: int) -> dict[str, str]:
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": ROOM,
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "PIP_NO_INDEX": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108 - inside the walls
        "IPYTHONDIR": "/tmp/ipython",  # noqa: S108 - inside the walls
        "PYTHONHASHSEED": str(seed % 2**32),
        **threads,
    }


def _lay_out(files: Mapping[str, bytes], folder: Path) -> tuple[tuple[str, str], ...]:
    """Write the assignment's files where only we can, and say where they are to be seen, read-only."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_FILE_BYTES:
        raise BrokenAssignment("source.files", "too many or too large")
    for name in files:
        path = PurePosixPath(name)
        parents = {str(parent) for parent in path.parents}
        if path.is_absolute() or not path.parts or ".." in path.parts or str(path) != name or "\x00" in name:
            raise BrokenAssignment("source.files", f"not a plain relative name: {name!r}")
        if parents & set(files):
            raise BrokenAssignment("source.files", f"both a file and a folder: {name!r}")
    binds = []
    for number, (name, data) in enumerate(sorted(files.items())):
        place = folder / str(number)
        place.write_bytes(data)
        place.chmod(0o444)
        binds.append((str(place), f"{ROOM}/{name}"))
    return tuple(binds)
