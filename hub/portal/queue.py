"""管: the grading queue for whoever runs the platform: how it stands, what failed for good, and once more."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.journey import tend
from hub.portal.base import STATUS, Page


class Queue(Page):
    """/queue: numbers, and the submissions whose grading failed for good; nobody's name."""

    scope = "all"
    verb = "grading.tend"

    async def get(self) -> None:
        done = self.get_argument("done", "")
        await self.show(done=int(done) if done.isascii() and done.isdigit() and len(done) < 7 else None)

    async def show(self, **facts: Any) -> None:
        """The page; also after something was refused."""
        view = await self.do(tend.queue, self.f, self.me)
        samples = await self.do(tend.samples, self.f, self.me)
        self.page("queue.html", view=view, samples=samples, **({"done": None, "refusal": None} | facts))


class Retry(Queue):
    """/queue/retry: one of them is graded again."""

    async def get(self) -> None:
        self.redirect("/queue")

    async def post(self) -> None:
        try:
            await self.do(tend.retry, self.f, self.me, self.field("submission"))
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal=refusal)
            return
        self.redirect("/queue?done=1")


class RetryAll(Queue):
    """/queue/retry-all: all of them are graded again."""

    async def get(self) -> None:
        self.redirect("/queue")

    async def post(self) -> None:
        self.redirect(f"/queue?done={await self.do(tend.retry_all, self.f, self.me)}")


ROUTES: list[tuple[str, type[Any]]] = [
    ("/queue", Queue),
    ("/queue/retry", Retry),
    ("/queue/retry-all", RetryAll),
]
