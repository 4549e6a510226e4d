"""Programs behind walls: what they get, what they may use, how they end, and what is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zygote import walls
from zygote.errors import MESSAGES, WallsMissing
from zygote.spec import MB, Limits, Outcome, WallSpec
from zygote.walls import run, start

REPOSITORY = Path(walls.__file__).resolve().parent.parent
PATH = {"PATH": "/usr/bin:/bin"}


def python(code: str, *arguments: str, stdin: bytes = b"", **spec: object) -> Outcome:
    """Run a bit of Python behind the walls."""
    limits = spec.pop("limits", Limits(wall_seconds=20.0))
    argv = (sys.executable, "-I", "-S", "-B", "-c", code, *arguments)
    return run(WallSpec(argv=argv, env=PATH, limits=limits, **spec), stdin)  # type: ignore[arg-type]


def alive(marker: str) -> list[str]:
    """Processes of this machine whose command line holds the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and marker.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def gone(marker: str, seconds: float = 5.0) -> bool:
    """Whether they all end soon."""
    deadline = time.monotonic() + seconds
    while alive(marker):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_program_gets_its_input_and_gives_its_output_and_exit_code() -> None:
    outcome = python("import sys; print(sys.stdin.read()[::-1]); sys.exit(7)", stdin=b"abc")
    assert (outcome.stdout, outcome.exit_code, outcome.signal, outcome.limits_hit) == (b"cba\n", 7, 0, ())
    assert outcome.max_rss > 0
    assert outcome.cgroup in ("", "v1", "v2")


def test_a_crash_is_told_by_its_signal() -> None:
    assert python("import os; os.kill(os.getpid(), 11)").signal == signal.SIGSEGV


def test_results_come_back_through_a_passed_descriptor() -> None:
    reader, writer = os.pipe()
    try:
        python("import os, sys; os.write(int(sys.argv[1]), b'done')", str(writer), pass_fds=(writer,))
        os.close(writer)
        assert os.read(reader, 100) == b"done"
    finally:
        os.close(reader)


def test_an_endless_program_and_its_daemons_are_ended_together() -> None:
    code = "import os, time\nfor _ in range(3):\n if os.fork() == 0: os.setsid()\nwhile True: time.sleep(1)  # wall-a1"
    outcome = python(code, limits=Limits(wall_seconds=1.0))
    assert outcome.timed_out
    assert "wall" in outcome.limits_hit
    assert outcome.wall_seconds < 4
    assert gone("wall-a1")


def test_daemons_do_not_outlive_a_program_that_ended() -> None:
    assert python("import os, time\nif os.fork() == 0: time.sleep(60)  # wall-b2").exit_code == 0
    assert gone("wall-b2")


def test_killing_the_outer_process_kills_everything() -> None:
    walled = start(WallSpec(argv=(sys.executable, "-c", "import time; time.sleep(60)  # wall-c3"), env=PATH))
    walled.wait_up()
    assert alive("wall-c3")
    walled.process.kill()
    walled.finish()
    assert gone("wall-c3")


def test_stopping_still_tells_what_was_used() -> None:
    walled = start(WallSpec(argv=(sys.executable, "-c", "while True: pass"), env=PATH))
    walled.wait_up()
    time.sleep(0.5)
    walled.stop()
    outcome = walled.finish()
    assert outcome.signal == signal.SIGKILL
    assert outcome.cpu_seconds > 0.05


