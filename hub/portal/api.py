"""The JSON API: what a room's nbgrader plug-ins and the dashboards ask, each with its own narrow token."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.domain.competency import Met
from hub.domain.errors import refuse
from hub.domain.submission import STATE_NAMES
from hub.journey import overview, read, results, study
from hub.portal.base import PUBLIC, Api
from hub.portal.forms import beijing


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


class Json(Api):
    """An endpoint that answers JSON."""

    def json(self, value: Any, status: int = 200) -> None:
        """Answer with ``value``; decimals and dates as text."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(value, ensure_ascii=False, default=_plain))

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        try:
            sent = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise refuse("request.invalid", why="不是 JSON") from None
        if not isinstance(sent, dict):
            raise refuse("request.invalid", why="要一个 JSON 对象")
        return sent


class Health(Json):
    """/healthz"""

    scope = PUBLIC

    async def get(self) -> None:
        self.json({"ok": True})


class Me(Json):
    """/api/me"""

    scope = "openid"

    async def get(self) -> None:
        self.json({"uid": self.me.uid, "login": self.me.login, "name": self.me.name, "roles": sorted(self.me.roles)})


def _submission(submission: Any) -> dict[str, Any]:
    return {
        "id": submission.id,
        "attempt": submission.attempt,
        "received_at": submission.received_at,
        "late": submission.late,
        "sha256": submission.digest,
        "state": submission.state.value,
        "state_name": STATE_NAMES[submission.state],
        "message": submission.message,
    }


class Runs(Json):
    """/api/runs: the runs one studies or teaches, with their assignments."""

    scope = "study"

    async def get(self) -> None:
        learning = await self.do(read.studying, self.f, self.me)
        teaching = await self.do(read.teaching, self.f, self.me)
        self.json(
            {
                "studying": [
                    {
                        "run": view.run.id,
                        "title": view.run.title,
                        "assignments": [
                            {
                                "key": task.key,
                                "title": task.title,
                                "released": task.release is not None,
                                "version": task.release.version if task.release else 0,
                                "due_at": task.due_at,
                                "files": sorted(task.release.files) if task.release else [],
                                "submissions": [_submission(s) for s in task.submissions],
                                "graded": task.grade is not None,
                            }
                            for task in view.tasks
                        ],
                    }
                    for view in learning
                ],
                "teaching": [
                    {"run": run.id, "title": run.title, "course": course.slug,
                     "assignments": [{"key": a.key, "title": a.title} for a in course.assignments]}
                    for run, course in teaching
                ],
            }
        )  # fmt: skip


class Files(Json):
    """/api/runs/RUN/assignments/KEY/files: the learner's files of a release, base64."""

    scope = "study"

    async def get(self, run: str, key: str) -> None:
        files = await self.do(study.files_for, self.f, self.me, run, key)
        self.json({name: base64.b64encode(data).decode() for name, data in files.items()})


class Submissions(Json):
    """/api/runs/RUN/assignments/KEY/submissions: hand in; list one's own."""

    scope = "study"

    async def get(self, run: str, key: str) -> None:
        view = await self.do(read.run_for_learner, self.f, self.me, run)
        task = next((t for t in view.tasks if t.key == key), None)
        if task is None:
            raise refuse("thing.missing", what="这份作业")
        self.json([_submission(s) for s in task.submissions])

    async def post(self, run: str, key: str) -> None:
        sent = self.body().get("files")
        if not isinstance(sent, dict) or not all(isinstance(v, str) for v in sent.values()):
            raise refuse("request.invalid", why="files 要是 文件名 → base64 内容")
        try:
            files = {name: base64.b64decode(data, validate=True) for name, data in sent.items()}
        except (binascii.Error, ValueError):
            raise refuse("request.invalid", why="文件内容不是 base64") from None
        made = await self.do(study.submit, self.f, self.me, run, key, files)
        self.json(_submission(made) | {"receipt": made.receipt}, 201)


