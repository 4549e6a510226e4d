"""Decide: what an instructor accepts of a regrade becomes verdicts and grades, or nothing does; once, with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hub.domain import regrade_record as record
from hub.domain.errors import refuse
from hub.domain.people import Actor
from hub.domain.regrade import Choice, Decision, Regrade, Row
from hub.domain.submission import State
from hub.faults import reached
from hub.journey import assess, proposal
from hub.journey.audit import Told, note_all
from hub.journey.ports import Fittings, Work
from hub.journey.proposal import Attempt

DISCARDED = "regrade.discarded"


def decide(
    f: Fittings, who: Actor, regrade_id: str, choice: Choice, reason: str, digest: str = ""
) -> Decision:
    """Accept the list that was shown, all of it or what rises, or discard it: one transaction, and only once.

    ``digest`` is that of the list as ``who`` saw it; one that has changed since is refused.
    """
    now = f.clock.now()
    with f.work() as work:
        regrade = proposal.taught(work, who, regrade_id, lock=True)
        if work.regrade.decision(regrade.id):
            raise refuse("regrade.decided")
        if not reason.strip():
            raise refuse("regrade.reason")
        rows: tuple[Row, ...] = ()
        if choice is Choice.DISCARD:
            work.regrade.cancel(regrade.id, now, DISCARDED)
        else:
            rows = _accepted(f, work, regrade, choice, who, digest)
        made = Decision(
            regrade.id, choice, reason.strip()[:500], who.uid, now, digest, [record.plain(row) for row in rows]
        )  # fmt: skip
        work.regrade.decide(made)
        changed = [
            work.assess.grade(regrade.run or "", regrade.assignment or "", row.person)
            for row in rows
            if row.grade
        ]
        detail = {"choice": choice.value, "list": digest, "grades": len(changed)}
        told = [Told("regrade.decided", regrade.id, detail), *(assess.settled(g) for g in changed if g)]
        note_all(f, work, who, told)
        reached("decision.row")
    reached("decision.committed")
    return made


def _accepted(
    f: Fittings, work: Work, regrade: Regrade, choice: Choice, who: Actor, digest: str
) -> tuple[Row, ...]:
    """The list with what became of each person, written down. Raises Refusal where it is not the one that was seen."""
    progress = work.regrade.progress(regrade.id)
    if progress.get(State.QUEUED) or progress.get(State.GRADING):
        raise refuse("regrade.running")
    _lock(f, work, regrade)
    rows = proposal.rows(work, regrade, who.uid)
    if record.digest(regrade.id, rows) != digest:
        raise refuse("regrade.changed")
    people = {row.person: own for row, own in _following(work, regrade, rows, choice)}
    new = [(a.submission.id, a.round + 1, a.new) for own in people.values() for a in own if a.new]
    now = f.clock.now()
    work.assess.add_rounds([(id, n, made.release.id, made.verdict) for id, n, made in new], now, regrade.id)
    work.assess.correct({id: made.verdict.message for id, _, made in new})
    return tuple(
        _settled(f, work, regrade, row, people[row.person], who) if row.person in people else row
        for row in rows
    )


def _following(
    work: Work, regrade: Regrade, rows: tuple[Row, ...], choice: Choice
) -> Iterator[tuple[Row, tuple[Attempt, ...]]]:
    """Those of whom this choice changes something, with their attempts."""
    people = proposal.attempts(work, regrade)
    return ((row, people[row.person]) for row in rows if row.follows(choice))


def _lock(f: Fittings, work: Work, regrade: Regrade) -> None:
    """Until the end nobody hands in, is graded or is marked here, nor applies for a certificate that may rest on it."""
    work.study.lock_assignment(regrade.run or "", regrade.assignment or "")
    for rule in f.rules.assessment_rules():
        work.study.lock_assignment("application", rule.id)  # see award.review.draft


def _settled(
    f: Fittings, work: Work, regrade: Regrade, row: Row, own: tuple[Attempt, ...], who: Actor
) -> Row:
    """One person's row with what became of it: the further rounds, and the grade with its evidence and hours."""
    row = replace(row, rounds=tuple((a.submission.id, a.round + 1) for a in own if a.new))
    stands = next((a for a in own if row.after and a.submission.id == row.after.submission), None)
    by = stands.candidate if stands else None
    if row.open or stands is None or by is None or by.scores is None:
        return row
    made = assess.grade_of(f, stands.submission, by.release, by.scores, who.uid, regrade.id)
    assess.let_stand(f, work, made, by.verdict, by.scores, by.release.pass_ratio)
    return replace(row, grade=made.id)
