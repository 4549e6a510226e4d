"""A PostgreSQL that somebody else runs: is it reachable and new enough, and are both databases there."""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from hub.operations.postgres_place import DatabaseError

OLDEST = 15
_OWNER = "LUOJIAO_OWNER_DATABASE_URL"
_FOREIGN = """
SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S') AND r.rolname = %s LIMIT 1"""


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


def connect_owner(text: str, application: str) -> str:
    """The SQLAlchemy URL behind LUOJIAO_OWNER_DATABASE_URL, or nothing where ``text`` is empty. Raises DatabaseError.

    It must lead to the database of ``application`` by another role, and that role must own what is there.
    """
    if not text:
        return ""
    url, other = _parse(text, _OWNER), _parse(application)
    if url.username == other.username or url.database != other.database:
        raise DatabaseError(f"{_OWNER} 要和 LUOJIAO_DATABASE_URL 指同一个库，用另一个账号。")
    with _open(url, _OWNER) as connection:
        foreign = connection.execute(_FOREIGN, [other.username]).fetchone()
    if foreign:
        raise DatabaseError(
            f"表 {foreign[0]} 属于 {other.username}：请数据库管理员在库 {url.database} 里执行一次 "
            f"REASSIGN OWNED BY {other.username} TO {url.username}，再把库 {other.database}_hub 交还给 {other.username}。"
        )
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _parse(text: str, name: str = "LUOJIAO_DATABASE_URL") -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgres") or not url.database:
        raise DatabaseError(f"{name} 要写成 postgresql://用户:密码@主机:端口/数据库。")
    return url


def _open(url: URL, name: str = "LUOJIAO_DATABASE_URL") -> psycopg.Connection[tuple[object, ...]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(plain, connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise DatabaseError(
            f"连不上 {name} 的数据库 {url.database}（{reason}）：请检查地址、账号和防火墙。"
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
