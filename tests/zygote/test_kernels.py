"""Warm kernels do whatever a stock kernel does; see `kernel_suite`, which needs a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from zygote.kernels import ipython

ROOT = Path(__file__).resolve().parents[2]


def test_the_published_suite_and_what_it_leaves_out_hold_for_a_forked_kernel() -> None:
    argv = [sys.executable, "-m", "tests.zygote.kernel_suite"]
    done = subprocess.run(argv, cwd=ROOT, check=False, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "OK (skipped=2)" in done.stdout


def test_kernels_end_with_their_owner() -> None:
    code = (
        "import json, os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from zygote.kernels import mother\n"
        "import time\n"
        "made = mother.start(lambda argv: time.sleep(100))\n"
        "silent = os.open(os.devnull, os.O_RDWR)\n"
        "k = made.fork([], dict(os.environ), '/', (silent,) * 3)\n"
        "print(json.dumps([made.pid, k.pid]), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = [psutil.Process(pid) for pid in json.loads(done.stdout) if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(left, 5)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_only_an_ordinary_ipykernel_of_this_python_is_forked() -> None:
    rest = ["-f", "file.json"]
    assert ipython.plan(["python", "-m", "ipykernel_launcher", *rest]) == rest
    assert ipython.plan([sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", *rest]) == rest
    assert (
        ipython.plan([sys.executable, "-X", "frozen_modules=off", "-m", "ipykernel_launcher", *rest]) == rest
    )
    assert ipython.plan(["/usr/bin/python3.11", "-m", "ipykernel_launcher", *rest]) is None
    assert ipython.plan([sys.executable, "-m", "bash_kernel", *rest]) is None
    assert ipython.plan(["R", "--slave"]) is None
