"""The JSON API: what a room's nbgrader plug-ins ask, with the room's Hub token."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import datetime
from typing import Any

from graders.reasons import message as explain
from hub.domain.course import Release as Released
from hub.domain.errors import refuse
from hub.domain.submission import STATE_NAMES
from hub.journey import read, results, study
from hub.journey.ports import Fittings
from hub.portal.base import PUBLIC
from hub.portal.forms import beijing
from hub.portal.json import Json


class Health(Json):
    """/healthz"""

    scope = PUBLIC

    async def get(self) -> None:
        self.json({"ok": True})


class Me(Json):
    """/api/me"""

    scope = "openid"

    async def get(self) -> None:
        self.json(
            {"uid": self.me.uid, "login": self.me.login, "name": self.me.name, "roles": sorted(self.me.roles)}
        )


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


def _release(release: Released | None, due: datetime | None, now: datetime) -> dict[str, Any]:
    return {
        "released": release is not None,
        "open": release is not None and now >= release.opens_at,
        "version": release.version if release else 0,
        "due_at": due,
        "files": sorted(release.files) if release else [],
    }


def _task(task: read.Task, now: datetime) -> dict[str, Any]:
    """``feedback_at`` of a submission is when what comes back for it last changed, or None."""
    submissions = []
    for one in task.submissions:
        settled = task.grade.settled_at if task.grade and task.grade.submission == one.id else None
        back = [moment for moment in (one.graded_at, settled) if moment]
        submissions.append(_submission(one) | {"feedback_at": max(back, default=None)})
    told = {"key": task.key, "title": task.title, **_release(task.release, task.due_at, now)}
    return told | {"submissions": submissions, "graded": task.grade is not None}


def _releases(f: Fittings, runs: list[str]) -> dict[str, dict[str, Released]]:
    with f.work() as work:
        return {run: {r.assignment: r for r in work.study.releases(run)} for run in runs}


class Runs(Json):
    """/api/runs: the runs one studies or teaches, with their assignments."""

    scope = "study"

    async def get(self) -> None:
        now = self.f.clock.now()
        learning = await self.do(read.studying, self.f, self.me)
        teaching = await self.do(read.teaching, self.f, self.me)
        out = await self.do(_releases, self.f, [run.id for run, _ in teaching])
        self.json(
            {
                "studying": [
                    {"run": view.run.id, "title": view.run.title, "assignments": [_task(t, now) for t in view.tasks]}
                    for view in learning
                ],
                "teaching": [
                    {"run": run.id, "title": run.title, "course": course.slug,
                     "assignments": [
                         {"key": a.key, "title": a.title,
                          **_release(released := out[run.id].get(a.key), released.due_at if released else None, now)}
                         for a in course.assignments]}
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
                "tests": [
                    asdict(test) | {"explanation": explain(test.reason) if test.reason else ""}
                    for test in result.tests
                ],
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
    ("/api/.*", Unknown),
]
