"""The tables of award; column names are the field names of the domain's dataclasses."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    text,
)

from hub.store import tables as _others  # noqa: F401 - what these refer to
from hub.store.columns import at, flag, json, key, metadata, points, ref, words

# --- award -------------------------------------------------------------------------------------------------------
frameworks = Table(
    "frameworks", metadata, key("id"), words("name"), words("doc_no"), Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)  # fmt: skip
nodes = Table(
    "nodes", metadata, ref("framework", "frameworks.id", key=True), key("code"), words("name"), words("dimension"),
    words("environment"), Column("position", Integer, nullable=False),
)  # fmt: skip
evidence = Table(
    "evidence", metadata, key("id"), ref("person", "people.uid"), words("framework"), words("code"),
    ref("grade", "grades.id"), words("run"), words("assignment"), points("points"), points("max_points"),
    at("recorded_at"), flag("superseded"), Index("uq_evidence_grade", "grade", "code", unique=True),
    Index("ix_evidence_person", "person"),
)  # fmt: skip
hours = Table(
    "hours", metadata, key("id"), ref("person", "people.uid"), ref("run", "runs.id"), words("title"),
    points("hours"), points("practice"), Column("earned_on", Date, nullable=False), json("counts_for"),
    Index("uq_hours_run", "person", "run", unique=True),
)  # fmt: skip
applications = Table(
    "applications", metadata, key("id"), ref("person", "people.uid"), ref("school", "organisations.code"),
    words("requirement"), json("evidence"), words("rating"), words("state"), at("submitted_at"),
    words("decided_by", null=True), at("decided_at", null=True), words("reason"),
    Index("uq_applications_open", "person", "requirement", unique=True, postgresql_where=text("state = 'submitted'")),
    Index("ix_applications_school", "school", "state"),
)  # fmt: skip
certificate_numbers = Sequence("certificate_numbers", start=1, metadata=metadata)
certificates = Table(
    "certificates", metadata, key("number"), Column("application", Text, ForeignKey("applications.id"), nullable=False, unique=True),
    ref("person", "people.uid"), words("holder_name"), words("school_name"), words("requirement"), words("rating"),
    at("issued_at"), Column("valid_to", Date, nullable=False), words("key_id"), words("credential"), words("evidence_digest"),
    Index("ix_certificates_person", "person"),
)  # fmt: skip
revocations = Table(
    "revocations", metadata, ref("certificate", "certificates.number", key=True), at("revoked_at"),
    ref("revoked_by", "people.uid"), words("revoked_reason"),
)  # fmt: skip
