"""The template's own process: put up the outer walls, import everything, run nobody's code, fork on request."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import site
import socket
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import zygote.inside
from zygote.inside import anchor, fork, loop, mounts, resident
from zygote.inside import kernel as k
from zygote.inside.enter import read_all
from zygote.inside.filter import Filter

_HUGE = 2 << 20
# To make namespaces, mounts and id maps for forks, turn them into their user and end them; to fill HOME in `prepare`.
_KEEP = (
    k.CAP_SYS_ADMIN,
    k.CAP_SETPCAP,
    k.CAP_SETFCAP,
    k.CAP_SETUID,
    k.CAP_SETGID,
    k.CAP_KILL,
    k.CAP_DAC_OVERRIDE,
)
_KEEP_FOR_RESIDENTS = (
    *_KEEP,
    k.CAP_NET_ADMIN,
    k.CAP_CHOWN,
)  # to put up their own loopback, to give them their folders


def main() -> None:
    """argv: fd of the spec, fd of the control socket. Every fork comes back from the loop and ends here."""
    spec_fd, control_fd = (int(word) for word in sys.argv[1:3])
    control = socket.socket(fileno=control_fd)
    stage = "enter"
    try:
        spec = json.loads(read_all(spec_fd))
        if not spec["residents"]:
            k.die_with_parent()
        k.set_dumpable(False)
        tell(control, {"entered": True})
        stage = "mount"
        mounts.build(spec)
        stage = "namespace"
        k.set_name(spec["name"])
        socket.sethostname(spec["hostname"])
        k.new_keyring()
        if spec["residents"]:
            anchor.stay(spec["name"])
        stage = "privileges"
        k.drop_privileges(frozenset(_KEEP_FOR_RESIDENTS if spec["residents"] else _KEEP))
        stage = "filter"
        walls = Filter(routes=spec["residents"])
        stage = "prepare"
        module = _prepare(spec)
        _settle(spec)
    except BaseException as error:
        text = traceback.format_exc()[-4000:] if stage == "prepare" else str(error)
        tell(control, {"error": stage, "errno": getattr(error, "errno", 0) or 0, "text": text})
        os._exit(70)
    tell(control, {"ready": True})
    if spec["residents"]:
        signal.signal(
            signal.SIGCHLD, signal.SIG_IGN
        )  # the kernel collects them: nobody here asks how they ended
    order = loop.Loop(control).run()
    del control
    if order.residence is not None:
        resident.enter_and_keep(module, spec, order, walls)
    task = fork.enter(spec, order, walls)
    fds = order.fds
    del spec, order, walls, stage, spec_fd, control_fd
    fork.serve(module, task, fds)


def tell(control: socket.socket, message: dict[str, Any]) -> None:
    """One packet of JSON; a caller that is gone needs none."""
    with contextlib.suppress(OSError):
        control.send(json.dumps(message).encode(), socket.MSG_NOSIGNAL)


def _prepare(spec: dict[str, Any]) -> ModuleType:
    os.chdir(spec["cwd"])
    os.umask(0o022)
    site.main()
    sys.path += spec["path"]
    _look_again(spec["path"])
    module = importlib.import_module(spec["module"])
    module.prepare(spec["argument"])
    if not callable(module.serve):
        raise TypeError(f"{spec['module']}.serve is not callable")
    if not loop.alone():
        names = [place.read_text().strip() for place in Path("/proc/self/task").glob("*/comm")]
        raise RuntimeError(f"a template must have one thread before it forks, this one has {names}")
    return module


def _look_again(path: list[str]) -> None:
    """Behind the walls the code may lie elsewhere: what is imported already finds the rest of itself there."""
    importlib.invalidate_caches()
    for name in (zygote.__name__, zygote.inside.__name__):
        below = name.replace(".", "/")
        if found := [f"{folder}/{below}" for folder in path if Path(folder, below).is_dir()]:
            sys.modules[name].__path__ = found


def _settle(spec: dict[str, Any]) -> None:
    """After the last import: default signal handlers, no writable folder of our own, everything frozen for sharing."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as every Python starts
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.chdir("/")
    for path, _, _ in spec["tmpfs"]:
        k.detach(path)
    gc.collect()
    _names_together()
    gc.freeze()
    _gather()


def _names_together() -> None:
    """Programs walk over the names of all modules, and every page that holds one is then theirs alone: put them side by side."""
    modules = dict(sys.modules)
    sys.modules.clear()
    sys.modules.update({str(name.encode(), "utf-8"): module for name, module in modules.items()})


def _gather() -> None:
    """Our heap into huge pages: a fork then copies one entry for two megabytes instead of 512."""
    maps = Path("/proc/self/maps").read_text("utf-8", "surrogateescape")
    for words in map(str.split, maps.splitlines()):
        if (len(words) > 5 and words[5] != "[heap]") or "w" not in words[1]:
            continue
        low, high = (int(word, 16) for word in words[0].split("-"))
        for start in range((low + _HUGE - 1) // _HUGE * _HUGE, high // _HUGE * _HUGE, _HUGE):
            k.collapse(start, _HUGE)
