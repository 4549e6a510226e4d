"""Applications and everything that was done to them, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select, text, update

from hub.domain.competency import Evidence
from hub.domain.dossier import Dossier, DossierState, Seat, SeatState
from hub.domain.people import Person
from hub.domain.review import Application, Review, State, Step, Waiting
from hub.store.award import tables as t
from hub.store.rows import add, build, build_all, values_of
from hub.store.tables import memberships, organisations, people

# What asks for a second look: a return or an objection before, a third assessor, a re-assessment, anything under it that
# moved after it was submitted, an applicant who has left the school.
_QUEUE = text("""
    WITH RECURSIVE below (code) AS (
        SELECT code FROM organisations WHERE code = ANY(:orgs)
        UNION SELECT o.code FROM organisations o JOIN below b ON o.parent = b.code
    ), running (id) AS (
        SELECT jsonb_array_elements_text(applications) FROM notices WHERE closes_on >= :today
    )
    SELECT a.id, a.school,
        a.state = 'publicised' AND (
            a.id IN (SELECT id FROM running)
            OR EXISTS (SELECT FROM objections o WHERE o.application = a.id AND o.answered_at IS NULL)
        ) AS later,
        EXISTS (SELECT FROM reviews r WHERE r.application = a.id AND r.step = ANY(:returns))
            OR EXISTS (SELECT FROM objections o WHERE o.application = a.id)
            OR EXISTS (
                SELECT FROM jsonb_array_elements_text(a.dossiers) named (id) JOIN dossiers d ON d.id = named.id
                WHERE d.round > 1 OR d.state <> 'rated' OR d.rated_at > a.submitted_at OR EXISTS (
                    SELECT FROM seats s
                    WHERE s.dossier = d.id AND s.round = d.round AND s.number = 3 AND s.state = 'rated'
                )
            )
            OR EXISTS (
                SELECT FROM jsonb_array_elements_text(a.evidence) named (id) JOIN evidence e ON e.id = named.id
                WHERE e.superseded
            )
            OR (  -- counted: an EXISTS would be made a table of every membership in the city
                SELECT count(*) FROM memberships m WHERE m.person = a.person AND m.org = a.school
                    AND m.valid_from <= :today AND (m.valid_to IS NULL OR m.valid_to > :today)
            ) = 0 AS odd
    FROM applications a JOIN below ON below.code = a.school
    WHERE a.state = ANY(:states)
    ORDER BY a.moved_at, a.id
""")


@dataclass(frozen=True)
class ReviewStore:
    """See hub.journey.award_stores.ReviewStore."""

    connection: Connection

    def add_application(self, application: Application) -> None:
        add(self.connection, t.applications, application)

    def application(self, id: str, *, lock: bool = False) -> Application | None:
        query = select(t.applications).where(t.applications.c.id == id)
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Application, row) if row else None

    def applications_of(self, uid: str) -> tuple[Application, ...]:
        """All of one person, the latest first."""
        a = t.applications
        rows = self.connection.execute(
            select(a).where(a.c.person == uid).order_by(a.c.begun_at.desc(), a.c.id)
        )
        return build_all(Application, rows)

    def queue(self, orgs: Collection[str], states: Collection[State], today: date) -> tuple[Waiting, ...]:
        """Applications in these states of schools in or below ``orgs``, the longest waiting first."""
        asked = {
            "orgs": sorted(orgs), "states": [s.value for s in states], "today": today,
            "returns": [Step.RETURN.value, Step.UPHOLD_OBJECTION.value],
        }  # fmt: skip
        return build_all(Waiting, self.connection.execute(_QUEUE, asked))

    def with_people(self, ids: Sequence[str]) -> tuple[tuple[Application, Person, str], ...]:
        """These applications in this order, with person and the school's name."""
        a, o = t.applications, organisations
        rows = self.connection.execute(
            select(a, people, o.c.name.label("school_name"))
            .join(people, people.c.uid == a.c.person)
            .join(o, o.c.code == a.c.school)
            .where(a.c.id.in_(ids))
        )
        found = {r.id: (build(Application, r), build(Person, r), r.school_name) for r in rows}
        return tuple(found[id] for id in ids if id in found)

    def change(self, application: Application, was: State) -> bool:
        """Keep an application that stood in state ``was``; whether it still did."""
        a = t.applications
        done = self.connection.execute(
            update(a)
            .where(a.c.id == application.id, a.c.state == was.value)
            .values(**values_of(application, a))
        )
        return done.rowcount == 1

    def add_review(self, review: Review) -> None:
        add(self.connection, t.reviews, review)

    def reviews(self, applications: Sequence[str]) -> Mapping[str, tuple[Review, ...]]:
        """Everything that was done to these, in order, by application."""
        r = t.reviews
        rows = self.connection.execute(select(r).where(r.c.application.in_(applications)).order_by(r.c.seq))
        found: dict[str, list[Review]] = {id: [] for id in applications}
        for row in rows:
            found[row.application].append(build(Review, row))
        return {id: tuple(own) for id, own in found.items()}

    def rated(self, uid: str, frameworks: Collection[str]) -> tuple[Dossier, ...]:
        """The dossiers of one person under these frameworks that have a rating, by code, the latest first."""
        d = t.dossiers
        rows = self.connection.execute(
            select(d)
            .where(d.c.person == uid, d.c.framework.in_(frameworks), d.c.state == DossierState.RATED.value)
            .order_by(d.c.code, d.c.rated_at.desc())
        )
        return build_all(Dossier, rows)

    def dossiers(self, ids: Collection[str]) -> Mapping[str, Dossier]:
        rows = self.connection.execute(select(t.dossiers).where(t.dossiers.c.id.in_(ids)))
        return {row.id: build(Dossier, row) for row in rows}

    def seats(self, dossiers: Collection[str]) -> tuple[Seat, ...]:
        """Every place that an assessor had or has on these, also one given up."""
        s = t.seats
        rows = self.connection.execute(
            select(s).where(s.c.dossier.in_(dossiers)).order_by(s.c.dossier, s.c.round, s.c.number)
        )
        return build_all(Seat, rows)

    def third_opinions(self, dossiers: Collection[str]) -> frozenset[str]:
        """Those of these dossiers whose standing rating a third assessor decided."""
        s, d = t.seats, t.dossiers
        rows = self.connection.scalars(
            select(s.c.dossier)
            .join(d, (d.c.id == s.c.dossier) & (d.c.round == s.c.round))
            .where(s.c.dossier.in_(dossiers), s.c.state == SeatState.RATED.value, s.c.number == 3)
        )
        return frozenset(rows)

    def evidence_in(self, dossiers: Collection[str]) -> tuple[Evidence, ...]:
        """The evidence of graded notebooks that these dossiers hold."""
        e, p = t.evidence, t.pieces
        rows = self.connection.execute(
            select(e)
            .where(e.c.id.in_(select(p.c.evidence).where(p.c.dossier.in_(dossiers))))
            .order_by(e.c.id)
        )
        return build_all(Evidence, rows)

    def elsewhere(self, pairs: Mapping[str, str], today: date) -> frozenset[str]:
        """Those people who no longer belong to the school given for them."""
        m = memberships
        rows = self.connection.execute(
            select(m.c.person, m.c.org).where(
                m.c.person.in_(pairs),
                m.c.valid_from <= today,
                or_(m.c.valid_to.is_(None), m.c.valid_to > today),
            )
        )
        there = {(row.person, row.org) for row in rows}
        return frozenset(uid for uid, school in pairs.items() if (uid, school) not in there)
