"""What the database says of many applications at once, as a title record wants it: a handful of queries, however many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, any_, literal, select, text

from hub.domain.organisation import CITY, Level, Organisation
from hub.domain.rating import Rating
from hub.domain.review import Notice, Objection, Review, State
from hub.domain.title_facts import Facts, Result, Standing, Training
from hub.store import tables as base
from hub.store.award import tables as t
from hub.store.award.titles import TitleStore
from hub.store.rows import build

_UP = text("""
WITH RECURSIVE up AS (
    SELECT code AS of, code, parent, level, 0 AS depth FROM organisations WHERE code = ANY(:schools)
    UNION ALL SELECT up.of, o.code, o.parent, o.level, up.depth + 1 FROM organisations o JOIN up ON o.code = up.parent)
SELECT DISTINCT ON (of) of, code FROM up WHERE level IN ('unit', 'city') ORDER BY of, depth""")
_HOURS = text("""
SELECT h.* FROM hours h WHERE h.person = ANY(:people) AND h.reverses IS NULL
  AND NOT EXISTS (SELECT 1 FROM hours b WHERE b.reverses = h.id) ORDER BY h.person, h.earned_on, h.id""")
_RESULTS = text("""
SELECT d.id, d.framework, d.code, d.rating, d.rated_at, d.digest,
       (SELECT count(*) FROM seats s WHERE s.dossier = d.id AND s.round = d.round AND s.state = 'rated') AS raters
FROM dossiers d WHERE d.id = ANY(:dossiers)""")
_PAPERS = text("""
SELECT c.application, c.number, c.issued_at, c.valid_to, c.evidence_digest, r.revoked_at,
       coalesce(r.revoked_reason, '') AS revoked_reason,
       EXISTS (SELECT 1 FROM suspensions s WHERE s.certificate = c.number AND s.lifted_at IS NULL) AS suspended
FROM certificates c LEFT JOIN revocations r ON r.certificate = c.number WHERE c.application = ANY(:applications)
ORDER BY c.issued_at""")


@dataclass(frozen=True)
class TitleFacts:
    """See hub.journey.award_stores.TitleFactStore."""

    connection: Connection

    def units(self) -> tuple[Organisation, ...]:
        """The city and every management unit there is or was."""
        o = base.organisations
        rows = self.connection.execute(select(o).where((o.c.parent == CITY) | (o.c.code == CITY)))
        return tuple(build(Organisation, row) for row in rows if row.level in (Level.UNIT, Level.CITY))

    def facts(self, applications: Sequence[str]) -> tuple[Facts, ...]:
        """What there is to say of each application, in the order asked for."""
        a = t.applications
        found = {
            row.id: row for row in self.connection.execute(select(a).where(_among(a.c.id, applications)))
        }
        heads = [found[id] for id in applications if id in found]
        people = self._by("uid", base.people, [row.person for row in heads])
        schools = self._by("code", base.organisations, [row.school for row in heads])
        leads = self._by("code", base.organisations, [one.parent for one in schools.values() if one.parent])
        credits = {  # a teaching point is no legal person: its lead school is
            code: one.uscc or (leads[one.parent].uscc if one.parent in leads else "")
            for code, one in schools.items()
        }
        units = self._units_of(list(schools))
        holdings = TitleStore(self.connection).present([row.person for row in heads])
        trainings = self._trainings([row.person for row in heads])
        results = self._results([id for row in heads for id in row.dossiers])
        reviews = self._many(Review, t.reviews, [row.id for row in heads])
        objections = self._many(Objection, t.objections, [row.id for row in heads])
        notices = self._notices(list(schools))
        papers = self._papers([row.id for row in heads])
        return tuple(
            Facts(
                row.id, row.person, people[row.person].name, people[row.person].id_masked, people[row.person].id_cipher,
                row.rule, _rating(row.rating), State(row.state),
                build(Organisation, schools[row.school]) if row.school in schools else None,
                credits.get(row.school, ""), units.get(row.school),
                holdings.get(row.person), tuple(trainings.get(row.person, ())),
                tuple(results[id] for id in row.dossiers if id in results),
                tuple(reviews.get(row.id, ())), notices.get(row.id), tuple(objections.get(row.id, ())), papers.get(row.id),
            )
            for row in heads
        )  # fmt: skip

    def notices(self, applications: Sequence[str]) -> Mapping[str, Notice]:
        """The last publicity notice of each application."""
        a = t.applications
        rows = self.connection.execute(select(a.c.school).distinct().where(_among(a.c.id, applications)))
        found = self._notices([row.school for row in rows])
        return {id: found[id] for id in applications if id in found}

    def _by(self, name: str, table: Any, keys: Sequence[str]) -> dict[str, Any]:
        rows = self.connection.execute(select(table).where(_among(table.c[name], keys)))
        return {getattr(row, name): row for row in rows}

    def _many(self, cls: Any, table: Any, applications: Sequence[str]) -> dict[str, list[Any]]:
        made: dict[str, list[Any]] = {}
        for row in self.connection.execute(select(table).where(_among(table.c.application, applications))):
            made.setdefault(row.application, []).append(build(cls, row))
        return made

    def _units_of(self, schools: Sequence[str]) -> dict[str, Organisation]:
        near = {row.of: row.code for row in self.connection.execute(_UP, {"schools": list(schools)})}
        units = {one.code: one for one in self.units()}
        return {school: units[code] for school, code in near.items() if code in units}

    def _trainings(self, people: Sequence[str]) -> dict[str, list[Training]]:
        made: dict[str, list[Training]] = {}
        for row in self.connection.execute(_HOURS, {"people": list(people)}):
            made.setdefault(row.person, []).append(build(Training, row))
        return made

    def _results(self, dossiers: Sequence[str]) -> dict[str, Result]:
        rows = self.connection.execute(_RESULTS, {"dossiers": list(dossiers)})
        return {
            row.id: Result(row.framework, row.code, _rating(row.rating), row.rated_at, row.digest, row.raters)
            for row in rows
        }  # fmt: skip

    def _notices(self, schools: Sequence[str]) -> dict[str, Notice]:
        n = t.notices
        rows = self.connection.execute(
            select(n).where(_among(n.c.school, schools)).order_by(n.c.opens_on, n.c.opened_at)
        )
        return {id: notice for row in rows for notice in (build(Notice, row),) for id in notice.applications}

    def _papers(self, applications: Sequence[str]) -> dict[str, Standing]:
        """The last certificate of each application: one that was replaced is told of by its successor."""
        rows = self.connection.execute(_PAPERS, {"applications": list(applications)})
        return {
            row.application: Standing(
                row.number, row.issued_at, row.valid_to, row.evidence_digest, row.revoked_at, row.revoked_reason,
                row.suspended,
            )
            for row in rows
        }  # fmt: skip


def _among(column: Any, keys: Sequence[str]) -> Any:
    return column == any_(literal(list(keys), ARRAY(Text)))


def _rating(text: str | None) -> Rating | None:
    return Rating(text) if text in set(Rating) else None
