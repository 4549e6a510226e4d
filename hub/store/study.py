"""Runs, enrolments, releases, extensions and submissions in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.domain.course import Extension, Release, Run
from hub.domain.people import Person
from hub.domain.submission import State, Submission
from hub.store import tables as t
from hub.store.rows import add, build, build_all


@dataclass(frozen=True)
class StudyStore:
    """See hub.journey.ports.StudyStore."""

    connection: Connection

    def run(self, id: str) -> Run | None:
        row = self.connection.execute(select(t.runs).where(t.runs.c.id == id)).first()
        return build(Run, row) if row else None

    def runs(self) -> tuple[Run, ...]:
        """Every run, the latest start first."""
        return build_all(
            Run, self.connection.execute(select(t.runs).order_by(t.runs.c.starts_at.desc(), t.runs.c.id))
        )

    def add_run(self, run: Run, staff: Sequence[str]) -> None:
        add(self.connection, t.runs, run)
        for person in staff:
            self.connection.execute(insert(t.run_staff).values(run=run.id, person=person))

    def staff(self, run: str) -> tuple[str, ...]:
        rows = self.connection.execute(select(t.run_staff.c.person).where(t.run_staff.c.run == run))
        return tuple(row.person for row in rows)

    def enrol(self, run: str, uid: str, org: str, at: datetime) -> None:
        """Enrol; doing it twice is doing it once."""
        self.connection.execute(
            upsert(t.enrolments).values(run=run, person=uid, org=org, enrolled_at=at).on_conflict_do_nothing()
        )

    def enrolled(self, run: str, uid: str) -> bool:
        e = t.enrolments
        return (
            self.connection.execute(select(e.c.run).where(e.c.run == run, e.c.person == uid)).first()
            is not None
        )

    def learners(self, run: str) -> tuple[Person, ...]:
        rows = self.connection.execute(
            select(t.people)
            .join(t.enrolments, t.enrolments.c.person == t.people.c.uid)
            .where(t.enrolments.c.run == run)
            .order_by(t.people.c.sort_key, t.people.c.login)
        )
        return build_all(Person, rows)

    def release(self, run: str, assignment: str) -> Release | None:
        """The latest version, or None."""
        r = t.releases
        row = self.connection.execute(
            select(r)
            .where(r.c.run == run, r.c.assignment == assignment)
            .order_by(r.c.version.desc())
            .limit(1)
        ).first()
        return build(Release, row) if row else None

    def release_by_id(self, id: str) -> Release | None:
        row = self.connection.execute(select(t.releases).where(t.releases.c.id == id)).first()
        return build(Release, row) if row else None

    def releases(self, run: str) -> tuple[Release, ...]:
        """The latest version of each assignment of a run, by assignment."""
        r = t.releases
        rows = self.connection.execute(
            select(r)
            .ext(distinct_on(r.c.assignment))
            .where(r.c.run == run)
            .order_by(r.c.assignment, r.c.version.desc())
        )
        return build_all(Release, rows)

    def add_release(self, release: Release) -> None:
        add(self.connection, t.releases, release)

    def extension(self, run: str, assignment: str, uid: str) -> Extension | None:
        """The latest extension given to one person, or None."""
        e = t.extensions
        row = self.connection.execute(
            select(e)
            .where(e.c.run == run, e.c.assignment == assignment, e.c.person == uid)
            .order_by(e.c.id.desc())
            .limit(1)
        ).first()
        return build(Extension, row) if row else None

    def add_extension(self, extension: Extension) -> None:
        add(self.connection, t.extensions, extension)

    def lock_attempts(self, run: str, assignment: str, uid: str) -> int:
        """How often this person has handed in; nobody else hands in for them until the work ends."""
        self.connection.execute(
            text(
                "SELECT pg_advisory_xact_lock_shared(hashtextextended(:all, 0)), "
                "pg_advisory_xact_lock(hashtextextended(:one, 0))"
            ),
            {"all": f"{run}/{assignment}", "one": f"{run}/{assignment}/{uid}"},
        )
        s = t.submissions
        return self.connection.execute(
            select(func.count()).where(s.c.run == run, s.c.assignment == assignment, s.c.person == uid)
        ).scalar_one()

    def lock_assignment(self, run: str, assignment: str) -> None:
        """Until the work ends, nobody gets past ``lock_attempts`` for anybody here."""
        self.connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:all, 0))"), {"all": f"{run}/{assignment}"}
        )

    def add_submission(self, submission: Submission) -> None:
        add(self.connection, t.submissions, submission)

    def submission(self, id: str) -> Submission | None:
        row = self.connection.execute(select(t.submissions).where(t.submissions.c.id == id)).first()
        return build(Submission, row) if row else None

    def submissions(self, run: str, assignment: str, uid: str | None = None) -> tuple[Submission, ...]:
        """Submissions to one assignment, of everybody or of one person, the latest first."""
        s = t.submissions
        query = select(s).where(s.c.run == run, s.c.assignment == assignment)
        if uid is not None:
            query = query.where(s.c.person == uid)
        return build_all(Submission, self.connection.execute(query.order_by(s.c.received_at.desc())))

    def move(self, id: str, state: State, at: datetime, message: str = "", reason: str = "") -> None:
        """Note a new state with its time; any lease on the grading is over, and queued anew every try is before it."""
        values: dict[str, object] = {"state": state.value, "message": message, "reason": reason}
        values |= {"held_by": "", "beaten_at": None}
        if state is State.QUEUED:
            values |= {"queued_at": at, "leased_at": None, "graded_at": None, "tries": 0}
        elif state is not State.GRADING:
            values |= {"graded_at": at}
        self.connection.execute(update(t.submissions).where(t.submissions.c.id == id).values(values))
