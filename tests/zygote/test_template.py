"""Forks of a warm template: clean of each other, bounded, and gone when they end, when the template or the caller does."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zygote import cgroups
from zygote import template as template_module
from zygote.errors import TemplateBroken
from zygote.selftest import cgroup_kind
from zygote.spec import MB, Limits, Outcome, TemplateSpec, Tmpfs
from zygote.stock import Stock
from zygote.template import Forked, Template
from zygote.warm import Warm

REPOSITORY = Path(template_module.__file__).resolve().parent.parent
TASK = REPOSITORY / "tests/zygote/warm_task.py"
SHORT = Limits(wall_seconds=20.0)


def spec(**changes: object) -> TemplateSpec:
    """A template that runs whatever Python it is told."""
    start: dict[str, object] = {"name": "test", "module": "warm_task", "path": ("/code",)}
    start["read_only"] = ((str(TASK), "/code/warm_task.py"),)
    return TemplateSpec(**(start | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def warm() -> Iterator[Template]:
    """One template for all tests that leave it alive."""
    made = Template.start(spec())
    yield made
    made.close()


def begin(template: Template | Warm, code: str, limits: Limits = SHORT) -> tuple[Forked, int]:
    """A fork that runs the code, and the end from which its answers are read."""
    out, into = os.pipe()
    try:
        if isinstance(template, Warm):
            return template.fork(spec(), code.encode(), (into,), limits), out
        return template.fork(code.encode(), (into,), limits), out
    finally:
        os.close(into)


def ask(template: Template | Warm, code: str, limits: Limits = SHORT) -> tuple[list[object], Outcome]:
    """What the fork said, and how it ended."""
    forked, out = begin(template, code, limits)
    with os.fdopen(out, "rb") as told:
        lines = told.read().splitlines()
    return [json.loads(line) for line in lines], forked.finish()


def processes_below(pid: int) -> set[int]:
    """All descendants, as this machine sees them."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            parents.setdefault(int(words[1]), []).append(int(entry.name))
    found, todo = set(), [pid]
    while todo:
        for child in parents.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    return found


def until(what: object, seconds: float = 10.0) -> bool:
    """Whether it becomes true soon."""
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_fork_runs_its_task_and_tells_how_it_ended(warm: Template) -> None:
    said, outcome = ask(warm, "say([1, '中文'])")
    assert said == [[1, "中文"]]
    assert (outcome.exit_code, outcome.signal, outcome.limits_hit, outcome.timed_out) == (0, 0, (), False)
    assert 0 < outcome.cpu_seconds < 5
    assert outcome.max_rss > MB
    assert ask(warm, "raise SystemExit(7)")[1].exit_code == 7
    assert ask(warm, "raise ValueError")[1].exit_code == 1


def test_a_crash_is_told_by_its_signal(warm: Template) -> None:
    assert ask(warm, "import ctypes; ctypes.string_at(1)")[1].signal == signal.SIGSEGV


