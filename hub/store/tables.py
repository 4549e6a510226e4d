"""The tables, one block a word of the house; column names are the field names of the domain's dataclasses."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Sequence,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _ref(name: str, target: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(target), primary_key=key, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _at(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _points(name: str) -> Column[object]:
    return Column(name, Numeric(8, 3), nullable=False)


def _json(name: str) -> Column[object]:
    return Column(name, JSONB, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _blank(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


# --- people and places -------------------------------------------------------------------------------------------
organisations = Table(
    "organisations", metadata, _key("code"), _text("name"), _text("level"), _text("kind"),
    _ref("parent", "organisations.code", null=True), Column("valid_from", Date), Column("valid_to", Date),
    _text("successor", null=True), Index("ix_organisations_parent", "parent"),
)  # fmt: skip
people = Table(
    "people", metadata, _key("uid"), Column("login", Text, nullable=False, unique=True), _text("name"), _text("kind"),
    _text("sort_key"), _text("id_masked"), Column("id_cipher", LargeBinary), Column("id_hmac", LargeBinary, unique=True),
    Column("active", Boolean, nullable=False, server_default=text("true")), _at("created_at"),
)  # fmt: skip
login_numbers = Sequence("login_numbers", start=10000001, metadata=metadata)
memberships = Table(
    "memberships", metadata, Column("id", BigInteger, Identity(), primary_key=True),
    _ref("person", "people.uid"), _ref("org", "organisations.code"), _text("staff_no"), _text("subject"),
    Column("valid_from", Date, nullable=False), Column("valid_to", Date),
    Index("uq_memberships_open", "person", "org", unique=True, postgresql_where=text("valid_to IS NULL")),
    Index("ix_memberships_org", "org"),
)  # fmt: skip
grants = Table(
    "grants", metadata, Column("id", BigInteger, Identity(), primary_key=True),
    _ref("person", "people.uid"), _text("role"), _ref("org", "organisations.code"),
    Column("valid_from", Date, nullable=False), Column("valid_to", Date), _text("granted_by"),
    Index("uq_grants_open", "person", "role", "org", unique=True, postgresql_where=text("valid_to IS NULL")),
)  # fmt: skip
roster_imports = Table(
    "roster_imports", metadata, _key("id"), _text("digest"), _ref("org", "organisations.code"),
    _text("imported_by"), _at("imported_at"), _json("report"),
)  # fmt: skip

# --- entering: passwords, sessions, OpenID Connect ----------------------------------------------------------------
credentials = Table(
    "credentials", metadata, _ref("person", "people.uid", key=True), _text("password_hash"), _flag("must_change"),
    Column("failures", Integer, nullable=False, server_default=text("0")), _at("locked_until", null=True), _at("changed_at"),
)  # fmt: skip
sessions = Table(  # tokens and sessions are stored by digest only
    "sessions", metadata, _key("digest"), _ref("person", "people.uid"), _at("created_at"), _at("seen_at"),
    _at("ends_at"), Index("ix_sessions_person", "person"),
)  # fmt: skip
oidc_codes = Table(
    "oidc_codes", metadata, _key("digest"), _text("client"), _ref("person", "people.uid"), _text("session"),
    _json("request"), _at("expires_at"),
)  # fmt: skip
tokens = Table(
    "tokens", metadata, _key("digest"), _text("client"), _ref("person", "people.uid"), _text("session"),
    _json("scopes"), _at("expires_at"), Index("ix_tokens_session", "session"),
)  # fmt: skip

# --- study -------------------------------------------------------------------------------------------------------
runs = Table(
    "runs", metadata, _key("id"), _text("course"), _text("title"), _ref("org", "organisations.code"),
    _at("starts_at"), _at("ends_at"), _text("created_by"), CheckConstraint("ends_at > starts_at", name="dates"),
)  # fmt: skip
run_staff = Table(
    "run_staff", metadata, _ref("run", "runs.id", key=True), _ref("person", "people.uid", key=True)
)
enrolments = Table(
    "enrolments", metadata, _ref("run", "runs.id", key=True), _ref("person", "people.uid", key=True),
    _text("org"), _at("enrolled_at"), Index("ix_enrolments_person", "person"),
)  # fmt: skip
releases = Table(
    "releases", metadata, _key("id"), _ref("run", "runs.id"), _text("assignment"),
    Column("version", Integer, nullable=False), _text("source_digest"), _json("data_files"), _json("files"),
    _at("opens_at"), _at("due_at"), Column("grace_minutes", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False), _points("pass_ratio"), _text("released_by"), _at("released_at"),
    Index("uq_releases_version", "run", "assignment", "version", unique=True),
)  # fmt: skip
extensions = Table(
    "extensions", metadata, Column("id", BigInteger, Identity(), primary_key=True), _ref("run", "runs.id"),
    _text("assignment"), _ref("person", "people.uid"), _at("due_at"), _text("reason"), _text("given_by"), _at("given_at"),
    Index("ix_extensions_person", "run", "assignment", "person"),
)  # fmt: skip
submissions = Table(
    "submissions", metadata, _key("id"), _ref("release", "releases.id"), _ref("run", "runs.id"), _text("assignment"),
    _ref("person", "people.uid"), Column("attempt", Integer, nullable=False), _at("received_at"), _flag("late"),
    _json("files"), _text("digest"), _text("state"), _text("receipt"), _text("message"), _at("queued_at", null=True),
    _at("leased_at", null=True), _at("graded_at", null=True),
    # the lease on its grading: ``lease`` counts those who ever held it and is the fencing number
    _count("lease"), _blank("held_by"), _at("beaten_at", null=True), _count("tries"), _blank("reason"), _count("turn"),
    Index("uq_submissions_attempt", "run", "assignment", "person", "attempt", unique=True),
    Index("ix_submissions_waiting", "person", postgresql_where=text("state IN ('queued', 'grading')")),
    Index("ix_submissions_turn", "turn", postgresql_where=text("state IN ('queued', 'grading')")),
    Index("ix_submissions_failed", "graded_at", postgresql_where=text("state = 'failed'")),
    Index("ix_submissions_graded_at", "graded_at"),
    CheckConstraint("state IN ('queued', 'grading', 'graded', 'rejected', 'failed')", name="state"),
)  # fmt: skip

# --- assess ------------------------------------------------------------------------------------------------------
verdicts = Table(
    "verdicts", metadata, _ref("submission", "submissions.id", key=True), Column("round", Integer, primary_key=True),
    _text("state"), _points("points"), _points("max_points"), _text("record"), _at("recorded_at"),
    # by which release, where it is not the one that was answered; and the regrade whose acceptance brought it
    _ref("release", "releases.id", null=True), _ref("regrade", "regrades.id", null=True),
    CheckConstraint("points >= 0 AND points <= max_points", name="points"),
)  # fmt: skip
marks = Table(
    "marks", metadata, Column("id", BigInteger, Identity(), primary_key=True), _ref("submission", "submissions.id"),
    _text("grade_id"), _json("levels"), _points("points"), _points("max_points"), _text("comment"),
    _ref("marked_by", "people.uid"), _at("marked_at"), CheckConstraint("points >= 0 AND points <= max_points", name="points"),
    Index("ix_marks_submission", "submission", "grade_id"),
)  # fmt: skip
grades = Table(
    "grades", metadata, _key("id"), _ref("submission", "submissions.id"), _ref("run", "runs.id"), _text("assignment"),
    _ref("person", "people.uid"), _points("points"), _points("max_points"), Column("passed", Boolean, nullable=False),
    _text("rule"), _text("settled_by"), _at("settled_at"), _json("by_cell"), _flag("superseded"),
    _ref("regrade", "regrades.id", null=True),
    Index("uq_grades_current", "run", "assignment", "person", unique=True, postgresql_where=text("NOT superseded")),
    CheckConstraint("points >= 0 AND points <= max_points", name="points"),
)  # fmt: skip

# --- regrades: an assignment's, asked for by somebody, or a night's sample; their items are graded like submissions ---
regrades = Table(
    "regrades", metadata, _key("id"), _ref("run", "runs.id", null=True), _text("assignment", null=True),
    _ref("release", "releases.id", null=True), _ref("asked_by", "people.uid", null=True), _at("asked_at"),
    Column("night", Date, unique=True), _flag("closed"), CheckConstraint("(night IS NULL) = (run IS NOT NULL)", name="kind"),
    Index("uq_regrades_open", "run", "assignment", unique=True, postgresql_where=text("NOT closed AND night IS NULL")),
)  # fmt: skip
regrade_items = Table(
    "regrade_items", metadata, _key("id"), _ref("regrade", "regrades.id"), _ref("submission", "submissions.id"),
    _ref("release", "releases.id"), Column("round", Integer, nullable=False), _text("state"), _at("queued_at"),
    _at("leased_at", null=True), _at("graded_at", null=True), _count("lease"), _blank("held_by"), _at("beaten_at", null=True),
    _count("tries"), _blank("reason"), _blank("message"), _text("record", null=True),
    Index("uq_regrade_items_round", "regrade", "submission", "round", unique=True),
    Index("ix_regrade_items_waiting", "queued_at", postgresql_where=text("state IN ('queued', 'grading')")),
    CheckConstraint("state IN ('queued', 'grading', 'graded', 'rejected', 'failed')", name="state"),
)  # fmt: skip
regrade_decisions = Table(
    "regrade_decisions", metadata, _ref("regrade", "regrades.id", key=True), _text("choice"), _text("reason"),
    _ref("decided_by", "people.uid"), _at("decided_at"), _text("digest"), _json("rows"),
)  # fmt: skip
incidents = Table(
    "incidents", metadata, _key("id"), Column("item", Text, ForeignKey("regrade_items.id"), nullable=False, unique=True),
    _ref("submission", "submissions.id"), Column("round", Integer, nullable=False), _at("found_at"), _flag("points_differ"),
    _json("differences"), Index("ix_incidents_found_at", "found_at"),
)  # fmt: skip

# --- award -------------------------------------------------------------------------------------------------------
frameworks = Table(
    "frameworks", metadata, _key("id"), _text("name"), _text("doc_no"), Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)  # fmt: skip
nodes = Table(
    "nodes", metadata, _ref("framework", "frameworks.id", key=True), _key("code"), _text("name"), _text("dimension"),
    _text("environment"), Column("position", Integer, nullable=False),
)  # fmt: skip
evidence = Table(
    "evidence", metadata, _key("id"), _ref("person", "people.uid"), _text("framework"), _text("code"),
    _ref("grade", "grades.id"), _text("run"), _text("assignment"), _points("points"), _points("max_points"),
    _at("recorded_at"), _flag("superseded"), Index("uq_evidence_grade", "grade", "code", unique=True),
    Index("ix_evidence_person", "person"),
)  # fmt: skip
hours = Table(
    "hours", metadata, _key("id"), _ref("person", "people.uid"), _ref("run", "runs.id"), _text("title"),
    _points("hours"), _points("practice"), Column("earned_on", Date, nullable=False), _json("counts_for"),
    Index("uq_hours_run", "person", "run", unique=True),
)  # fmt: skip
applications = Table(
    "applications", metadata, _key("id"), _ref("person", "people.uid"), _ref("school", "organisations.code"),
    _text("requirement"), _json("evidence"), _text("rating"), _text("state"), _at("submitted_at"),
    _text("decided_by", null=True), _at("decided_at", null=True), _text("reason"),
    Index("uq_applications_open", "person", "requirement", unique=True, postgresql_where=text("state = 'submitted'")),
    Index("ix_applications_school", "school", "state"),
)  # fmt: skip
certificate_numbers = Sequence("certificate_numbers", start=1, metadata=metadata)
certificates = Table(
    "certificates", metadata, _key("number"), Column("application", Text, ForeignKey("applications.id"), nullable=False, unique=True),
    _ref("person", "people.uid"), _text("holder_name"), _text("school_name"), _text("requirement"), _text("rating"),
    _at("issued_at"), Column("valid_to", Date, nullable=False), _text("key_id"), _text("credential"), _text("evidence_digest"),
    Index("ix_certificates_person", "person"),
)  # fmt: skip
revocations = Table(
    "revocations", metadata, _ref("certificate", "certificates.number", key=True), _at("revoked_at"),
    _ref("revoked_by", "people.uid"), _text("revoked_reason"),
)  # fmt: skip
