"""Verdicts, marks and grades in PostgreSQL; the last two are added to, never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from graders.verdict import Verdict
from hub.domain.grade import Grade, Mark
from hub.store import tables as t
from hub.store.rows import add, build, build_all


@dataclass(frozen=True)
class AssessStore:
    """See hub.journey.ports.AssessStore."""

    connection: Connection

    def add_verdict(self, submission: str, verdict: Verdict, at: datetime) -> int:
        """Keep a verdict as the next round of its submission; the round's number."""
        v = t.verdicts
        last = self.connection.execute(
            select(func.coalesce(func.max(v.c.round), 0)).where(v.c.submission == submission)
        ).scalar_one()
        self.connection.execute(
            insert(v).values(
                submission=submission,
                round=last + 1,
                state=verdict.state,
                points=verdict.points,
                max_points=verdict.max_points,
                record=verdict.to_json(),
                recorded_at=at,
            )
        )
        return int(last) + 1

    def verdict(self, submission: str) -> Verdict | None:
        """The verdict of the latest round, or None."""
        v = t.verdicts
        row = self.connection.execute(
            select(v.c.record).where(v.c.submission == submission).order_by(v.c.round.desc()).limit(1)
        ).first()
        return Verdict.from_json(row.record) if row else None

    def add_mark(self, mark: Mark) -> None:
        add(self.connection, t.marks, mark)

    def marks(self, submission: str) -> tuple[Mark, ...]:
        """The latest mark of each open question."""
        m = t.marks
        rows = self.connection.execute(
            select(m)
            .ext(distinct_on(m.c.grade_id))
            .where(m.c.submission == submission)
            .order_by(m.c.grade_id, m.c.id.desc())
        )
        return build_all(Mark, rows)

    def lock_grade(self, run: str, assignment: str, uid: str) -> Grade | None:
        """The standing grade, held until the work ends."""
        return self._grade(run, assignment, uid, lock=True)

    def grade(self, run: str, assignment: str, uid: str) -> Grade | None:
        return self._grade(run, assignment, uid, lock=False)

    def _grade(self, run: str, assignment: str, uid: str, *, lock: bool) -> Grade | None:
        g = t.grades
        query = select(g).where(
            g.c.run == run, g.c.assignment == assignment, g.c.person == uid, ~g.c.superseded
        )
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return build(Grade, row) if row else None

    def set_grade(self, grade: Grade) -> None:
        """Let ``grade`` stand; the one that stood is kept as superseded."""
        g = t.grades
        self.connection.execute(
            update(g)
            .where(
                g.c.run == grade.run,
                g.c.assignment == grade.assignment,
                g.c.person == grade.person,
                ~g.c.superseded,
            )
            .values(superseded=True)
        )
        add(self.connection, g, grade)

    def grades(self, run: str, uid: str | None = None) -> tuple[Grade, ...]:
        """The standing grades of a run, of everybody or of one person."""
        g = t.grades
        query = select(g).where(g.c.run == run, ~g.c.superseded)
        if uid is not None:
            query = query.where(g.c.person == uid)
        return build_all(Grade, self.connection.execute(query.order_by(g.c.assignment)))
