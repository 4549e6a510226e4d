"""The embedded PostgreSQL: made at first use, run as a child on a unix socket, whole after a crash."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from hub.identity.secrets import secret
from hub.operations import database_roles, processes
from hub.operations.database_roles import DATABASES, ROLE
from hub.operations.postgres_place import DatabaseError, Place, choose

SUPERUSER = "postgres"
MAJOR = "18"


@dataclass(frozen=True)
class Embedded:
    """One embedded server: where it lives and where its passwords are kept."""

    place: Place
    secrets_dir: Path

    @property
    def data_dir(self) -> Path:
        return self.place.data_dir

    def prepare(self) -> None:
        """Make the cluster if it is not there, and clear away what a crash left. Raises DatabaseError."""
        self.place.own(self.place.socket_dir)
        version = self.data_dir / "PG_VERSION"
        if not version.exists():
            self._initialise()
        elif (found := version.read_text(encoding="ascii").strip()) != MAJOR:
            raise DatabaseError(
                f"{self.data_dir} 是 PostgreSQL {found} 的数据，自带的是 {MAJOR}：请用旧版本导出后再导入。"
            )
        # A server that outlived its supervisor would keep the folder; one that was killed leaves its pid
        # behind, and after a reboot that number may be somebody else's.
        processes.end(processes.inside(self.data_dir, "postgres"), grace=10, first=signal.SIGINT)
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Run initdb aside and move the result into place: half a cluster is never taken for a whole one."""
        aside = self.data_dir.with_name(self.data_dir.name + ".new")
        password = self.place.socket_dir / "password"
        for locale in ("C.UTF-8", "C"):
            shutil.rmtree(aside, ignore_errors=True)
            self.place.own(aside)
            password.write_text(self._password(SUPERUSER) + "\n", encoding="ascii")
            if self.place.uid is not None and self.place.gid is not None:
                os.chown(password, self.place.uid, self.place.gid)
            try:
                done = subprocess.run(
                    [
                        *self.place.with_a_name(),
                        str(self.place.programs / "initdb"),
                        f"--pgdata={aside}",
                        f"--username={SUPERUSER}",
                        f"--pwfile={password}",
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        f"--locale={locale}",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums",
                        "--text-search-config=simple",
                    ],
                    env=_environment(),
                    cwd="/",
                    capture_output=True,
                    text=True,
                    check=False,
                    **self.place.identity(),  # type: ignore[call-overload]
                )
            finally:
                password.unlink()
            if done.returncode == 0:
                aside.rename(self.data_dir)
                return
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise DatabaseError(
            f"建立数据库失败（{reason}）：请检查 {self.data_dir.parent} 是否可写、空间是否够。"
        )

    def argv(self, *, durable: bool = True) -> list[str]:
        """How to run the server in the foreground; it listens on the unix socket alone."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
        }
        if not durable:  # throw-away servers of tests
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self.place.programs / "postgres"), "-D", str(self.data_dir), *flags]

    def ready(self) -> bool:
        """Whether the server takes connections now."""
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise DatabaseError(
                    f"数据库的密码与 {self.secrets_dir} 里的不一致：请从备份恢复 {self.secrets_dir}。"
                ) from None
            return False
        return True

    def wait_ready(self, process: subprocess.Popen[bytes] | None = None, timeout: float = 60) -> None:
        """Wait until the server takes connections. Raises DatabaseError when it ends or time is up."""
        deadline = time.monotonic() + timeout
        while not self.ready():
            if process is not None and process.poll() is not None:
                raise DatabaseError(f"数据库启动后退出（代码 {process.returncode}）。")
            if time.monotonic() > deadline:
                raise DatabaseError(f"数据库 {timeout:.0f} 秒内没有就绪。")
            time.sleep(0.05)

    def ensure_databases(self, names: tuple[str, ...] = DATABASES) -> None:
        """Make the roles and databases that are missing, and give each database to its owner."""
        database_roles.ensure(self._connect, self._password, names)

    def url(self, name: str, role: str = ROLE) -> str:
        """The SQLAlchemy URL of one database, for the application's role or the owner's."""
        socket = quote(str(self.place.socket_dir), safe="")
        return f"postgresql+psycopg://{role}:{self._password(role)}@/{name}?host={socket}"

    def _password(self, role: str) -> str:
        return secret(f"database_{role}", self.secrets_dir)

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.place.socket_dir),
            dbname=database,
            user=SUPERUSER,
            password=self._password(SUPERUSER),
            connect_timeout=5,
            autocommit=True,
        )


def at(data_dir: Path, run_dir: Path, secrets_dir: Path) -> Embedded:
    """The embedded server of these folders, placed where this user can run it."""
    return Embedded(choose(data_dir, run_dir), secrets_dir)


def start(server: Embedded, log: Path, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Start a prepared server as a child that ends with us; its messages go to ``log``."""
    with log.open("ab") as stream:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            server.argv(durable=durable),
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            preexec_fn=processes.ends_with_parent(signal.SIGINT),  # noqa: PLW1509 - no threads here
            **server.place.identity(),  # type: ignore[call-overload]
        )
    return process


def stop(process: subprocess.Popen[bytes], grace: float = 30) -> None:
    """Stop fast (SIGINT: sessions are closed, data is written out); kill when that takes too long."""
    with contextlib.suppress(psutil.NoSuchProcess):
        processes.end([psutil.Process(process.pid)], grace, first=signal.SIGINT)
    process.wait(5)


@contextlib.contextmanager
def embedded(folder: Path, *, durable: bool = False) -> Iterator[Embedded]:
    """A running server whose data, passwords, socket and log lie in ``folder``; for tests.

    ``with embedded(tmp_path) as server: create_engine(server.url("luojiao"))``. The folder can be used again;
    but under root, in a folder that others cannot enter, the data is elsewhere and goes away in the end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = at(folder / "postgres", folder / "run", folder / "secrets")
    if not server.data_dir.is_relative_to(folder):
        shutil.rmtree(server.data_dir, ignore_errors=True)
    server.prepare()
    process = start(server, folder / "postgres.log", durable=durable)
    try:
        server.wait_ready(process)
        server.ensure_databases()
        yield server
    finally:
        stop(process)
        if not server.data_dir.is_relative_to(folder):
            shutil.rmtree(server.data_dir.parent)


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}
