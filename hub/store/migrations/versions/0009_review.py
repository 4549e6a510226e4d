"""The review chain: an application names its rule and dossiers; what was decided of it lies in reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009_review"
down_revision = "0008_access"

_OPEN = "state IN ('draft', 'submitted', 'school_reviewed', 'county_reviewed', 'publicised', 'objected', 'city_confirmed')"


def upgrade() -> None:
    """Columns first, then the old decisions become reviews, then what they stood in goes."""
    op.drop_index("uq_applications_open", table_name="applications")
    op.alter_column("applications", "requirement", new_column_name="rule")
    op.add_column(
        "applications", sa.Column("dossiers", JSONB(), server_default=sa.text("'[]'"), nullable=False)
    )
    op.add_column("applications", sa.Column("begun_at", sa.DateTime(timezone=True)))
    op.add_column("applications", sa.Column("moved_at", sa.DateTime(timezone=True)))
    op.add_column("applications", sa.Column("certificate", sa.Text()))
    op.alter_column("applications", "submitted_at", nullable=True)
    op.execute(
        "UPDATE applications SET begun_at = submitted_at, moved_at = coalesce(decided_at, submitted_at),"
        " rating = CASE rating WHEN '优秀' THEN 'excellent' WHEN '合格' THEN 'pass' ELSE rating END,"
        " certificate = (SELECT number FROM certificates c WHERE c.application = applications.id)"
    )
    op.add_column("reviews", sa.Column("seq", sa.BigInteger(), sa.Identity(), nullable=False))
    op.drop_index("ix_reviews_application", table_name="reviews")
    op.create_index("ix_reviews_application", "reviews", ["application", "seq"])
    _carry_over()
    for name in ("decided_by", "decided_at", "reason"):
        op.drop_column("applications", name)
    op.alter_column("applications", "dossiers", server_default=None)
    op.alter_column("applications", "begun_at", nullable=False)
    op.alter_column("applications", "moved_at", nullable=False)
    op.create_index(
        "uq_applications_open",
        "applications",
        ["person", "rule"],
        unique=True,
        postgresql_where=sa.text(_OPEN),
    )
    op.create_index("ix_applications_person", "applications", ["person"])
    op.create_index("ix_notices_applications", "notices", ["applications"], postgresql_using="gin")
    op.create_index("uq_objections_once", "objections", ["notice", "application", "by"], unique=True)


def _carry_over() -> None:
    """The one step of the old flow is told as what it was: submitted, decided by the school, and issued by it."""
    op.execute(
        "INSERT INTO reviews (id, application, step, by, role, org, at) "
        "SELECT 'rev-s-' || id, id, 'submit', person, 'teacher', school, submitted_at FROM applications"
    )
    op.execute(
        "INSERT INTO reviews (id, application, step, by, role, org, at, reason) "
        "SELECT 'rev-d-' || id, id, CASE state WHEN 'returned' THEN 'return' ELSE 'school' END, decided_by,"
        " 'school_admin', school, coalesce(decided_at, submitted_at), reason"
        " FROM applications WHERE state IN ('returned', 'issued') AND decided_by IN (SELECT uid FROM people)"
    )
    op.execute(
        "INSERT INTO reviews (id, application, step, by, role, org, at) "
        "SELECT 'rev-i-' || id, id, 'issue', decided_by, 'school_admin', school, coalesce(decided_at, submitted_at)"
        " FROM applications WHERE state = 'issued' AND decided_by IN (SELECT uid FROM people)"
    )
    op.execute(
        "INSERT INTO reviews (id, application, step, by, role, org, at, reason) "
        "SELECT 'rev-r-' || a.id, a.id, 'revoke', r.revoked_by, 'city_official', a.school, r.revoked_at, r.revoked_reason"
        " FROM applications a JOIN revocations r ON r.certificate = a.certificate"
    )
    op.execute(
        "UPDATE applications a SET state = 'revoked', moved_at = r.revoked_at"
        " FROM revocations r WHERE r.certificate = a.certificate"
    )
