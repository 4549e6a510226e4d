"""学: my courses, enrolling, opening, handing in, feedback."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hub.domain.errors import refuse
from hub.journey import read, results, study
from hub.portal.base import Page


class Learn(Page):
    """/learn: what is due, and the one thing to go on with."""

    scope = "study"
    verb = "course.study"

    async def get(self) -> None:
        runs = await self.do(read.studying, self.f, self.me)
        standing = await self.do(read.competencies, self.f, self.me)
        now = self.f.clock.now()
        due = sorted(
            (
                (task.due_at, run, task)
                for run in runs
                for task in run.tasks
                if task.release
                and task.due_at
                and task.due_at >= now
                and not (task.grade and task.grade.passed)
            ),
            key=lambda row: row[0],
        )
        self.page("learn.html", runs=runs, due=due, hours=standing.hours)


class Courses(Page):
    """/courses: what is on offer."""

    scope = "study"
    verb = "course.study"

    async def get(self) -> None:
        self.page("courses.html", offers=await self.do(read.catalogue, self.f, self.me))


class Enrol(Page):
    """/courses/RUN/enrol"""

    scope = "study"
    verb = "course.study"

    async def post(self, run: str) -> None:
        await self.do(study.enrol, self.f, self.me, run)
        self.redirect(f"/learn/{run}")


class LearnRun(Page):
    """/learn/RUN: the assignments of one run."""

    scope = "study"
    verb = "course.study"

    async def get(self, run: str) -> None:
        self.page("learn_run.html", view=await self.do(read.run_for_learner, self.f, self.me, run))


class Assignment(Page):
    """/learn/RUN/KEY: one assignment, what was handed in, and what came back."""

    scope = "study"
    verb = "course.study"

    async def get(self, run: str, key: str) -> None:
        await self.show(run, key)

    async def show(self, run: str, key: str, **facts: Any) -> None:
        """The page; also after something was refused."""
        view = await self.do(read.run_for_learner, self.f, self.me, run)
        task = next((t for t in view.tasks if t.key == key), None)
        if task is None:
            raise refuse("thing.missing", what="这份作业")
        result = await self.do(results.own, self.f, self.me, task.latest.id) if task.latest else None
        self.page("assignment.html", view=view, task=task, result=result, **facts)


class Open(Page):
    """/learn/RUN/KEY/open: put the files into the learner's home and go there."""

    scope = "study"
    verb = "course.study"

    async def post(self, run: str, key: str) -> None:
        folder = await self.do(study.fetch, self.f, self.me, run, key)
        view = await self.do(read.run_for_learner, self.f, self.me, run)
        release = next(t.release for t in view.tasks if t.key == key)
        path = f"{folder}/{release.notebook}" if release else folder
        settings = self.portal.settings
        self.redirect(f"{settings.hub_url}/hub/user-redirect/notebooks/{quote(path)}")


class Submit(Page):
    """/learn/RUN/KEY/submit: hand in what lies in the home."""

    scope = "study"
    verb = "course.study"

    async def post(self, run: str, key: str) -> None:
        await self.do(study.submit_from_home, self.f, self.me, run, key)
        self.redirect(f"/learn/{run}/{key}")


class Receipt(Page):
    """/learn/RUN/KEY/receipts/SUBMISSION: the signed receipt, to keep."""

    scope = "study"
    verb = "course.study"

    async def get(self, run: str, key: str, submission: str) -> None:
        view = await self.do(read.run_for_learner, self.f, self.me, run)
        mine = [s for t in view.tasks if t.key == key for s in t.submissions if s.id == submission]
        if not mine:
            raise refuse("thing.missing", what="这份回执")
        self.set_header("Content-Type", "application/jose")
        self.set_header("Content-Disposition", f'attachment; filename="receipt-{submission}.jws"')
        self.finish(mine[0].receipt)


_RUN, _KEY, _ID = "([a-z0-9-]{1,64})", "([A-Za-z0-9_-]{1,32})", "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/learn", Learn),
    ("/courses", Courses),
    (f"/courses/{_RUN}/enrol", Enrol),
    (f"/learn/{_RUN}", LearnRun),
    (f"/learn/{_RUN}/{_KEY}", Assignment),
    (f"/learn/{_RUN}/{_KEY}/open", Open),
    (f"/learn/{_RUN}/{_KEY}/submit", Submit),
    (f"/learn/{_RUN}/{_KEY}/receipts/{_ID}", Receipt),
]
