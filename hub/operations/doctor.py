"""``luojiao doctor``: all that the platform asks of a machine, a line each, with what to do about it."""

from __future__ import annotations

import argparse
import importlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace

from hub.domain.sampling import Night
from hub.operations import appoint, checks, database, home, log_fence
from hub.operations.external_database import connect_external, connect_owner
from hub.operations.postgres_place import DatabaseError
from hub.operations.screen import Screen
from hub.settings import Settings
from hub.spawning.house import trouble
from hub.spawning.line import places
from hub.store.work import Database
from hub.wiring import engine_for


class AdviceError(RuntimeError):
    """Something is missing that the platform can start without."""


def doctor(settings: Settings, screen: Screen, _: argparse.Namespace | None = None) -> int:
    """0 when nothing is in the way of a start; what is merely missing is shown and does not count."""
    running = home.supervisor_pid(settings) is not None
    before = [c for c in checks.BEFORE_START if not (running and c is checks.ports_free)]
    after = [_samples] if running else []
    after += [_log_fence] if running or settings.database_url else []
    always = (_database, _walls, _rooms, _chromium, _font)
    found = [_say(settings, screen, check) for check in (*before, *always, *after)]
    if running:
        screen.good(f"正在运行：{settings.address}")
    return 0 if all(found) else 1


def _say(settings: Settings, screen: Screen, check: Callable[[Settings], str]) -> bool:
    try:
        screen.good(check(settings))
    except AdviceError as error:
        screen.warn(str(error))
    except (checks.MachineError, DatabaseError) as error:
        screen.bad(str(error))
        return False
    return True


def _database(settings: Settings) -> str:
    if settings.database_url:
        connect_external(settings.database_url)
        connect_owner(settings.owner_database_url, settings.database_url)
        return "外部数据库可用"
    place = database.at(settings.database_dir, settings.run_dir, settings.secrets_dir).place
    done = subprocess.run(
        [str(place.programs / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DatabaseError(
            f"自带的 PostgreSQL 不能运行（{done.stderr.strip()}）：请设 LUOJIAO_DATABASE_URL。"
        )
    return place.notice or f"自带的 {done.stdout.strip()}"


def _log_fence(settings: Settings) -> str:
    """Whether the audit log is safe from the platform's own account; asked where there is a database to ask."""
    if warning := log_fence.warning(appoint.running_database(settings)):
        raise AdviceError(warning)
    return "审计日志：平台的数据库账号只能追加和读取，不能改、不能删"


def _samples(settings: Settings) -> str:
    """Asked of a running platform alone."""
    engine = engine_for(replace(settings, database_url=appoint.running_database(settings)))
    try:
        with Database(engine).work() as work:
            return last_sample(work.sample.nights(1))
    finally:
        engine.dispose()


def last_sample(nights: Sequence[Night]) -> str:
    """What the last night's sample found, in a line. Raises AdviceError where a grading came out otherwise."""
    if not nights:
        return "评分的每晚抽查还没有做过"
    night = nights[0]
    told = f"评分抽查（{night.night:%m-%d}）：抽 {night.drawn} 份，相同 {night.same}，没有评成 {night.failed}，还在评 {night.waiting}"
    if night.different:
        raise AdviceError(f"{told}；有 {night.different} 份评出了不同的结果：见管理员的“评分队列”页。")
    return told


def _walls(settings: Settings) -> str:
    """Without walls nobody's code is run: rooms and grading refuse to start, the rest works."""
    too = "" if settings.rooms == "open" else "学习环境也不会启动。"
    try:
        selftest = importlib.import_module("zygote.selftest")
    except ImportError:
        raise AdviceError("隔离墙的自检还没有安装：学习环境和自动评分不会启动。") from None
    try:
        found = selftest.check_walls()
    except importlib.import_module("zygote.errors").WallsMissing as missing:
        raise AdviceError(f"{missing.message}{too}") from None
    names: dict[str, str] = selftest.NAMES
    up = "、".join(names[wall.name] for wall in found if wall.ok)
    if broken := [f"{names[wall.name]}（{wall.detail}）" for wall in found if not wall.ok]:
        lacking = "、".join(broken)
        raise AdviceError(f"隔离墙不全，自动评分不会启动。{too}缺：{lacking}。已有：{up or '无'}")
    kind = selftest.cgroup_kind()
    bounds = f"cgroup {kind}" if kind else "没有可写的 cgroup：改用 rlimit 与定时统计"
    return f"隔离墙齐全（{len(found)} 项：{up}）；{bounds}"


def _rooms(settings: Settings) -> str:
    """How learners' rooms start, and how many there may be."""
    if settings.rooms != "open" and (why := trouble(settings.run_dir)):
        raise AdviceError(f"最近一次打开学习环境没有成功：{why}")
    most = settings.rooms_at_once or places(settings.rooms)
    told = f"最多同时 {most} 个（{'按设置' if settings.rooms_at_once else '按内存算'}）"
    if settings.rooms in checks.ROOMS_WARNINGS:
        raise AdviceError(f"{checks.ROOMS_WARNINGS[settings.rooms]}{told}")
    bounds = f"每个至多 {settings.room_memory_mb} MB 内存、{settings.room_disk_mb} MB 磁盘"
    return f"学习环境预热启动，{told}，{bounds}"


def _chromium(_: Settings) -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return f"浏览器 {found}（只有测试要用）"
    raise AdviceError("没有 Chromium：浏览器测试会跳过；Debian/Ubuntu 请安装 chromium。")


def _font(_: Settings) -> str:
    """Figures that a server draws want a Chinese font."""
    if shutil.which("fc-list"):
        done = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
        if families := sorted({line.split(",")[0] for line in done.stdout.splitlines() if line.strip()}):
            return f"中文字体 {families[0]}"
    raise AdviceError("没有中文字体：图里的汉字会成方框；Debian/Ubuntu 请安装 fonts-noto-cjk。")
