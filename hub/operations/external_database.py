"""A PostgreSQL that somebody else runs: is it reachable and new enough, and are both databases there."""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from hub.operations.postgres_place import DatabaseError

OLDEST = 15


def connect_external(text: str) -> tuple[str, str]:
    """The SQLAlchemy URLs of the platform's and the Hub's database behind LUOJIAO_DATABASE_URL.

    The Hub's is called ``<name>_hub`` and is made where it is missing. Raises DatabaseError.
    """
    url = _parse(text)
    with _open(url) as connection:
        if (version := connection.info.server_version // 10_000) < OLDEST:
            raise DatabaseError(
                f"LUOJIAO_DATABASE_URL 的 PostgreSQL 是 {version}，需要 {OLDEST} 或更新的版本。"
            )
    hub = url.set(database=f"{url.database}_hub")
    try:
        _open(hub).close()
    except DatabaseError:
        _create(url, str(hub.database))
        _open(hub).close()
    return tuple(  # type: ignore[return-value]
        each.set(drivername="postgresql+psycopg").render_as_string(hide_password=False) for each in (url, hub)
    )


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgres") or not url.database:
        raise DatabaseError("LUOJIAO_DATABASE_URL 要写成 postgresql://用户:密码@主机:端口/数据库。")
    return url


def _open(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(plain, connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise DatabaseError(
            f"连不上 LUOJIAO_DATABASE_URL 的数据库 {url.database}（{reason}）：请检查地址、账号和防火墙。"
        ) from None


def _create(url: URL, name: str) -> None:
    try:
        with _open(url) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise DatabaseError(
            f"建不了 Hub 的数据库 {name}（{reason}）：请管理员建好它，并交给 {url.username}。"
        ) from None
