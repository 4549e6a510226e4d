"""Records that can be defended: audit, second factors, frameworks, hours, dossiers, reviews, certificates, titles."""

# long: one statement a table
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_records"
down_revision = "0004_regrades"


def upgrade() -> None:  # noqa: PLR0915 - one statement a table

    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_actor", "audit_events", ["actor"], unique=False)
    op.create_index("ix_audit_events_subject", "audit_events", ["subject"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'workday')", name=op.f("ck_calendar_days_kind")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.uid"], name=op.f("fk_approvals_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.uid"], name=op.f("fk_approvals_decided_by")),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_approvals_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_asked_by", "approvals", ["asked_by"], unique=False)
    op.create_index(
        "ix_approvals_open",
        "approvals",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "audit_details",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("detail", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_events.seq"], name=op.f("fk_audit_details_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_details")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.uid"], name=op.f("fk_batches_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(
        "ix_batches_open", "batches", ["asked_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "crosswalks",
        sa.Column("from_framework", sa.Text(), nullable=False),
        sa.Column("from_code", sa.Text(), nullable=False),
        sa.Column("to_framework", sa.Text(), nullable=False),
        sa.Column("to_code", sa.Text(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.CheckConstraint("strength BETWEEN 1 AND 3", name=op.f("ck_crosswalks_strength")),
        sa.ForeignKeyConstraint(
            ["from_framework"], ["frameworks.id"], name=op.f("fk_crosswalks_from_framework")
        ),
        sa.ForeignKeyConstraint(["to_framework"], ["frameworks.id"], name=op.f("fk_crosswalks_to_framework")),
        sa.PrimaryKeyConstraint(
            "from_framework", "from_code", "to_framework", "to_code", name=op.f("pk_crosswalks")
        ),
    )
    op.create_table(
        "diagnoses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["framework"], ["frameworks.id"], name=op.f("fk_diagnoses_framework")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_diagnoses_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnoses")),
    )
    op.create_index("ix_diagnoses_person", "diagnoses", ["person", "made_at"], unique=False)
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("guide", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("rating", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["framework"], ["frameworks.id"], name=op.f("fk_dossiers_framework")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_dossiers_person")),
        sa.ForeignKeyConstraint(["school"], ["organisations.code"], name=op.f("fk_dossiers_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
    )
    op.create_index("ix_dossiers_person", "dossiers", ["person"], unique=False)
    op.create_index("ix_dossiers_school", "dossiers", ["school", "state"], unique=False)
    op.create_index(
        "ix_dossiers_waiting",
        "dossiers",
        ["submitted_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('submitted', 'assessing')"),
    )
    op.create_index(
        "uq_dossiers_open",
        "dossiers",
        ["person", "framework", "code"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'assessing')"),
    )
    op.create_table(
        "guides",
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("describes", sa.Text(), nullable=False),
        sa.Column("pieces", JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["framework"], ["frameworks.id"], name=op.f("fk_guides_framework")),
        sa.PrimaryKeyConstraint("framework", "code", "version", name=op.f("pk_guides")),
    )
    op.create_table(
        "hour_imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_hour_imports_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hour_imports")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applications", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["people.uid"], name=op.f("fk_notices_opened_by")),
        sa.ForeignKeyConstraint(["school"], ["organisations.code"], name=op.f("fk_notices_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_closes", "notices", ["closes_on"], unique=False)
    op.create_index("ix_notices_school", "notices", ["school"], unique=False)
    op.create_table(
        "packages",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("digest", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("root", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("receipted_by", sa.Text(), nullable=True),
        sa.Column("receipted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_packages_org")),
        sa.ForeignKeyConstraint(["prepared_by"], ["people.uid"], name=op.f("fk_packages_prepared_by")),
        sa.ForeignKeyConstraint(["receipted_by"], ["people.uid"], name=op.f("fk_packages_receipted_by")),
        sa.ForeignKeyConstraint(["released_by"], ["people.uid"], name=op.f("fk_packages_released_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_packages")),
    )
    op.create_table(
        "second_factors",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("recovery", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_second_factors_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "title_holdings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("teacher_cert_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("national_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["noted_by"], ["people.uid"], name=op.f("fk_title_holdings_noted_by")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_title_holdings_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_holdings")),
    )
    op.create_index("ix_title_holdings_person", "title_holdings", ["person", "noted_at"], unique=False)
    op.create_table(
        "title_settings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("weight", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["people.uid"], name=op.f("fk_title_settings_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_settings")),
    )
    op.create_index("ix_title_settings_year", "title_settings", ["year", "series"], unique=False)
    op.create_table(
        "appeals",
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_appeals_dossier")),
        sa.PrimaryKeyConstraint("dossier", name=op.f("pk_appeals")),
    )
    op.create_table(
        "batch_items",
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("outcome", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_batch_items_batch")),
        sa.PrimaryKeyConstraint("batch", "position", name=op.f("pk_batch_items")),
    )
    op.create_index(
        "ix_batch_items_waiting",
        "batch_items",
        ["batch", "position"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["people.uid"], name=op.f("fk_objections_answered_by")),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name=op.f("fk_objections_application")),
        sa.ForeignKeyConstraint(["by"], ["people.uid"], name=op.f("fk_objections_by")),
        sa.ForeignKeyConstraint(["notice"], ["notices.id"], name=op.f("fk_objections_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    op.create_index("ix_objections_application", "objections", ["application"], unique=False)
    op.create_index(
        "ix_objections_open",
        "objections",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "package_records",
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("record_hash", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_package_records_application")
        ),
        sa.ForeignKeyConstraint(["package"], ["packages.number"], name=op.f("fk_package_records_package")),
        sa.PrimaryKeyConstraint("package", "position", name=op.f("pk_package_records")),
    )
    op.create_index("ix_package_records_application", "package_records", ["application"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name=op.f("fk_reviews_application")),
        sa.ForeignKeyConstraint(["by"], ["people.uid"], name=op.f("fk_reviews_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_application", "reviews", ["application", "at"], unique=False)
    op.create_table(
        "seats",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("levels", JSONB(), nullable=False),
        sa.Column("comments", JSONB(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assessor"], ["people.uid"], name=op.f("fk_seats_assessor")),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_seats_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    op.create_index("ix_seats_assessor", "seats", ["assessor", "state"], unique=False)
    op.create_index("uq_seats_assessor", "seats", ["dossier", "assessor"], unique=True)
    op.create_index(
        "uq_seats_number",
        "seats",
        ["dossier", "round", "number"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'rated')"),
    )
    op.create_table(
        "suspensions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_by", sa.Text(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate"], ["certificates.number"], name=op.f("fk_suspensions_certificate")
        ),
        sa.ForeignKeyConstraint(["lifted_by"], ["people.uid"], name=op.f("fk_suspensions_lifted_by")),
        sa.ForeignKeyConstraint(["suspended_by"], ["people.uid"], name=op.f("fk_suspensions_suspended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index(
        "uq_suspensions_open",
        "suspensions",
        ["certificate"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "pieces",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_pieces_dossier")),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"], name=op.f("fk_pieces_evidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pieces")),
    )
    op.create_index("ix_pieces_dossier", "pieces", ["dossier"], unique=False)
    op.add_column("frameworks", sa.Column("issuer", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "frameworks", sa.Column("version", sa.Text(), server_default=sa.text("'1'"), nullable=False)
    )
    op.add_column(
        "frameworks", sa.Column("state", sa.Text(), server_default=sa.text("'published'"), nullable=False)
    )
    op.add_column("frameworks", sa.Column("succeeds", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_frameworks_succeeds"), "frameworks", "frameworks", ["succeeds"], ["id"])
    op.add_column("hours", sa.Column("source", sa.Text(), server_default=sa.text("'run'"), nullable=False))
    op.add_column("hours", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column("hours", sa.Column("provider", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("hours", sa.Column("project_no", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("hours", sa.Column("doc_no", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("hours", sa.Column("level", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("hours", sa.Column("mode", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("hours", sa.Column("category", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "hours",
        sa.Column("online", sa.Numeric(precision=8, scale=3), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "hours", sa.Column("certificate_no", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("hours", sa.Column("import", sa.Text(), nullable=True))
    op.add_column("hours", sa.Column("reverses", sa.Text(), nullable=True))
    op.add_column("hours", sa.Column("noted_by", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("hours", sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("hours", sa.Column("key", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.alter_column("hours", "run", existing_type=sa.TEXT(), nullable=True)
    op.create_index("ix_hours_person", "hours", ["person", "earned_on"], unique=False)
    op.create_index(
        "uq_hours_key",
        "hours",
        ["person", "key"],
        unique=True,
        postgresql_where=sa.text("key <> '' AND reverses IS NULL"),
    )
    op.create_index("uq_hours_reverses", "hours", ["reverses"], unique=True)
    op.create_foreign_key(op.f("fk_hours_reverses"), "hours", "hours", ["reverses"], ["id"])
    op.create_foreign_key(op.f("fk_hours_import"), "hours", "hour_imports", ["import"], ["id"])
    op.add_column("nodes", sa.Column("parent", sa.Text(), nullable=True))
    op.add_column("nodes", sa.Column("level", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("nodes", sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "nodes", sa.Column("assessable", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    # ### end Alembic commands ###
