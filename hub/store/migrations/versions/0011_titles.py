"""Titles: schools' 统一社会信用代码, and what a package for the HR bureau keeps while it is built."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011_titles"
down_revision = "0010_certificates"


def upgrade() -> None:
    op.add_column("organisations", _blank("uscc"))
    op.execute(sa.schema.CreateSequence(sa.Sequence("package_numbers", start=1)))
    op.add_column("packages", _blank("series"))
    op.add_column(
        "packages", sa.Column("since_title", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("packages", sa.Column("refused", JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("packages", _blank("body"))
    op.add_column("packages", sa.Column("receipt_on", sa.Date(), nullable=True))
    op.add_column(
        "package_records", sa.Column("kind", sa.Text(), server_default=sa.text("'record'"), nullable=False)
    )
    op.add_column(
        "package_records", sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False)
    )
    for name in ("school", "certificate", "problem", "paper"):
        op.add_column("package_records", _blank(name))
    op.add_column("package_records", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.create_index("ix_package_records_school", "package_records", ["school", "package"], unique=False)
    op.create_index(
        "ix_package_records_waiting",
        "package_records",
        ["package", "position"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _blank(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
