"""Every setting of the platform: its environment variable, its default, and what follows from it."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent


def font_folder() -> Path:
    """Where the wheel ``mplfonts`` keeps its Chinese faces: certificates and learners' charts are set in them."""
    found = find_spec("mplfonts")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the wheel mplfonts is not installed")
    return Path(found.submodule_search_locations[0]) / "fonts"


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True)
class Setting:
    """One environment variable, as the reference page lists it."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "LUOJIAO_HOME",
        "var",
        "数据目录：数据库、提交的文件、学员主目录、密钥、日志都在里面。相对路径从代码目录算起。",
    ),
    Setting(
        "LUOJIAO_ADDRESS",
        "http://portal.localhost:8000",
        "用户在浏览器里打开的地址。写主机名时，门户、Hub、看板和每个学员的环境各有自己的域名；"
        "写 IP 地址时只用路径区分（精简隔离模式，启动时会提醒）。",
    ),
    Setting("LUOJIAO_BIND", "127.0.0.1", "代理监听的网卡地址；让别的电脑访问时写 0.0.0.0。"),
    Setting(
        "LUOJIAO_PORT",
        "",
        "代理监听的端口；空着就用 LUOJIAO_ADDRESS 里的端口。内部服务用它后面的六个端口，只在本机可见。",
    ),
    Setting("LUOJIAO_DATABASE_URL", "", "外部 PostgreSQL（15 及以上）的地址；空着就启动自带的 PostgreSQL。"),
    Setting("LUOJIAO_DEMO", "1", "首次启动时建立演示城市：1 建小规模（40 所学校），xs 建最小规模，0 不建。"),
    Setting(
        "LUOJIAO_ALLOW_SYNTHETIC_ID", "", "1 表示接受地区码 999999 的测试身份证号；空着时随 LUOJIAO_DEMO。"
    ),
    Setting("LUOJIAO_MAX_UPLOAD_MB", "20", "一次提交的上限（兆字节）。"),
    Setting("LUOJIAO_GRADERS", "1", "同时评分的份数。"),
    Setting(
        "LUOJIAO_LEASE_SECONDS",
        "30",
        "评分进程多少秒没有动静就算不在了，它手里的评分由别的（或重启后的）进程接手。",
    ),
    Setting(
        "LUOJIAO_SAMPLE_AT",
        "02:30",
        "每晚几点（北京时间，时:分）起抽一些以前的评阅再评一遍，核对结果是否一样。那时没有运行，就在下次启动后补抽。",
    ),
    Setting("LUOJIAO_SAMPLE_SIZE", "20", "每晚抽几份；0 表示不抽。"),
    Setting("LUOJIAO_IDLE_MINUTES", "30", "门户无操作多少分钟后要重新登录；学习环境空闲多少分钟后关闭。"),
    Setting("LUOJIAO_SANDBOX_UID", "64000", "以 root 运行时，评分和学员环境降到的数字用户号的起点。"),
)


@dataclass(frozen=True)
class Settings:
    """The settings in force, parsed; paths are absolute, addresses carry no trailing slash."""

    home: Path
    address: str
    bind: str
    port: int
    database_url: str
    demo: str
    allow_synthetic_id: bool
    max_upload_bytes: int
    graders: int
    lease_seconds: int
    sample_at: tuple[int, int]  # hour and minute in Beijing
    sample_size: int
    idle_minutes: int
    sandbox_uid: int

    @property
    def host_mode(self) -> bool:
        """True where portal, Hub, boards and rooms have a host name each; False behind a bare IP address."""
        return not _is_ip(self._host)

    @property
    def _host(self) -> str:
        return urlsplit(self.address).hostname or ""

    def _sibling(self, name: str, path: str) -> str:
        """The public address of a service: ``name.domain`` in host mode, ``/path`` behind an IP address."""
        if not self.host_mode:
            return f"{self.address}/{path}"
        parts = urlsplit(self.address)
        domain = self._host.partition(".")[2] or "localhost"
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{name}.{domain}{port}"

    @property
    def hub_url(self) -> str:
        """Where a browser reaches JupyterHub; rooms are ``<login>.`` before its host in host mode."""
        return self._sibling("hub", "jupyter")

    @property
    def boards_url(self) -> str:
        """Where a browser reaches the Voilà dashboards."""
        return self._sibling("boards", "boards")

    # Services find each other on 127.0.0.1, never by public name: *.localhost need not resolve outside a browser.
    @property
    def proxy_api(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def hub_internal(self) -> str:
        """Origin of the Hub's own listener (its API lives under ``hub_base``hub/api)."""
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def portal_internal(self) -> str:
        return f"http://127.0.0.1:{self.port + 3}"

    @property
    def boards_internal(self) -> str:
        return f"http://127.0.0.1:{self.port + 4}"

    @property
    def hub_base(self) -> str:
        """Path prefix of the Hub, with both slashes."""
        return "/" if self.host_mode else "/jupyter/"

    @property
    def boards_base(self) -> str:
        return "/" if self.host_mode else "/boards/"

    @property
    def database_dir(self) -> Path:
        return self.home / "postgres"

    @property
    def files_dir(self) -> Path:
        """Content-addressed store of submissions and releases."""
        return self.home / "files"

    @property
    def homes_dir(self) -> Path:
        """One folder a learner, named by login."""
        return self.home / "homes"

    @property
    def secrets_dir(self) -> Path:
        return self.home / "secrets"

    @property
    def logs_dir(self) -> Path:
        return self.home / "logs"

    @property
    def run_dir(self) -> Path:
        """Pid files and sockets of the running services."""
        return self.home / "run"

    @property
    def catalogue_dir(self) -> Path:
        return CHECKOUT / "courses" / "catalogue"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ`` (the process's own by default).

    Raises SettingError, in Chinese, for a value that cannot be used and for an unknown LUOJIAO_ name.
    """
    env = os.environ if environ is None else environ
    known = {s.name: s.default for s in SETTINGS}
    unknown = sorted(k for k in env if k.startswith("LUOJIAO_") and k not in known and k not in _NOT_SETTINGS)
    if unknown:
        raise SettingError(f"不认识的设置 {unknown[0]}；全部设置见 docs/reference/settings.md。")
    value = {name: env.get(name, default).strip() for name, default in known.items()}
    address = value["LUOJIAO_ADDRESS"].rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise SettingError(f"LUOJIAO_ADDRESS 要写成 http://主机名:端口，现在是 {address!r}。")
    default_port = parts.port or (443 if parts.scheme == "https" else 80)
    demo = value["LUOJIAO_DEMO"].lower()
    if demo not in ("0", "1", "xs"):
        raise SettingError(f"LUOJIAO_DEMO 只能是 0、1 或 xs，现在是 {demo!r}。")
    return Settings(
        home=(CHECKOUT / Path(value["LUOJIAO_HOME"]).expanduser()).resolve(),
        address=address,
        bind=value["LUOJIAO_BIND"],
        port=_whole(value, "LUOJIAO_PORT", 1, 65529) if value["LUOJIAO_PORT"] else default_port,
        database_url=value["LUOJIAO_DATABASE_URL"],
        demo=demo,
        allow_synthetic_id=(value["LUOJIAO_ALLOW_SYNTHETIC_ID"] or ("0" if demo == "0" else "1")) == "1",
        max_upload_bytes=_whole(value, "LUOJIAO_MAX_UPLOAD_MB", 1, 200) * 1024 * 1024,
        graders=_whole(value, "LUOJIAO_GRADERS", 1, 64),
        lease_seconds=_whole(value, "LUOJIAO_LEASE_SECONDS", 2, 600),
        sample_at=_time_of_day(value["LUOJIAO_SAMPLE_AT"]),
        sample_size=_whole(value, "LUOJIAO_SAMPLE_SIZE", 0, 10_000),
        idle_minutes=_whole(value, "LUOJIAO_IDLE_MINUTES", 5, 24 * 60),
        sandbox_uid=_whole(value, "LUOJIAO_SANDBOX_UID", 1000, 2**31 - 2**24),
    )


# Read by tests and by processes that the platform starts; no operator sets them (the last one: see hub.faults).
_NOT_SETTINGS = frozenset({
    "LUOJIAO_REQUIRE_BROWSER", "LUOJIAO_PORTAL", "LUOJIAO_VIEWER_TOKEN", "LUOJIAO_TEST_DATABASE", "LUOJIAO_MARK", "LUOJIAO_FAULT",
})  # fmt: skip


def _whole(value: Mapping[str, str], name: str, low: int, high: int) -> int:
    try:
        number = int(value[name])
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise SettingError(f"{name} 要写 {low} 到 {high} 的整数，现在是 {value[name]!r}。")
    return number


def _time_of_day(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if found is None:
        raise SettingError(f"LUOJIAO_SAMPLE_AT 要写成 时:分，例如 02:30，现在是 {text!r}。")
    return int(found[1]), int(found[2])


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
