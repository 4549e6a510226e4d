"""教 and 考: opening runs, releasing, deadlines, and the marking desk."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.journey import assess, gates, read, results, study
from hub.portal.base import STATUS, Page
from hub.portal.forms import moment, whole


class Teach(Page):
    """/teach: the runs one teaches, and opening another."""

    scope = "teach"
    verb = "run.teach"

    async def get(self) -> None:
        runs = await self.do(read.teaching, self.f, self.me)
        self.page(
            "teach.html",
            runs=runs,
            courses=self.f.catalogue.all(),
            scopes=[g for g in self.me.grants if g.role == "instructor"],
            later=self.f.clock.now() + timedelta(days=60),
        )

    async def post(self) -> None:
        run = await self.do(
            study.open_run, self.f, self.me, self.field("course"), self.field("title"), self.field("org"),
            moment(self.field("starts"), "开始"), moment(self.field("ends"), "结束"),
        )  # fmt: skip
        self.redirect(f"/teach/{run.id}")


class RunPage(Page):
    """One run as those who teach it see it."""

    scope = "teach"
    verb = "run.teach"

    async def show(
        self, run: str, refused: str = "", refusal: Refusal | None = None, typed: dict[str, str] | None = None
    ) -> None:
        """The page; also after the release of `refused` was refused, with what was typed."""
        view = await self.do(read.run_for_staff, self.f, self.me, run)
        standings = await self.do(gates.standings, self.f, view.course)
        blank = {"opens": "", "due": "", "grace": "", "attempts": ""}
        self.page(
            "teach_run.html", view=view, standings=standings, later=self.f.clock.now() + timedelta(days=14),
            refused=refused, refusal=refusal, typed=typed or blank, blank=blank,
        )  # fmt: skip


class TeachRun(RunPage):
    """/teach/RUN: releases, learners and grades of one run."""

    async def get(self, run: str) -> None:
        await self.show(run)


class Release(RunPage):
    """/teach/RUN/KEY/release"""

    async def post(self, run: str, key: str) -> None:
        try:
            await self.do(
                study.release, self.f, self.me, run, key,
                opens=moment(self.field("opens"), "开放时间"), due=moment(self.field("due"), "截止时间"),
                grace_minutes=whole(self.field("grace"), "宽限分钟"), max_attempts=whole(self.field("attempts"), "提交次数"),
            )  # fmt: skip
        except Refusal as refusal:
            if not refusal.code.startswith("release."):
                raise
            self.set_status(STATUS[refusal.kind])
            typed = {name: self.field(name) for name in ("opens", "due", "grace", "attempts")}
            await self.show(run, key, refusal, typed)
            return
        self.redirect(f"/teach/{run}#{key}")


class Extend(Page):
    """/teach/RUN/KEY/extend"""

    scope = "teach"
    verb = "run.teach"

    async def post(self, run: str, key: str) -> None:
        due = moment(self.field("due"), "延期到")
        await self.do(study.extend, self.f, self.me, run, key, self.field("login"), due, self.field("reason"))
        self.redirect(f"/teach/{run}#{key}")


class Again(Page):
    """/marking/SUBMISSION/again: queue a failed grading once more."""

    scope = "teach"
    verb = "run.teach"

    async def post(self, submission: str) -> None:
        await self.do(assess.again, self.f, self.me, submission)
        self.redirect("/marking")


class Marking(Page):
    """/marking: what waits for a person, over all runs."""

    scope = "teach"
    verb = "run.teach"

    async def get(self) -> None:
        runs = await self.do(read.teaching, self.f, self.me)
        views = [await self.do(read.run_for_staff, self.f, self.me, run.id) for run, _ in runs]
        self.page("marking.html", views=views)


class Desk(Page):
    """/marking/SUBMISSION: answer left, rubric right, the next one by one key."""

    scope = "teach"
    verb = "run.teach"

    async def get(self, submission: str) -> None:
        self.page("desk.html", desk=await self.do(results.desk, self.f, self.me, submission))

    async def post(self, submission: str) -> None:
        desk = await self.do(results.desk, self.f, self.me, submission)
        grade_id = self.field("grade_id")
        question = next((q for q in desk.result.open if q.item.grade_id == grade_id), None)
        if question is None or question.cell is None:
            raise refuse("thing.missing", what="这道题")
        chosen = {}
        for criterion in question.cell.rubric:
            value = self.field(f"c-{criterion.key}")
            if value:
                try:
                    chosen[criterion.key] = Decimal(value)
                except InvalidOperation:
                    raise refuse("marks.invalid", why="等级不对") from None
        await self.do(assess.mark, self.f, self.me, submission, grade_id, chosen, self.field("comment"))
        left = [q for q in desk.result.open if q.mark is None and q.item.grade_id != grade_id]
        self.redirect(f"/marking/{submission if left else desk.next}" if left or desk.next else "/marking")


_RUN, _KEY, _ID = "([a-z0-9-]{1,64})", "([A-Za-z0-9_-]{1,32})", "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/teach", Teach),
    (f"/teach/{_RUN}", TeachRun),
    (f"/teach/{_RUN}/{_KEY}/release", Release),
    (f"/teach/{_RUN}/{_KEY}/extend", Extend),
    ("/marking", Marking),
    (f"/marking/{_ID}", Desk),
    (f"/marking/{_ID}/again", Again),
]
