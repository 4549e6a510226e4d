"""Verdicts, marks and grades in PostgreSQL; the last two are added to, never edited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from graders.verdict import Verdict
from hub.domain.grade import Grade, Mark
from hub.domain.submission import State
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
        self.add_rounds([(submission, last + 1, None, verdict)], at)
        return int(last) + 1

    def add_rounds(
        self, rounds: Sequence[tuple[str, int, str | None, Verdict]], at: datetime, regrade: str | None = None
    ) -> None:
        """Keep verdicts as these rounds of these submissions, by these releases (None: the one that was answered).

        ``regrade``: whose acceptance brings them.
        """
        if rounds:
            self.connection.execute(
                insert(t.verdicts),
                [
                    {
                        "submission": submission, "round": number, "release": release, "regrade": regrade,
                        "state": verdict.state, "points": verdict.points, "max_points": verdict.max_points,
                        "record": verdict.to_json(), "recorded_at": at,
                    }
                    for submission, number, release, verdict in rounds
                ],
            )  # fmt: skip

    def verdict(self, submission: str) -> Verdict | None:
        """The verdict of the latest round, or None."""
        v = t.verdicts
        row = self.connection.execute(
            select(v.c.record).where(v.c.submission == submission).order_by(v.c.round.desc()).limit(1)
        ).first()
        return Verdict.from_json(row.record) if row else None

    def judged_by(self, submission: str) -> tuple[str | None, str | None]:
        """Release and regrade of the latest round; None is the release that was answered, and no regrade."""
        v = t.verdicts
        row = self.connection.execute(
            select(v.c.release, v.c.regrade)
            .where(v.c.submission == submission)
            .order_by(v.c.round.desc())
            .limit(1)
        ).first()
        return (row.release, row.regrade) if row else (None, None)

    def verdicts_of(self, run: str, assignment: str) -> Mapping[str, tuple[int, str, Verdict]]:
        """Of each submission to an assignment that has one: the latest round, the release it was found by, the verdict."""
        v, s = t.verdicts, t.submissions
        rows = self.connection.execute(
            select(
                v.c.submission,
                v.c.round,
                func.coalesce(v.c.release, s.c.release).label("release"),
                v.c.record,
            )
            .ext(distinct_on(v.c.submission))
            .join(s, s.c.id == v.c.submission)
            .where(s.c.run == run, s.c.assignment == assignment)
            .order_by(v.c.submission, v.c.round.desc())
        )
        return {row.submission: (row.round, row.release, Verdict.from_json(row.record)) for row in rows}

    def marks_of(self, run: str, assignment: str) -> Mapping[str, tuple[Mark, ...]]:
        """The latest mark of each open question of each submission to an assignment."""
        m, s = t.marks, t.submissions
        rows = self.connection.execute(
            select(m)
            .ext(distinct_on(m.c.submission, m.c.grade_id))
            .join(s, s.c.id == m.c.submission)
            .where(s.c.run == run, s.c.assignment == assignment)
            .order_by(m.c.submission, m.c.grade_id, m.c.id.desc())
        )
        found: dict[str, list[Mark]] = defaultdict(list)
        for mark in build_all(Mark, rows):
            found[mark.submission].append(mark)
        return {submission: tuple(marks) for submission, marks in found.items()}

    def correct(self, messages: Mapping[str, str]) -> None:
        """Accepted verdicts stand for these submissions now, with these messages; when each was graded first stays."""
        if messages:
            self.connection.execute(
                update(t.submissions)
                .where(t.submissions.c.id == bindparam("one"))
                .values(state=State.GRADED.value, message=bindparam("told"), reason=""),
                [{"one": id, "told": message} for id, message in messages.items()],
            )

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