def test_the_death_of_the_caller_kills_everything() -> None:
    code = (
        "import sys, time\nfrom zygote.walls import start\nfrom zygote.spec import WallSpec\n"
        "start(WallSpec(argv=(sys.executable, '-c', 'import time; time.sleep(60)  # wall-' + 'd4'))).wait_up()\n"
        "print('up', flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=REPOSITORY) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == b"up\n"
        assert alive("wall-d4")
        caller.kill()
    assert gone("wall-d4")


def test_a_flood_of_output_is_drained_and_cut() -> None:
    code = "import sys\nfor _ in range(300): sys.stdout.write('x' * 100_000)\nprint('end', file=sys.stderr)"
    outcome = python(code, limits=Limits(output_bytes=1000))
    assert len(outcome.stdout) == 1000
    assert outcome.stderr == b"end\n"
    assert outcome.limits_hit == ("output",)


def test_memory_is_bounded_for_one_process_and_for_many_together() -> None:
    one = python("x = bytearray(800_000_000)", limits=Limits(address_bytes=500 * MB))
    assert b"MemoryError" in one.stderr
    code = "import os, time\nfor _ in range(3): os.fork()\nx = b'y' * 60_000_000\ntime.sleep(2)"
    many = python(code, limits=Limits(memory_bytes=200 * MB, wall_seconds=20.0))
    assert "memory" in many.limits_hit


def test_a_long_computation_is_told_as_cpu() -> None:
    assert "cpu" in python("while True: pass", limits=Limits(cpu_seconds=1, wall_seconds=20.0)).limits_hit


def test_a_hundred_orphans_are_collected_while_the_program_runs() -> None:
    code = (
        "import os\nfor _ in range(100):\n child = os.fork()\n if child == 0:\n"
        "  os.fork()\n  os._exit(0)\n os.waitpid(child, 0)\nprint('done')"
    )
    assert python(code, limits=Limits(processes=32)).stdout == b"done\n"


def test_the_program_is_never_root_and_cannot_touch_its_init_process() -> None:
    code = (
        "import os, signal\nprint([line.split()[1] for line in open('/proc/self/uid_map')])\n"
        "for name in ('fd/3', 'mem', 'environ'):\n"
        " try: open('/proc/1/' + name, 'rb').read(1); print('read', name)\n except OSError: pass\n"
        "for number in (9, 15, 2, 19):\n"
        " try: os.kill(1, number)\n except OSError: pass\nprint('still here')"
    )
    told = python(code).stdout.decode()
    assert "'0'" not in told
    assert "read" not in told
    assert "still here" in told


def test_only_what_was_bound_is_there_and_only_where_said_writable(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o777)
    (tmp_path / "in/有 空格.txt").write_text("数据", encoding="utf-8")
    code = (
        "import os\nprint(open('/data/有 空格.txt', encoding='utf-8').read() == '数据', os.listdir('/out'))\n"
        "open('/out/x', 'w').write('1')\ntry: open('/data/x', 'w')\nexcept OSError as error: print(error.errno)"
    )
    outcome = python(
        code, read_only=((str(tmp_path / "in"), "/data"),), read_write=((str(tmp_path / "out"), "/out"),)
    )
    assert outcome.stdout == b"True []\n30\n"
    assert (tmp_path / "out/x").read_text() == "1"


def test_nothing_is_left_behind() -> None:
    def traces() -> tuple[int, int, list[str]]:
        groups = [str(place) for place in Path("/sys/fs/cgroup").glob(f"**/luojiao-{os.getpid()}-*")]
        return (
            len(Path("/proc/self/mountinfo").read_text().splitlines()),
            len(list(Path("/proc/self/fd").iterdir())),
            groups,
        )

    python("print(1)")
    before = traces()
    for _ in range(3):
        python("print(1)")
    assert traces() == before


def test_a_missing_program_is_named_so() -> None:
    with pytest.raises(WallsMissing) as caught:
        run(WallSpec(argv=("/no/such/program",)))
    assert caught.value.code == "walls.no_program"


def test_a_machine_without_the_tool_or_without_namespaces_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WallsMissing) as caught:
        run(WallSpec(argv=(sys.executable,)))
    assert caught.value.code == "walls.no_unshare"
    fake = tmp_path / "unshare"
    fake.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(WallsMissing) as caught:
        run(WallSpec(argv=(sys.executable,)))
    assert caught.value.code == ("walls.no_namespaces" if os.geteuid() == 0 else "walls.no_user_namespace")
    assert caught.value.message in MESSAGES.values()


def test_nonsense_is_refused_before_anything_is_started() -> None:
    for bad in ({"argv": ()}, {"argv": ("/bin/true",), "uid": 0}, {"argv": ("/bin/true",), "cwd": "../x"}):
        with pytest.raises(ValueError, match=r"walled program|inside path"):
            WallSpec(**bad)  # type: ignore[arg-type]


def test_terminals_are_its_own() -> None:
    code = (
        "import os, pty\nmaster, slave = pty.openpty()\nprint(os.ttyname(slave), sorted(os.listdir('/dev/pts')))\n"
        "try: open('/dev/tty')\nexcept OSError: print('none to control')"
    )
    assert python(code).stdout == b"/dev/pts/0 ['0', 'ptmx']\nnone to control\n"
