"""The tables of award; column names are the field names of the domain's dataclasses."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Sequence,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from hub.store import tables as _others  # noqa: F401 - what these refer to
from hub.store.columns import at, blank, count, flag, json, key, metadata, points, ref, words

# --- award -------------------------------------------------------------------------------------------------------
frameworks = Table(
    "frameworks", metadata, key("id"), words("name"), words("doc_no"), Column("valid_from", Date, nullable=False),
    Column("valid_to", Date), blank("issuer"), Column("version", Text, nullable=False, server_default=sql("'1'")),
    Column("state", Text, nullable=False, server_default=sql("'published'")), ref("succeeds", "frameworks.id", null=True),
    Index("uq_frameworks_succeeds", "succeeds", unique=True, postgresql_where=sql("state = 'published'")),
    CheckConstraint("state IN ('draft', 'published')", name="state"),
    CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
    CheckConstraint("succeeds IS NULL OR succeeds <> id", name="itself"),
)  # fmt: skip
nodes = Table(
    "nodes", metadata, ref("framework", "frameworks.id", key=True), key("code"), words("name"), words("dimension"),
    words("environment"), Column("position", Integer, nullable=False), words("parent", null=True),
    Column("level", Integer, nullable=False, server_default=sql("1")), blank("text"),
    Column("assessable", Boolean, nullable=False, server_default=sql("true")),
)  # fmt: skip
evidence = Table(
    "evidence", metadata, key("id"), ref("person", "people.uid"), words("framework"), words("code"),
    ref("grade", "grades.id"), words("run"), words("assignment"), points("points"), points("max_points"),
    at("recorded_at"), flag("superseded"), Index("uq_evidence_grade", "grade", "code", unique=True),
    Index("ix_evidence_person", "person"),
)  # fmt: skip
crosswalks = Table(
    "crosswalks", metadata, ref("from_framework", "frameworks.id", key=True), key("from_code"),
    ref("to_framework", "frameworks.id", key=True), key("to_code"), Column("strength", Integer, nullable=False),
    words("author"), CheckConstraint("strength BETWEEN 1 AND 3", name="strength"),
)  # fmt: skip
guides = Table(
    "guides", metadata, ref("framework", "frameworks.id", key=True), key("code"),
    Column("version", Integer, primary_key=True), words("describes"), json("pieces"), at("published_at"),
)  # fmt: skip
diagnoses = Table(  # 自我诊断: node code -> level 1 to 4
    "diagnoses", metadata, key("id"), ref("person", "people.uid"), ref("framework", "frameworks.id"), json("answers"),
    at("made_at"), Index("ix_diagnoses_person", "person", "made_at"),
)  # fmt: skip

# --- hours: one entry a training and person; nothing is edited, a wrong entry is reversed by another -----------------
hour_imports = Table(
    "hour_imports", metadata, key("id"), words("digest"), ref("org", "organisations.code"), words("imported_by"),
    at("imported_at"), json("report"),
)  # fmt: skip
hours = Table(
    "hours", metadata, key("id"), ref("person", "people.uid"), ref("run", "runs.id", null=True), words("title"),
    points("hours"), points("practice"), Column("earned_on", Date, nullable=False), json("counts_for"),
    Column("source", Text, nullable=False, server_default=sql("'run'")), Column("started_on", Date), blank("provider"),
    blank("project_no"), blank("doc_no"), blank("level"), blank("mode"), blank("category"),
    Column("online", Numeric(8, 3), nullable=False, server_default=sql("0")), blank("certificate_no"),
    ref("import", "hour_imports.id", null=True), ref("reverses", "hours.id", null=True), blank("noted_by"),
    at("noted_at", null=True), blank("key"),
    Index("uq_hours_run", "person", "run", unique=True),
    Index("uq_hours_key", "person", "key", unique=True, postgresql_where=sql("key <> '' AND reverses IS NULL")),
    Index("uq_hours_reverses", "reverses", unique=True, postgresql_where=sql("reverses IS NOT NULL")),
    Index("ix_hours_person", "person", "earned_on"),
)  # fmt: skip

# --- 校本应用考核 ----------------------------------------------------------------------------------------------------
dossiers = Table(
    "dossiers", metadata, key("id"), ref("person", "people.uid"), ref("school", "organisations.code"),
    ref("framework", "frameworks.id"), words("code"), Column("guide", Integer, nullable=False), words("label"),
    words("state"), Column("round", Integer, nullable=False, server_default=sql("1")), at("begun_at"),
    at("submitted_at", null=True), blank("digest"), words("rating", null=True), at("rated_at", null=True),
    Index("uq_dossiers_open", "person", "framework", "code", unique=True,
          postgresql_where=sql("state IN ('draft', 'submitted', 'assessing')")),
    Index("ix_dossiers_waiting", "submitted_at", postgresql_where=sql("state IN ('submitted', 'assessing')")),
    Index("ix_dossiers_person", "person"), Index("ix_dossiers_school", "school", "state"),
)  # fmt: skip
pieces = Table(
    "pieces", metadata, key("id"), ref("dossier", "dossiers.id"), words("key"), words("kind"), words("name"),
    words("digest"), Column("size", BigInteger, nullable=False), at("added_at"), ref("evidence", "evidence.id", null=True),
    blank("url"), blank("note"), Index("ix_pieces_dossier", "dossier"),
)  # fmt: skip
seats = Table(
    "seats", metadata, key("id"), ref("dossier", "dossiers.id"), Column("round", Integer, nullable=False),
    Column("number", Integer, nullable=False), ref("assessor", "people.uid"), words("state"), at("assigned_at"),
    Column("due_on", Date, nullable=False), json("levels"), json("comments"), words("rating", null=True), blank("reason"),
    at("closed_at", null=True),
    Index("uq_seats_number", "dossier", "round", "number", unique=True, postgresql_where=sql("state IN ('open', 'rated')")),
    Index("uq_seats_assessor", "dossier", "assessor", unique=True), Index("ix_seats_assessor", "assessor", "state"),
)  # fmt: skip
appeals = Table(
    "appeals", metadata, ref("dossier", "dossiers.id", key=True), words("reason"), words("rating"), at("made_at"),
    Column("due_on", Date, nullable=False),
)  # fmt: skip

# --- review: the record of a certification, and everything that was done to it --------------------------------------
applications = Table(
    "applications", metadata, key("id"), ref("person", "people.uid"), ref("school", "organisations.code"),
    words("rule"), json("dossiers"), json("evidence"), words("rating"), words("state"), at("begun_at"), at("moved_at"),
    at("submitted_at", null=True), words("certificate", null=True),
    Index("uq_applications_open", "person", "rule", unique=True,
          postgresql_where=sql("state IN ('draft', 'submitted', 'school_reviewed', 'county_reviewed', 'publicised', "
                               "'objected', 'city_confirmed')")),
    Index("ix_applications_school", "school", "state"), Index("ix_applications_person", "person"),
)  # fmt: skip
reviews = Table(
    "reviews", metadata, key("id"), ref("application", "applications.id"), words("step"), ref("by", "people.uid"),
    words("role"), words("org"), at("at"), blank("reason"), Column("seq", BigInteger, Identity(), nullable=False),
    Index("ix_reviews_application", "application", "seq"),
)  # fmt: skip
notices = Table(
    "notices", metadata, key("id"), ref("school", "organisations.code"), Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=False), Column("working_days", Integer, nullable=False),
    ref("opened_by", "people.uid"), at("opened_at"), json("applications"), Index("ix_notices_closes", "closes_on"),
    Index("ix_notices_school", "school"),
    Index("ix_notices_applications", "applications", postgresql_using="gin"),
)  # fmt: skip
objections = Table(
    "objections", metadata, key("id"), ref("application", "applications.id"), ref("notice", "notices.id"),
    ref("by", "people.uid"), words("reason"), at("made_at"), Column("due_on", Date, nullable=False), blank("answer"),
    Column("upheld", Boolean), ref("answered_by", "people.uid", null=True), at("answered_at", null=True),
    Index("ix_objections_application", "application"),
    Index("uq_objections_once", "notice", "application", "by", unique=True),
    Index("ix_objections_open", "due_on", postgresql_where=sql("answered_at IS NULL")),
)  # fmt: skip
calendar_days = Table(  # days whose kind their weekday does not tell: holidays, and weekends that are worked
    "calendar_days", metadata, Column("day", Date, primary_key=True), words("kind"), words("name"), words("source"),
    CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),
)  # fmt: skip
calendar_years = Table(  # years whose arrangement is known; in another one nobody can count working days
    "calendar_years", metadata, Column("year", Integer, primary_key=True), words("doc_no"), at("loaded_at"),
)  # fmt: skip

# --- certificates --------------------------------------------------------------------------------------------------
certificate_numbers = Sequence("certificate_numbers", start=1, metadata=metadata)
certificates = Table(  # a trigger refuses to change or delete a row
    "certificates", metadata, key("number"), ref("application", "applications.id"),
    ref("person", "people.uid"), words("holder_name"), words("school_name"), words("requirement"), words("rating"),
    at("issued_at"), Column("valid_to", Date, nullable=False), words("key_id"), words("credential"), words("evidence_digest"),
    blank("version"), blank("proof"), blank("second"), Column("status_list", Integer), Column("status_index", Integer),
    ref("succeeds", "certificates.number", null=True), blank("reason"),
    Index("ix_certificates_person", "person"),
    Index("uq_certificates_application", "application", unique=True, postgresql_where=sql("succeeds IS NULL")),
    Index("uq_certificates_succeeds", "succeeds", unique=True),
    Index("uq_certificates_status", "status_list", "status_index", unique=True),
)  # fmt: skip
status_places = Table(  # taken before the certificate is signed, so that no two can draw the same place
    "status_places", metadata, Column("list", Integer, primary_key=True, autoincrement=False),
    Column("index", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("index >= 0 AND index < 131072", name="index"),
)  # fmt: skip
revocations = Table(  # likewise
    "revocations", metadata, ref("certificate", "certificates.number", key=True), at("revoked_at"),
    ref("revoked_by", "people.uid"), words("revoked_reason"),
)  # fmt: skip
suspensions = Table(
    "suspensions", metadata, key("id"), ref("certificate", "certificates.number"), words("reason"),
    ref("suspended_by", "people.uid"), at("suspended_at"), ref("lifted_by", "people.uid", null=True),
    at("lifted_at", null=True), blank("lifted_reason"),
    Index("uq_suspensions_open", "certificate", unique=True, postgresql_where=sql("lifted_at IS NULL")),
)  # fmt: skip
batches = Table(
    "batches", metadata, key("id"), words("kind"), words("about"), ref("asked_by", "people.uid"), at("asked_at"),
    words("state"), Column("total", Integer, nullable=False), count("done"), count("failed"), at("ended_at", null=True),
    Index("ix_batches_open", "asked_at", postgresql_where=sql("state = 'open'")),
)  # fmt: skip
batch_items = Table(
    "batch_items", metadata, ref("batch", "batches.id", key=True), Column("position", Integer, primary_key=True),
    words("subject"), Column("state", Text, nullable=False, server_default=sql("'waiting'")), blank("outcome"),
    Index("ix_batch_items_waiting", "batch", "position", postgresql_where=sql("state = 'waiting'")),
)  # fmt: skip

# --- titles ----------------------------------------------------------------------------------------------------------
title_holdings = Table(
    "title_holdings", metadata, key("id"), ref("person", "people.uid"), words("series"), words("title"),
    Column("obtained_on", Date, nullable=False), Column("appointed_on", Date, nullable=False), words("stage"),
    words("subject"), blank("teacher_cert_no"), blank("national_id"), ref("noted_by", "people.uid"), at("noted_at"),
    Index("ix_title_holdings_person", "person", "noted_at"),
)  # fmt: skip
title_settings = Table(
    "title_settings", metadata, Column("id", BigInteger, Identity(), primary_key=True), Column("year", Integer, nullable=False),
    words("series"), words("weight"), ref("set_by", "people.uid"), at("set_at"),
    Index("ix_title_settings_year", "year", "series"),
)  # fmt: skip
package_numbers = Sequence("package_numbers", start=1, metadata=metadata)
packages = Table(
    "packages", metadata, key("number"), Column("year", Integer, nullable=False), ref("org", "organisations.code"),
    words("purpose"), words("state"), ref("prepared_by", "people.uid"), at("prepared_at"), blank("batch"), blank("digest"),
    blank("root"), ref("released_by", "people.uid", null=True), at("released_at", null=True), blank("receipt"),
    ref("receipted_by", "people.uid", null=True), at("receipted_at", null=True), blank("series"),
    Column("since_title", Boolean, nullable=False, server_default=sql("true")),
    Column("refused", JSONB, nullable=False, server_default=sql("'[]'")), blank("body"), Column("receipt_on", Date),
)  # fmt: skip
package_records = Table(  # what a package says of one certificate; ``sealed`` is its canonical JSON, encrypted
    "package_records", metadata, ref("package", "packages.number", key=True), Column("position", Integer, primary_key=True),
    ref("application", "applications.id"), words("record_hash"), words("prev_hash"),
    Column("kind", Text, nullable=False, server_default=sql("'record'")), blank("school"), blank("certificate"),
    Column("state", Text, nullable=False, server_default=sql("'waiting'")), blank("problem"), Column("sealed", LargeBinary),
    blank("paper"), Index("ix_package_records_application", "application"),
    Index("ix_package_records_school", "school", "package"),
    Index("ix_package_records_waiting", "package", "position", postgresql_where=sql("state = 'waiting'")),
)  # fmt: skip
