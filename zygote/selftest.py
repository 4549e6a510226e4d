"""Try the walls from inside before anything untrusted runs; if one holds nothing back, refuse to go on."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from zygote import cgroups
from zygote.errors import TemplateBroken, WallsMissing
from zygote.spec import Limits, TemplateSpec, WallSpec
from zygote.template import Template
from zygote.walls import run

NAMES = {
    "network": "网络",
    "foreign_file": "外部文件",
    "processes": "外部进程",
    "forks": "进程数量",
    "disk": "磁盘空间",
    "system": "系统目录只读",
    "environment": "环境变量与描述符",
    "privileges": "系统特权",
    "identity": "运行身份",
}
FORK_NAMES = {f"fork_{key}": f"预热进程的{name}" for key, name in NAMES.items()} | {
    "fork_template": "预热母进程",
    "fork_leftovers": "前一份作业的文件",
    "fork_calls": "系统调用过滤",
}
NAMES |= FORK_NAMES
_PROBE = Path(__file__).resolve().parent / "inside" / "probe.py"
_INSIDE = "/luojiao/probe.py"
_LIMITS = Limits(wall_seconds=30.0, cpu_seconds=20)


@dataclass(frozen=True)
class WallCheck:
    """One wall, tried: `ok` is True only if the attempt was made and reached nothing."""

    name: str
    ok: bool
    detail: str


def check_walls() -> tuple[WallCheck, ...]:
    """Make every attempt from behind the walls; raise WallsMissing when they cannot even be put up."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        name = f"luojiao-{secrets.token_hex(8)}"
        abstract.bind("\0" + name)
        abstract.listen()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="luojiao-probe-")))
        canary = folder / "canary"
        canary.write_text(secrets.token_hex(8), "ascii")
        canary.chmod(0o644)
        folder.chmod(0o755)
        arguments: dict[str, list[str]] = {
            "network": [str(listener.getsockname()[1]), name],
            "foreign_file": [str(canary)],
            "processes": [str(os.getpid())],
            "system": [sys.prefix, sys.base_prefix],
            "environment": [],
            "privileges": [],
            "identity": [],
            "disk": [],
            "forks": [],
        }
        answers = _ask(arguments)
        answers |= {f"fork_{key}": value for key, value in _ask_fork(arguments).items()}
    return tuple(_judge(key, answers) for key in NAMES)


def require_walls() -> None:
    """Return only if every wall holds; otherwise raise WallsMissing with one sentence fit to be shown."""
    broken = [check for check in check_walls() if not check.ok]
    if broken:
        raise WallsMissing(
            "walls.leaky", "；".join(f"{NAMES[check.name]}：{check.detail}" for check in broken)
        )


def _ask(arguments: dict[str, list[str]]) -> dict[str, str]:
    spec = WallSpec(
        argv=(sys.executable, "-I", "-S", "-B", _INSIDE, json.dumps(arguments)),
        env={"PATH": "/usr/bin:/bin"},
        read_only=((str(_PROBE), _INSIDE),),
        limits=_LIMITS,
    )
    outcome = run(spec)
    return _strings(outcome.stdout)


def _strings(text: bytes) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _ask_fork(arguments: dict[str, list[str]]) -> dict[str, str]:
    """The same attempts from a fork of a template, after an earlier fork left something to find."""
    spec = TemplateSpec(
        name="selftest",
        module="probe_fork",
        argument={"probe": "probe"},
        path=("/luojiao",),
        read_only=(
            (str(_PROBE), _INSIDE),
            (str(_PROBE.with_name("probe_fork.py")), "/luojiao/probe_fork.py"),
        ),
        env={"PATH": "/usr/bin:/bin"},
    )
    own = {"template": [], "leftovers": [], "calls": [], "identity": [str(os.geteuid())]}
    try:
        template = Template.start(spec)
        try:
            _answer(template, {"leave": []})
            # What looks at processes and files comes before what makes them.
            return _answer(template, own | arguments | own)
        finally:
            template.close()
    except TemplateBroken as broken:
        raise WallsMissing("walls.setup", broken.detail) from broken


def _answer(template: Template, wanted: dict[str, list[str]]) -> dict[str, str]:
    out, into = os.pipe()
    with os.fdopen(out, "rb") as told:
        try:
            forked = template.fork(json.dumps(wanted).encode(), (into,), _LIMITS)
        finally:
            os.close(into)
        text = told.read()
        forked.finish()
    return _strings(text)


def cgroup_kind() -> str:
    """v1, v2, or nothing where memory is bounded by limits of each process and by weighing from time to time."""
    group = cgroups.make(_LIMITS.memory_bytes, _LIMITS.processes)
    group.remove()
    return group.kind


def _judge(name: str, answers: dict[str, str]) -> WallCheck:
    if name not in answers:
        return WallCheck(name, False, "没有得到自检结果")
    reached = answers[name]
    return WallCheck(name, not reached, reached or "挡住了")
