"""The settings in force, and what follows from them: addresses, folders."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hub.environment import SettingError, one_of, texts, time_of_day, whole

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The settings in force, parsed; paths are absolute, addresses carry no trailing slash."""

    home: Path
    address: str
    bind: str
    port: int
    database_url: str
    owner_database_url: str
    demo: str
    allow_synthetic_id: bool
    second_factor: bool
    max_upload_bytes: int
    graders: int
    lease_seconds: int
    sample_at: tuple[int, int]  # hour and minute in Beijing
    sample_size: int
    idle_minutes: int
    sandbox_uid: int
    rooms: str
    room_memory_mb: int
    room_disk_mb: int
    room_processes: int
    rooms_at_once: int
    boards_at_once: int
    assets: str  # origin that rooms' pages fetch their scripts from

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
    def assets_dir(self) -> Path:
        """Packed copies of what browsers fetch; may be deleted at any time."""
        return self.home / "assets"

    @property
    def homes_dir(self) -> Path:
        """One folder a learner, named by login."""
        return self.home / "homes"

    @property
    def secrets_dir(self) -> Path:
        return self.home / "secrets"

    @property
    def audit_dir(self) -> Path:
        """Signed checkpoints of the audit log, and how far it was found whole."""
        return self.home / "audit"

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
    value = texts(env)
    address = value["LUOJIAO_ADDRESS"].rstrip("/")
    parts = urlsplit(_origin("LUOJIAO_ADDRESS", address))
    default_port = parts.port or (443 if parts.scheme == "https" else 80)
    demo = one_of(value, "LUOJIAO_DEMO", "0", "1", "xs")
    return Settings(
        home=(CHECKOUT / Path(value["LUOJIAO_HOME"]).expanduser()).resolve(),
        address=address,
        bind=value["LUOJIAO_BIND"],
        port=whole(value, "LUOJIAO_PORT", 1, 65529) if value["LUOJIAO_PORT"] else default_port,
        database_url=value["LUOJIAO_DATABASE_URL"],
        owner_database_url=value["LUOJIAO_OWNER_DATABASE_URL"],
        demo=demo,
        allow_synthetic_id=(value["LUOJIAO_ALLOW_SYNTHETIC_ID"] or ("0" if demo == "0" else "1")) == "1",
        second_factor=_yes(value, "LUOJIAO_SECOND_FACTOR", demo == "0"),
        max_upload_bytes=whole(value, "LUOJIAO_MAX_UPLOAD_MB", 1, 200) * 1024 * 1024,
        graders=whole(value, "LUOJIAO_GRADERS", 1, 64),
        lease_seconds=whole(value, "LUOJIAO_LEASE_SECONDS", 2, 600),
        sample_at=time_of_day(value["LUOJIAO_SAMPLE_AT"]),
        sample_size=whole(value, "LUOJIAO_SAMPLE_SIZE", 0, 10_000),
        idle_minutes=whole(value, "LUOJIAO_IDLE_MINUTES", 5, 24 * 60),
        sandbox_uid=whole(value, "LUOJIAO_SANDBOX_UID", 1000, 2**31 - 2**24),
        rooms=one_of(value, "LUOJIAO_ROOMS", "warm", "cold", "open"),
        room_memory_mb=whole(value, "LUOJIAO_ROOM_MEMORY_MB", 256, 1024 * 1024),
        room_disk_mb=whole(value, "LUOJIAO_ROOM_DISK_MB", 50, 1024 * 1024),
        room_processes=whole(value, "LUOJIAO_ROOM_PROCESSES", 64, 32_768),
        rooms_at_once=whole(value, "LUOJIAO_ROOMS_AT_ONCE", 0, 100_000),
        boards_at_once=whole(value, "LUOJIAO_BOARDS_AT_ONCE", 1, 10_000),
        assets=_origin("LUOJIAO_ASSETS", value["LUOJIAO_ASSETS"] or address),
    )


def _yes(value: Mapping[str, str], name: str, otherwise: bool) -> bool:
    return one_of(value, name, "0", "1") == "1" if value[name] else otherwise


def _origin(name: str, address: str) -> str:
    origin = address.rstrip("/")
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise SettingError(f"{name} 要写成 http://主机名:端口，现在是 {address!r}。")
    return origin


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