def test_forks_are_clean_of_each_other(warm: Template) -> None:
    mark = (
        "import os, sys, builtins, signal\nfor p in ('/tmp/a', '/room/a', '/dev/shm/a'): open(p, 'w').write('secret')\n"
        "os.environ['LEFT'] = '1'; sys.modules['left'] = sys; builtins.left = 1; os.umask(0)\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    )
    look = (
        "import os, sys, builtins, signal\n"
        "there = [n for n in os.listdir('/tmp') if not sys.prefix.startswith(f'/tmp/{n}/')]\n"  # a checkout in /tmp
        "say([there + os.listdir('/room') + os.listdir('/dev/shm'), os.environ.get('LEFT'),"
        " 'left' in sys.modules, hasattr(builtins, 'left'), os.umask(0o22), os.getcwd(),"
        " signal.getsignal(signal.SIGINT) is signal.default_int_handler])"
    )
    assert ask(warm, mark)[1].exit_code == 0
    assert ask(warm, look)[0] == [[[], None, False, False, 0o22, "/room", True]]


def test_a_fork_sees_no_task_of_an_earlier_one_in_its_memory(warm: Template) -> None:
    look = (
        "import re\nfound = 0\nwith open('/proc/self/mem', 'rb', 0) as memory:\n"
        " for line in open('/proc/self/maps'):\n"
        "  a, b, mode = re.match('(\\\\w+)-(\\\\w+) (....)', line).groups()\n"
        "  if mode[0] != 'r' or '[v' in line: continue\n"
        "  memory.seek(int(a, 16))\n"
        "  try: found += len(re.findall(b'the-[f]irst-one', memory.read(int(b, 16) - int(a, 16))))\n"
        "  except OSError: pass\nsay(found > 0)"
    )
    assert ask(warm, look + "  # the-first-one")[0] == [True]
    assert ask(warm, look)[0] == [False]


def test_a_fork_holds_its_own_descriptors_and_nothing_else(warm: Template) -> None:
    code = (
        "import os\nheld = [n for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')]\n"
        "say([sorted(set(map(int, held)) - set(fds)), [os.readlink(f'/proc/self/fd/{n}') for n in (0, 1, 2)],"
        " os.getsid(0) == os.getpid() == 1, [n for n in os.listdir('/proc') if n.isdigit()]])"
    )
    assert ask(warm, code)[0] == [[[0, 1, 2], ["/dev/null"] * 3, True, ["1"]]]


def test_the_filter_stands_and_no_namespace_socket_or_raised_privilege_is_to_be_had(warm: Template) -> None:
    code = (
        "import ctypes, errno, os, socket\nlibc = ctypes.CDLL(None, use_errno=True)\ntold = {}\n"
        "def tried(name, *call):\n"
        " ctypes.set_errno(0); told[name] = errno.errorcode.get(ctypes.get_errno(), 0) if libc.syscall(*call) >= 0"
        " else errno.errorcode[ctypes.get_errno()]\n"
        "import platform\nx = platform.machine() == 'x86_64'\n"
        "tried('clone3', 435, 0, 0)\ntried('new', 9999, 0)\n"
        "tried('clone', 56 if x else 220, 0x10000000 | 17, 0, 0, 0, 0)\n"
        "tried('mount', 165 if x else 40, b'x', b'/tmp', b'tmpfs', 0, 0)\n"
        "for family in (16, 17, 40):\n"
        " try: socket.socket(family, socket.SOCK_RAW if family == 16 else socket.SOCK_DGRAM)\n"
        " except OSError as e: told[f'family {family}'] = errno.errorcode[e.errno]\n"
        "for family in (1, 2, 10): socket.socket(family).close()\nsocket.socketpair()\n"
        "import threading, subprocess\nt = threading.Thread(target=told.update, args=({'thread': 1},)); t.start(); t.join()\n"
        "told['program'] = subprocess.run(['/bin/sh', '-c', 'exit 3']).returncode\nsay(told)"
    )
    said, outcome = ask(warm, code)
    assert outcome.exit_code == 0
    assert said == [
        {"clone3": "ENOSYS", "new": "ENOSYS", "clone": "EPERM", "mount": "EPERM"}
        | {f"family {number}": "EPERM" for number in (16, 17, 40)}
        | {"thread": 1, "program": 3}
    ]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x32 和 int 0x80 只有 x86_64 才有")
def test_the_other_calling_conventions_of_the_machine_are_deadly(warm: Template) -> None:
    assert ask(warm, "import ctypes; ctypes.CDLL(None).syscall(0x40000000 | 39)")[1].signal == signal.SIGSYS
    code = (  # mov eax, 20 (getpid of i386); int 0x80; ret
        "import ctypes, mmap\npage = mmap.mmap(-1, 4096, prot=7)\npage.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()"
    )
    assert ask(warm, code)[1].signal == signal.SIGSYS


def test_two_hundred_forks_leave_nothing_behind() -> None:
    others = own_groups()
    made = Template.start(spec())
    try:
        inner = min(processes_below(made.pid))

        def traces() -> tuple[object, ...]:
            return (
                processes_below(made.pid),
                len(list(Path(f"/proc/{inner}/fd").iterdir())) if os.geteuid() == 0 else 0,
                len(Path(f"/proc/{inner}/mountinfo").read_text().splitlines()),
                len(Path("/proc/self/mountinfo").read_text().splitlines()),
                len(list(Path("/proc/self/fd").iterdir())),
                len(own_groups()),
            )

        ask(made, "say(1)")
        before = traces()
        for _ in range(200):
            made.fork(b"open('/room/x', 'w').write('x')", (), SHORT).finish()
        assert traces() == before
        assert made.forks == 0
    finally:
        made.close()
    assert own_groups() == others
    assert not made.alive


def own_groups() -> list[str]:
    """The cgroups this process keeps in stock."""
    return [str(place) for place in Path("/sys/fs/cgroup").glob(f"**/luojiao-warm-{os.getpid()}-*")]


def test_eight_threads_fork_at_once(warm: Template) -> None:
    told: dict[int, list[object]] = {}

    def work(number: int) -> None:
        for turn in range(10):
            told.setdefault(number, []).append(ask(warm, f"say([{number}, {turn}])")[0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {number: [[[number, turn]] for turn in range(10)] for number in range(8)}


def test_an_endless_fork_and_its_daemons_are_ended_together(warm: Template) -> None:
    code = "import os, time\nfor _ in range(3):\n if os.fork() == 0: os.setsid()\nsay(1)\nwhile True: time.sleep(1)"
    before = processes_below(warm.pid)
    _, outcome = ask(warm, code, Limits(wall_seconds=0.5))
    assert outcome.timed_out
    assert outcome.limits_hit == ("wall",)
    assert 0.5 <= outcome.wall_seconds < 4
    assert processes_below(warm.pid) == before


def test_a_daemon_is_gone_when_the_task_ends(warm: Template) -> None:
    before = processes_below(warm.pid)
    code = "import os, time\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0: time.sleep(60)\n os._exit(0)\nos.wait()"
    assert warm.fork(code.encode(), (), SHORT).finish().exit_code == 0
    assert processes_below(warm.pid) == before


def test_limits_are_named(warm: Template) -> None:
    assert "cpu" in ask(warm, "while True: pass", Limits(cpu_seconds=1, wall_seconds=20.0))[1].limits_hit
    many = "import os, time\nfor _ in range(3): os.fork()\nx = b'y' * 60_000_000\ntime.sleep(3)"
    assert "memory" in ask(warm, many, Limits(memory_bytes=150 * MB, wall_seconds=20.0))[1].limits_hit
    crowd = (
        "import os, time\nmade = 0\ntry:\n for _ in range(100):\n  if os.fork() == 0: time.sleep(30)\n  made += 1\n"
        "except OSError: say(made)\ntime.sleep(0.5)"
    )
    forked, out = begin(warm, crowd, Limits(processes=20, wall_seconds=20.0))
    outcome = forked.finish()
    with os.fdopen(out, "rb") as told:
        assert 10 <= json.loads(told.read()) < 20
    assert "processes" in outcome.limits_hit
    assert ask(warm, "say(1)")[1].limits_hit == ()  # a cgroup that is used again brings no old hits


def test_without_cgroups_memory_and_processes_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zygote.cgroups.make", lambda *_, **__: template_module.stock.cgroups.NONE)
    made = Template.start(spec())
    try:
        many = "import os, time\nfor _ in range(3): os.fork()\nx = b'y' * 60_000_000\ntime.sleep(20)"
        outcome = ask(made, many, Limits(memory_bytes=150 * MB, wall_seconds=15.0))[1]
        assert (outcome.cgroup, outcome.limits_hit, outcome.signal) == ("", ("memory",), signal.SIGKILL)
        crowd = "import os, time\nfor _ in range(19):\n if os.fork() == 0: time.sleep(30)\ntime.sleep(0.5)"
        assert "processes" in ask(made, crowd, Limits(processes=20, wall_seconds=15.0))[1].limits_hit
        assert ask(made, "say(1)")[1].limits_hit == ()
    finally:
        made.close()


def test_a_fork_may_close_all_its_descriptors_and_have_a_task_of_five_megabytes(warm: Template) -> None:
    assert ask(warm, "import os; os.closerange(0, 4096)")[1].exit_code == 0
    assert ask(warm, "say(size)" + " " * 5 * MB)[0] == [9 + 5 * MB]


def test_killing_a_fork_still_tells_what_it_used(warm: Template) -> None:
    forked, out = begin(warm, "say(1)\nwhile True: pass")
    with os.fdopen(out, "rb") as told:
        assert told.readline() == b"1\n"
        time.sleep(0.3)
        forked.kill()
        assert told.read() == b""
    outcome = forked.finish()
    assert outcome is forked.finish()
    assert (outcome.signal, outcome.limits_hit) == (signal.SIGKILL, ())
    assert outcome.cpu_seconds > 0.05


def test_a_fork_nobody_waits_for_is_killed(warm: Template) -> None:
    before = processes_below(warm.pid)
    forked, out = begin(warm, "import time\nsay(1)\ntime.sleep(60)")
    with os.fdopen(out, "rb") as told:
        assert told.readline() == b"1\n"
        assert processes_below(warm.pid) > before
        del forked
        assert told.read() == b""
    assert until(lambda: processes_below(warm.pid) == before)


def test_the_death_of_a_template_ends_its_forks_readably_and_warm_starts_another() -> None:
    warm = Warm()
    try:
        first = warm.template(spec())
        forked, out = begin(warm, "import time\nsay(1)\ntime.sleep(60)")
        with os.fdopen(out, "rb") as told:
            assert told.readline() == b"1\n"
            below = processes_below(first.pid)
            os.kill(min(below), signal.SIGKILL)
            outcome = forked.finish()
            assert told.read() == b""
        assert (outcome.exit_code, outcome.signal) == (-1, signal.SIGKILL)
        assert not any(Path(f"/proc/{pid}").exists() for pid in below)
        assert ask(warm, "say(2)")[0] == [2]
        assert warm.template(spec()) is not first
    finally:
        warm.close()
    with pytest.raises(TemplateBroken):
        warm.template(spec())


def test_a_template_whose_code_changed_is_replaced_and_its_forks_finish_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zygote.warm.LOOK_EVERY", 0.0)
    code = tmp_path / "code"
    code.mkdir()
    (code / "task.py").write_text(
        "def prepare(a): pass\ndef serve(task, fds):\n import os, time\n os.write(fds[0], b'old')\n time.sleep(1)"
    )
    mine = TemplateSpec("changing", "task", path=("/code",), read_only=((str(code), "/code"),))
    warm = Warm()

    def fork() -> tuple[Forked, int]:
        out, into = os.pipe()
        forked = warm.fork(mine, b"", (into,), SHORT)
        os.close(into)
        return forked, out

    try:
        old, old_out = fork()
        assert os.read(old_out, 100) == b"old"
        (code / "task.py").write_text(
            "def prepare(a): pass\ndef serve(task, fds):\n import os\n os.write(fds[0], b'new')"
        )
        new, new_out = fork()
        assert os.read(new_out, 100) == b"new"
        assert new.finish().exit_code == 0
        assert (old.finish().exit_code, old.finish().signal) == (0, 0)
        for fd in (old_out, new_out):
            os.close(fd)
    finally:
        warm.close()


def test_a_folder_that_changes_by_being_used_makes_no_template_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doors are made when a room opens: each first learner waited for a second template."""
    monkeypatch.setattr("zygote.warm.LOOK_EVERY", 0.0)
    for name in ("code", "doors"):
        (tmp_path / name).mkdir()
    (tmp_path / "code" / "task.py").write_text("def prepare(a): pass\ndef serve(task, fds): pass")
    mine = TemplateSpec(
        "steady",
        "task",
        path=("/code",),
        read_only=((str(tmp_path / "code"), "/code"), (str(tmp_path / "doors"), "/doors")),
    )
    warm = Warm()
    try:
        first = warm.template(mine)
        (tmp_path / "doors" / "hub").touch()
        assert warm.template(mine) is first
        (tmp_path / "code" / "more.py").touch()
        assert warm.template(mine) is not first
    finally:
        warm.close()


def test_the_death_of_the_caller_ends_everything() -> None:
    code = (
        "import os, sys, time\nsys.path.insert(0, '.')\nfrom tests.zygote.test_template import *\n"
        "made = Template.start(spec())\nforked, out = begin(made, 'import time; say(1); time.sleep(60)')\n"
        "os.read(out, 10)\nprint(made.pid, flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=REPOSITORY) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        below = processes_below(pid)
        assert len(below) == 2
        caller.kill()
    assert until(lambda: not any(Path(f"/proc/{one}").exists() for one in (pid, *below)))
    left = list(Path("/sys/fs/cgroup").glob(f"**/luojiao-warm-{caller.pid}-*"))
    Template.start(spec()).close()
    made = Template.start(spec())
    try:
        ask(made, "say(1)")  # making a cgroup sweeps those whose keeper is dead
        assert not any(place.exists() for place in left)
    finally:
        made.close()


@pytest.mark.skipif(not cgroup_kind(), reason="没有可写的 cgroup")
def test_cgroups_that_killed_callers_left_are_swept_and_young_or_locked_ones_stay() -> None:
    keeper, old, young = Stock(), cgroups.make(MB, None), cgroups.make(MB, None)
    spare = keeper.take(64 * MB, 10)
    try:
        for folder in (*old.folders, *spare.group.folders):
            os.utime(folder, (1, 1))
        other = Stock()
        other.give(other.take(64 * MB, 10))
        other.close()
        assert not any(folder.exists() for folder in old.folders)
        assert all(folder.exists() for folder in (*young.folders, *spare.group.folders))
    finally:
        young.remove()
        keeper.give(spare)
        keeper.close()


def test_a_template_that_cannot_be_prepared_says_why() -> None:
    for changes, why in (
        ({"argument": {"error": "out of ink"}}, "out of ink"),
        ({"module": "no_such_module"}, "no_such_module"),
        ({"argument": {"thread": True}}, "one thread"),
    ):
        with pytest.raises(TemplateBroken, match=why):
            Template.start(spec(**changes))


def test_numpy_is_preloaded_with_one_thread_and_each_task_seeds_it_itself() -> None:
    made = Template.start(spec(argument={"modules": ["numpy", "numpy.random"]}))
    try:
        code = "import numpy as np, sys; say([float((np.ones((300, 300)) @ np.ones((300, 300)))[0, 0]), float(np.random.rand())])"
        first, second = ask(made, code)[0], ask(made, code)[0]
        assert first == second  # a fork starts with the template's generator
        assert first[0][0] == 300.0  # type: ignore[index]
    finally:
        made.close()


def test_nonsense_is_refused_before_anything_is_started() -> None:
    for bad in ({"uid": 0}, {"cwd": "room"}, {"read_only": (("/etc/hosts", "/room/hosts"),)}, {"module": ""}):
        with pytest.raises(ValueError, match=r"template needs|inside path|covered"):
            spec(**bad)


def test_a_python_that_lies_below_a_fresh_folder_stays_in_sight() -> None:
    """A checkout in /tmp: the folder is fresh for each fork, the packages in it are there all the same, and read-only."""
    above = Path(sys.prefix).parent
    template = Template.start(spec(tmpfs=(Tmpfs("/room"), Tmpfs(str(above)))))
    try:
        code = (
            "import os, nbformat\n"
            f"say([nbformat.__file__.startswith({sys.prefix!r}), os.listdir({str(above)!r})])\n"
            f"try: open({sys.prefix!r} + '/new', 'w')\nexcept OSError as error: say(error.errno)\n"
        )
        assert ask(template, code)[0] == [[True, [Path(sys.prefix).name]], errno.EROFS]
    finally:
        template.close()


def test_processes_that_share_their_memory_are_not_weighed_as_if_each_had_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there are no cgroups: forty forks of a process of forty megabytes are no 1,600 megabytes."""
    monkeypatch.setattr(cgroups, "make", lambda *_, **__: cgroups.NONE)
    code = (
        "import os, time\nheld = bytearray(os.urandom(40_000_000))\n"
        "for n in range(40):\n    if os.fork() == 0:\n        time.sleep(3)\n        os._exit(0)\n"
        "time.sleep(2)\nsay('lived')\n"
    )
    limits = Limits(wall_seconds=20.0, memory_bytes=300 * MB, address_bytes=None)
    made = Template.start(spec())
    said, outcome = ask(made, code, limits)
    made.close()
    assert (said, outcome.limits_hit) == (
        ["lived"],
        (),
    ) or os.geteuid() == 0  # root's template may not look into them
