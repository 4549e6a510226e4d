"""Proposal: the before/after list of a regrade, a row a person, computed from what stands and from the new verdicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graders.verdict import Verdict
from hub.domain import grade as rules
from hub.domain import regrade as again
from hub.domain.course import Release
from hub.domain.errors import refuse
from hub.domain.grade import Grade, Mark, Score
from hub.domain.people import Actor, may
from hub.domain.regrade import Item, Outcome, Regrade, Row, Total
from hub.domain.submission import State, Submission
from hub.journey import assess
from hub.journey.ports import Work

OPEN = (State.QUEUED, State.GRADING)


@dataclass(frozen=True)
class Judged:
    """A verdict, the release it was found by, and the points of every question; None while one waits for a mark."""

    verdict: Verdict
    release: Release
    scores: tuple[Score, ...] | None


@dataclass(frozen=True)
class Attempt:
    """One submission: the verdict that stands (with its round, 0: none) and the new one, where there is one."""

    submission: Submission
    item: Item | None
    round: int
    old: Judged | None
    new: Judged | None

    @property
    def candidate(self) -> Judged | None:
        """What this attempt would count with: the new verdict, or where there is none the one it has."""
        return self.new or self.old

    @property
    def missed(self) -> str:
        """Why it was not graded again, as a code; "" where it was, or is still to be."""
        failed = self.item is not None and self.item.state in (State.FAILED, State.REJECTED)
        return self.item.reason if self.item and failed else ""


def taught(work: Work, who: Actor, regrade_id: str, *, lock: bool = False) -> Regrade:
    """A regrade of a run that ``who`` teaches; for everybody else there is none."""
    regrade = work.regrade.get(regrade_id, lock=lock)
    staff = work.study.staff(regrade.run) if regrade and regrade.run else ()
    if regrade is None or not may(who, "run.teach") or who.uid not in staff:
        raise refuse("thing.missing", what="这次重评")
    return regrade


def attempts(work: Work, regrade: Regrade) -> dict[str, tuple[Attempt, ...]]:
    """Everybody of whom something is graded again, with all their attempts, the first one first."""
    run, key = regrade.run or "", regrade.assignment or ""
    items = {item.submission: item for item in work.regrade.items(regrade.id)}
    standing, marks = work.assess.verdicts_of(run, key), work.assess.marks_of(run, key)
    releases: dict[str, Release] = {}

    def judged(verdict: Verdict, release: str, given: tuple[Mark, ...]) -> Judged | None:
        found = releases.get(release) or work.study.release_by_id(release)
        if found is None or verdict.state != State.GRADED:
            return None
        releases[release] = found
        return Judged(verdict, found, assess.scores_of(verdict, given))

    people: dict[str, list[Attempt]] = defaultdict(list)
    for one in sorted(work.study.submissions(run, key), key=lambda s: s.attempt):
        item, given = items.get(one.id), marks.get(one.id, ())
        round_, release, verdict = standing.get(one.id, (0, one.release, None))
        new = Verdict.from_json(item.record) if item and item.record else None
        people[one.person].append(
            Attempt(
                one, item, round_,
                judged(verdict, release, given) if verdict else None,
                judged(new, item.release, given) if item and new else None,
            )
        )  # fmt: skip
    return {uid: tuple(own) for uid, own in sorted(people.items()) if any(a.item for a in own)}


def rows(work: Work, regrade: Regrade, viewer: str) -> tuple[Row, ...]:
    """The list as ``viewer`` may decide about it, in the order of the people's identifiers."""
    run, key = regrade.run or "", regrade.assignment or ""
    grades = {g.person: g for g in work.assess.grades(run) if g.assignment == key}
    relied_on = work.evidence.relied_on(run, key)
    found = []
    for uid, own in attempts(work, regrade).items():
        stops = Outcome.OWN if uid == viewer else Outcome.CERTIFIED if uid in relied_on else None
        found.append(_row(uid, own, grades.get(uid), stops))
    return tuple(found)


def _row(uid: str, own: tuple[Attempt, ...], standing: Grade | None, stops: Outcome | None) -> Row:
    before, after, result = _compared(own, standing)
    if any(a.item and a.item.state in OPEN for a in own):
        stops = Outcome.WAITING
    if any(_since(a) for a in own):
        stops = stops or Outcome.NEWER
    if not any(a.new for a in own):
        stops = stops or Outcome.MISSED
    shown = {t.submission for t in (before, after) if t} or {a.submission.id for a in own if a.new}
    changed = tuple(
        change
        for a in own
        if a.new and a.submission.id in shown
        for change in again.changes(
            a.submission.attempt, a.old.verdict.tests if a.old else (), a.new.verdict.tests
        )
    )
    missed = tuple((a.submission.attempt, a.missed) for a in own if a.missed)
    return Row(uid, stops or result, standing is not None, before, after, changed, missed)


def _since(attempt: Attempt) -> bool:
    """Whether it was handed in, queued or graded after the regrade was asked for."""
    state = attempt.submission.state
    if attempt.item is None:
        return state is not State.REJECTED
    return state in OPEN or attempt.round != attempt.item.round


def _compared(own: tuple[Attempt, ...], standing: Grade | None) -> tuple[Total | None, Total | None, Outcome]:
    """Before, after, and what that means where nothing stands in the way."""
    totals = [t for a in own if (t := _total(a, a.candidate))]
    if standing is None:
        if totals:
            return None, again.best(totals, None), Outcome.UP
        return _by_machine(own, new=False), _by_machine(own, new=True), Outcome.OPEN
    number = {a.submission.id: a.submission.attempt for a in own}.get(standing.submission, 0)
    before = Total(standing.submission, number, standing.points, standing.max_points, standing.passed)
    waits = any(a.submission.id == standing.submission and a.new and a.new.scores is None for a in own)
    after = None if waits else again.best(totals, standing.submission)
    return before, after, again.outcome(before, after)


def _total(attempt: Attempt, by: Judged | None) -> Total | None:
    if by is None or by.scores is None:
        return None
    points, most, passed = rules.settle(by.scores, by.release.pass_ratio)
    return Total(attempt.submission.id, attempt.submission.attempt, points, most, passed)


def _by_machine(own: tuple[Attempt, ...], *, new: bool) -> Total | None:
    """The best that the machine gave; nothing is passed before a person has marked the rest."""
    found = []
    for a in own:
        if by := (a.candidate if new else a.old):
            most = sum((t.max_points for t in by.verdict.tests), rules.NOTHING)
            found.append(Total(a.submission.id, a.submission.attempt, by.verdict.points, most, False))
    return again.best(found, None)
