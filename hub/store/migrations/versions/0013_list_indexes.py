"""Indexes for long lists: memberships and grants of a person also where they have an end, and of the reversals alone.

With every entry in the index of reversals, the planner took it for a way to one person's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_list_indexes"
down_revision = "0012_password_history"


def upgrade() -> None:
    op.create_index("ix_memberships_person", "memberships", ["person"])
    op.create_index("ix_grants_person", "grants", ["person"])
    op.drop_index("uq_hours_reverses", table_name="hours")
    op.create_index(
        "uq_hours_reverses",
        "hours",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
