"""Does every record that must have an event have exactly one, and every such event its record; asked of the tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.domain.audit_view import Coverage

_MOST = 100  # identifiers that are listed


@dataclass(frozen=True)
class _Kind:
    """Records of one table, or of a part of it in brackets: their key, when they were made, the verbs that tell of them, and what it says of them."""

    name: str
    table: str
    key: str
    at: str
    verbs: tuple[str, ...]
    otherwise: str = (
        "false"  # r is the record, d the details of its event; what they do not say is not compared
    )


_KINDS = (
    _Kind(
        "grades", "grades", "id", "settled_at", ("grade.settled",),
        "(d->>'points')::numeric <> r.points OR (d->>'max_points')::numeric <> r.max_points OR "
        "(d->>'passed')::boolean <> r.passed OR d->>'person' <> r.person OR d->>'submission' <> r.submission OR "
        "d->>'settled_by' <> r.settled_by",
    ),
    _Kind("decisions", "regrade_decisions", "regrade", "decided_at", ("regrade.decided",), "d->>'choice' <> r.choice"),
    _Kind(
        "certificates", "certificates", "number", "issued_at", ("certificate.issued",),
        "d->>'credential' <> encode(sha256(convert_to(r.credential, 'UTF8')), 'hex') OR d->>'person' <> r.person OR "
        "d->>'application' <> r.application",
    ),
    _Kind("revocations", "revocations", "certificate", "revoked_at", ("certificate.revoked",)),
    _Kind("imports", "roster_imports", "id", "imported_at", ("roster.imported", "schools.imported", "title.noted")),
    _Kind("hour_imports", "hour_imports", "id", "imported_at", ("hours.imported",), "d->>'digest' <> r.digest"),
    _Kind(
        "reversals", "(SELECT * FROM hours WHERE reverses IS NOT NULL)", "id", "noted_at", ("hours.reversed",),
        "d->>'entry' <> r.reverses OR d->>'person' <> r.person",
    ),
    _Kind(
        "dossiers", "(SELECT * FROM dossiers WHERE submitted_at IS NOT NULL)", "id", "submitted_at", ("dossier.submitted",),
        "d->>'digest' <> r.digest",
    ),
    _Kind(
        "ratings", "(SELECT * FROM seats WHERE state = 'rated')", "id", "closed_at", ("seat.rated",),
        "d->>'dossier' <> r.dossier OR d->>'rating' <> r.rating",
    ),
    _Kind("packages", "packages", "number", "prepared_at", ("package.prepared",)),
)  # fmt: skip

_FIRST = "coalesce((SELECT min(at)::timestamptz FROM audit_events WHERE seq = 1), 'infinity')"


def coverage(connection: Connection) -> tuple[Coverage, ...]:
    """Each kind against its events. Records older than the first event of all are counted apart."""
    return tuple(_coverage(connection, kind) for kind in _KINDS)


def counts(connection: Connection) -> dict[str, int]:
    """How many records of each kind there are."""
    return {k.name: _number(connection, f"SELECT count(*) FROM {k.table} r") for k in _KINDS}  # noqa: S608


def _coverage(connection: Connection, kind: _Kind) -> Coverage:
    # Every name in these statements is one of the table above; what comes from outside is bound.
    verbs = f"verb IN ({', '.join(map(repr, kind.verbs))})"
    told = f"(SELECT subject, count(*) AS n FROM audit_events WHERE {verbs} GROUP BY subject) t"  # noqa: S608
    left = f"FROM {kind.table} r LEFT JOIN {told} ON t.subject = r.{kind.key}"
    key, old = f"r.{kind.key}", f"r.{kind.at} < {_FIRST}"

    def some(query: str) -> tuple[str, ...]:
        return tuple(connection.execute(text(f"{query} ORDER BY 1 LIMIT {_MOST}")).scalars())

    begun = connection.scalar(
        text(
            "SELECT d.detail->>:kind FROM audit_events e JOIN audit_details d ON d.seq = e.seq "
            "WHERE e.seq = 1 AND e.verb = 'log.begun'"
        ),
        {"kind": kind.name},
    )
    return Coverage(
        kind.name,
        _number(connection, f"SELECT count(*) FROM {kind.table} r"),  # noqa: S608
        _number(connection, f"SELECT count(*) {left} WHERE t.n IS NULL AND {old}"),
        None if begun is None else int(begun),
        some(f"SELECT {key} {left} WHERE t.n IS NULL AND NOT {old}"),
        some(f"SELECT {key} {left} WHERE t.n > 1"),
        some(f"SELECT t.subject FROM {told} LEFT JOIN {kind.table} r ON t.subject = {key} WHERE {key} IS NULL"),  # noqa: S608
        some(
            f"SELECT {key} FROM {kind.table} r JOIN audit_events e ON e.subject = {key} AND e.{verbs} "  # noqa: S608
            f"JOIN LATERAL (SELECT detail AS d FROM audit_details WHERE seq = e.seq) x ON true WHERE {kind.otherwise}"
        ),
    )  # fmt: skip


def _number(connection: Connection, query: str) -> int:
    return int(connection.scalar(text(query)) or 0)
