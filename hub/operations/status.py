"""``luojiao status``: a table of the services, and an exit code that is 0 only if all of them are well."""

from __future__ import annotations

import argparse
import time

import psutil
from rich.table import Table

from hub.operations import home, processes
from hub.operations.screen import Screen
from hub.settings import Settings
from hub.spawning.line import places

NAMES = {"up": "正常", "starting": "启动中", "down": "已退出", "unwell": "无回应", "stopped": "已停止"}


def status(settings: Settings, screen: Screen, _: argparse.Namespace | None = None) -> int:
    """0 all well, 1 something is not, 3 nothing runs (as ``systemctl status`` has it)."""
    pid = home.supervisor_pid(settings)
    if pid is None:
        screen.line("没有在运行。启动：make up")
        return 3
    phase, message, services = home.read_state(settings)
    table = Table()
    for title in ("服务", "状态", "进程号", "内存", "端口", "持续"):
        table.add_column(title, no_wrap=True)
    for each in services:
        table.add_row(
            each.title,
            NAMES.get(each.state, each.state),
            str(each.pid or "–"),
            _memory(each.pid),
            str(each.port or "–"),
            _lasting(time.time() - each.since),
        )
    screen.show(table)
    if phase != "ready":
        screen.warn(f"{NAMES['starting'] if phase == 'starting' else phase}：{message}".rstrip("："))
    for each in services:
        if each.state != "up":
            screen.bad(f"{each.title}{NAMES.get(each.state, each.state)}：见 {each.log}")
    well = phase == "ready" and all(s.state == "up" for s in services)
    if well:
        open_now, most = len(processes.rooms(settings.home)), settings.rooms_at_once or places(settings.rooms)
        screen.line(f"学习环境打开着 {open_now} 个，最多 {most} 个")
        screen.good(settings.address)
    return 0 if well else 1


def _memory(pid: int | None) -> str:
    """Memory of the process and all below it; shared pages are counted once where that can be told."""
    if not pid:
        return "–"
    total = 0
    try:
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            try:
                total += each.memory_full_info().pss
            except psutil.AccessDenied:
                total += each.memory_info().rss
    except psutil.Error:
        return "–"
    return f"{total / 1024**2:.0f} MB"


def _lasting(seconds: float) -> str:
    minutes = int(seconds) // 60
    if minutes < 1:
        return f"{seconds:.0f} 秒"
    if minutes < 120:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 60 * 48 else f"{minutes // 1440} 天"
