"""What the supervisor tells the service, by environment variables; one that is missing stops the start with its name."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent

MAX_KERNELS = 24  # kernels at once, for all viewers; each takes some 25 MB
MAX_PER_VIEWER = 3  # opening one more closes this viewer's oldest
IDLE_SECONDS = 300  # a board that nobody touches sleeps after this, also while its page is open
ABANDONED_SECONDS = 8  # a kernel without a page goes after this; a page that reconnects is back sooner
CHECK_SECONDS = 8  # how long the portal's word for a session is good; plus WATCH_SECONDS it is under 15
WATCH_SECONDS = 4  # how often open pages are looked after
RENDER_SECONDS = 60  # longer than this no page takes to open

# name of the notebook, which is its address -> title
BOARDS = {"my-competencies": "我的能力", "city-overview": "全市概览"}


class StartError(RuntimeError):
    """The service was started without something it cannot do without."""


@dataclass(frozen=True)
class Environment:
    """The service's settings; addresses and paths as ``dashboards.service`` documents them."""

    port: int
    base: str
    public_url: str
    portal_internal: str
    portal_public: str
    hub_logout_url: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    max_kernels: int = MAX_KERNELS
    idle_seconds: int = IDLE_SECONDS

    @property
    def callback(self) -> str:
        """Where the portal sends a browser back to; registered there letter by letter."""
        return f"{self.public_url}/oidc/callback"

    @property
    def secure(self) -> bool:
        """Whether cookies may travel over TLS only."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str]) -> Environment:
    """Read the settings from ``environ``."""

    def one(name: str) -> str:
        value = environ.get(f"BOARDS_{name}", "").strip()
        if not value:
            raise StartError(
                f"缺少环境变量 BOARDS_{name}；看板服务由 luojiao up 启动，变量见 dashboards/service.py。"
            )
        return value

    base = one("BASE")
    if not (base.startswith("/") and base.endswith("/")):
        raise StartError(f"BOARDS_BASE 要以 / 开头和结尾，现在是 {base!r}。")
    return Environment(
        port=int(one("PORT")),
        base=base,
        public_url=one("PUBLIC_URL").rstrip("/"),
        portal_internal=one("PORTAL_INTERNAL").rstrip("/"),
        portal_public=one("PORTAL_PUBLIC").rstrip("/"),
        hub_logout_url=one("HUB_LOGOUT_URL"),
        client_secret=one("CLIENT_SECRET"),
        cookie_secret=one("COOKIE_SECRET"),
        max_kernels=int(environ.get("BOARDS_MAX_KERNELS", "") or MAX_KERNELS),
        idle_seconds=int(environ.get("BOARDS_IDLE_SECONDS", "") or IDLE_SECONDS),
    )


# LUOJIAO_MARK tells the supervisor which processes are ours.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "LUOJIAO_MARK")


def for_kernel(environ: Mapping[str, str], portal: str, token: str) -> dict[str, str]:
    """All that a viewer's kernel is told: where programs are, where the portal is, and that viewer's own token."""
    kept = {name: environ[name] for name in _KEPT if name in environ}
    return (
        kept
        | {
            "PYTHONPATH": str(HERE.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PLOTLY_RENDERER": "plotly_mimetype",  # a figure as its data; its default sends all of plotly.js with it
            "LUOJIAO_PORTAL": portal,
            "LUOJIAO_VIEWER_TOKEN": token,
        }
    )


def forget_secrets(environ: MutableMapping[str, str]) -> None:
    """Take our own secrets out of the process's environment once they have been read."""
    for name in ("BOARDS_CLIENT_SECRET", "BOARDS_COOKIE_SECRET"):
        environ.pop(name, None)
