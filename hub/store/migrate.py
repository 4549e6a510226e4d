"""Bring a database to the present schema: ``python -m hub.store.migrate``; safe to run at any time, by anybody at once."""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from hub import settings
from hub.store import roles

_LOCK = 0x6C756F  # one migration at a time, whoever starts it


def config() -> Config:
    """The Alembic configuration, with no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("path_separator", "os")
    return made


def migrate(engine: Engine, application: str = "") -> None:
    """Run every outstanding migration in one transaction, and let the role ``application`` work with the result.

    Without that role the one of ``engine`` owns all and uses all, and the audit log is not safe from it.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        alembic = config()
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        if application:
            roles.protect(connection, application)


def main() -> int:
    """Migrate the database of LUOJIAO_DATABASE_URL, as the role of LUOJIAO_OWNER_DATABASE_URL where there is one."""
    told = settings.load()
    url, owner = told.database_url, told.owner_database_url
    if not url:
        sys.stderr.write("没有数据库地址：请设置 LUOJIAO_DATABASE_URL，或用 luojiao up 启动自带的数据库。\n")
        return 2
    migrate(create_engine(engine_url(owner or url)), (make_url(url).username or "") if owner else "")
    return 0


def engine_url(url: str) -> str:
    """``url`` with the psycopg 3 driver named, as SQLAlchemy wants it."""
    made = make_url(url)
    if made.drivername in ("postgres", "postgresql"):
        made = made.set(drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


if __name__ == "__main__":
    sys.exit(main())
