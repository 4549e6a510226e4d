"""What runs on this machine, as data: how each is started, what it is told, how it shows that it lives."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hub.environment import SETTINGS
from hub.identity.secrets import secret
from hub.operations import node
from hub.operations.database import Embedded
from hub.operations.processes import MARK, mark
from hub.settings import CHECKOUT, Settings

ERROR_PAGES = Path(__file__).parent / "error_pages"
HEARTBEAT_SECONDS = 60


@dataclass(frozen=True)
class Service:
    """One long-running process. ``healthy`` is asked about once a second and must answer within two."""

    name: str
    title: str
    argv: list[str]
    env: dict[str, str]
    healthy: Callable[[], bool]
    port: int | None = None
    # Without an essential service nothing works: the platform does not stay up when one cannot start.
    essential: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 15
    # What it gets when the supervisor was killed. Nobody is left to wait for a clean end, and none is needed.
    orphan_signal: signal.Signals = signal.SIGKILL
    identity: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One process that runs to its end before the next is started."""

    name: str
    title: str
    argv: list[str]
    env: dict[str, str]


@dataclass(frozen=True)
class Databases:
    """The SQLAlchemy URLs of the two databases."""

    platform: str
    hub: str
    owner: str = ""  # the platform's, as the role that owns its tables; where one role is all, there is none


def base_env(settings: Settings) -> dict[str, str]:
    """What every process of ours is told: where things are, and nothing secret."""
    kept = {k: os.environ[k] for k in ("PATH", "HOME", "TZ", "TMPDIR", "LD_LIBRARY_PATH") if k in os.environ}
    chosen = {s.name: os.environ[s.name] for s in SETTINGS if s.name in os.environ}
    chosen = {name: text for name, text in chosen.items() if "DATABASE_URL" not in name}
    kept.setdefault("PATH", os.defpath)
    return kept | chosen | {"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", MARK: mark(settings.home)}


def postgres(server: Embedded, settings: Settings) -> Service:
    """The embedded database as a service."""
    return Service(
        name="postgres",
        title="数据库",
        argv=server.argv(),
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC", MARK: mark(settings.home)},
        healthy=server.ready,
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGINT,
        grace=30,
        identity=server.place.identity(),
    )


def steps(settings: Settings, databases: Databases) -> list[Step]:
    """What must have happened before the services start: tables, and on the first start a city to look at."""
    env = base_env(settings) | {"LUOJIAO_DATABASE_URL": databases.platform}
    owner = {"LUOJIAO_OWNER_DATABASE_URL": databases.owner}
    found = [
        Step("migrate", "数据表", [sys.executable, "-m", "hub.store.migrate"], env | owner),
        Step("founding", "行政区划与能力标准", [sys.executable, "-m", "hub.founding"], env),
    ]
    if settings.demo != "0":
        found.append(Step("demo", "演示城市", [sys.executable, "-m", "hub.demo"], env))
    return found


def services(settings: Settings, databases: Databases) -> list[Service]:
    """The services in the order of their start; they are stopped in the reverse order."""
    return [
        _proxy(settings),
        _portal(settings, databases),
        _hub(settings, databases),
        _boards(settings),
        _worker(settings, databases),
        _culler(settings),
    ]


def _proxy(settings: Settings) -> Service:
    api = urlsplit(settings.proxy_api)
    argv = node.proxy_argv(
        f"--ip={settings.bind}",
        f"--port={settings.port}",
        "--api-ip=127.0.0.1",
        f"--api-port={api.port}",
        # Whatever no route claims is the portal's: it does not depend on the Hub.
        f"--default-target={settings.portal_internal}",
        f"--error-path={ERROR_PAGES}",
        # Its default of five seconds also ends connections over which a thin line still brings what was sent.
        "--keep-alive-timeout=55000",
        "--log-level=warn",
        *(["--host-routing"] if settings.host_mode else []),
    )
    token = secret("proxy_token", settings.secrets_dir)
    return Service(
        name="proxy",
        title="代理",
        argv=argv,
        env=base_env(settings) | {"CONFIGPROXY_AUTH_TOKEN": token},
        healthy=lambda: answers(f"{settings.proxy_api}/api/routes", {"Authorization": f"token {token}"}),
        port=settings.port,
    )


