"""Packages for the HR bureau and their records in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, func, insert, literal, select, text, update

from hub.domain.review import State
from hub.domain.title import HANDED_OVER, Item, ItemState, Package, PackageState, Refused
from hub.records.verify import link
from hub.store.award import tables as t
from hub.store.rows import build, values_of

_LOCK = 0x6C756F70  # one release at a time: each continues the chains that the one before left
_HANDED_OVER = tuple(state.value for state in HANDED_OVER)
_DOWN = text("""
WITH RECURSIVE down AS (
    SELECT code FROM organisations WHERE code = :org UNION ALL
    SELECT c.code FROM organisations c JOIN down ON c.parent = down.code) SELECT code FROM down""")
_HEADS = text("""
SELECT DISTINCT ON (r.school) r.school, r.prev_hash, r.record_hash FROM package_records r JOIN packages p ON p.number = r.package
WHERE r.school = ANY(:schools) AND r.state = 'built' AND p.state = ANY(:handed)
ORDER BY r.school, p.released_at DESC, r.position DESC""")
_CORRECTIONS = text("""
SELECT DISTINCT ON (r.application) r.application FROM package_records r
JOIN packages p ON p.number = r.package AND p.state = ANY(:handed)
JOIN applications a ON a.id = r.application
LEFT JOIN revocations v ON v.certificate = r.certificate
WHERE r.kind = 'record' AND r.state = 'built' AND a.school = ANY(:schools)
  AND (v.certificate IS NOT NULL OR a.state IN ('revoked', 'superseded') OR EXISTS (
       SELECT 1 FROM certificates was JOIN certificates now ON now.application = was.application
       WHERE was.number = r.certificate AND now.issued_at > was.issued_at))
  AND NOT EXISTS (SELECT 1 FROM package_records c JOIN packages q ON q.number = c.package
                  WHERE c.certificate = r.certificate AND c.kind = 'correction' AND c.state <> 'left_out'
                    AND q.state <> 'cancelled')
