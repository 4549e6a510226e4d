"""The tables, one block a word of the house; column names are the field names of the domain's dataclasses.

Those of award are in hub.store.award.tables.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    Table,
    Text,
    text,
)

from hub.store.columns import at, blank, count, flag, json, key, metadata, points, ref, words

# --- people and places -------------------------------------------------------------------------------------------
organisations = Table(
    "organisations", metadata, key("code"), words("name"), words("level"), words("kind"),
    ref("parent", "organisations.code", null=True), Column("valid_from", Date), Column("valid_to", Date),
    words("successor", null=True), blank("uscc"), Index("ix_organisations_parent", "parent"),
)  # fmt: skip
people = Table(
    "people", metadata, key("uid"), Column("login", Text, nullable=False, unique=True), words("name"), words("kind"),
    words("sort_key"), words("id_masked"), Column("id_cipher", LargeBinary), Column("id_hmac", LargeBinary, unique=True),
    Column("active", Boolean, nullable=False, server_default=text("true")), at("created_at"),
)  # fmt: skip
login_numbers = Sequence("login_numbers", start=10000001, metadata=metadata)
memberships = Table(
    "memberships", metadata, Column("id", BigInteger, Identity(), primary_key=True),
    ref("person", "people.uid"), ref("org", "organisations.code"), words("staff_no"), words("subject"),
    Column("valid_from", Date, nullable=False), Column("valid_to", Date),
    Index("uq_memberships_open", "person", "org", unique=True, postgresql_where=text("valid_to IS NULL")),
    Index("ix_memberships_org", "org"), Index("ix_memberships_person", "person"),
)  # fmt: skip
grants = Table(
    "grants", metadata, Column("id", BigInteger, Identity(), primary_key=True),
    ref("person", "people.uid"), words("role"), ref("org", "organisations.code"),
    Column("valid_from", Date, nullable=False), Column("valid_to", Date), words("granted_by"),
    Index("uq_grants_open", "person", "role", "org", unique=True, postgresql_where=text("valid_to IS NULL")),
    Index("ix_grants_person", "person"),
)  # fmt: skip
roster_imports = Table(
    "roster_imports", metadata, key("id"), words("digest"), ref("org", "organisations.code"),
    words("imported_by"), at("imported_at"), json("report"),
)  # fmt: skip

# --- entering: passwords, sessions, OpenID Connect ----------------------------------------------------------------
credentials = Table(
    "credentials", metadata, ref("person", "people.uid", key=True), words("password_hash"), flag("must_change"),
    Column("failures", Integer, nullable=False, server_default=text("0")), at("locked_until", null=True), at("changed_at"),
    at("used_at", null=True),
)  # fmt: skip
password_history = Table(  # the hashes before the present one, so that none of them comes back
    "password_history", metadata, Column("id", BigInteger, Identity(), primary_key=True), ref("person", "people.uid"),
    words("password_hash"), at("changed_at"), Index("ix_password_history_person", "person"),
)  # fmt: skip
sessions = Table(  # tokens and sessions are stored by digest only
    "sessions", metadata, key("digest"), ref("person", "people.uid"), at("created_at"), at("seen_at"),
    at("ends_at"), flag("proved"), Index("ix_sessions_person", "person"),
)  # fmt: skip
oidc_codes = Table(
    "oidc_codes", metadata, key("digest"), words("client"), ref("person", "people.uid"), words("session"),
    json("request"), at("expires_at"),
)  # fmt: skip
tokens = Table(
    "tokens", metadata, key("digest"), words("client"), ref("person", "people.uid"), words("session"),
    json("scopes"), at("expires_at"), Index("ix_tokens_session", "session"),
)  # fmt: skip

second_factors = Table(  # TOTP: the secret is sealed, ``last_step`` is the last time step that was used
    "second_factors", metadata, ref("person", "people.uid", key=True), Column("secret", LargeBinary, nullable=False),
    at("made_at"), at("confirmed_at", null=True), Column("last_step", BigInteger, nullable=False, server_default=text("0")),
    json("recovery"),
)  # fmt: skip
approvals = Table(  # leave to read what the permission matrix marks with a star, given by somebody else, for a while
    "approvals", metadata, key("id"), ref("asked_by", "people.uid"), words("resource"), ref("org", "organisations.code"),
    words("purpose"), at("asked_at"), ref("decided_by", "people.uid", null=True), at("decided_at", null=True),
    Column("granted", Boolean), blank("reason"), at("ends_at", null=True), Index("ix_approvals_asked_by", "asked_by"),
    Index("ix_approvals_open", "asked_at", postgresql_where=text("decided_at IS NULL")),
)  # fmt: skip

# --- audit: the application's role may add and read here, nothing else -----------------------------------------------
audit_events = Table(
    "audit_events", metadata, Column("seq", BigInteger, primary_key=True, autoincrement=False), words("at"), words("actor"),
    words("role"), words("scope"), words("verb"), words("subject"), words("digest"), words("previous"), words("hash"),
    Index("ix_audit_events_subject", "subject"), Index("ix_audit_events_actor", "actor"),
    Index("ix_audit_events_verb", "verb", "seq"), Index("ix_audit_events_at", "at", postgresql_using="brin"),
)  # fmt: skip
audit_details = Table(
    "audit_details", metadata, Column("seq", BigInteger, ForeignKey("audit_events.seq"), primary_key=True),
    words("salt"), json("detail"),
)  # fmt: skip

# --- study -------------------------------------------------------------------------------------------------------
runs = Table(
    "runs", metadata, key("id"), words("course"), words("title"), ref("org", "organisations.code"),
    at("starts_at"), at("ends_at"), words("created_by"), CheckConstraint("ends_at > starts_at", name="dates"),
)  # fmt: skip
run_staff = Table(
    "run_staff", metadata, ref("run", "runs.id", key=True), ref("person", "people.uid", key=True)
)
enrolments = Table(
    "enrolments", metadata, ref("run", "runs.id", key=True), ref("person", "people.uid", key=True),
    words("org"), at("enrolled_at"), Index("ix_enrolments_person", "person"),
)  # fmt: skip
releases = Table(
    "releases", metadata, key("id"), ref("run", "runs.id"), words("assignment"),
    Column("version", Integer, nullable=False), words("source_digest"), json("data_files"), json("files"),
    at("opens_at"), at("due_at"), Column("grace_minutes", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False), points("pass_ratio"), words("released_by"), at("released_at"),
    Index("uq_releases_version", "run", "assignment", "version", unique=True),
)  # fmt: skip
extensions = Table(
    "extensions", metadata, Column("id", BigInteger, Identity(), primary_key=True), ref("run", "runs.id"),
    words("assignment"), ref("person", "people.uid"), at("due_at"), words("reason"), words("given_by"), at("given_at"),
    Index("ix_extensions_person", "run", "assignment", "person"),
)  # fmt: skip
submissions = Table(
    "submissions", metadata, key("id"), ref("release", "releases.id"), ref("run", "runs.id"), words("assignment"),
    ref("person", "people.uid"), Column("attempt", Integer, nullable=False), at("received_at"), flag("late"),
    json("files"), words("digest"), words("state"), words("receipt"), words("message"), at("queued_at", null=True),
    at("leased_at", null=True), at("graded_at", null=True),
    # the lease on its grading: ``lease`` counts those who ever held it and is the fencing number
    count("lease"), blank("held_by"), at("beaten_at", null=True), count("tries"), blank("reason"), count("turn"),
    Index("uq_submissions_attempt", "run", "assignment", "person", "attempt", unique=True),
    Index("ix_submissions_waiting", "person", postgresql_where=text("state IN ('queued', 'grading')")),
    Index("ix_submissions_turn", "turn", postgresql_where=text("state IN ('queued', 'grading')")),
    Index("ix_submissions_failed", "graded_at", postgresql_where=text("state = 'failed'")),
    Index("ix_submissions_graded_at", "graded_at"),
    CheckConstraint("state IN ('queued', 'grading', 'graded', 'rejected', 'failed')", name="state"),
)  # fmt: skip

# --- assess ------------------------------------------------------------------------------------------------------
verdicts = Table(
    "verdicts", metadata, ref("submission", "submissions.id", key=True), Column("round", Integer, primary_key=True),
    words("state"), points("points"), points("max_points"), words("record"), at("recorded_at"),
    # by which release, where it is not the one that was answered; and the regrade whose acceptance brought it
    ref("release", "releases.id", null=True), ref("regrade", "regrades.id", null=True),
    CheckConstraint("points >= 0 AND points <= max_points", name="points"),
)  # fmt: skip
marks = Table(
    "marks", metadata, Column("id", BigInteger, Identity(), primary_key=True), ref("submission", "submissions.id"),
    words("grade_id"), json("levels"), points("points"), points("max_points"), words("comment"),
    ref("marked_by", "people.uid"), at("marked_at"), CheckConstraint("points >= 0 AND points <= max_points", name="points"),
    Index("ix_marks_submission", "submission", "grade_id"),
)  # fmt: skip
grades = Table(
    "grades", metadata, key("id"), ref("submission", "submissions.id"), ref("run", "runs.id"), words("assignment"),
    ref("person", "people.uid"), points("points"), points("max_points"), Column("passed", Boolean, nullable=False),
    words("rule"), words("settled_by"), at("settled_at"), json("by_cell"), flag("superseded"),
    ref("regrade", "regrades.id", null=True),
    Index("uq_grades_current", "run", "assignment", "person", unique=True, postgresql_where=text("NOT superseded")),
    CheckConstraint("points >= 0 AND points <= max_points", name="points"),
)  # fmt: skip

# --- regrades: an assignment's, asked for by somebody, or a night's sample; their items are graded like submissions ---
regrades = Table(
    "regrades", metadata, key("id"), ref("run", "runs.id", null=True), words("assignment", null=True),
    ref("release", "releases.id", null=True), ref("asked_by", "people.uid", null=True), at("asked_at"),
    Column("night", Date, unique=True), flag("closed"), CheckConstraint("(night IS NULL) = (run IS NOT NULL)", name="kind"),
    Index("uq_regrades_open", "run", "assignment", unique=True, postgresql_where=text("NOT closed AND night IS NULL")),
)  # fmt: skip
regrade_items = Table(
    "regrade_items", metadata, key("id"), ref("regrade", "regrades.id"), ref("submission", "submissions.id"),
    ref("release", "releases.id"), Column("round", Integer, nullable=False), words("state"), at("queued_at"),
    at("leased_at", null=True), at("graded_at", null=True), count("lease"), blank("held_by"), at("beaten_at", null=True),
    count("tries"), blank("reason"), blank("message"), words("record", null=True),
    Index("uq_regrade_items_round", "regrade", "submission", "round", unique=True),
    Index("ix_regrade_items_waiting", "queued_at", postgresql_where=text("state IN ('queued', 'grading')")),
    CheckConstraint("state IN ('queued', 'grading', 'graded', 'rejected', 'failed')", name="state"),
)  # fmt: skip
regrade_decisions = Table(
    "regrade_decisions", metadata, ref("regrade", "regrades.id", key=True), words("choice"), words("reason"),
    ref("decided_by", "people.uid"), at("decided_at"), words("digest"), json("rows"),
)  # fmt: skip
incidents = Table(
    "incidents", metadata, key("id"), Column("item", Text, ForeignKey("regrade_items.id"), nullable=False, unique=True),
    ref("submission", "submissions.id"), Column("round", Integer, nullable=False), at("found_at"), flag("points_differ"),
    json("differences"), Index("ix_incidents_found_at", "found_at"),
)  # fmt: skip
