"""Regrades: what is graded again and what came of it, what was decided about it, and what nightly samples found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_regrades"
down_revision = "0003_leases"


def _ref(name: str, target: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), sa.ForeignKey(target), nullable=null)


def _at(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _blank(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "regrades",
        sa.Column("id", sa.Text(), nullable=False),
        _ref("run", "runs.id", null=True),
        sa.Column("assignment", sa.Text(), nullable=True),
        _ref("release", "releases.id", null=True),
        _ref("asked_by", "people.uid", null=True),
        _at("asked_at"),
        sa.Column("night", sa.Date(), nullable=True),
        _flag("closed"),
        sa.CheckConstraint("(night IS NULL) = (run IS NOT NULL)", name="kind"),
        sa.PrimaryKeyConstraint("id", name="pk_regrades"),
        sa.UniqueConstraint("night", name="uq_regrades_night"),
    )
    op.create_index(
        "uq_regrades_open",
        "regrades",
        ["run", "assignment"],
        unique=True,
        postgresql_where=sa.text("NOT closed AND night IS NULL"),
    )
    op.create_table(
        "regrade_items",
        sa.Column("id", sa.Text(), nullable=False),
        _ref("regrade", "regrades.id"),
        _ref("submission", "submissions.id"),
        _ref("release", "releases.id"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _at("queued_at"),
        _at("leased_at", null=True),
        _at("graded_at", null=True),
        _count("lease"),
        _blank("held_by"),
        _at("beaten_at", null=True),
        _count("tries"),
        _blank("reason"),
        _blank("message"),
        sa.Column("record", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'grading', 'graded', 'rejected', 'failed')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_regrade_items"),
    )
    op.create_index(
        "uq_regrade_items_round", "regrade_items", ["regrade", "submission", "round"], unique=True
    )
    op.create_index(
        "ix_regrade_items_waiting",
        "regrade_items",
        ["queued_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'grading')"),
    )
    op.create_table(
        "regrade_decisions",
        _ref("regrade", "regrades.id"),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _ref("decided_by", "people.uid"),
        _at("decided_at"),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("regrade", name="pk_regrade_decisions"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Text(), nullable=False),
        _ref("item", "regrade_items.id"),
        _ref("submission", "submissions.id"),
        sa.Column("round", sa.Integer(), nullable=False),
        _at("found_at"),
        _flag("points_differ"),
        sa.Column("differences", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("item", name="uq_incidents_item"),
    )
    op.create_index("ix_incidents_found_at", "incidents", ["found_at"], unique=False)
    op.add_column("verdicts", _ref("release", "releases.id", null=True))
    op.add_column("verdicts", _ref("regrade", "regrades.id", null=True))
    op.add_column("grades", _ref("regrade", "regrades.id", null=True))


def downgrade() -> None:
    op.drop_column("grades", "regrade")
    op.drop_column("verdicts", "regrade")
    op.drop_column("verdicts", "release")
    for name in ("incidents", "regrade_decisions", "regrade_items", "regrades"):
        op.drop_table(name)
