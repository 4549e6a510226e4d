"""Passwords: the hashes before the present one, so that none of the last ones comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0012_password_history"
down_revision = "0011_titles"


def upgrade() -> None:
    op.create_table(
        "password_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_password_history_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
    )
    op.create_index("ix_password_history_person", "password_history", ["person"], unique=False)
