"""Is the audit log safe from the platform's own database account; if not, what the operator must hear."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from hub.store.migrate import engine_url
from hub.store.roles import ways_around


def warning(url: str) -> str:
    """What to say of the account of ``url``, in Chinese; nothing where it can only add to the log."""
    engine = create_engine(engine_url(url))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("audit_events"):
                return ""  # a database before its first start has no log yet
            ways = ways_around(connection)
    except SQLAlchemyError as error:
        return f"看不出审计日志是否受保护（{type(error).__name__}）：请检查数据库。"
    finally:
        engine.dispose()
    if not ways:
        return ""
    more = f"等 {len(ways)} 处" if len(ways) > 1 else ""
    return (
        f"审计日志没有防住平台自己：{ways[0]}{more}，拿到这个账号的人可以改掉日志。"
        "请设 LUOJIAO_OWNER_DATABASE_URL，把表交给另一个账号（docs/howto/audit.md）；在那以前，请每天把检查点存到别处。"
    )
