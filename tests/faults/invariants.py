"""What must hold after any fault, numbered as in the design's list; what is broken comes back in words."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

import psutil
from sqlalchemy import Engine, text

from graders.verdict import Verdict
from hub.domain.chain import verify
from hub.store.files import FileLost, FileStore
from hub.store.work import Database
from tests.faults.regrade_invariants import check_regrades

FINAL = ("graded", "rejected", "failed")


def check_invariants(
    engine: Engine,
    files: FileStore,
    *,
    receipts: Iterable[str] = (),
    left: Iterable[psutil.Process] = (),
    bystanders: tuple[Snapshot, ...] = (),
) -> list[str]:
    """Everything that is wrong now that the faults have stopped and the queue is empty; empty where all is well.

    ``receipts`` were acknowledged to somebody, ``left`` are processes that must be gone, ``bystanders`` the rows of
    others as they were. Numbers 7, 10 and 11 speak of things that other tests cover or that do not exist yet.
    """
    wrong: list[str] = []
    with engine.connect() as c:
        rows = [dict(r._mapping) for r in c.execute(text("SELECT * FROM submissions"))]
        grades = [dict(r._mapping) for r in c.execute(text("SELECT * FROM grades"))]
        releases = {r.id: r for r in c.execute(text("SELECT * FROM releases"))}
        verdicts = [
            (r.submission, r.round, r.state, Verdict.from_json(r.record))
            for r in c.execute(text("SELECT * FROM verdicts ORDER BY submission, round"))
        ]
        by_release = {
            r.submission: r.release
            for r in c.execute(
                text(
                    "SELECT v.submission, coalesce(v.release, s.release) AS release FROM verdicts v "
                    "JOIN submissions s ON s.id = v.submission ORDER BY v.submission, v.round"
                )
            )
        }
        wrong += check_regrades(c)
        jobs = c.execute(text("SELECT id, status, args FROM procrastinate_jobs")).all()
        evidence = c.execute(
            text(
                "SELECT e.id FROM evidence e JOIN grades g ON g.id = e.grade WHERE NOT e.superseded AND g.superseded"
            )
        ).all()
    by_id = {row["id"]: row for row in rows}
    wrong += _one(rows, by_id, files, receipts)
    wrong += _two(grades, by_id, releases, by_release, verdicts, files)
    wrong += _three(grades, verdicts)
    wrong += _four(rows, jobs, verdicts)
    wrong += _five(verdicts)
    wrong += _six(engine)
    wrong += [f"6: evidence {e.id} rests on a superseded grade" for e in evidence]
    wrong += [f"8: process {p.pid} ({p.name()}) is still there" for p in left if _lives(p)]
    wrong += [f"9: rows of {b.person} changed" for b in bystanders if b != snapshot(engine, b.person)]
    return wrong


def _six(engine: Engine) -> list[str]:
    """The chain of events is whole, and each record that must have one event has it."""
    with Database(engine).work() as work:
        report = verify(work.audit.kept())
        wrong = [f"6: {report.finding}"] if report.finding else []
        return wrong + [f"6: {each}" for each in work.audit.coverage() if each.wrong]


def claims_of(receipt: str) -> dict[str, Any]:
    """What a receipt states; its signature is somebody else's test."""
    body = receipt.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def _one(
    rows: list[dict[str, Any]], by_id: dict[str, Any], files: FileStore, receipts: Iterable[str]
) -> list[str]:
    wrong = []
    for row in rows:
        said = claims_of(row["receipt"])
        if said["submission"] != row["id"] or said["files"] != row["files"]:
            wrong.append(f"1: the receipt of {row['id']} speaks of something else")
        for name, digest in row["files"].items():
            try:
                files.get(digest)
            except FileLost:
                wrong.append(f"1: {row['id']} lost {name}")
    for receipt in receipts:
        said = claims_of(receipt)
        if said["submission"] not in by_id:
            wrong.append(f"1: {said['submission']} was acknowledged and is not there")
    return wrong