ORDER BY r.application""")
_EARLIER = text("""
SELECT r.* FROM package_records r JOIN packages p ON p.number = r.package AND p.state = ANY(:handed)
WHERE r.application = ANY(:applications) AND r.kind = 'record' AND r.state = 'built' ORDER BY p.released_at""")


@dataclass(frozen=True)
class PackageStore:
    """See hub.journey.award_stores.PackageStore."""

    connection: Connection

    def next_package(self) -> int:
        """The next serial number of a package."""
        return int(self.connection.scalar(t.package_numbers) or 0)

    def add_package(self, package: Package) -> None:
        self.connection.execute(insert(t.packages).values(**_values(package)))

    def change_package(self, package: Package) -> None:
        p = t.packages
        values = _values(package)
        self.connection.execute(update(p).where(p.c.number == values.pop("number")).values(**values))

    def package(self, number: str, *, lock: bool = False) -> Package | None:
        query = select(t.packages).where(t.packages.c.number == number)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return _package(row) if row else None

    def packages(self, states: Sequence[PackageState]) -> tuple[Package, ...]:
        """Every package in one of these states, the latest first; its list of what was left out is not read."""
        p = t.packages
        columns = [c for c in p.c if c.name != "refused"]
        query = select(*columns).where(p.c.state.in_([s.value for s in states]))
        rows = self.connection.execute(query.order_by(p.c.prepared_at.desc(), p.c.number.desc()))
        return tuple(build(Package, row) for row in rows)

    def candidates(self, org: str) -> tuple[str, ...]:
        """Applications whose certificate is issued and was not handed over, from ``org`` down, school by school."""
        a = t.applications
        rows = self.connection.execute(
            select(a.c.id)
            .where(a.c.state == State.ISSUED.value, a.c.school == any_(literal(self._down(org), ARRAY(Text))))
            .order_by(a.c.school, a.c.id)
        )
        return tuple(row.id for row in rows)

    def to_correct(self, org: str) -> tuple[str, ...]:
        """Applications that were handed over, lost their standing since, and of which no correction is under way."""
        rows = self.connection.execute(
            _CORRECTIONS, {"schools": self._down(org), "handed": list(_HANDED_OVER)}
        )
        return tuple(row.application for row in rows)

    def _down(self, org: str) -> list[str]:
        return list(self.connection.execute(_DOWN, {"org": org}).scalars())

    def earlier(self, applications: Sequence[str]) -> Mapping[str, Item]:
        """The last record of each that was handed over."""
        asked = {"applications": list(applications), "handed": list(_HANDED_OVER)}
        return {row.application: build(Item, row) for row in self.connection.execute(_EARLIER, asked)}

    def under_way(self, applications: Sequence[str]) -> Mapping[str, str]:
        """Application -> the package, not released and not cancelled, that it waits in."""
        r, p = t.package_records, t.packages
        rows = self.connection.execute(
            select(r.c.application, p.c.number)
            .join(p, p.c.number == r.c.package)
            .where(
                r.c.application == any_(literal(list(applications), ARRAY(Text))),
                r.c.state != ItemState.LEFT_OUT.value,
                p.c.state.in_((PackageState.PREPARED.value, PackageState.BUILT.value)),
            )
        )
        return {row.application: row.number for row in rows}

    def add_items(self, items: Sequence[Item]) -> None:
        for start in range(0, len(items), 5000):
            some = [values_of(one, t.package_records) for one in items[start : start + 5000]]
            self.connection.execute(insert(t.package_records), some)

    def items(self, number: str, state: ItemState, most: int | None = None) -> Iterator[Item]:
        """The records of a package in one state, in order."""
        r = t.package_records
        query = select(r).where(r.c.package == number, r.c.state == state.value).order_by(r.c.position)
        query = (query.limit(most) if most else query).execution_options(yield_per=500)
        for row in self.connection.execute(query):
            yield build(Item, row)

    def finish_items(self, items: Sequence[Item]) -> None:
        """Keep what became of records that waited; of one that somebody else finished, nothing changes."""
        r = t.package_records
        names = ("state", "problem", "record_hash", "sealed", "paper", "certificate")
        statement = (
            update(r)
            .where(
                r.c.package == bindparam("p"),
                r.c.position == bindparam("n"),
                r.c.state == ItemState.WAITING.value,
            )
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        rows = [
            {"p": one.package, "n": one.position} | {f"new_{name}": getattr(one, name) for name in names} for one in items
        ]  # fmt: skip
        if rows:
            self.connection.execute(statement, rows)

    def chain_items(self, number: str, links: Mapping[int, str]) -> None:
        """Position -> what the record names as the one before it."""
        r = t.package_records
        statement = update(r).where(r.c.package == number, r.c.position == bindparam("n"))
        rows = [{"n": position, "prev": prev} for position, prev in links.items()]
        if rows:
            self.connection.execute(statement.values(prev_hash=bindparam("prev")), rows)

    def item_counts(self, number: str) -> dict[ItemState, int]:
        r = t.package_records
        query = select(r.c.state, func.count().label("n")).where(r.c.package == number).group_by(r.c.state)
        found = {row.state: row.n for row in self.connection.execute(query)}
        return {state: found.get(state.value, 0) for state in ItemState}

    def heads(self, schools: Sequence[str]) -> dict[str, str]:
        """School -> what the next record of it names as the one before: the end of what was handed over."""
        rows = self.connection.execute(_HEADS, {"schools": list(schools), "handed": list(_HANDED_OVER)})
        return {row.school: link(row.prev_hash, row.record_hash) for row in rows}

    def lock_release(self) -> None:
        """Wait until nobody else releases a package."""
        self.connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})

    def touched(self, number: str, uid: str) -> bool:
        """Whether somebody confirmed an application in a package, or is the one whom a record is about."""
        query = text(
            "SELECT EXISTS (SELECT 1 FROM package_records r JOIN applications a ON a.id = r.application"
            " WHERE r.package = :number AND (a.person = :uid OR EXISTS (SELECT 1 FROM reviews v"
            " WHERE v.application = a.id AND v.step = 'confirm' AND v.\"by\" = :uid)))"
        )
        return bool(self.connection.scalar(query, {"number": number, "uid": uid}))

    def move_applications(self, number: str, was: State, then: State, at: datetime) -> tuple[str, ...]:
        """Move the application of every plain record of a package; those that were in the state ``was``."""
        a, r = t.applications, t.package_records
        its = select(r.c.application).where(
            r.c.package == number, r.c.kind == "record", r.c.state == ItemState.BUILT.value
        )
        moved = update(a).where(a.c.state == was.value, a.c.id.in_(its)).values(state=then.value, moved_at=at)
        query = moved.returning(a.c.id)
        return tuple(row.id for row in self.connection.execute(query))

    def add_reviews(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Steps that were done to many applications at once."""
        if rows:
            self.connection.execute(insert(t.reviews), [dict(row) for row in rows])


def _values(package: Package) -> dict[str, Any]:
    refused = [asdict(one) for one in package.refused]
    return values_of(package, t.packages) | {"refused": refused}


def _package(row: Any) -> Package:
    told = tuple(
        Refused(x["application"], x["certificate"], x["school"], tuple(x["reasons"])) for x in row.refused
    )
    made = build(Package, row)
    return Package(**{**made.__dict__, "refused": told})
