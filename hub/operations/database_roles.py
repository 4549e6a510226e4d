"""The roles and databases of the embedded server: made where they are missing, taken over from an older version."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg
from psycopg import sql

from hub.store import roles

ROLE, OWNER = roles.APPLICATION, roles.OWNER
# The platform's own records, and the Hub's.
HUB = "jupyterhub"
DATABASES = ("luojiao", HUB)

_OWNS = """
SELECT 1 FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = %s::regrole AND deptype = 'o'
AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"""
_OWNED_BY_ANOTHER = "SELECT 1 FROM pg_database WHERE datname = %s AND datdba <> %s::regrole"

Connect = Callable[[str], "psycopg.Connection[tuple[object, ...]]"]


def ensure(connect: Connect, password: Callable[[str], str], names: Sequence[str]) -> None:
    """Make what is missing and give each database to its owner; ``connect`` comes as the superuser.

    The Hub looks after its own tables, so its database is the application's. The platform's belong to a role
    that the application is not; where an older version gave one to the application, it is taken over.
    """
    with connect("postgres") as connection:
        for role in (OWNER, ROLE):
            _role(connection, role, password(role))
        if connection.execute("SELECT 1 WHERE pg_has_role(%s, %s, 'MEMBER')", [ROLE, OWNER]).fetchone():
            connection.execute(_worded("REVOKE {} FROM {}", OWNER, ROLE))
        for name in names:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(_worded("CREATE DATABASE {} OWNER {}", name, _owner_of(name)))
            connection.execute(_worded("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", name))
            if name != HUB:
                connection.execute(_worded("GRANT CONNECT ON DATABASE {} TO {}", name, ROLE))
    for name in names:
        with connect(name) as connection:
            _hand_over(connection, name)


def _role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    """Make the role or see to it that it is an ordinary one; its password follows the secret."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    words = "{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD {}"
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(sql.SQL(words).format(verb, sql.Identifier(role), sql.Literal(password)))


def _hand_over(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Whatever the application's role owns in a database of the platform goes to the owner."""
    if name != HUB and connection.execute(_OWNS, [ROLE]).fetchone():
        # It takes every database of that role along, the Hub's too; those get their owner back below.
        connection.execute(_worded("REASSIGN OWNED BY {} TO {}", ROLE, OWNER))
    for each in dict.fromkeys((name, *DATABASES)):
        if connection.execute(_OWNED_BY_ANOTHER, [each, _owner_of(each)]).fetchone():
            connection.execute(_worded("ALTER DATABASE {} OWNER TO {}", each, _owner_of(each)))


def _owner_of(database: str) -> str:
    return ROLE if database == HUB else OWNER


def _worded(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