def _portal(settings: Settings, databases: Databases) -> Service:
    return Service(
        name="portal",
        title="门户",
        argv=[sys.executable, "-m", "hub.portal"],
        env=base_env(settings) | {"LUOJIAO_DATABASE_URL": databases.platform},
        healthy=lambda: answers(f"{settings.portal_internal}/healthz"),
        port=urlsplit(settings.portal_internal).port,
    )


def _hub(settings: Settings, databases: Databases) -> Service:
    env = base_env(settings) | {
        "JUPYTERHUB_DATABASE_URL": databases.hub,
        "JPY_COOKIE_SECRET": secret("hub_cookie", settings.secrets_dir),
        "CONFIGPROXY_AUTH_TOKEN": secret("proxy_token", settings.secrets_dir),
        "OAUTH_CLIENT_SECRET": secret("oidc_hub", settings.secrets_dir),
        "HUB_TOKEN_PORTAL": secret("hub_token_portal", settings.secrets_dir),
        "HUB_TOKEN_CULLER": secret("hub_token_culler", settings.secrets_dir),
    }
    return Service(
        name="hub",
        title="学习环境（JupyterHub）",
        argv=[sys.executable, "-m", "jupyterhub", "-f", str(CHECKOUT / "jupyterhub_config.py")],
        env=env,
        healthy=lambda: answers(f"{settings.hub_internal}{settings.hub_base}hub/health"),
        port=urlsplit(settings.hub_internal).port,
        essential=False,
        grace=30,
    )


def _culler(settings: Settings) -> Service:
    alive = settings.run_dir / "culler.pid"
    seconds = settings.idle_minutes * 60
    env = base_env(settings) | {
        "JUPYTERHUB_API_TOKEN": secret("hub_token_culler", settings.secrets_dir),
        "JUPYTERHUB_API_URL": f"{settings.hub_internal}{settings.hub_base}hub/api",
    }
    return Service(
        name="culler",
        title="空闲回收",
        argv=[
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--url={env['JUPYTERHUB_API_URL']}",
            f"--timeout={seconds}",
            f"--cull-every={min(seconds // 4, 300)}",
        ],
        env=env,
        healthy=alive.exists,  # it serves nothing; that it runs is all there is to see
        essential=False,
    )


def _boards(settings: Settings) -> Service:
    # It knows no settings of the platform and no folder of its data: this is all that it is told.
    env = {k: v for k, v in base_env(settings).items() if not k.startswith("LUOJIAO_") or k == MARK}
    env |= {
        "BOARDS_PORT": str(urlsplit(settings.boards_internal).port),
        "BOARDS_BASE": settings.boards_base,
        "BOARDS_PUBLIC_URL": settings.boards_url,
        "BOARDS_PORTAL_INTERNAL": settings.portal_internal,
        "BOARDS_PORTAL_PUBLIC": settings.address,
        "BOARDS_HUB_LOGOUT_URL": f"{settings.hub_url}/hub/logout",
        "BOARDS_MAX_KERNELS": str(settings.boards_at_once),
        "BOARDS_CLIENT_SECRET": secret("oidc_boards", settings.secrets_dir),
        "BOARDS_COOKIE_SECRET": secret("boards_cookie", settings.secrets_dir),
    }
    return Service(
        name="boards",
        title="看板（Voilà）",
        argv=[sys.executable, "-m", "dashboards.service"],
        env=env,
        healthy=lambda: answers(f"{settings.boards_internal}{settings.boards_base}healthz"),
        port=urlsplit(settings.boards_internal).port,
        essential=False,
    )


def _worker(settings: Settings, databases: Databases) -> Service:
    heartbeat = settings.run_dir / "worker.alive"
    return Service(
        name="worker",
        title="自动评分",
        argv=[sys.executable, "-m", "hub.worker"],
        env=base_env(settings) | {"LUOJIAO_DATABASE_URL": databases.platform},
        healthy=lambda: beats(heartbeat),
        essential=False,
        grace=30,
    )


def answers(url: str, headers: Mapping[str, str] | None = None) -> bool:
    """Whether ``url`` answers with success within two seconds; no proxy of the environment is asked."""
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - our own addresses
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=2) as answer:
            return bool(200 <= answer.status < 400)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def beats(path: Path) -> bool:
    """Whether the file was touched lately."""
    try:
        return time.time() - path.stat().st_mtime < HEARTBEAT_SECONDS
    except OSError:
        return False
