"""``luojiao down``: ends the supervisor, and whatever is alive without one; the data stays."""

from __future__ import annotations

import argparse
import signal

import psutil

from hub.operations import home, processes
from hub.operations.screen import Screen
from hub.settings import Settings

STOP_SECONDS = 90


def down(settings: Settings, screen: Screen, _: argparse.Namespace | None = None) -> int:
    """Stop everything. 0 when nothing is left, also when nothing ran."""
    pid = home.supervisor_pid(settings)
    if pid:
        with screen.working("停止"):
            processes.end([psutil.Process(pid)], grace=STOP_SECONDS)
    stray = processes.belonging(settings.home)
    servers = [p for p in stray if p.name() == "postgres"]
    processes.end([p for p in stray if p not in servers], grace=10)
    processes.end(servers, grace=20, first=signal.SIGINT)
    (settings.run_dir / "state.json").unlink(missing_ok=True)
    if left := processes.belonging(settings.home):
        screen.bad(f"还有 {len(left)} 个进程没有结束：{' '.join(str(p.pid) for p in left)}；请手工结束它们。")
        return 1
    if stray:
        screen.good(f"结束了没有主进程的 {len(stray)} 个进程。")
    elif not pid:
        screen.line("没有在运行。")
    return 0
