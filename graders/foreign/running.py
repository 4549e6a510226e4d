"""Have a plan executed by a Jupyter kernel of another language, whole and in one walled process tree.

Learner's cells and tests share the kernel, so a verdict made here says what practice says: it is no evidence.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from graders.channel import Channel, Ended
from graders.data_files import check_files
from graders.errors import BrokenAssignment
from graders.foreign.driver import ENDED, OVERTIME
from graders.foreign.kernels import Kernel, find_kernel
from graders.restore import Plan, Step
from graders.rewriting import Prepared
from graders.runner import Answer, GradeLimits, Report
from zygote.spec import MB, Outcome, Tmpfs, WallSpec
from zygote.walls import Walled, start

ROOM = "/room"
MAX_FILE_BYTES = 500 * MB
_DRIVER = Path(__file__).resolve().parent / "driver.py"
_INSIDE = "/luojiao/driver.py"
_ERRORS = frozenset({"", "raised", "input"})


def as_written(plan: Plan) -> Plan:
    """The same steps with the teacher's cells as they stand: nothing in them is Python, so nothing is rewritten."""
    return replace(plan, steps=tuple(_as_written(step) for step in plan.steps))


def run_foreign(
    plan: Plan, kernel: str, files: Mapping[str, bytes], brought: Mapping[str, bytes], limits: GradeLimits
) -> Report:
    """Run every step that can be reached in the kernel of that name; `plan` is one of `as_written`.

    Raises WallsMissing, or BrokenAssignment: source.kernel when the kernel is not here or does not start.
    """
    found = find_kernel(kernel)
    report = Report(versions={"kernel": kernel})
    with tempfile.TemporaryDirectory(prefix="luojiao-kernel-") as folder:
        laid = {**_beside(brought, files), **files}
        walled, channel = _start(found, _lay_out(laid, Path(folder)), limits)
        try:
            walled.wait_up()
            _converse(plan, found, channel, limits, report)
            stopped = ""
        except Ended as ended:
            stopped = ended.reason
        except BaseException:
            walled.close()
            raise
        finally:
            channel.close()
        if stopped != "gone":
            walled.stop()
        outcome = walled.finish()
    if stopped == "gone" and not report.ready and not outcome.limits_hit:
        raise BrokenAssignment("source.kernel", f"{kernel!r} ended while it was starting")
    _conclude(outcome, stopped, report)
    return report


def _as_written(step: Step) -> Step:
    if step.kind == "learner" or step.cell is None:
        return step
    return replace(step, text=step.cell.text, prepared=Prepared(True, step.cell.text))


def _converse(plan: Plan, kernel: Kernel, channel: Channel, limits: GradeLimits, report: Report) -> None:
    ready = channel.ask({"argv": kernel.argv, "env": dict(kernel.env)}, limits.start_seconds)
    if "missing" in ready:
        raise BrokenAssignment("source.kernel", f"the program of {kernel.name!r} cannot be run")
    versions = ready.get("versions")
    if not isinstance(versions, dict):
        raise Ended("protocol")
    report.versions |= {str(name): str(version) for name, version in versions.items()}
    report.ready = True
    for step in plan.steps:
        answer = channel.ask({"text": step.text}, limits.cell_seconds)
        error, value = answer.get("error"), answer.get("value")
        if error not in _ERRORS or not (value is None or isinstance(value, str)):
            raise Ended("protocol")
        if step.kind == "learner" and error:
            report.troubles.setdefault(step.cell.grade_id if step.cell else "", error)
        elif step.kind == "test" and step.cell is not None:
            troubled = any(name in report.troubles for name in (*step.answers, ""))
            told = "wrong" if error == "raised" and not troubled else error
            report.tests[step.cell.grade_id] = Answer(told, value)


def _conclude(outcome: Outcome, stopped: str, report: Report) -> None:
    """Name what ended the run, from what the init process and the driver's exit say."""
    report.cpu_seconds, report.max_rss_bytes = outcome.cpu_seconds, outcome.max_rss
    hits = set(outcome.limits_hit)
    if stopped == "gone":
        if hits & {"wall", "cpu"} or outcome.exit_code == OVERTIME:
            stopped = "time"
        elif "memory" in hits:
            stopped = "memory"
        else:
            stopped = "exited" if outcome.exit_code == ENDED else "crashed"
    report.ended = stopped
    report.limits = tuple(sorted(hits | ({"wall"} if stopped == "time" else set())))


def _start(kernel: Kernel, binds: tuple[tuple[str, str], ...], limits: GradeLimits) -> tuple[Walled, Channel]:
    questions_out, questions_in = os.pipe()
    answers_out, answers_in = os.pipe()
    theirs = (questions_out, answers_in)
    spec = WallSpec(
        argv=(sys.executable, "-P", "-s", "-B", _INSIDE, *map(str, theirs)),
        env=_environment(),
        read_only=((str(_DRIVER), _INSIDE), (kernel.folder, kernel.folder), *binds),
        tmpfs=(Tmpfs("/tmp"), Tmpfs("/dev/shm"), Tmpfs(ROOM, 128 * MB, 20_000)),  # noqa: S108 - inside the walls
        cwd=ROOM,
        # Other languages' virtual machines reserve far more than they use; the group's bound on memory stays.
        limits=replace(limits.walls, address_bytes=None),
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


def _environment() -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp/home",  # noqa: S108 - inside the walls, and never the room: start-up files there are the learner's
        "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108 - inside the walls
        "IPYTHONDIR": "/tmp/ipython",  # noqa: S108 - inside the walls
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "TERM": "dumb",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _beside(brought: Mapping[str, bytes], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The learner's files that stand in the way of none of the assignment's."""
    taken = {str(parent) for name in files for parent in (PurePosixPath(name), *PurePosixPath(name).parents)}
    return {
        name: data
        for name, data in brought.items()
        if name not in taken and not any(str(parent) in files for parent in PurePosixPath(name).parents)
    }


def _lay_out(laid: Mapping[str, bytes], folder: Path) -> tuple[tuple[str, str], ...]:
    """Write all files where only we can, and say where they are to be seen, read-only."""
    check_files(laid, MAX_FILE_BYTES)
    binds = []
    for number, (name, data) in enumerate(sorted(laid.items())):
        place = folder / str(number)
        place.write_bytes(data)
        place.chmod(0o444)
        binds.append((str(place), f"{ROOM}/{name}"))
    return tuple(binds)
