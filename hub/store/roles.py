"""Who may do what in the database: one role owns and migrates, the application's may not rewrite the audit log."""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection, text

OWNER = "luojiao_owner"  # owns every table of the platform; used by migrations alone
APPLICATION = "luojiao"
LOG = ("audit_events", "audit_details")

# Each row is a way around the fence for whoever asks; none for an application's role that is as it should be.
_WAYS = text("""
WITH log AS (SELECT c.oid, c.relname, c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relname IN ('audit_events', 'audit_details')),
     me AS (SELECT * FROM pg_roles WHERE rolname = current_user)
SELECT '数据库账号是超级用户' FROM me WHERE rolsuper
UNION ALL SELECT '数据库账号能建立别的账号' FROM me WHERE rolcreaterole
UNION ALL SELECT '数据库账号拥有这个库' FROM pg_database
    WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER')
UNION ALL SELECT '数据库账号拥有表 ' || relname FROM log WHERE pg_has_role(relowner, 'MEMBER')
UNION ALL SELECT '数据库账号可以对 ' || relname || ' 做 ' || what FROM log,
    unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) what
    WHERE NOT pg_has_role(relowner, 'MEMBER')
    AND (has_table_privilege(oid, what) OR what = 'UPDATE' AND has_any_column_privilege(oid, what))
UNION ALL SELECT '表 ' || relname || ' 上的防改触发器不在或已停用' FROM log
    WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = log.oid AND t.tgname = 'stays' AND t.tgenabled = 'A')
""")


def protect(connection: Connection, role: str) -> None:
    """Let ``role`` work with everything that the present role owns, and the log it may only read and add to.

    Safe to run again; also settles what later migrations make. Run it last: the log's limits come after the rest.
    """
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON ROUTINES TO {}",
        f"REVOKE ALL ON {', '.join(LOG)} FROM {{0}}, PUBLIC",
        f"GRANT SELECT, INSERT ON {', '.join(LOG)} TO {{}}",
        "REVOKE ALL ON alembic_version FROM {}",
        "GRANT SELECT ON alembic_version TO {}",
    ):
        worded = sql.SQL(statement).format(sql.Identifier(role)).as_string(None)
        connection.exec_driver_sql(worded)


def ways_around(connection: Connection) -> tuple[str, ...]:
    """How the role of this connection could rewrite the log, in Chinese; empty where it cannot."""
    return tuple(connection.execute(_WAYS).scalars())
