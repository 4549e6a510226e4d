"""What a learner reads in the notebook when a bound of the room ended what ran, through a real kernel websocket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Platform, platform_in
from talking import V1, Kernel

LEARNER = "t34567890"
MEMORY_MB, DISK_MB = 600, 80


@pytest.fixture(scope="module")
def tight() -> Iterator[Platform]:
    """A platform whose operator gives rooms little."""
    with platform_in("lj-bounds-") as found:
        found.env |= {"LUOJIAO_ROOM_MEMORY_MB": str(MEMORY_MB), "LUOJIAO_ROOM_DISK_MB": str(DISK_MB)}
        found.env["LUOJIAO_ROOM_PROCESSES"] = "100"
        started = found.run("up", "--detach")
        assert started.returncode == 0, started.stdout
        found.open_room(LEARNER)
        yield found


@pytest.fixture
def kernel(tight: Platform) -> Iterator[Kernel]:
    made = Kernel(tight, LEARNER)
    yield made
    made.end()


def home(platform: Platform) -> Path:
    return platform.settings.homes_dir / LEARNER


@pytest.mark.parametrize("protocol", [V1, ""])
def test_a_cell_that_takes_too_much_memory_says_so_in_the_notebook_and_the_kernel_comes_back(
    tight: Platform, protocol: str
) -> None:
    """Without the notice JupyterLab only says that the kernel died, and the learner runs the same cell again."""
    other, kernel = Kernel(tight, LEARNER), Kernel(tight, LEARNER, protocol)
    other.prints("x = 42")
    ran = kernel.run("open('kept.txt', 'w').write('work')\nx = bytearray(2_000_000_000)\nprint('never')")
    assert not ran.idle and ran.printed == ""
    assert f"内存超过了学习环境的上限（{MEMORY_MB} MB）" in ran.complaint and "怎么办" in ran.complaint
    assert "已经保存的文件都还在" in ran.complaint
    assert (home(tight) / "kept.txt").read_text() == "work"
    assert kernel.prints("print(6 * 7)") == "42"
    assert other.prints("print(x)") == "42"  # the largest goes, not the neighbour
    other.end()
    kernel.end()


def test_a_cell_that_is_ended_before_its_kernel_said_a_word_is_told_so_too(tight: Platform) -> None:
    """One long call that never lets go: the kernel had not yet said that it runs this cell, and the notice had no place."""
    kernel = Kernel(tight, LEARNER)
    for _ in range(4):
        ran = kernel.run("x = bytearray(2_000_000_000)")
        assert not ran.idle and "内存超过了" in ran.complaint
        assert kernel.prints("print(1)") == "1"
    kernel.end()


def test_a_process_that_a_cell_started_is_named_as_such_and_the_kernel_lives(kernel: Kernel) -> None:
    ran = kernel.run(
        "y = 7\nimport subprocess, sys, time\n"
        "code = subprocess.run([sys.executable, '-c', 'x = bytearray(2 * 10**9)']).returncode\n"
        "time.sleep(2)\nprint(code)"
    )
    assert ran.idle and ran.printed.strip() == "-9"
    assert "子进程被结束了" in ran.complaint and f"{MEMORY_MB} MB" in ran.complaint
    assert kernel.prints("print(y)") == "7"


def test_memory_that_processes_could_share_counts_too(kernel: Kernel) -> None:
    """A shared map is no private memory: it was not counted, and a room could fill the machine with it."""
    ran = kernel.run(
        "import mmap\nm = mmap.mmap(-1, 2 * 10**9)\nfor at in range(0, 2 * 10**9, 4096):\n    m[at] = 1"
    )
    assert not ran.idle and "内存超过了" in ran.complaint


def test_a_kernel_may_make_no_file_in_memory(kernel: Kernel) -> None:
    """Pages of one that is not mapped are nobody's: no count of processes sees them."""
    assert "OSError" in kernel.run("import os\nos.memfd_create('hidden')").error


def test_a_full_home_says_so_in_the_notebook_and_can_be_tidied_up_from_there(
    tight: Platform, kernel: Kernel
) -> None:
    """The bound used to end every process once a second for as long as the home was full: nobody could tidy up."""
    try:
        ran = kernel.run(
            "import time\nfor n in range(200):\n    open(f'big{n}', 'wb').write(bytes(10**6)); time.sleep(0.05)",
            90,
        )
        assert not ran.idle and f"磁盘超过了学习环境的上限（{DISK_MB} MB）" in ran.complaint
        assert "已经保存的文件都还在" in ran.complaint
        used = sum(path.stat().st_size for path in home(tight).glob("big*"))
        assert DISK_MB * 10**6 * 0.9 < used < 2 * DISK_MB * 10**6
        assert (
            kernel.prints("print(len(__import__('glob').glob('big*')) > 50); __import__('time').sleep(3)")
            == "True"
        )
        tidied = (
            "import glob, os, time\nfor p in glob.glob('big*'): os.unlink(p)\ntime.sleep(3)\nprint('tidy')"
        )
        assert kernel.prints(tidied) == "tidy"
        assert kernel.prints("open('small', 'wb').write(bytes(10**6)); print('written')") == "written"
    finally:
        for path in home(tight).glob("big*"):
            path.unlink()


def test_deleting_in_the_file_list_gains_room(tight: Platform) -> None:
    """Jupyter's trash lies in the home: a learner told to delete files would have gained nothing."""
    (home(tight) / "large").write_bytes(bytes(1000))
    if os.geteuid() == 0:
        found = home(tight).stat()
        os.chown(home(tight) / "large", found.st_uid, found.st_gid)
    assert tight.room(LEARNER, "api/contents/large", "DELETE").status_code == 204
    assert not list(home(tight).rglob("large*"))


def test_more_processes_than_a_room_may_have_are_refused_and_it_goes_on(
    tight: Platform, kernel: Kernel
) -> None:
    told = kernel.prints(
        "import subprocess\nmade = []\ntry:\n    while len(made) < 300: made.append(subprocess.Popen(['sleep', '60']))\n"
        "except OSError as error:\n    print(type(error).__name__)\nfor p in made: p.kill(); p.wait()\nprint(len(made) < 100)"
    )
    assert told.split() == ["BlockingIOError", "True"]
    assert kernel.prints("print(1)") == "1"
