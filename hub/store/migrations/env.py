"""How Alembic reaches the database: over the connection that hub.store.migrate hands it."""

from alembic import context

import hub.store.award.tables  # noqa: F401 - all tables are known
from hub.store.columns import metadata


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith("procrastinate"))


context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, include_name=_ours
)
with context.begin_transaction():
    context.run_migrations()
