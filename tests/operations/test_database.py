"""The embedded PostgreSQL: first start, stop, kill -9, stale pid files, passwords."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from hub.operations import database, external_database, log_fence
from hub.operations.database import Embedded, embedded
from hub.operations.database_roles import OWNER, ROLE
from hub.operations.postgres_place import DatabaseError, choose
from hub.store.migrate import migrate
from hub.store.roles import ways_around


@pytest.fixture
def folder() -> Iterator[Path]:
    """Unlike tmp_path, a folder that the database's own user can enter when the tests run as root."""
    path = Path(tempfile.mkdtemp(prefix="lj-db-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def write(server: Embedded, value: int) -> None:
    with create_engine(server.url("luojiao", OWNER)).begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS kept (value int)"))
        connection.execute(text("INSERT INTO kept VALUES (:value)"), {"value": value})


def read(server: Embedded) -> list[int]:
    with create_engine(server.url("luojiao", OWNER)).connect() as connection:
        return [row[0] for row in connection.execute(text("SELECT value FROM kept ORDER BY value"))]


def test_data_outlives_a_stop_and_a_kill(folder: Path) -> None:
    with embedded(folder, durable=True) as server:
        write(server, 1)
    server = database.at(folder / "postgres", folder / "run", folder / "secrets")
    server.prepare()
    process = database.start(server, folder / "log")
    server.wait_ready(process)
    write(server, 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert (server.data_dir / "postmaster.pid").exists()
    with embedded(folder) as again:
        assert read(again) == [1, 2]


def test_a_pid_file_that_names_somebody_else_does_not_stop_the_start(folder: Path) -> None:
    with embedded(folder) as server:
        pass
    # After a reboot of a container the number in the file often belongs to another process.
    (server.data_dir / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data_dir}\n")
    with embedded(folder) as again:
        assert again.ready()


def test_a_server_that_outlived_its_supervisor_is_ended_first(folder: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from hub.operations import database as d; f = Path(sys.argv[1]);"
        "s = d.at(f / 'postgres', f / 'run', f / 'secrets'); s.prepare();"
        "d.processes.ends_with_parent = lambda signal: (lambda: None);"
        "p = d.start(s, f / 'log'); s.wait_ready(p); s.ensure_databases(); print(p.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    outlived = psutil.Process(int(done.stdout))
    with embedded(folder) as server:
        assert server.ready()
    assert not outlived.is_running() or outlived.status() == psutil.STATUS_ZOMBIE


def test_nobody_comes_in_without_the_password(folder: Path) -> None:
    with embedded(folder) as server:
        for user in ("postgres", "luojiao"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(
                    host=str(server.place.socket_dir), dbname="luojiao", user=user, password="luojiao"
                )
        for name in ("database_postgres", "database_luojiao"):
            assert stat.S_IMODE((folder / "secrets" / name).stat().st_mode) == 0o600
        with create_engine(server.url("luojiao")).connect() as connection:
            settings = dict(connection.execute(text("SELECT name, setting FROM pg_settings")).all())
    assert settings["listen_addresses"] == ""
    assert settings["data_checksums"] == "on"
    assert settings["server_encoding"] == "UTF8"


def test_secrets_that_do_not_match_are_one_line(folder: Path) -> None:
    with embedded(folder):
        pass
    shutil.rmtree(folder / "secrets")
    with pytest.raises(DatabaseError, match="从备份恢复"), embedded(folder):
        pass


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    deep = folder / ("很长的目录" * 8)
    with embedded(deep) as server:
        assert len(os.fsencode(server.place.socket_dir)) < 90
        write(server, 1)


def test_a_start_and_a_stop_are_quick(folder: Path) -> None:
    start = time.monotonic()
    with embedded(folder):
        pass
    assert time.monotonic() - start < 15


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a user for PostgreSQL")
def test_under_root_a_closed_folder_moves_the_data_and_says_so(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    place = choose(closed / "home" / "postgres", closed / "home" / "run")
    assert "/var/lib/luojiao/" in str(place.data_dir)
    assert str(place.data_dir) in place.notice
    with embedded(closed) as server:
        write(server, 1)
        data = server.data_dir
    assert not data.exists()


def test_an_external_database_is_checked_and_the_second_one_made(folder: Path) -> None:
    with embedded(folder) as server:
        with psycopg.connect(
            host=str(server.place.socket_dir),
            dbname="postgres",
            user="postgres",
            password=(folder / "secrets" / "database_postgres").read_text().strip(),
            autocommit=True,
        ) as boss:
            with pytest.raises(DatabaseError, match="luojiao_hub"):
                external_database.connect_external(server.url("luojiao"))
            boss.execute("ALTER ROLE luojiao CREATEDB")
        platform, hub = external_database.connect_external(server.url("luojiao"))
        assert platform == server.url("luojiao")
        with create_engine(hub).connect() as connection:
            assert connection.execute(text("SELECT current_database()")).scalar() == "luojiao_hub"


def boss(server: Embedded, folder: Path, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.place.socket_dir),
        dbname=database,
        user="postgres",
        password=(folder / "secrets" / "database_postgres").read_text().strip(),
        autocommit=True,
    )


def test_a_cluster_where_the_application_owned_everything_is_taken_over_and_loses_nothing(
    folder: Path,
) -> None:
    with embedded(folder) as server:
        with boss(server, folder, "postgres") as old:  # as the first version left it
            for name in ("luojiao", "jupyterhub"):
                old.execute(f"ALTER DATABASE {name} OWNER TO luojiao")
        migrate(create_engine(server.url("luojiao")))
        with create_engine(server.url("luojiao")).begin() as application:
            application.execute(text("INSERT INTO calendar_years VALUES (2026, '国办发明电〔2025〕', now())"))
            assert ways_around(application)
        with create_engine(server.url("jupyterhub")).begin() as hub:
            hub.execute(text("CREATE TABLE kept AS SELECT 1 AS value"))
    with embedded(folder) as server:
        for _ in range(2):  # and a start in between changes nothing more
            server.ensure_databases()
            migrate(create_engine(server.url("luojiao", OWNER)), ROLE)
        with create_engine(server.url("luojiao")).begin() as application:
            assert ways_around(application) == ()
            assert application.execute(text("SELECT year FROM calendar_years")).scalars().all() == [2026]
            application.execute(text("DELETE FROM calendar_years"))
            own = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = 'luojiao'"
            assert application.execute(text(own)).scalars().all() == []
            foreign = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_get_userbyid(relowner) <> 'luojiao_owner'"
            assert application.execute(text(foreign)).scalars().all() == []
        with create_engine(server.url("jupyterhub")).begin() as hub:  # the Hub's stays its own
            hub.execute(text("ALTER TABLE kept ADD COLUMN more int"))
            hub.execute(text("CREATE TABLE another (value int)"))


def test_an_external_database_with_one_account_works_and_is_called_unprotected(folder: Path) -> None:
    with embedded(folder) as server:
        with boss(server, folder, "postgres") as admin:
            admin.execute("CREATE ROLE lone LOGIN PASSWORD 'lone'")
            admin.execute("CREATE DATABASE lone OWNER lone")
        url = server.url("luojiao").replace("/luojiao?", "/lone?")
        url = f"postgresql+psycopg://lone:lone@{url.partition('@')[2]}"
        migrate(create_engine(url))
        assert "LUOJIAO_OWNER_DATABASE_URL" in log_fence.warning(url)
        with create_engine(url).connect() as connection, pytest.raises(DBAPIError, match="only added to"):
            connection.execute(text("TRUNCATE audit_events CASCADE"))


def test_an_external_database_with_two_accounts_is_protected(folder: Path) -> None:
    with embedded(folder) as server:
        app, owner = server.url("luojiao"), server.url("luojiao", OWNER)
        for wrong in (app, server.url("jupyterhub", OWNER)):
            with pytest.raises(DatabaseError, match="用另一个账号"):
                external_database.connect_owner(wrong, app)
        assert external_database.connect_owner("", app) == ""
        assert external_database.connect_owner(owner, app) == owner
        env = os.environ | {"LUOJIAO_DATABASE_URL": app, "LUOJIAO_OWNER_DATABASE_URL": owner}
        assert log_fence.warning(app) == ""  # there is no log yet
        command = [sys.executable, "-m", "hub.store.migrate"]
        assert subprocess.run(command, env=env, check=False).returncode == 0
        assert log_fence.warning(app) == ""
        with create_engine(owner).begin() as connection:
            connection.execute(text("GRANT DELETE ON audit_details TO luojiao"))
        assert "DELETE" in log_fence.warning(app)
        with create_engine(owner).begin() as connection:
            connection.execute(text("ALTER TABLE grades OWNER TO luojiao_owner"))
        with boss(server, folder, "luojiao") as admin:
            admin.execute("ALTER TABLE grades OWNER TO luojiao")
        with pytest.raises(DatabaseError, match="REASSIGN OWNED BY luojiao TO luojiao_owner"):
            external_database.connect_owner(owner, app)


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "nonsense"])
def test_an_address_of_another_kind_is_one_line(url: str) -> None:
    with pytest.raises(DatabaseError, match="要写成"):
        external_database.connect_external(url)


def test_an_external_database_out_of_reach_is_one_line() -> None:
    with pytest.raises(DatabaseError, match="连不上") as caught:
        external_database.connect_external("postgresql://nobody:pw@127.0.0.1:9/luojiao")
    assert "\n" not in str(caught.value)
    assert "pw@" not in str(caught.value)
