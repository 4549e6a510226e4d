"""Certificates that verify anywhere: second proofs, places in the status lists, successors; no row is changed after issue."""

import sqlalchemy as sa
from alembic import op

revision = "0010_certificates"
down_revision = "0009_review"

_KEPT = ("certificates", "revocations")


def upgrade() -> None:
    for name in ("version", "proof", "second", "reason"):
        op.add_column(
            "certificates", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
        )
    op.add_column("certificates", sa.Column("status_list", sa.Integer(), nullable=True))
    op.add_column("certificates", sa.Column("status_index", sa.Integer(), nullable=True))
    op.add_column("certificates", sa.Column("succeeds", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_certificates_succeeds"), "certificates", "certificates", ["succeeds"], ["number"]
    )
    # One certificate an application: the first. What replaces it names it, and only one may.
    op.drop_constraint("uq_certificates_application", "certificates", type_="unique")
    op.create_index(
        "uq_certificates_application", "certificates", ["application"], unique=True,
        postgresql_where=sa.text("succeeds IS NULL"),
    )  # fmt: skip
    op.create_index("uq_certificates_succeeds", "certificates", ["succeeds"], unique=True)
    op.create_index("uq_certificates_status", "certificates", ["status_list", "status_index"], unique=True)
    op.add_column(
        "suspensions", sa.Column("lifted_reason", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.create_table(
        "status_places",
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("index >= 0 AND index < 131072", name=op.f("ck_status_places_index")),
        sa.PrimaryKeyConstraint("list", "index", name=op.f("pk_status_places")),
    )
    op.execute("""
CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed after it is written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$""")
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION never_changed()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION never_changed()"
        )


def downgrade() -> None:
    for table in _KEPT:
        op.execute(f"DROP TRIGGER {table}_never_changed ON {table}")
        op.execute(f"DROP TRIGGER {table}_never_emptied ON {table}")
    op.execute("DROP FUNCTION never_changed()")
    op.drop_table("status_places")
    op.drop_column("suspensions", "lifted_reason")
    op.drop_index("uq_certificates_status", "certificates")
    op.drop_index("uq_certificates_succeeds", "certificates")
    op.drop_index("uq_certificates_application", "certificates")
    op.create_unique_constraint("uq_certificates_application", "certificates", ["application"])
    for name in ("succeeds", "status_index", "status_list", "reason", "second", "proof", "version"):
        op.drop_column("certificates", name)
