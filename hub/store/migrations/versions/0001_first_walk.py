"""The tables of the first walk: people, entry, study, assess, award."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("login_numbers", start=10000001)))
    op.execute(sa.schema.CreateSequence(sa.Sequence("certificate_numbers", start=1)))
    op.create_table(
        "frameworks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frameworks")),
    )
    op.create_table(
        "organisations",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["organisations.code"], name=op.f("fk_organisations_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organisations")),
    )
    op.create_index("ix_organisations_parent", "organisations", ["parent"], unique=False)
    op.create_table(
        "people",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("id_masked", sa.Text(), nullable=False),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_hmac", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_people")),
        sa.UniqueConstraint("id_hmac", name=op.f("uq_people_id_hmac")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_applications_person")),
        sa.ForeignKeyConstraint(["school"], ["organisations.code"], name=op.f("fk_applications_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index("ix_applications_school", "applications", ["school", "state"], unique=False)
    op.create_index(
        "uq_applications_open",
        "applications",
        ["person", "requirement"],
        unique=True,
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_table(
        "credentials",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_credentials_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_credentials")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_grants_org")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_grants_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(
        "uq_grants_open",
        "grants",
        ["person", "role", "org"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("staff_no", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_memberships_org")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_memberships_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_org", "memberships", ["org"], unique=False)
    op.create_index(
        "uq_memberships_open",
        "memberships",
        ["person", "org"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "nodes",
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["framework"], ["frameworks.id"], name=op.f("fk_nodes_framework")),
        sa.PrimaryKeyConstraint("framework", "code", name=op.f("pk_nodes")),
    )
    op.create_table(
        "oidc_codes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_oidc_codes_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oidc_codes")),
    )
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_roster_imports_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_runs_dates")),
        sa.ForeignKeyConstraint(["org"], ["organisations.code"], name=op.f("fk_runs_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_sessions_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_tokens_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )
    op.create_index("ix_tokens_session", "tokens", ["session"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("school_name", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("evidence_digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_certificates_application")
        ),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_certificates_person")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_certificates")),
        sa.UniqueConstraint("application", name=op.f("uq_certificates_application")),
    )
    op.create_index("ix_certificates_person", "certificates", ["person"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_enrolments_person")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_enrolments_run")),
        sa.PrimaryKeyConstraint("run", "person", name=op.f("pk_enrolments")),
    )
    op.create_index("ix_enrolments_person", "enrolments", ["person"], unique=False)
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_extensions_person")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_extensions_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_person", "extensions", ["run", "assignment", "person"], unique=False)
    op.create_table(
        "hours",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("practice", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("counts_for", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_hours_person")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_hours_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours")),
    )
    op.create_index("uq_hours_run", "hours", ["person", "run"], unique=True)
    op.create_table(
        "releases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_digest", sa.Text(), nullable=False),
        sa.Column("data_files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("pass_ratio", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_releases_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_index("uq_releases_version", "releases", ["run", "assignment", "version"], unique=True)
    op.create_table(
        "run_staff",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_run_staff_person")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_run_staff_run")),
        sa.PrimaryKeyConstraint("run", "person", name=op.f("pk_run_staff")),
    )
    op.create_table(
        "revocations",
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"], ["certificates.number"], name=op.f("fk_revocations_certificate")
        ),
        sa.ForeignKeyConstraint(["revoked_by"], ["people.uid"], name=op.f("fk_revocations_revoked_by")),
        sa.PrimaryKeyConstraint("certificate", name=op.f("pk_revocations")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'grading', 'graded', 'rejected', 'failed')",
            name=op.f("ck_submissions_state"),
        ),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_submissions_person")),
        sa.ForeignKeyConstraint(["release"], ["releases.id"], name=op.f("fk_submissions_release")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_submissions_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index(
        "uq_submissions_attempt", "submissions", ["run", "assignment", "person", "attempt"], unique=True
    )
    op.create_table(
        "grades",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("max_points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_cell", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("points >= 0 AND points <= max_points", name=op.f("ck_grades_points")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_grades_person")),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_grades_run")),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_grades_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grades")),
    )
    op.create_index(
        "uq_grades_current",
        "grades",
        ["run", "assignment", "person"],
        unique=True,
        postgresql_where=sa.text("NOT superseded"),
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("grade_id", sa.Text(), nullable=False),
        sa.Column("levels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("max_points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points >= 0 AND points <= max_points", name=op.f("ck_marks_points")),
        sa.ForeignKeyConstraint(["marked_by"], ["people.uid"], name=op.f("fk_marks_marked_by")),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_marks_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.create_index("ix_marks_submission", "marks", ["submission", "grade_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("max_points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points >= 0 AND points <= max_points", name=op.f("ck_verdicts_points")),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_verdicts_submission")),
        sa.PrimaryKeyConstraint("submission", "round", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("max_points", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["grade"], ["grades.id"], name=op.f("fk_evidence_grade")),
        sa.ForeignKeyConstraint(["person"], ["people.uid"], name=op.f("fk_evidence_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_person", "evidence", ["person"], unique=False)
    op.create_index("uq_evidence_grade", "evidence", ["grade", "code"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_evidence_grade", table_name="evidence")
    op.drop_index("ix_evidence_person", table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("verdicts")
    op.drop_index("ix_marks_submission", table_name="marks")
    op.drop_table("marks")
    op.drop_index("uq_grades_current", table_name="grades", postgresql_where=sa.text("NOT superseded"))
    op.drop_table("grades")
    op.drop_index("uq_submissions_attempt", table_name="submissions")
    op.drop_table("submissions")
    op.drop_table("revocations")
    op.drop_table("run_staff")
    op.drop_index("uq_releases_version", table_name="releases")
    op.drop_table("releases")
    op.drop_index("uq_hours_run", table_name="hours")
    op.drop_table("hours")
    op.drop_index("ix_extensions_person", table_name="extensions")
    op.drop_table("extensions")
    op.drop_index("ix_enrolments_person", table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_index("ix_certificates_person", table_name="certificates")
    op.drop_table("certificates")
    op.drop_index("ix_tokens_session", table_name="tokens")
    op.drop_table("tokens")
    op.drop_index("ix_sessions_person", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("runs")
    op.drop_table("roster_imports")
    op.drop_table("oidc_codes")
    op.drop_table("nodes")
    op.drop_index(
        "uq_memberships_open", table_name="memberships", postgresql_where=sa.text("valid_to IS NULL")
    )
    op.drop_index("ix_memberships_org", table_name="memberships")
    op.drop_table("memberships")
    op.drop_index("uq_grants_open", table_name="grants", postgresql_where=sa.text("valid_to IS NULL"))
    op.drop_table("grants")
    op.drop_table("credentials")
    op.drop_index(
        "uq_applications_open", table_name="applications", postgresql_where=sa.text("state = 'submitted'")
    )
    op.drop_index("ix_applications_school", table_name="applications")
    op.drop_table("applications")
    op.drop_table("people")
    op.drop_index("ix_organisations_parent", table_name="organisations")
    op.drop_table("organisations")
    op.drop_table("frameworks")
    op.execute(sa.schema.DropSequence(sa.Sequence("certificate_numbers")))
    op.execute(sa.schema.DropSequence(sa.Sequence("login_numbers")))
