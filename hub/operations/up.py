"""``luojiao up``: all that the platform needs, in order, kept running until Ctrl-C, then stopped."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from hub.operations import accounts, checks, database, database_roles, home, log_fence, processes, services
from hub.operations.database_roles import OWNER
from hub.operations.external_database import connect_external, connect_owner
from hub.operations.postgres_place import DatabaseError
from hub.operations.screen import Screen
from hub.operations.supervisor import StartError, StoppedError, Supervisor
from hub.settings import CHECKOUT, Settings

START_SECONDS = 120
FOREGROUND = [sys.executable, "-m", "hub.cli", "up"]


def run(settings: Settings, screen: Screen, arguments: argparse.Namespace) -> int:
    """The verb: in the foreground, or with ``--detach`` in the background."""
    return detach(settings, screen) if arguments.detach else up(settings, screen)


def up(settings: Settings, screen: Screen) -> int:
    """Start, watch, and stop at the end. 0 after a wanted end, 1 when something needed does not start."""
    try:
        # The folders come first: without them there is nothing to lock.
        checks.home_writable(settings)
        home.make_folders(settings)
        with home.locked(settings):
            return _start_and_watch(settings, screen)
    except home.AlreadyRunningError:
        screen.good(f"已经在运行：{settings.address}（停止：make down；状态：make status）")
        return 0
    except (checks.MachineError, DatabaseError) as error:
        screen.bad(str(error))
        return 1


def detach(settings: Settings, screen: Screen) -> int:
    """The same in the background; returns when everything answers (0) or something does not start (1)."""
    try:
        checks.home_writable(settings)
    except checks.MachineError as error:
        screen.bad(str(error))
        return 1
    home.make_folders(settings)
    if home.supervisor_pid(settings):
        return up(settings, screen)
    log = home.open_log(settings, "supervisor")
    (settings.run_dir / "state.json").unlink(missing_ok=True)
    with log.open("ab") as stream:
        child = subprocess.Popen(
            FOREGROUND,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    return _follow(settings, screen, child, log)


def _follow(settings: Settings, screen: Screen, child: subprocess.Popen[bytes], log: Path) -> int:
    """Repeat what the background process says until it is ready or has ended."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        while True:
            ended = child.poll()
            phase = home.read_state(settings)[0]
            for line in lines:
                screen.line(line.rstrip("\n"))
            if ended is not None:
                return 1
            if phase == "ready":
                return 0 if not home.read_state(settings)[1] else 1
            time.sleep(0.2)


def _start_and_watch(settings: Settings, screen: Screen) -> int:
    # What a killed supervisor left behind would hold the ports; the database is ended by its own signal.
    left = [p for p in processes.belonging(settings.home) if p.name() != "postgres"]
    if left:
        screen.warn(f"上次没有正常停止，正在结束留下的 {len(left)} 个进程。")
        processes.end(left, grace=10)
    checks.before_start(settings)
    supervisor = Supervisor(settings, screen)
    try:
        _bring_up(settings, screen, supervisor)
        supervisor.watch()
    except StoppedError:
        pass
    except (StartError, DatabaseError) as error:
        screen.bad(str(error))
        supervisor.set_phase("failed", str(error))
        supervisor.stop()
        return 1
    screen.line()
    with screen.working("停止"):
        supervisor.stop()
    return 0


def _bring_up(settings: Settings, screen: Screen, supervisor: Supervisor) -> None:
    databases = _database(settings, screen, supervisor)
    newcomers = not accounts.path(settings).exists()
    for step in services.steps(settings, databases):
        with screen.working(step.title):
            supervisor.run(step)
    started = services.services(settings, databases)
    with screen.working("代理、门户、学习环境、看板、自动评分"):
        # The Hub wants to find the proxy, and the culler the Hub; the others do not wait for one another.
        for group in (started[:1], started[1:-1], started[-1:]):
            for service in group:
                supervisor.start(service)
            supervisor.wait([s.name for s in group], START_SECONDS)
    _greet(settings, screen, newcomers)
    if warning := log_fence.warning(databases.platform):
        screen.warn(warning)
    supervisor.set_phase("ready", "、".join(supervisor.unwell()))


def _database(settings: Settings, screen: Screen, supervisor: Supervisor) -> services.Databases:
    if settings.database_url:
        with screen.working("外部数据库"):
            owner = connect_owner(settings.owner_database_url, settings.database_url)
            return services.Databases(*connect_external(settings.database_url), owner)
    server = database.at(settings.database_dir, settings.run_dir, settings.secrets_dir)
    if server.place.notice:
        screen.warn(server.place.notice)
    with screen.working("数据库"):
        server.prepare()
        supervisor.start(services.postgres(server, settings))
        supervisor.wait(["postgres"], START_SECONDS)
        server.ensure_databases()
    platform, hub = database_roles.DATABASES
    return services.Databases(server.url(platform), server.url(hub), server.url(platform, OWNER))


def _greet(settings: Settings, screen: Screen, newcomers: bool) -> None:
    screen.line()
    screen.good(f"洛教学堂已启动：{settings.address}")
    if not settings.host_mode:
        screen.warn(
            "精简隔离模式：地址是 IP，门户、Hub、看板和学习环境共用一个域，只按路径区分。"
            "正式使用请给它一个域名（含泛解析），写进 LUOJIAO_ADDRESS。"
        )
    elif settings.bind.startswith("127."):
        screen.line(
            "  只有本机能打开；让别的电脑访问："
            f"LUOJIAO_ADDRESS=http://{checks.lan_address()}:{settings.port} LUOJIAO_BIND=0.0.0.0 make up"
        )
    if not settings.second_factor:
        screen.warn(
            "没有要求第二步验证：教育局人员和管理员凭密码就能登录，只适合演示。正式使用请设 LUOJIAO_SECOND_FACTOR=1。"
        )
    if warning := checks.ROOMS_WARNINGS.get(settings.rooms):
        screen.warn(warning)
    accounts.greet(settings, screen, newcomers)
    screen.line("  停止：Ctrl-C 或 make down    状态：make status    日志：" + str(settings.logs_dir))
