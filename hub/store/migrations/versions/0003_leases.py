"""Leases on gradings: who holds one, since when, the fencing number; tries, the last reason, and the turn in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0003_leases"
down_revision = "0002"


def upgrade() -> None:
    for name in ("lease", "tries", "turn"):
        op.add_column(
            "submissions", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
    for name in ("held_by", "reason"):
        op.add_column("submissions", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("submissions", sa.Column("beaten_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_submissions_waiting",
        "submissions",
        ["person"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'grading')"),
    )
    op.create_index(
        "ix_submissions_turn",
        "submissions",
        ["turn"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'grading')"),
    )
    op.create_index(
        "ix_submissions_failed",
        "submissions",
        ["graded_at"],
        unique=False,
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_index("ix_submissions_graded_at", "submissions", ["graded_at"], unique=False)


def downgrade() -> None:
    for name in ("graded_at", "failed", "turn", "waiting"):
        op.drop_index(f"ix_submissions_{name}", table_name="submissions")
    for name in ("beaten_at", "reason", "held_by", "turn", "tries", "lease"):
        op.drop_column("submissions", name)