def _two(
    grades: list[dict[str, Any]],
    by_id: dict[str, Any],
    releases: dict[str, Any],
    by_release: dict[str, str],
    verdicts: list[Any],
    files: FileStore,
) -> list[str]:
    wrong = []
    standing = [(g["run"], g["assignment"], g["person"]) for g in grades if not g["superseded"]]
    wrong += [f"2: two grades stand for {key}" for key in {k for k in standing if standing.count(k) > 1}]
    for grade in grades:
        submission = by_id.get(grade["submission"])
        last = [v for s, _, _, v in verdicts if s == grade["submission"]][-1:]
        if submission is None or not last:
            wrong.append(f"2: grade {grade['id']} rests on nothing")
            continue
        release = releases[by_release[grade["submission"]]]
        if last[0].digests.get("submission") != submission["digest"]:
            wrong.append(f"2: grade {grade['id']} is of other bytes than were handed in")
        if last[0].digests.get("source") != release.source_digest:
            wrong.append(f"2: grade {grade['id']} is by another source than that of its release")
        for digest in (submission["digest"], release.source_digest):
            try:
                files.get(digest)
            except FileLost:
                wrong.append(f"2: grade {grade['id']} names bytes that are gone")
    return wrong


def _three(grades: list[dict[str, Any]], verdicts: list[Any]) -> list[str]:
    from decimal import Decimal

    wrong = []
    for grade in grades:
        pairs = [tuple(map(Decimal, value.split("/"))) for value in grade["by_cell"].values()]
        if sum(p for p, _ in pairs) != grade["points"] or sum(m for _, m in pairs) != grade["max_points"]:
            wrong.append(f"3: the parts of grade {grade['id']} are not its whole")
        if not all(p.is_finite() and m.is_finite() and 0 <= p <= m for p, m in pairs):
            wrong.append(f"3: a part of grade {grade['id']} is out of range")
    for submission, number, _, verdict in verdicts:
        paid = [t for t in verdict.tests if t.points > 0]
        if any(t.status not in ("passed", "partial") for t in paid):
            wrong.append(f"3: {submission} round {number} was paid without a record")
        if sum((t.points for t in verdict.tests), Decimal(0)) != verdict.points:
            wrong.append(f"3: {submission} round {number} does not add up")
    return wrong


def _four(rows: list[dict[str, Any]], jobs: Any, verdicts: list[Any]) -> list[str]:
    judged = {(s, state) for s, _, state, _ in verdicts}
    wrong = [f"4: job {j.id} is left as {j.status}" for j in jobs if j.status in ("todo", "doing")]
    for row in rows:
        name, state = row["id"], row["state"]
        if state not in FINAL:
            wrong.append(f"4: {name} is still {state}")
        elif state == "failed" and not (row["reason"] and row["lease"] > 0 and row["message"]):
            wrong.append(f"4: {name} failed without saying why, or without having been tried")
        elif state != "failed" and (name, state) not in judged:
            wrong.append(f"4: {name} is {state} without a verdict")
        if state in FINAL and row["held_by"]:
            wrong.append(f"4: {name} is done and still held by {row['held_by']}")
    return wrong


def _five(verdicts: list[Any]) -> list[str]:
    seen: dict[str, Any] = {}
    wrong = []
    for submission, number, _, verdict in verdicts:
        key = json.dumps([verdict.digests, verdict.versions, verdict.seed], sort_keys=True)
        if seen.setdefault(key, verdict.findings()) != verdict.findings():
            wrong.append(f"5: {submission} round {number} differs from another verdict on the same inputs")
    return wrong


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Snapshot(tuple[str, Any]):
    """The rows of one person, to be compared later."""

    @property
    def person(self) -> str:
        return self[0]


def snapshot(engine: Engine, person: str) -> Snapshot:
    """Submissions, verdicts, grades and evidence of one person as they are now."""
    queries = (
        "SELECT * FROM submissions WHERE person = :p ORDER BY id",
        "SELECT v.* FROM verdicts v JOIN submissions s ON s.id = v.submission WHERE s.person = :p "
        "ORDER BY v.submission, v.round",
        "SELECT * FROM grades WHERE person = :p ORDER BY id",
        "SELECT * FROM evidence WHERE person = :p ORDER BY id",
    )
    with engine.connect() as c:
        found = tuple(
            tuple(repr(tuple(row)) for row in c.execute(text(query), {"p": person})) for query in queries
        )
    return Snapshot((person, found))
