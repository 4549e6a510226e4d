"""A session knows whether its second factor was given, an account when it was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0008_access"
down_revision = "0007_frameworks"


def upgrade() -> None:
    op.add_column(
        "sessions", sa.Column("proved", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("credentials", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("credentials", "used_at")
    op.drop_column("sessions", "proved")