class Feedback(Json):
    """/api/submissions/SUBMISSION/feedback: what came back for one's own submission."""

    scope = "study"

    async def get(self, submission: str) -> None:
        result = await self.do(results.own, self.f, self.me, submission)
        self.json(
            {
                "submission": _submission(result.submission),
                "graded_at": beijing(result.submission.graded_at),
                "tests": [asdict(test) for test in result.tests],
                "open": [
                    {
                        "grade_id": q.item.grade_id,
                        "title": q.item.title,
                        "max_points": q.item.max_points,
                        "points": q.mark.points if q.mark else None,
                        "comment": q.mark.comment if q.mark else "",
                    }
                    for q in result.open
                ],
                "grade": {"points": result.grade.points, "max_points": result.grade.max_points, "passed": result.grade.passed}
                if result.grade
                else None,
            }
        )  # fmt: skip


class Release(Json):
    """/api/runs/RUN/assignments/KEY/release: publish, for nbgrader's own release button."""

    scope = "teach"

    async def post(self, run: str, key: str) -> None:
        sent = self.body()
        try:
            opens, due = (datetime.fromisoformat(str(sent[name])) for name in ("opens_at", "due_at"))
        except (KeyError, ValueError):
            raise refuse("request.invalid", why="opens_at 和 due_at 要写带时区的 ISO 8601 时间") from None
        if opens.tzinfo is None or due.tzinfo is None:
            raise refuse("request.invalid", why="时间要带时区")
        made = await self.do(study.release, self.f, self.me, run, key, opens=opens, due=due)
        self.json({"release": made.id, "version": made.version}, 201)


class ReadCompetencies(Json):
    """/api/read/competencies: one's own, for the board 我的能力."""

    scope = "read"

    async def get(self) -> None:
        view = await self.do(read.competencies, self.f, self.me)
        self.json(
            {
                "name": self.me.name,
                "nodes": [asdict(n) for n in view.nodes],
                "evidence": [
                    {"code": e.code, "points": e.points, "max_points": e.max_points, "assignment": e.assignment,
                     "recorded_at": e.recorded_at}
                    for e in view.evidence
                ],
                "hours": [
                    {"rule": p.rule.id, "name": p.rule.name, "needed": p.rule.hours, "years": p.rule.years,
                     "hours": p.hours, "practice": p.practice, "min_practice_ratio": p.rule.min_practice_ratio}
                    for p in view.hours
                ],
                "requirements": [
                    {"id": r.id, "name": r.name, "codes": r.codes, "met": isinstance(answer, Met),
                     "rating": answer.rating if isinstance(answer, Met) else None,
                     "missing": () if isinstance(answer, Met) else answer.reasons}
                    for r, answer in view.requirements
                ],
                "certificates": [
                    {"number": c.number, "requirement": c.requirement, "rating": c.rating, "issued_at": c.issued_at,
                     "valid_to": c.valid_to, "revoked": c.revoked_at is not None}
                    for c in view.certificates
                ],
                "read_at": view.read_at,
            }
        )  # fmt: skip


class ReadOverview(Json):
    """/api/read/overview?org=: one level of the city, for the board 全市概览."""

    scope = "read"

    async def get(self) -> None:
        view = await self.do(overview.overview, self.f, self.me, self.get_argument("org", None))
        self.json(
            {
                "organisation": {"code": view.organisation.code, "name": view.organisation.name},
                "trail": [{"code": o.code, "name": o.name} for o in view.trail],
                "rows": [
                    {"code": r.code, "name": r.name, "level": r.level, "kind": r.kind,
                     "has_children": r.has_children, **r.counts}
                    for r in view.rows
                ],
                "total": view.total,
                "read_at": view.read_at,
            }
        )  # fmt: skip


class Unknown(Json):
    """Any other address under /api/."""

    scope = PUBLIC

    async def identify(self) -> None:
        return None

    async def prepare(self) -> None:
        raise refuse("thing.missing", what="这个接口")


_RUN, _KEY, _ID = "([a-z0-9-]{1,64})", "([A-Za-z0-9_-]{1,32})", "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/healthz", Health),
    ("/api/me", Me),
    ("/api/runs", Runs),
    (f"/api/runs/{_RUN}/assignments/{_KEY}/files", Files),
    (f"/api/runs/{_RUN}/assignments/{_KEY}/submissions", Submissions),
    (f"/api/runs/{_RUN}/assignments/{_KEY}/release", Release),
    (f"/api/submissions/{_ID}/feedback", Feedback),
    ("/api/read/competencies", ReadCompetencies),
    ("/api/read/overview", ReadOverview),
    ("/api/.*", Unknown),
]
