"""A class whose submissions a judge moved by hand has graded, and what it takes to grade it again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from graders.verdict import ManualItem, TestResult, Verdict, digest
from hub.domain.course import Release
from hub.domain.people import Actor
from hub.domain.regrade import Choice, Decision
from hub.domain.submission import State
from hub.journey import assess, decide, regrade, study
from hub.journey.ports import Fittings
from tests.faults.paper import NAME, SOURCE, answer, town_with_run
from tests.people import FIRST, Town

MENDED = SOURCE.replace(b"Python 3", b"Python 3 (mended)")
OPEN_QUESTION = "q7-plan"


@dataclass
class Marker:
    """A judge whose points for two tests follow from what was handed in, and from the source that it is judged by.

    ``points[n]`` are those of the answer with number n by the first source, ``mended[n]`` by any other (else the same).
    """

    f: Fittings
    points: dict[int, tuple[int, int]] = field(default_factory=dict)
    mended: dict[int, tuple[int, int]] = field(default_factory=dict)
    open: Decimal = Decimal(0)  # what an open question is worth, where there is one
    faults: dict[int, str] = field(default_factory=dict)  # number -> reason of a verdict that is none
    grader: str = "2.0.0"
    asked: list[int] = field(default_factory=list)

    def __call__(self, source: bytes, submission: bytes, files: object, *, seed: int = 1) -> Verdict:
        number = int(submission.split(b"# ")[1].split(b"\\n")[0])
        self.asked.append(number)
        got = self.points[number] if source == SOURCE else self.mended.get(number, self.points[number])
        state = "graded"
        if reason := self.faults.get(number, ""):
            state = "rejected" if reason.startswith("submission.") else "failed"
            got = (0, 0)
        tests = tuple(
            TestResult(
                name, title, "passed" if n == most else "partial" if n else "failed", Decimal(n), Decimal(most),
                "" if n == most else "test.partial" if n else "test.wrong", "" if n == most else "看看边界",
            )
            for name, title, n, most in (
                ("q1-clean-number-test", "题 1", got[0], 2), ("q2-valid-rate-test", "题 2", got[1], 3),
            )
        )  # fmt: skip
        manual = (ManualItem(OPEN_QUESTION, "题 7", self.open, "答案"),) if self.open else ()
        now = self.f.clock.now()
        return Verdict(
            state, reason, f"得 {sum(got)} 分" if not reason else "没有评成", Decimal(sum(got)), 5 + self.open, tests,
            manual, {"source": digest(source), "submission": digest(submission)},
            {"grader": self.grader}, seed, (), 0.1, 0.1, 1, now, now,
        )  # fmt: skip


@dataclass
class Class:
    """A town, a run with the small assignment, learners, and the judge that grades them."""

    town: Town
    run: str
    people: list[str]
    judge: Marker

    @property
    def f(self) -> Fittings:
        return self.town.f

    @property
    def teacher(self) -> Actor:
        return self.town.actor("instructor")

    def hand_in(self, who: int, number: int, points: tuple[int, int], *, graded: bool = True) -> str:
        """Somebody hands in answer ``number``, worth that many points, and it is graded."""
        self.judge.points[number] = points
        actor = Actor(self.people[who], "t0", "", ())
        made = study.submit(self.f, actor, self.run, FIRST, {NAME: answer(number)}).id
        self.f.clock.pass_(seconds=1)  # type: ignore[attr-defined]
        if graded:
            assess.autograde(self.f, made)
        return made

    def release(self, source: bytes = MENDED, **unlike: Any) -> Release:
        """A further version, with another source."""
        with self.f.work() as work:
            last = work.study.release(self.run, FIRST)
            assert last is not None
            made = replace(
                last, id=self.f.ids.new("rel"), version=last.version + 1,
                **({"source_digest": self.f.files.put(source)} | unlike),
            )  # fmt: skip
            work.study.add_release(made)
        return made

    def ask(self, *, newest: bool = True, graded: bool = True) -> str:
        """A regrade, with all its items graded."""
        made = regrade.ask(self.f, self.teacher, self.run, FIRST, newest=newest)
        if graded:
            self.grade(made.id)
        return made.id

    def grade(self, id: str) -> None:
        """Grade what is open of a regrade, as the worker does."""
        with self.f.work() as work:
            items = work.regrade.items(id)
        for item in items:
            if item.state is State.QUEUED:
                regrade.grade(self.f, item.id)

    def view(self, id: str, who: str = "instructor") -> regrade.View:
        return regrade.view(self.f, self.town.actor(who), id)

    def rows(self, id: str, who: str = "instructor") -> dict[int, Any]:
        """The rows of a regrade by the number of the learner."""
        return {self.people.index(row.person): row for _, row in self.view(id, who).rows}

    def decide(
        self,
        id: str,
        choice: Choice,
        reason: str = "题 2 的检查有误",
        who: str = "instructor",
        digest: str = "",
    ) -> Decision:
        """Decide about the list as it is now."""
        digest = digest or self.view(id, who).digest
        return decide.decide(self.f, self.town.actor(who), id, choice, reason, digest)

    def grade_of(self, who: int) -> tuple[Decimal, bool] | None:
        with self.f.work() as work:
            found = work.assess.grade(self.run, FIRST, self.people[who])
        return (found.points, found.passed) if found else None


def class_of(f: Fittings, more: int = 3) -> Class:
    """A class of two and ``more``; two teach it."""
    town, run, people = town_with_run(f, more)
    with f.work() as work:
        from hub.store import tables as t

        work.study.connection.execute(  # type: ignore[attr-defined]
            t.run_staff.insert().values(run=run, person=town.uids["other_instructor"])
        )
    judge = Marker(f)
    town.f = replace(f, judge=judge)
    return Class(town, run, people, judge)
