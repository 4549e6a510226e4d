"""What must be true of the machine before the start; each problem is one line that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from hub.operations import node
from hub.settings import Settings

ENOUGH_BYTES = 1024**3
PORT_USES = ("代理", "代理的管理接口", "JupyterHub", "门户", "看板")


class MachineError(RuntimeError):
    """The platform cannot start here; the message is one line for the operator."""


def python_version(_: Settings) -> str:
    if sys.version_info < (3, 11):  # noqa: UP036 - the environment may have been made by hand
        raise MachineError(
            f"Python 是 {sys.version.split()[0]}，需要 3.11 或更新：请运行 make PYTHON=python3.11 up。"
        )
    return f"Python {sys.version.split()[0]}"


def home_writable(settings: Settings) -> str:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home) as probe:
            probe.write(b"x")
    except OSError as error:
        raise MachineError(
            f"数据目录不能写：{settings.home}（{error.strerror}）；请改权限，或把 LUOJIAO_HOME 指到别处。"
        ) from None
    return f"数据目录 {settings.home}"


def disk_space(settings: Settings, free: Callable[[Path], int] = lambda p: shutil.disk_usage(p).free) -> str:
    place = settings.home
    while not place.exists():
        place = place.parent
    left = free(place)
    if left < ENOUGH_BYTES:
        raise MachineError(
            f"磁盘只剩 {left / 1024**2:.0f} MB（至少要 1 GB）：请清理 {settings.home} 所在的磁盘，"
            "或把 LUOJIAO_HOME 指到别处。"
        )
    return f"磁盘剩余 {left / 1024**3:.0f} GB"


def proxy_installed(_: Settings) -> str:
    try:
        node.proxy_argv()
    except node.NodeMissingError as error:
        raise MachineError(str(error)) from None
    return "Node 与代理已安装"


def descriptors(_: Settings) -> str:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        raise MachineError(f"打开文件数上限只有 {hard}（至少 4096）：请调高 ulimit -n。")
    if soft < min(hard, 65536):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    return f"打开文件数上限 {min(hard, 65536)}"


def address_usable(settings: Settings) -> str:
    """The address that people open must lead to what the proxy listens on."""
    host = urlsplit(settings.address).hostname or ""
    if not settings.host_mode:
        local = {a.address.split("%")[0] for each in psutil.net_if_addrs().values() for a in each}
        if host not in local:
            raise MachineError(
                f"LUOJIAO_ADDRESS 的 {host} 不是这台机器的地址，有：{'、'.join(sorted(_ipv4(local)))}。"
            )
        if settings.bind not in ("0.0.0.0", "::", host):  # noqa: S104 - compared, not bound
            raise MachineError(
                f"LUOJIAO_ADDRESS 是 {host}，而代理只监听 {settings.bind}：请设 LUOJIAO_BIND=0.0.0.0。"
            )
    return f"地址 {settings.address}"


def ports_free(settings: Settings) -> str:
    for offset, use in enumerate(PORT_USES):
        host = settings.bind if offset == 0 else "127.0.0.1"
        _port_free(host, settings.port + offset, use)
    return f"端口 {settings.port} 到 {settings.port + len(PORT_USES) - 1} 可用"


# In this order: the first that fails is the one the operator hears of.
BEFORE_START: tuple[Callable[[Settings], str], ...] = (
    python_version,
    home_writable,
    disk_space,
    proxy_installed,
    descriptors,
    address_usable,
    ports_free,
)


def before_start(settings: Settings) -> None:
    """Raise MachineError for the first thing that is in the way."""
    for check in BEFORE_START:
        check(settings)


def _port_free(host: str, port: int, use: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
            return
        except socket.gaierror:
            raise MachineError(
                f"LUOJIAO_BIND 的 {host} 不是可用的地址：请写 127.0.0.1 或 0.0.0.0。"
            ) from None
        except OSError as error:
            code = error.errno
    if code == errno.EADDRINUSE:
        raise MachineError(f"端口 {port}（{use}）已被占用{_holder(port)}：请停掉它，或换一个 LUOJIAO_PORT。")
    if code == errno.EACCES:
        raise MachineError(f"没有权限监听端口 {port}：请把 LUOJIAO_PORT 改成 1024 以上。")
    if code == errno.EADDRNOTAVAIL:
        raise MachineError(f"LUOJIAO_BIND 的 {host} 不是这台机器的地址：请写 127.0.0.1 或 0.0.0.0。")
    raise MachineError(
        f"不能监听 {host}:{port}（{os.strerror(code or 0)}）：请改 LUOJIAO_BIND 或 LUOJIAO_PORT。"
    )


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            address = connection.laddr
            if connection.status != psutil.CONN_LISTEN or not address or not connection.pid:
                continue
            if address.port == port:
                return f"（{psutil.Process(connection.pid).name()}，进程号 {connection.pid}）"
    except psutil.Error:
        pass  # other people's processes may be hidden; the port is in use all the same
    return ""


def _ipv4(addresses: set[str]) -> list[str]:
    return [a for a in addresses if a.count(".") == 3 and not a.startswith("127.")] or ["127.0.0.1"]


def lan_address() -> str:
    """The address under which other computers most likely reach this one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


# How rooms start that are not forks: what they lack.
ROOMS_WARNINGS = {
    "cold": "学习环境不预热（LUOJIAO_ROOMS=cold）：每次打开要几秒，内存是四倍；没有系统调用过滤和磁盘上限，用机器的网络。",
    "open": (
        "学习环境没有隔离墙（LUOJIAO_ROOMS=open）：学员的程序能看到机器上的别的东西，也没有上限，"
        "只能在自己的电脑上或一人一个的容器里这样用。"
    ),
}
