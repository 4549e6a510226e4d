"""The environment variables that set the platform: their names, defaults and help, and how their text is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


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
    Setting(
        "LUOJIAO_OWNER_DATABASE_URL",
        "",
        "外部 PostgreSQL 里拥有数据表的那个账号的地址，只在启动时建表、升级用；"
        "空着也能运行，但审计日志防不住平台自己的数据库账号，启动时和 make doctor 会提醒。自带的数据库不用写。",
    ),
    Setting("LUOJIAO_DEMO", "1", "首次启动时建立演示城市：1 建小规模（40 所学校），xs 建最小规模，0 不建。"),
    Setting(
        "LUOJIAO_ALLOW_SYNTHETIC_ID", "", "1 表示接受地区码 999999 的测试身份证号；空着时随 LUOJIAO_DEMO。"
    ),
    Setting(
        "LUOJIAO_SECOND_FACTOR",
        "",
        "1 表示教育局、人事、人社、评审专家、人员信息管理员和三种管理员登录时还要手机动态码；0 不要，页面上会提醒；"
        "空着时有演示城市就不要，没有就要。",
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
    Setting(
        "LUOJIAO_ROOMS",
        "warm",
        "学习环境怎样启动：warm 从预热的进程分叉；cold 在墙里起普通进程；"
        "open 不建墙，只给一人一个的容器和开发者自己的电脑用，启动时会提醒。",
    ),
    Setting(
        "LUOJIAO_ROOM_MEMORY_MB",
        "2048",
        "一个学习环境的内存上限（兆字节，256 起）；超过时占用最多的那个程序被结束，笔记本里有提示（warm）；open 没有这条上限。",
    ),
    Setting(
        "LUOJIAO_ROOM_DISK_MB",
        "2048",
        "一个学员主目录的容量上限（兆字节，50 起）；超过时正在运行的程序被结束，笔记本里有提示。只有 warm 有这条上限。",
    ),
    Setting(
        "LUOJIAO_ROOMS_AT_ONCE",
        "0",
        "同时打开的学习环境最多几个；再来的人看到排队页，按先后自动进入。0 表示按这台机器的内存算。",
    ),
    Setting(
        "LUOJIAO_ROOM_PROCESSES",
        "512",
        "一个学习环境里进程和线程的总数上限（64 起）；open 没有这条上限。",
    ),
    Setting(
        "LUOJIAO_BOARDS_AT_ONCE",
        "24",
        "同时打开的看板最多几块（每块约 26 MB 内存）；再来的人看到请稍候的页面。",
    ),
    Setting(
        "LUOJIAO_ASSETS",
        "",
        "学习环境的页面从哪个地址取脚本和样式，例如学校镜像的 https://static.example.cn；空着就从 LUOJIAO_ADDRESS 取。",
    ),
    Setting("LUOJIAO_SANDBOX_UID", "64000", "以 root 运行时，评分和学员环境降到的数字用户号的起点。"),
)

# Read by tests and by processes that the platform starts; no operator sets them (the last one: see hub.faults).
_NOT_SETTINGS = frozenset({
    "LUOJIAO_REQUIRE_BROWSER", "LUOJIAO_PORTAL", "LUOJIAO_VIEWER_TOKEN", "LUOJIAO_TEST_DATABASE", "LUOJIAO_MARK", "LUOJIAO_FAULT",
})  # fmt: skip


def whole(value: Mapping[str, str], name: str, low: int, high: int) -> int:
    try:
        number = int(value[name])
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise SettingError(f"{name} 要写 {low} 到 {high} 的整数，现在是 {value[name]!r}。")
    return number


def one_of(value: Mapping[str, str], name: str, *words: str) -> str:
    if (word := value[name].lower()) not in words:
        raise SettingError(f"{name} 只能是 {'、'.join(words[:-1])} 或 {words[-1]}，现在是 {word!r}。")
    return word


def time_of_day(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if found is None:
        raise SettingError(f"LUOJIAO_SAMPLE_AT 要写成 时:分，例如 02:30，现在是 {text!r}。")
    return int(found[1]), int(found[2])


def texts(env: Mapping[str, str]) -> dict[str, str]:
    """Every setting's text, its default where ``env`` does not name it. Raises SettingError for an unknown LUOJIAO_ name."""
    known = {s.name: s.default for s in SETTINGS}
    unknown = sorted(k for k in env if k.startswith("LUOJIAO_") and k not in known and k not in _NOT_SETTINGS)
    if unknown:
        raise SettingError(f"不认识的设置 {unknown[0]}；全部设置见 docs/reference/settings.md。")
    return {name: env.get(name, default).strip() for name, default in known.items()}
