"""The queue's own tables and functions, as the installed Procrastinate ships them."""

from alembic import op
from procrastinate import App, SyncPsycopgConnector

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    schema = App(connector=SyncPsycopgConnector()).schema_manager.get_schema()
    connection = op.get_bind().connection.driver_connection
    assert connection is not None  # noqa: S101
    with connection.cursor() as cursor:
        cursor.execute(
            schema
        )  # many statements with % signs: past SQLAlchemy's parameters, in the same transaction


def downgrade() -> None:
    raise NotImplementedError("the queue is not taken away once there are jobs in it")
